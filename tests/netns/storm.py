"""A client of many connections: storm.py ADDRESS PORT PATH CONNECTIONS AT_ONCE

Sends one request on each and reads until it ends; prints as JSON how many ended how, and how many bytes came.
"""

import collections
import errno
import json
import select
import socket
import sys


SILENCE_S = 10  # of all connections at once


def main(address, port, path, connections, at_once):
    request = f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode()
    ready = select.epoll()
    living, ends, received, begun = {}, collections.Counter(), 0, 0

    def begin():
        end = socket.socket()
        end.setblocking(False)
        end.connect_ex((address, int(port)))
        living[end.fileno()] = end
        ready.register(end.fileno(), select.EPOLLOUT)

    def finish(end, why):
        ends[why] += 1
        ready.unregister(end.fileno())
        del living[end.fileno()]
        end.close()

    while sum(ends.values()) < int(connections):
        while begun < int(connections) and len(living) < int(at_once):
            begin()
            begun += 1
        happened = ready.poll(SILENCE_S)
        if not happened:
            ends["silence"] = len(living)
            break
        for number, events in happened:
            end = living[number]
            try:
                if events == select.EPOLLOUT:
                    end.send(request)
                    ready.modify(number, select.EPOLLIN)
                    continue
                piece = end.recv(1 << 20)
                received += len(piece)
                if not piece:
                    finish(end, "EOF")
            except BlockingIOError:
                pass
            except OSError as error:
                finish(end, errno.errorcode[error.errno])
    print(json.dumps({"ends": ends, "received": received}))


if __name__ == "__main__":
    main(*sys.argv[1:])
