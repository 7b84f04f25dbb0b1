"""Puts VLAN tags on what a host sends and takes them off what it receives, on any kernel: no 802.1Q module needed.

    tagger.py PLAIN TAGGED ETHERTYPE:VLAN [ETHERTYPE:VLAN]      outermost tag first; runs until it is stopped
Frames move between the interface PLAIN (the far end of a veth pair, the host's address is on the near one) and TAGGED.
"""

import select
import socket
import struct
import sys

ETH_P_ALL = 3
SOL_PACKET, PACKET_AUXDATA = 263, 8  # linux/if_packet.h
TP_STATUS_VLAN_VALID, TP_STATUS_VLAN_TPID_VALID = 1 << 4, 1 << 6


def open_on(interface):
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    sock.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
    sock.bind((interface, ETH_P_ALL))
    return sock


def receive(sock):
    """A frame with its tags in it, also the one that the kernel has moved to auxiliary data; None for our own."""
    frame, ancillary, _, sender = sock.recvmsg(65536, 256)
    if sender[2] == socket.PACKET_OUTGOING:
        return None
    for level, kind, contents in ancillary:
        if (level, kind) == (SOL_PACKET, PACKET_AUXDATA):
            status, _, _, _, _, tci, tpid = struct.unpack("=IIIHHHH", contents[:20])
            if status & TP_STATUS_VLAN_VALID:
                ether_type = tpid if status & TP_STATUS_VLAN_TPID_VALID else 0x8100
                frame = frame[:12] + struct.pack(">HH", ether_type, tci) + frame[12:]
    return frame


def main(plain, tagged, *tags):
    header = b"".join(struct.pack(">HH", *(int(part, 0) for part in tag.split(":"))) for tag in tags)
    inside, outside = open_on(plain), open_on(tagged)
    print("ready", flush=True)
    while True:
        for sock in select.select([inside, outside], [], [])[0]:
            frame = receive(sock)
            if frame is None:
                continue
            if sock is inside:
                outside.send(frame[:12] + header + frame[12:])
            elif frame[12:12 + len(header)] == header:
                inside.send(frame[:12] + frame[12 + len(header):])


if __name__ == "__main__":
    main(*sys.argv[1:])
