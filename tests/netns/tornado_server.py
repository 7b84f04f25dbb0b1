"""What people poll, stream and crawl, on Tornado at port 8888; runs in the server's namespace.

    /poll?n=&size=           short polling: answers at once
    /long?size=              long polling: answers on an event, else after 1 s; says when it answered and why
    /event (POST)            the event: wakes every long poll that waits
    /events?count=&size=     server-sent events, one each 100 ms; each says when it was sent
    /echo                    WebSocket: sends each message back
    /page/N                  one of 200 pages; they are linked as a tree

Every answer names its client's port in X-Port, so that a client can tell which connection it came by. Instants are of
CLOCK_MONOTONIC, which the namespaces of one machine share.
"""

import asyncio
import hashlib
import json
import time

import tornado.httpserver
import tornado.iostream
import tornado.netutil
import tornado.web
import tornado.websocket

PORT = 8888
PAGES = 200
PAGE_SIZE = 2000
LONG_POLL_S = 1.0
EVENT_EVERY_S = 0.1


def contents(name, size):
    """What is served under a name: the same for server and client, and another for each name."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    return (digest * (size // len(digest) + 1))[:size]


def page(number):
    links = "".join(f'<a href="/page/{child}">{child}</a>\n' for child in (2 * number + 1, 2 * number + 2) if child < PAGES)
    return f"<html>{links}{contents(f'page {number}', PAGE_SIZE)}</html>\n"


def event(number, size, sent_at):
    return f"id: {number}\ndata: {json.dumps({'at': sent_at, 'text': contents(f'event {number}', size)})}\n\n"


class Handler(tornado.web.RequestHandler):
    def set_default_headers(self):
        self.set_header("X-Port", str(self.request.connection.context.address[1]))

    def number(self, name, default):
        return int(self.get_argument(name, str(default)))


class Poll(Handler):
    def get(self):
        self.write(contents(f"poll {self.number('n', 0)}", self.number("size", 700)))


class Long(Handler):
    async def get(self):
        try:
            await asyncio.wait_for(self.application.happens.wait(), LONG_POLL_S)
            why = "event"
        except asyncio.TimeoutError:
            why = "time"
        self.write({"why": why, "at": time.monotonic(), "text": contents("long", self.number("size", 700))})


class Happen(Handler):
    def post(self):
        self.application.happens.set()
        self.application.happens = asyncio.Event()
        self.write("so it did")


class Events(Handler):
    async def get(self):
        self.set_header("Content-Type", "text/event-stream")
        begun_at = time.monotonic()
        for number in range(self.number("count", 10)):
            await asyncio.sleep(max(0, begun_at + number * EVENT_EVERY_S - time.monotonic()))
            self.write(event(number, self.number("size", 100), time.monotonic()))
            try:
                await self.flush()
            except tornado.iostream.StreamClosedError:
                return  # the client is gone, or was cut


class Echo(tornado.websocket.WebSocketHandler):
    def set_default_headers(self):
        self.set_header("X-Port", str(self.request.connection.context.address[1]))

    async def on_message(self, message):
        await self.write_message(message, binary=isinstance(message, bytes))


class Page(Handler):
    def get(self, number):
        self.set_header("Content-Type", "text/html")
        self.write(page(int(number)))


async def serve():
    application = tornado.web.Application([("/poll", Poll), ("/long", Long), ("/event", Happen), ("/events", Events),
                                           ("/echo", Echo), (r"/page/(\d+)", Page)])
    application.happens = asyncio.Event()
    sockets = tornado.netutil.bind_sockets(PORT, backlog=1024)
    tornado.httpserver.HTTPServer(application).add_sockets(sockets)
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
