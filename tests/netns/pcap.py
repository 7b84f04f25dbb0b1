"""Reads captures: just enough of pcap, Ethernet, IP and TCP to say which frame went when."""

import dataclasses
import struct

FIN, SYN, RST, ACK = 1, 2, 4, 16
NANOSECOND_MAGIC = 0xA1B23C4D  # pcap with nanosecond timestamps, https://ietf-opsawg-wg.github.io/draft-ietf-opsawg-pcap


@dataclasses.dataclass(frozen=True)
class Frame:
    time_s: float
    bytes: bytes
    length: int  # on the wire; more than len(bytes) where the capture was cut


@dataclasses.dataclass(frozen=True)
class Segment:
    """A TCP segment; its length is that of the payload on the wire."""

    time_s: float
    source_port: int
    destination_port: int
    sequence: int
    acknowledgement: int
    flags: int
    length: int


def read_pcap(file):
    """All frames of a nanosecond capture, in its order."""
    contents = file.read_bytes()
    magic = struct.unpack_from("<I", contents)[0]
    if magic != NANOSECOND_MAGIC:
        raise ValueError(f"{file}: not a little-endian nanosecond pcap")
    frames, at = [], 24
    while at + 16 <= len(contents):
        seconds, nanoseconds, captured, length = struct.unpack_from("<IIII", contents, at)
        frames.append(Frame(seconds + nanoseconds / 1e9, contents[at + 16:at + 16 + captured], length))
        at += 16 + captured
    return frames


def segment_of(frame):
    """The TCP segment in an untagged IPv4 or IPv6 frame, or None."""
    ether_type = frame.bytes[12:14]
    if ether_type == b"\x08\x00" and frame.bytes[23] == 6:
        at = 14 + (frame.bytes[14] & 15) * 4
        end = 14 + struct.unpack_from(">H", frame.bytes, 16)[0]
    elif ether_type == b"\x86\xdd" and frame.bytes[20] == 6:
        at = 54
        end = 54 + struct.unpack_from(">H", frame.bytes, 18)[0]
    else:
        return None
    source, destination, sequence, acknowledgement, offset, flags = struct.unpack_from(">HHIIBB", frame.bytes, at)
    return Segment(frame.time_s, source, destination, sequence, acknowledgement, flags, end - at - (offset >> 4) * 4)


def segments(frames):
    return [segment for segment in map(segment_of, frames) if segment]
