"""Short polling and long polling (Tornado's server and client) under latency, speed, jitter and reset."""

import bench
import scenario_bench
from scenario_bench import is_cut, latency_ms, stall_ms
from tornado_server import LONG_POLL_S, PORT

POLLS, POLL_SIZE = 20, 700
LONG_POLLS, LONG_SIZE = 4, 4000
SLACK_MS = scenario_bench.SLACK_MS
RATE = 20_000


class Polling(scenario_bench.Case):
    """Each poll is a connection of its own, one after the other: the n-th poll is connection n."""

    def polls(self, *flags):
        weir = self.shaped(*flags)
        entries = scenario_bench.clients(self.lab, "poll", POLLS, POLL_SIZE)
        stats = self.finish(weir)
        self.assertEqual((stats["connections"], stats["exchanges"]), (POLLS, POLLS))
        return entries, stats

    def test_latency(self):
        def attempt():
            entries, stats = self.polls(*scenario_bench.LATENCY)
            self.whole(entries)
            self.assertEqual(stats["applied"]["latency"], POLLS)
            drawn = [latency_ms(PORT, k, 0) for k in range(POLLS)]
            took = [entry["first_s"] * 1000 for entry in entries]
            self.assertTrue(all(ms >= asked for ms, asked in zip(took, drawn)), "early")
            return {k: ms for k, (ms, asked) in enumerate(zip(took, drawn)) if ms > asked + SLACK_MS}

        self.soon(attempt)

    def test_speed(self):
        def attempt():
            entries, stats = self.polls("--speed", str(RATE))
            self.whole(entries)
            took_s = scenario_bench.seconds_of(entries)
            passed = stats["achieved"]["speed"]["bytes"]
            self.assertGreater(passed, POLLS * POLL_SIZE)
            self.not_faster(passed, took_s, RATE)
            return {0: took_s} if took_s > passed / RATE + 10 * SLACK_MS / 1000 else {}

        self.soon(attempt)

    def test_jitter(self):
        def attempt():
            entries, stats = self.polls(*scenario_bench.JITTER)
            self.whole(entries)
            took = [entry["took_s"] * 1000 for entry in entries]
            drawn = [stall_ms(PORT, k, 0) for k in range(POLLS)]
            self.assertGreaterEqual(stats["applied"]["jitter"], sum(ms > 0 for ms in drawn))
            self.assertTrue(all(ms >= asked for ms, asked in zip(took, drawn)), "a stall was cut short")
            return {k: ms for k, (ms, asked) in enumerate(zip(took, drawn)) if ms > asked + SLACK_MS}

        self.soon(attempt)

    def test_reset(self):
        entries, stats = self.polls(*scenario_bench.RESET)
        expected = ["ConnectionResetError" if is_cut(PORT, k, 0) else None for k in range(POLLS)]
        self.assertEqual([entry["error"] for entry in entries], expected)
        self.assertEqual(stats["applied"]["reset"], POLLS - expected.count(None))
        self.assertFalse(any(entry["wrong"] for entry in entries))


class LongPolling(scenario_bench.Case):
    """Each long poll and each event is a connection of its own; an event begins while a poll waits."""

    CONNECTIONS = LONG_POLLS + LONG_POLLS // 2

    def long_polls(self, *flags):
        weir = self.shaped(*flags)
        entries = scenario_bench.clients(self.lab, "long", LONG_POLLS, LONG_SIZE)
        stats = self.finish(weir)
        self.assertEqual((stats["connections"], stats["exchanges"]), (self.CONNECTIONS, self.CONNECTIONS))
        return list(enumerate(entries)), stats

    def answered(self, numbered):
        self.whole([entry for _, entry in numbered])
        polls = [(k, entry) for k, entry in numbered if entry["what"] == "long"]
        self.assertEqual([entry["why"] for _, entry in polls], ["event", "time"] * (LONG_POLLS // 2))
        for _, entry in polls:
            if entry["why"] == "time":
                self.assertGreaterEqual(entry["first_s"], LONG_POLL_S)
        return polls

    def test_latency(self):
        def attempt():
            polls = self.answered(self.long_polls(*scenario_bench.LATENCY)[0])
            late = {k: (entry["late_s"] * 1000, latency_ms(PORT, k, 0)) for k, entry in polls}
            self.assertTrue(all(ms >= drawn for ms, drawn in late.values()), "early")
            return {k: ms for k, (ms, drawn) in late.items() if ms > drawn + SLACK_MS}

        self.soon(attempt)

    def test_speed(self):
        def attempt():
            polls = self.answered(self.long_polls("--speed", str(RATE))[0])
            waited = {k: entry["took_s"] - (entry["first_s"] - entry["late_s"]) for k, entry in polls}
            for k, entry in polls:
                self.not_faster(entry["bytes"], waited[k], RATE)
            return {k: s for k, s in waited.items() if s > (LONG_SIZE + 2000) / RATE + SLACK_MS / 1000}

        self.soon(attempt)

    def test_jitter(self):
        """The first stall holds the request; an event may then come too early for its poll, which time answers."""
        numbered, stats = self.long_polls(*scenario_bench.JITTER)
        self.whole([entry for _, entry in numbered])
        least = {k: stall_ms(PORT, k, 0) + (LONG_POLL_S * 1000 if entry.get("why") == "time" else 0) for k, entry in numbered}
        early = {k: entry["took_s"] for k, entry in numbered if entry["took_s"] * 1000 < least[k]}
        self.assertFalse(early, "a stall was cut short")
        self.assertGreaterEqual(stats["applied"]["jitter"], sum(stall_ms(PORT, k, 0) > 0 for k, _ in numbered))

    def test_reset(self):
        numbered, stats = self.long_polls(*scenario_bench.RESET)
        expected = ["ConnectionResetError" if is_cut(PORT, k, 0) else None for k in range(self.CONNECTIONS)]
        self.assertEqual([entry["error"] for _, entry in numbered], expected)
        self.assertEqual(stats["applied"]["reset"], self.CONNECTIONS - expected.count(None))


if __name__ == "__main__":
    bench.main()
