"""The same seed decides the same, whatever the ephemeral ports and the times; another seed decides otherwise."""

import time

import bench

TIMES = {"t_ns", "due_ns", "done_ns"}
FLAGS = ("--latency-min", "5", "--latency-max", "20", "--jitter-prob", "0.3", "--jitter-min", "10", "--jitter-max", "30",
         "--reset-prob", "0.2")


def without_times(record):
    """A decision less its times and the client's ephemeral port."""
    kept = {key: entry for key, entry in record.items() if key not in TIMES}
    client, server = kept["flow"].split(">")
    kept["flow"] = f"{client.rsplit(':', 1)[0]}>{server}"
    return tuple(sorted(kept.items()))


class Repeat(bench.Case):
    def one_run(self, seed, *more):
        """What is decided for 200 short connections and one that is kept alive: the log in an order of its own."""
        weir = self.weir(*FLAGS, "--seed", str(seed), *more)
        short = bench.curl(self.lab, [bench.url("closing/small")] * 200)
        bench.curl(self.lab, [bench.url("small", bench.SERVER6)] * 10)
        time.sleep(0.5)  # the last connection's FINs go by: its close belongs to the log
        self.finish(weir)
        cut = [number for number, transfer in enumerate(short) if transfer["exitcode"] == 56]
        return cut, sorted(without_times(record) for record in weir.log if record["flow"])

    def test_a_seed_is_a_run(self):
        cut, decisions = self.one_run(11)
        self.assertTrue(0 < len(cut) < 200, cut)
        self.assertGreater(len(decisions), 400)
        again_cut, again = self.one_run(11)
        self.assertEqual(again_cut, cut)
        self.assertEqual(again, decisions)
        other_cut, other = self.one_run(12)
        self.assertNotEqual(other_cut, cut)
        self.assertNotEqual(other, decisions)

    def test_two_workers_decide_what_one_decides(self):
        cut, decisions = self.one_run(13)
        other_cut, other = self.one_run(13, "--workers", "2")
        self.assertEqual(other_cut, cut)
        self.assertEqual(other, decisions)


if __name__ == "__main__":
    bench.main()
