"""A server that sends everything back, over TCP and UDP at port 9000, and a client that compares.

    echo.py server             the client prints one line of JSON: {"wrong": n, "took_ms": [each round]}
    echo.py tcp|udp ADDRESS ROUNDS SIZE
"""

import json
import os
import selectors
import socket
import sys
import time

PORT = 9000


def serve():
    selector = selectors.DefaultSelector()
    datagrams = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    datagrams.bind(("::", PORT))
    listener = socket.create_server(("::", PORT), family=socket.AF_INET6, dualstack_ipv6=True)
    selector.register(datagrams, selectors.EVENT_READ)
    selector.register(listener, selectors.EVENT_READ)
    print("ready", flush=True)
    while True:
        for key, _ in selector.select():
            if key.fileobj is datagrams:
                contents, sender = datagrams.recvfrom(65536)
                datagrams.sendto(contents, sender)
            elif key.fileobj is listener:
                selector.register(listener.accept()[0], selectors.EVENT_READ)
            elif not send_back(key.fileobj):
                selector.unregister(key.fileobj)
                key.fileobj.close()


def send_back(connection):
    contents = connection.recv(65536)
    connection.sendall(contents)
    return bool(contents)


def receive(connection, size, is_stream):
    contents = connection.recv(65536)
    while is_stream and len(contents) < size:
        contents += connection.recv(65536)
    return contents


def compare(protocol, address, rounds, size):
    kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
    wrong, took_ms = 0, []
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind) as connection:
        connection.settimeout(10)
        connection.connect((address, PORT))
        for _ in range(rounds):
            sent = b"\x00\x01" + os.urandom(size - 2)  # no HTTP method, preface or TLS record starts with a zero
            started_at = time.monotonic()
            connection.send(sent) if kind == socket.SOCK_DGRAM else connection.sendall(sent)
            wrong += receive(connection, size, kind == socket.SOCK_STREAM) != sent
            took_ms.append((time.monotonic() - started_at) * 1000)
    print(json.dumps({"wrong": wrong, "took_ms": took_ms}))


if __name__ == "__main__":
    if sys.argv[1] == "server":
        serve()
    else:
        compare(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
