"""Captures that net_pcap plays over and over (infinite_rx=1): both sides of many TCP connections, in lockstep.

A worker takes as many frames of each port a turn, so the n-th frame of one side meets the n-th of the other. The port
keeps all frames in the program's own pool from the start on, so there can't be more than some ten thousand.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden"))
import wire  # noqa: E402  pylint: disable=wrong-import-position

FLOWS = 8192
SERVER = "10.8.0.1"
REQUEST = b"GET / HTTP/1.1\r\n\r\n"
RESPONSE = b"HTTP/1.1 204 \r\n\r\n"


def ends_of(flow):
    """Client address and port of a flow: 32 clients, ports from 20000 on."""
    return f"10.9.0.{1 + flow % 32}", 20000 + flow // 32


def client_frame(flow, sequence, acknowledgment, flags, payload=b""):
    address, port = ends_of(flow)
    return wire.tcp(address, port, SERVER, 80, sequence, acknowledgment, flags, payload)


def server_frame(flow, sequence, acknowledgment, flags, payload=b""):
    address, port = ends_of(flow)
    return wire.tcp(SERVER, 80, address, port, sequence, acknowledgment, flags, payload)


def established(flows=FLOWS):
    """64 bytes on the wire (60 and the checksum) a frame, one of each side a flow, from the middle of a connection."""
    payload = b"xxxxxx"
    data = wire.ACK | wire.PSH
    return ([client_frame(flow, 1000, 5000, data, payload) for flow in range(flows)],
            [server_frame(flow, 5000, 1006, data, payload) for flow in range(flows)])


def conversations(flows=FLOWS, exchanges=3):
    """HTTP connections from their first byte to their last, a request or a response in every frame: the first of each
    side carries the SYN (as TCP Fast Open does, RFC 7413), the last the FIN. So each time around the connection was
    closed and begins again, and every request and response is new to who follows them."""
    client, server = [], []
    asked, answered = 999, 4999
    for exchange in range(exchanges):
        flags = wire.PSH | (wire.SYN if exchange == 0 else 0) | (wire.FIN if exchange == exchanges - 1 else 0)
        asks = flags if exchange == 0 else flags | wire.ACK
        after = asked + len(REQUEST) + (exchange == 0)
        client += [client_frame(flow, asked, answered if exchange else 0, asks, REQUEST) for flow in range(flows)]
        server += [server_frame(flow, answered, after, flags | wire.ACK, RESPONSE) for flow in range(flows)]
        asked, answered = after, answered + len(RESPONSE) + (exchange == 0)
    return client, server


def infinite_ports(directory, sides):
    """Writes both sides' captures and returns the --vdev arguments of net_pcap0 (A, clients) and net_pcap1 (B)."""
    vdevs = []
    for number, frames in enumerate(sides):
        path = pathlib.Path(directory) / f"side{number}.pcap"
        wire.write_pcap(path, [(index * 1000, frame) for index, frame in enumerate(frames)])
        vdevs.append(f"net_pcap{number},rx_pcap={path},infinite_rx=1")
    return vdevs
