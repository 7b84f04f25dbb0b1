"""curl and nginx through `weir run --capture`, opened with tshark: every frame of the ports' counters is there, and the
comments say what the decision log says."""

import collections
import contextlib
import json
import re
import subprocess

import bench

FIELDS = ["frame.interface_name", "frame.packet_flags_direction", "frame.time_epoch", "frame.comment", "tcp.flags.reset"]
LINK = ["A of link 0: c", "B of link 0: s", "dropped of link 0"]


class Frame:
    def __init__(self, line):
        self.interface, direction, time, self.comment, reset = line.split("\t")
        self.inbound = int(direction, 0) == 1
        self.time_ns = int(time.replace(".", ""))
        self.reset = reset in ("1", "True")


def dissect(path):
    command = ["tshark", "-r", path, "-n", "-T", "fields", *(word for field in FIELDS for word in ("-e", field))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [Frame(line) for line in done.stdout.splitlines()]


class Captured(bench.Case):
    def run_captured(self, *flags, urls, curls=1):
        weir = self.weir(*flags, "--capture", self.capture_path())
        with contextlib.ExitStack() as stack:
            for curl in [stack.enter_context(bench.curl_started(self.lab, urls)) for _ in range(curls)]:
                bench.curl_finished(curl)
        stats = self.finish(weir)
        frames = dissect(self.capture_path())
        self.check_counts(frames, stats)
        return weir, stats, frames

    def capture_path(self):
        return self.lab.directory / f"{self.id().rsplit('.', maxsplit=1)[-1]}.pcapng"

    def check_counts(self, frames, stats):
        seen = collections.Counter((frame.interface, frame.inbound) for frame in frames)
        (link,) = stats["links"]
        for port, name in ((link["a"], LINK[0]), (link["b"], LINK[1])):
            self.assertEqual(seen[name, True], port["rx_frames"], name)
            self.assertEqual(seen[name, False], port["tx_frames"], name)
        drops = sum(sum(reasons.values()) for reasons in stats["drops"].values())
        self.assertEqual(seen[LINK[2], False], drops + stats["absorbed"])
        self.assertEqual(len(frames), sum(seen.values()))
        self.assertEqual(stats["capture"], {"frames": len(frames), "lost": 0})
        self.assertEqual([frame.time_ns for frame in frames], sorted(frame.time_ns for frame in frames))

    def test_held_frames_say_what_the_log_says(self):
        weir, _, frames = self.run_captured("--latency-min", "20", "--latency-max", "60", urls=[bench.url("small")] * 20)
        held = {}
        for frame in frames:
            match = re.fullmatch(r"held ([0-9.]+) ms: latency of exchange (\d+), rule default", frame.comment)
            if match:
                self.assertEqual((frame.interface, frame.inbound), (LINK[0], False))
                held[int(match[2])] = (round(float(match[1]) * 1e6), frame.time_ns)
        logged = {record["n"]: record for record in weir.events("latency")}
        self.assertEqual({n: ns for n, (ns, _) in held.items()},
                         {n: record["done_ns"] - record["t_ns"] for n, record in logged.items()})
        first = min(logged)
        for n, record in logged.items():  # the same distances in time as in the log, to the nanosecond
            self.assertEqual(held[n][1] - held[first][1], record["done_ns"] - logged[first]["done_ns"])

    def test_resets_are_injected_and_what_they_cost_is_dropped(self):
        weir, stats, frames = self.run_captured("--reset-prob", "1", urls=[bench.url("small")])
        cut = [frame for frame in frames if frame.comment.startswith("injected RST: reset of exchange 0, rule default")]
        self.assertEqual(len(cut), 2 * len(weir.events("reset")))
        self.assertTrue(all(frame.reset and not frame.inbound for frame in cut))
        injected = [frame for frame in frames if frame.comment.startswith("injected ")]
        self.assertEqual(len(injected), stats["injected"])
        dropped = collections.Counter(frame.comment for frame in frames if frame.interface == LINK[2])
        for reason in ("reset", "after_reset"):
            self.assertEqual(dropped[f"dropped: {reason}, rule default"], stats["drops"]["intended"][reason])

    def test_frames_of_two_workers_stand_in_the_order_of_time(self):
        weir, _, frames = self.run_captured("--latency", "5", "--workers", "2", urls=[bench.url("small")] * 10, curls=8)
        held = [frame for frame in frames if frame.comment.startswith("held ") and "latency" in frame.comment]
        self.assertEqual(len(held), len(weir.events("latency")))

    def test_without_an_impairment_frames_have_no_comment(self):
        _, _, frames = self.run_captured(urls=[bench.url("small")])
        self.assertGreater(len(frames), 8)
        self.assertEqual({frame.comment for frame in frames}, {""})

    def test_what_was_captured_can_be_replayed(self):
        _, _, frames = self.run_captured("--latency", "20", urls=[bench.url("small")] * 3)
        out = self.lab.directory / "replayed.pcap"
        replay = subprocess.run([bench.WEIR, "replay", "--latency", "50", "--stats", self.lab.directory / "replay.json",
                                 self.capture_path(), out], capture_output=True, text=True, check=False)
        self.assertEqual(replay.returncode, 0, replay.stderr)
        outbound = sum(not frame.inbound for frame in frames)
        self.assertIn(f"weir: {outbound} frames are marked as outbound", replay.stderr)
        again = json.loads((self.lab.directory / "replay.json").read_text())["links"][0]
        self.assertEqual(again["a"]["rx_frames"] + again["b"]["rx_frames"], len(frames) - outbound)


if __name__ == "__main__":
    bench.main()
