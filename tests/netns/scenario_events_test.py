"""Server-sent events (Tornado's server and client) under latency, speed, jitter and reset: a stream is one exchange, of
which the first byte is held or cut; its later events are not."""

import bench
import scenario_bench
from scenario_bench import connections_of, latency_ms
from tornado_server import EVENT_EVERY_S, PORT

STREAMS, EVENTS, SIZE = 3, 15, 200
RATE = 6_000
GAP_S = 0.3  # a stall of 300 ms leaves a gap of that length, and no other stall does
BODY_RESET = """
seed = 7
[impair.reset]
prob = 0.3
at = "body"
after = "300ms..600ms"
"""


class Events(scenario_bench.Case):
    def streams(self, *flags, streams=STREAMS):
        weir = self.shaped(*flags)
        entries = scenario_bench.clients(self.lab, "events", streams, EVENTS, SIZE)
        stats = self.finish(weir)
        self.assertEqual((stats["connections"], stats["exchanges"]), (streams, streams))
        return weir, entries, stats

    def complete(self, entries):
        """Every event once, in order, unchanged, and none before it was sent."""
        self.whole(entries)
        for entry in entries:
            self.assertEqual([event["n"] for event in entry["events"]], list(range(EVENTS)))
            self.assertTrue(all(event["came_at"] >= event["sent_at"] for event in entry["events"]))

    def test_latency(self):
        def attempt():
            weir, entries, stats = self.streams(*scenario_bench.LATENCY)
            self.complete(entries)
            self.assertEqual(stats["applied"]["latency"], STREAMS)
            late, places = {}, connections_of(weir)
            for entry in entries:
                port, k = places[entry["port"]]
                first, *others = entry["events"]
                drawn_s = latency_ms(port, k, 0) / 1000
                self.assertGreaterEqual(first["came_at"] - first["sent_at"], drawn_s, "early")
                not_before = first["came_at"] + 0.01  # what was sent while the first byte was held comes right behind it
                late |= {(k, event["n"]): event["came_at"] - event["sent_at"] for event in others
                         if event["came_at"] > max(event["sent_at"], not_before) + scenario_bench.SLACK_MS / 1000}
            return late

        self.soon(attempt)

    def test_speed(self):
        def attempt():
            _, entries, stats = self.streams("--speed", str(RATE))
            self.complete(entries)
            took_s = scenario_bench.seconds_of(entries)
            passed = stats["achieved"]["speed"]["bytes"]
            self.assertGreater(passed, STREAMS * EVENTS * SIZE)
            self.not_faster(passed, took_s, RATE)
            asked_s = max(passed / RATE, EVENTS * EVENT_EVERY_S)
            return {0: took_s} if took_s > asked_s + 2 * scenario_bench.SLACK_MS / 1000 else {}

        self.soon(attempt)

    def test_jitter(self):
        """Every second stalls for 300 ms, and each stall that the log tells is a gap at the client."""
        def attempt():
            weir = self.weir("--jitter-prob", "1", "--jitter-min", "300", "--jitter-max", "300")
            entries = scenario_bench.clients(self.lab, "events", STREAMS, EVENTS, SIZE)
            stats = bench.Case.finish(self, weir)
            self.complete(entries)
            self.assertEqual((stats["connections"], stats["exchanges"]), (STREAMS, STREAMS))
            stalls = scenario_bench.by_connection(weir, "jitter")
            places, other = connections_of(weir), {}
            for entry in entries:
                came = [event["came_at"] for event in entry["events"]]
                gaps = sum(later - earlier >= GAP_S for earlier, later in zip(came, came[1:]))
                gaps += entry["first_s"] >= GAP_S  # the first stall holds the request
                self.assertGreaterEqual(len(stalls[places[entry["port"]]]), 2)
                # The last stall may end behind the last event.
                self.assertGreaterEqual(gaps, len(stalls[places[entry["port"]]]) - 1, "a stall was cut short")
                if gaps > len(stalls[places[entry["port"]]]):
                    other[places[entry["port"]]] = gaps
            return other

        self.soon(attempt)

    def test_reset(self):
        """In place of the first byte: a stream comes whole or not at all."""
        _, entries, stats = self.streams(*scenario_bench.RESET, streams=12)
        cut = sum(scenario_bench.is_cut(PORT, k, 0) for k in range(12))
        outcomes = [(entry["error"], len(entry["events"])) for entry in entries]
        self.assertEqual(sorted(outcomes, key=str), [("ConnectionResetError", 0)] * cut + [(None, EVENTS)] * (12 - cut))
        self.assertEqual(stats["applied"]["reset"], cut)

    def test_reset_in_the_middle(self):
        """300 to 600 ms behind the first byte: what came until then stays, in order and whole."""
        _, entries, stats = self.streams("--profile", self.profile(BODY_RESET), streams=12)
        cut = [entry for entry in entries if entry["error"]]
        self.assertEqual(len(cut), sum(scenario_bench.is_cut(PORT, k, 0) for k in range(12)))
        self.assertEqual(stats["applied"]["reset"], len(cut))
        self.assertEqual({entry["wrong"] for entry in entries}, {0})
        for entry in cut:
            self.assertGreaterEqual(entry["took_s"], 0.3, "early")
            self.assertTrue(0 < len(entry["events"]) < EVENTS, len(entry["events"]))


if __name__ == "__main__":
    bench.main()
