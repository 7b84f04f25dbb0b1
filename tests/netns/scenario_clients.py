"""The clients of tornado_server.py; run in the client's namespace. Each prints one line of JSON: a list with an entry
for each poll, stream, socket or page, in the order in which they began where one begins after the other.

    scenario_clients.py poll COUNT SIZE
    scenario_clients.py long COUNT SIZE                 the even ones are answered by an event, the odd ones by time
    scenario_clients.py events STREAMS COUNT SIZE       side by side
    scenario_clients.py echo tornado|websockets SOCKETS MESSAGES SIZE EVERY_S
    scenario_clients.py crawl WORKERS                   by links, from page 0; what failed is tried again

An entry has `error` (a name, or null), `port` (the client's, or null where no answer came), `wrong` (how many payloads
were not what the server serves), and seconds. The clock is CLOCK_MONOTONIC, the server's.
"""

import asyncio
import json
import re
import sys
import time

import tornado.httpclient
import tornado.websocket
import websockets

import tornado_server

AT = f"//10.9.0.2:{tornado_server.PORT}"
PATIENCE_S = 60


def client():
    return tornado.httpclient.AsyncHTTPClient(max_clients=100)


class Fetch:
    """One request of Tornado's asynchronous client, which opens a connection for each."""

    def __init__(self):
        self.first_at = self.ended_at = self.port = self.error = None
        self.pieces = []

    def _header(self, _):
        self.first_at = self.first_at or time.monotonic()

    def _piece(self, piece):
        self.pieces.append((time.monotonic(), piece))

    async def run(self, path, **options):
        self.began_at = time.monotonic()
        try:
            response = await client().fetch(f"http:{AT}{path}", request_timeout=PATIENCE_S, connect_timeout=PATIENCE_S,
                                            header_callback=self._header, streaming_callback=self._piece, **options)
            self.port = int(response.headers["X-Port"])
        except Exception as error:  # pylint: disable=broad-exception-caught  # its name is the outcome
            self.error = type(error).__name__
        self.ended_at = time.monotonic()
        return self

    @property
    def text(self):
        return b"".join(piece for _, piece in self.pieces).decode()

    def entry(self, wrong, **more):
        first_s = self.first_at - self.began_at if self.first_at else None
        return {"error": self.error, "port": self.port, "first_s": first_s, "took_s": self.ended_at - self.began_at,
                "began_at": self.began_at, "ended_at": self.ended_at,
                "bytes": len(self.text), "wrong": wrong, **more}


async def poll(count, size):
    entries = []
    for number in range(count):
        fetch = await Fetch().run(f"/poll?n={number}&size={size}")
        wrong = fetch.error is None and fetch.text != tornado_server.contents(f"poll {number}", size)
        entries.append(fetch.entry(int(wrong)))
    return entries


async def long_polls(count, size):
    entries = []
    for number in range(count):
        asked = asyncio.ensure_future(Fetch().run(f"/long?size={size}"))
        if number % 2 == 0:
            await asyncio.sleep(0.1)
            entries.append((await Fetch().run("/event", method="POST", body="")).entry(0, what="event"))
        fetch = await asked
        said = json.loads(fetch.text) if fetch.error is None else {}
        wrong = fetch.error is None and said["text"] != tornado_server.contents("long", size)
        late_s = fetch.first_at - said["at"] if said else None
        place = len(entries) if number % 2 else len(entries) - 1  # it began before its event was sent
        entries.insert(place, fetch.entry(int(wrong), what="long", why=said.get("why"), late_s=late_s))
    return entries


def events_of(pieces, size):
    """(how late it came in s, is it as sent) of each event of a stream, and its number."""
    text, found = "", []
    for came_at, piece in pieces:
        text += piece.decode()
        while "\n\n" in text:
            whole, text = text.split("\n\n", 1)
            number = int(re.match(r"id: (\d+)\n", whole)[1])
            sent_at = json.loads(whole.split("data: ", 1)[1])["at"]
            found.append({"n": number, "sent_at": sent_at, "came_at": came_at,
                          "good": whole + "\n\n" == tornado_server.event(number, size, sent_at)})
    return found


async def one_stream(count, size):
    fetch = await Fetch().run(f"/events?count={count}&size={size}")
    events = events_of(fetch.pieces, size)
    wrong = sum(event["n"] != place or not event["good"] for place, event in enumerate(events))
    return fetch.entry(wrong, events=events)


async def events(streams, count, size):
    return await asyncio.gather(*(one_stream(count, size) for _ in range(streams)))


class TornadoSocket:
    async def open(self):
        request = tornado.httpclient.HTTPRequest(f"ws:{AT}/echo", request_timeout=PATIENCE_S, connect_timeout=PATIENCE_S)
        self.socket = await tornado.websocket.websocket_connect(request)
        self.port = int(self.socket.headers["X-Port"])

    async def send(self, message):
        await self.socket.write_message(message, binary=True)

    async def receive(self):
        message = await self.socket.read_message()
        if message is None:
            raise ConnectionResetError
        return message

    async def close(self):
        self.socket.close()
        while await self.socket.read_message() is not None:
            pass


class WebsocketsSocket:
    async def open(self):
        self.socket = await websockets.connect(f"ws:{AT}/echo", ping_interval=None, compression=None,
                                               open_timeout=PATIENCE_S, close_timeout=PATIENCE_S)
        self.port = self.socket.local_address[1]

    async def send(self, message):
        await self.socket.send(message)

    async def receive(self):
        return await self.socket.recv()

    async def close(self):
        await self.socket.close()


async def one_socket(kind, messages, size, every_s):
    socket, rounds, wrong, error, opened_s, port = kind(), [], 0, None, None, None
    began_at = time.monotonic()
    try:
        await socket.open()
        opened_s, port = time.monotonic() - began_at, socket.port
        for number in range(messages):
            message = tornado_server.contents(f"message {number}", size).encode()
            sent_at = time.monotonic()
            await socket.send(message)
            wrong += await socket.receive() != message
            rounds.append(time.monotonic() - sent_at)
            await asyncio.sleep(max(0, every_s - rounds[-1]))
        await socket.close()
    except Exception as failure:  # pylint: disable=broad-exception-caught  # its name is the outcome
        error = type(failure).__name__
    return {"error": error, "port": port, "first_s": opened_s, "took_s": time.monotonic() - began_at, "rounds_s": rounds,
            "wrong": wrong}


async def echo(library, sockets, messages, size, every_s):
    kind = {"tornado": TornadoSocket, "websockets": WebsocketsSocket}[library]
    return [await one_socket(kind, messages, size, every_s) for _ in range(sockets)]


class Crawler:
    """Fetches every page that links lead to, with so many workers that share a queue."""

    def __init__(self):
        self.queue, self.seen, self.entries = asyncio.Queue(), {0}, []
        self.queue.put_nowait(0)

    async def work(self):
        while True:
            number = await self.queue.get()
            fetch = await Fetch().run(f"/page/{number}")
            wrong = fetch.error is None and fetch.text != tornado_server.page(number)
            self.entries.append(fetch.entry(int(wrong), page=number))
            links = {int(link) for link in re.findall(r'href="/page/(\d+)"', fetch.text)} if fetch.error is None else {number}
            for link in links if fetch.error else links - self.seen:
                self.queue.put_nowait(link)
            self.seen |= links
            self.queue.task_done()


async def crawl(workers):
    crawler = Crawler()
    tasks = [asyncio.ensure_future(crawler.work()) for _ in range(workers)]
    await crawler.queue.join()
    for task in tasks:
        task.cancel()
    return crawler.entries


async def main(what, *arguments):
    numbers = [argument if argument.isalpha() else float(argument) if "." in argument else int(argument)
               for argument in arguments]
    done = {"poll": poll, "long": long_polls, "events": events, "echo": echo, "crawl": crawl}[what]
    print(json.dumps(await done(*numbers)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
