#!/usr/bin/python3
"""Sends UDP frames of 64 bytes to an address that nobody has, as fast as one CPU can, until it is told to stop; then
prints how many, and in how many seconds. 64 frames a call, which the kernel cuts (UDP_SEGMENT): so it sends faster than
AF_PACKET does. Usage: flood.py CPU INTERFACE ADDRESS
"""

import os
import signal
import socket
import subprocess
import sys
import time

UDP_SEGMENT = 103  # include/uapi/linux/udp.h
PAYLOAD, AT_ONCE = 18, 64
DISCARD = 9


def main():
    cpu, interface, address = sys.argv[1:]
    os.sched_setaffinity(0, {int(cpu)})
    subprocess.run(["ip", "neigh", "replace", address, "lladdr", "02:00:00:00:00:99", "dev", interface], check=True)
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    frames, began_at = 0, time.monotonic()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, PAYLOAD)
        sender.connect((address, DISCARD))
        payload = bytes(PAYLOAD * AT_ONCE)
        while not stopped:
            sender.send(payload)
            frames += AT_ONCE
    print(frames, time.monotonic() - began_at)


if __name__ == "__main__":
    main()
