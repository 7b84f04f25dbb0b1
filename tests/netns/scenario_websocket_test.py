"""WebSocket (Tornado's server; Tornado's client and python3-websockets) under latency, speed, jitter and reset. The
upgrade is exchange 0, each message and its echo a turn, and so is the closing handshake."""

import bench
import scenario_bench
from scenario_bench import first_cut, latency_ms, stall_ms
from tornado_server import PORT

LIBRARIES = ("tornado", "websockets")
SLACK_S = scenario_bench.SLACK_MS / 1000
RATE = 50_000


class WebSocket(scenario_bench.Case):
    def sockets(self, flags, library, sockets, messages, size=100, every_s=0.0):
        weir = self.shaped(*flags)
        entries = scenario_bench.clients(self.lab, "echo", library, sockets, messages, size, every_s)
        stats = self.finish(weir)
        self.assertEqual(stats["connections"], sockets)
        return weir, entries, stats

    def test_latency(self):
        messages = 6
        for library in LIBRARIES:
            def attempt(library=library):
                _, entries, stats = self.sockets(scenario_bench.LATENCY, library, 2, messages)
                self.whole(entries)
                self.assertEqual(stats["exchanges"], stats["applied"]["latency"])
                self.assertEqual(stats["exchanges"], 2 * (1 + messages + 1))
                late = {}
                for k, entry in enumerate(entries):
                    for n, took_s in enumerate([entry["first_s"], *entry["rounds_s"]]):
                        self.assertGreaterEqual(took_s * 1000, latency_ms(PORT, k, n), "early")
                        if took_s > latency_ms(PORT, k, n) / 1000 + SLACK_S:
                            late[k, n] = took_s
                return late

            with self.subTest(library):
                self.soon(attempt)

    def test_speed(self):
        messages, size = 8, 6000
        for library in LIBRARIES:
            def attempt(library=library):
                _, entries, stats = self.sockets(("--speed", str(RATE)), library, 1, messages, size)
                self.whole(entries)
                self.assertGreater(stats["achieved"]["speed"]["bytes"], 2 * messages * size)
                self.not_faster(2 * messages * size, entries[0]["took_s"], RATE)
                slow = entries[0]["took_s"] > stats["achieved"]["speed"]["bytes"] / RATE + 3 * SLACK_S
                return {0: entries[0]["took_s"]} if slow else {}

            with self.subTest(library):
                self.soon(attempt)

    def test_jitter(self):
        """A message each 50 ms for 2 s: in each of these seconds the connection may stall, and one round waits."""
        for library in LIBRARIES:
            with self.subTest(library):
                weir, entries, stats = self.sockets(scenario_bench.JITTER, library, 2, 30, every_s=0.05)
                self.whole(entries)
                self.assertEqual(stats["exchanges"], 2 * (1 + 30 + 1))
                stalls = scenario_bench.by_connection(weir, "jitter")
                self.assertTrue(stalls)
                for k, entry in enumerate(entries):
                    self.assertGreaterEqual(entry["first_s"] * 1000, stall_ms(PORT, k, 0), "a stall was cut short")
                    took_ms = [1000 * took_s for took_s in [entry["first_s"], *entry["rounds_s"]]]
                    waited = sum(ms >= scenario_bench.STALL_MS[0] for ms in took_ms)
                    self.assertGreaterEqual(waited, len(stalls.get((PORT, k), ())) - 1, "a stall was cut short")
                    self.assertGreaterEqual(max(took_ms), max((record["drawn"] for record in stalls.get((PORT, k), ())[:-1]),
                                                              default=0))

    def test_reset(self):
        """A socket ends with the first exchange that its connection's draws cut; the echoes before it all came."""
        sockets, messages = 10, 4
        for library in LIBRARIES:
            with self.subTest(library):
                _, entries, stats = self.sockets(scenario_bench.RESET, library, sockets, messages)
                cuts = [first_cut(PORT, k, 1 + messages + 1) for k in range(sockets)]
                echoes = [messages if cut is None or cut > messages else max(cut - 1, 0) for cut in cuts]
                self.assertEqual([len(entry["rounds_s"]) for entry in entries], echoes)
                self.assertEqual({entry["wrong"] for entry in entries}, {0})
                opened = [cut is None or cut > 0 for cut in cuts]
                self.assertEqual([entry["first_s"] is not None for entry in entries], opened)
                whole = [cut is None or cut > messages for cut in cuts]  # a cut closing handshake is no error to some
                self.assertTrue(all(entry["error"] for entry, is_whole in zip(entries, whole) if not is_whole))
                self.assertFalse(any(entry["error"] for entry, cut in zip(entries, cuts) if cut is None))
                self.assertEqual(stats["applied"]["reset"], sum(cut is not None for cut in cuts))


if __name__ == "__main__":
    bench.main()
