"""Both ends of connections that weir cuts, as programs: what their sockets tell them, one line of JSON a connection.

    cut_ends.py serve ADDRESS PORT...      a server on each port; until its input ends, and every connection then
    cut_ends.py connect CELL...            a connection each, all at once; CELL is ADDRESS,PORT,FROM_PORT
A server answers a request with a response in two pieces, of which the second comes PAUSE_S later.
"""

import errno
import json
import socket
import sys
import threading
import time

FIRST, SECOND = 2_000, 3_000  # bytes of the response with its head, by piece
THINK_S = 0.1  # so long that the request has been acknowledged by then
PAUSE_S = 0.6
SILENCE_S = 2.5  # longer than a SYN or a segment goes unrepeated
REQUEST = b"GET / HTTP/1.1\r\nHost: bench\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
printing = threading.Lock()


def report(**facts):
    with printing:
        print(json.dumps(facts), flush=True)


def hear(end, most, patience_s, until=None):
    """Reads up to `most` bytes, or until they end with `until`; returns how many came, and why no more do: "EOF",
    "silence", the name of an errno, or None where that was all."""
    end.settimeout(patience_s)
    heard = b""
    while len(heard) < most:
        try:
            piece = end.recv(most - len(heard))
        except TimeoutError:
            return len(heard), "silence"
        except OSError as error:
            return len(heard), errno.errorcode[error.errno]
        if not piece:
            return len(heard), "EOF"
        heard += piece
        if until and heard.endswith(until):
            break
    return len(heard), None


def answer(end, port):
    requested, why = hear(end, 1_000, SILENCE_S, b"\r\n\r\n")
    if why is None:
        time.sleep(THINK_S)
        head = HEAD % (FIRST + SECOND - len(HEAD) - 2)
        pieces = head + b"b" * (FIRST + SECOND - len(head))
        end.sendall(pieces[:FIRST])
        _, why = hear(end, 1, PAUSE_S)
        if why == "silence":
            try:
                end.sendall(pieces[FIRST:])
                _, why = hear(end, 1, SILENCE_S)
            except OSError as error:
                why = errno.errorcode[error.errno]
    report(port=port, heard=requested, end=why)
    end.close()


def serve(address, *ports):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET

    answering = []

    def accept(listener, port):
        while True:
            end, _ = listener.accept()
            answering.append(threading.Thread(target=answer, args=(end, port)))
            answering[-1].start()

    for port in map(int, ports):
        listener = socket.create_server((address, port), family=family, backlog=64)
        threading.Thread(target=accept, args=(listener, port), daemon=True).start()
    print("ready", flush=True)
    sys.stdin.read()
    for thread in answering:
        thread.join()


def connect(address, port, from_port):
    begun = time.monotonic()
    heard = 0
    try:
        end = socket.create_connection((address, int(port)), SILENCE_S, source_address=("", int(from_port)))
    except TimeoutError:
        why = "no connection"
    except OSError as error:
        why = errno.errorcode[error.errno]
    else:
        time.sleep(THINK_S)  # what comes behind the handshake comes first
        try:
            end.sendall(REQUEST)
            heard, why = hear(end, FIRST + SECOND + 1, SILENCE_S)
        except OSError as error:
            why = errno.errorcode[error.errno]
        end.close()
    report(port=int(port), heard=heard, end=why, seconds=time.monotonic() - begun)


def main(what, *arguments):
    if what == "serve":
        return serve(*arguments)
    threads = [threading.Thread(target=connect, args=cell.split(",")) for cell in arguments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return None


if __name__ == "__main__":
    main(*sys.argv[1:])
