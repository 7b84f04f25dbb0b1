"""Sends QUIC Initials (version 1, RFC 9000, 17.2.2) to the echo server and prints which came back, as JSON.

    quic_sender.py ADDRESS ID...        one flow each, three datagrams of it; IDs in hex
"""

import json
import socket
import sys

import echo

PATIENCE_S = 1.0


def initial(connection_id):
    head = b"\xc0\x00\x00\x00\x01" + bytes([len(connection_id)]) + connection_id + b"\x00\x00\x44\x9e"
    return head.ljust(1200, b"p")


def echoed(address, connection_id):
    """How many datagrams of a flow came back."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as flow:
        flow.settimeout(PATIENCE_S)
        flow.connect((address, echo.PORT))
        for datagram in (initial(connection_id), b"\x40short", b"\x40header"):
            flow.send(datagram)
        came = 0
        try:
            while came < 3:
                flow.recv(65536)
                came += 1
        except TimeoutError:
            pass
        return came


if __name__ == "__main__":
    print(json.dumps({name: echoed(sys.argv[1], bytes.fromhex(name)) for name in sys.argv[2:]}))
