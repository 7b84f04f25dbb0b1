"""Captures that net_pcap plays over and over (infinite_rx=1): both sides of many TCP connections, in lockstep.

A worker takes as many frames of each port a turn, so the n-th frame of one side meets the n-th of the other. The port
keeps all frames in the program's own pool from the start on, so their number is what there is memory for.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden"))
import wire  # noqa: E402  pylint: disable=wrong-import-position

FLOWS = 8192
SERVER = "10.8.0.1"
REQUEST = b"GET / HTTP/1.1\r\n\r\n"
RESPONSE_FRAMES = 8
BODY = b"xxxxxx"  # of each frame but the first: 60 bytes, 64 with the checksum
RESPONSE = [b"HTTP/1.1 200 \r\nContent-Length:%d\r\n\r\n" % (len(BODY) * (RESPONSE_FRAMES - 1)),
            *[BODY] * (RESPONSE_FRAMES - 1)]
BEHIND = 32  # exchanges: more frames than a worker or a generator takes of one side at a time

# The budget is beyond what the ports can carry, outages and cuts are so rare that the mix stays what it is: each of the
# four is drawn for and paid for. With a link's rate weir takes a buffer for each frame that the queue can hold: what
# ports of captures keep comes out of these.
ALL_FOUR = f"""
[impair]
latency = "1ms"
[impair.speed]
rate = "400Gbit"
queue = "{4 * FLOWS * RESPONSE_FRAMES + 65536} packets"
[impair.jitter]
prob = "0.001%"
length = "1ms"
[impair.reset]
prob = "0.001%"
"""
TAKES_NONE = '[match]\nclient = "192.0.2.0/24"\n' + ALL_FOUR


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
    data = wire.ACK | wire.PSH
    return ([client_frame(flow, 1000, 5000, data, BODY) for flow in range(flows)],
            [server_frame(flow, 5000, 1006, data, BODY) for flow in range(flows)])


def conversations(flows=FLOWS, exchanges=2):
    """HTTP connections from their first byte to their last: requests of one frame, and responses of RESPONSE_FRAMES back
    to back, which the client acknowledges. The first frame of each side carries the SYN (as TCP Fast Open does, RFC
    7413), the last the FIN: so each time around the connection was closed and begins again, and all that is said is new.

    All connections have their first exchange, then all their second. Against each response stands a request with the
    acknowledgments of an earlier response: so both sides have as many frames. What follows from what was said is BEHIND
    exchanges later, so that it comes later too where the sides are not taken in step."""
    requests, responses, acknowledgments = [], [], []
    asked, answered = 999, 4999
    for exchange in range(exchanges):
        begins, ends = exchange == 0, exchange == exchanges - 1
        after = asked + len(REQUEST) + begins
        for flow in range(flows):
            requests.append(request(flow, asked, answered, begins))
            responses.append(response(flow, answered, after, begins, ends))
            acknowledgments.append(acknowledgment(flow, after, answered + begins, ends))
        asked, answered = after, answered + begins + sum(map(len, RESPONSE))
    slots = range(len(requests))
    return ([frame for slot in slots for frame in (requests[slot], *acknowledgments[slot - 2 * BEHIND])],
            [frame for slot in slots for frame in responses[slot - BEHIND]])


def request(flow, asked, answered, begins):
    if begins:
        return client_frame(flow, asked, 0, wire.SYN | wire.PSH, REQUEST)
    return client_frame(flow, asked, answered, wire.ACK | wire.PSH, REQUEST)


def response(flow, answered, asked, begins, ends):
    frames = []
    for number, part in enumerate(RESPONSE):
        opens = wire.SYN if begins and number == 0 else 0
        closes = wire.FIN if ends and number == RESPONSE_FRAMES - 1 else 0
        frames.append(server_frame(flow, answered, asked, wire.ACK | wire.PSH | opens | closes, part))
        answered += len(part) + (opens != 0)
    return frames


def acknowledgment(flow, asked, answered, ends):
    """A bare ACK for each frame of a response but the last: the next request says that."""
    frames = []
    for number, part in enumerate(RESPONSE[:-1]):
        answered += len(part)
        closes = wire.FIN if ends and number == RESPONSE_FRAMES - 2 else 0
        frames.append(client_frame(flow, asked, answered, wire.ACK | closes))
    return frames


def infinite_ports(directory, sides):
    """Writes both sides' captures and returns the --vdev arguments of net_pcap0 (A, clients) and net_pcap1 (B)."""
    vdevs = []
    for number, frames in enumerate(sides):
        path = pathlib.Path(directory) / f"side{number}.pcap"
        wire.write_pcap(path, [(index * 1000, frame) for index, frame in enumerate(frames)])
        vdevs.append(f"net_pcap{number},rx_pcap={path},infinite_rx=1")
    return vdevs
