"""Frames and captures in plain Python: what make_captures.py writes and run.py reads. Shares no code with weir."""

import dataclasses
import struct

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
NANOSECOND_MAGIC = 0xA1B23C4D  # https://ietf-opsawg-wg.github.io/draft-ietf-opsawg-pcap
CLIENT_MAC, SERVER_MAC = bytes.fromhex("02000000000a"), bytes.fromhex("02000000000b")


def checksum(data):
    """RFC 1071."""
    words = struct.unpack(f">{len(data) // 2}H", data) if len(data) % 2 == 0 else checksum_words(data)
    total = sum(words)
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def checksum_words(data):
    return struct.unpack(f">{(len(data) + 1) // 2}H", data + b"\0")


def address_bytes(text):
    return bytes(int(octet) for octet in text.split("."))


def ipv4(source, destination, protocol, payload, ecn=0):
    """A packet inside an Ethernet frame; clients are 10.9.0.*, servers are others."""
    header = struct.pack(">BBHHHBBH4s4s", 0x45, ecn, 20 + len(payload), 0, 0x4000, 64, protocol, 0,
                         address_bytes(source), address_bytes(destination))
    header = header[:10] + struct.pack(">H", checksum(header)) + header[12:]
    from_client = source.startswith("10.9.0.")
    macs = SERVER_MAC + CLIENT_MAC if from_client else CLIENT_MAC + SERVER_MAC
    return macs + b"\x08\x00" + header + payload


def with_checksum(source, destination, protocol, segment, at):
    pseudo = address_bytes(source) + address_bytes(destination) + struct.pack(">BBH", 0, protocol, len(segment))
    return segment[:at] + struct.pack(">H", checksum(pseudo + segment)) + segment[at + 2:]


def tcp(source, source_port, destination, destination_port, sequence, acknowledgement, flags, payload=b"", ecn=0):
    segment = struct.pack(">HHIIBBHHH", source_port, destination_port, sequence, acknowledgement, 0x50, flags, 65535,
                          0, 0) + payload
    return ipv4(source, destination, 6, with_checksum(source, destination, 6, segment, 16), ecn)


def udp(source, source_port, destination, destination_port, payload):
    datagram = struct.pack(">HHHH", source_port, destination_port, 8 + len(payload), 0) + payload
    return ipv4(source, destination, 17, with_checksum(source, destination, 17, datagram, 6))


def arp(source, destination):
    body = struct.pack(">HHBBH6s4s6s4s", 1, 0x0800, 6, 4, 1, CLIENT_MAC, address_bytes(source), bytes(6),
                       address_bytes(destination))
    return (b"\xff" * 6 + CLIENT_MAC + b"\x08\x06" + body).ljust(60, b"\0")


def write_pcap(path, frames):
    """Frames: (nanoseconds, bytes), in order."""
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHIIII", NANOSECOND_MAGIC, 2, 4, 0, 0, 262144, 1))
        for time_ns, frame in frames:
            file.write(struct.pack("<IIII", *divmod(time_ns, 10**9), len(frame), len(frame)) + frame)


@dataclasses.dataclass(frozen=True)
class Segment:
    source: str
    source_port: int
    destination: str
    destination_port: int
    sequence: int
    flags: int
    payload: bytes


def read_pcap(path):
    """[(nanoseconds, bytes)] of a little-endian pcap with nanoseconds."""
    contents = path.read_bytes()
    if struct.unpack_from("<I", contents)[0] != NANOSECOND_MAGIC:
        raise ValueError(f"{path}: not a little-endian pcap with nanoseconds")
    frames, at = [], 24
    while at < len(contents):
        seconds, nanoseconds, captured, _ = struct.unpack_from("<IIII", contents, at)
        frames.append((seconds * 10**9 + nanoseconds, contents[at + 16:at + 16 + captured]))
        at += 16 + captured
    return frames


@dataclasses.dataclass
class Sighting:
    """A frame of a capture of weir's own."""

    time_ns: int
    interface: int
    inbound: bool
    comment: str
    frame: bytes


def read_pcapng(path):
    """The frames of a little-endian pcapng with nanoseconds, as Sightings."""
    contents, at, found = path.read_bytes(), 0, []
    while at < len(contents):
        kind, length = struct.unpack_from("<II", contents, at)
        if kind == 6:
            interface, high, low, captured, _ = struct.unpack_from("<IIIII", contents, at + 8)
            options, place = {}, at + 28 + (captured + 3) // 4 * 4
            while (number := struct.unpack_from("<H", contents, place)[0]) != 0:
                size = struct.unpack_from("<H", contents, place + 2)[0]
                options[number] = contents[place + 4:place + 4 + size]
                place += 4 + (size + 3) // 4 * 4
            found.append(Sighting(high << 32 | low, interface, options[2][0] & 3 == 1, options.get(1, b"").decode(),
                                  contents[at + 28:at + 28 + captured]))
        at += length
    return found


def segment_of(frame):
    """The TCP segment in an untagged IPv4 frame, or None."""
    if frame[12:14] != b"\x08\x00" or frame[23] != 6:
        return None
    end = 14 + struct.unpack_from(">H", frame, 16)[0]
    source, destination = (".".join(map(str, frame[at:at + 4])) for at in (26, 30))
    source_port, destination_port, sequence, _, offset, flags = struct.unpack_from(">HHIIBB", frame, 34)
    return Segment(source, source_port, destination, destination_port, sequence, flags,
                   frame[34 + (offset >> 4) * 4:end])


def describe(frame):
    """A frame as one line of a readable difference."""
    segment = segment_of(frame)
    if segment is None:
        return f"{len(frame)} bytes, type {frame[12:14].hex()}, {frame[14:54].hex()}"
    flags = "".join(name for bit, name in ((SYN, "S"), (FIN, "F"), (RST, "R"), (PSH, "P"), (ACK, ".")) if segment.flags & bit)
    return (f"{segment.source}:{segment.source_port} > {segment.destination}:{segment.destination_port} [{flags}] "
            f"seq {segment.sequence} {segment.payload[:40]!r} ({len(segment.payload)} bytes)")
