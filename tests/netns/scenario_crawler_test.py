"""A crawler of 200 linked pages under latency, speed, jitter and reset: Tornado's asynchronous client with a queue of
workers, which opens a connection for each page, and curl --parallel, which keeps its connections."""

import json

import bench
import scenario_bench
from scenario_bench import connections_of, is_cut, latency_ms
from tornado_server import PAGE_SIZE, PAGES, PORT, page

WORKERS = 10
RATE = 300_000
ALL = list(range(PAGES))
CURL_RECV_ERROR = 56


class Tornado(scenario_bench.Case):
    """Workers run side by side, so which page is connection k is up to them; what happens to connection k is not."""

    def crawl(self, *flags):
        weir = self.shaped(*flags)
        entries = scenario_bench.clients(self.lab, "crawl", WORKERS)
        stats = self.finish(weir)
        self.assertEqual((stats["connections"], stats["exchanges"]), (len(entries), len(entries)))
        self.assertEqual(sorted(entry["page"] for entry in entries if not entry["error"]), ALL)
        self.assertEqual({entry["wrong"] for entry in entries}, {0})
        return weir, entries, stats

    def test_latency(self):
        weir, entries, stats = self.crawl(*scenario_bench.LATENCY)
        self.whole(entries)
        self.assertEqual(stats["applied"]["latency"], PAGES)
        places = connections_of(weir)
        known = [(entry, places[entry["port"]]) for entry in entries if entry["port"] in places]
        self.assertGreater(len(known), PAGES // 2)
        for entry, (port, k) in known:
            self.assertGreaterEqual(entry["first_s"] * 1000, latency_ms(port, k, 0), "early")

    def test_speed(self):
        _, entries, stats = self.crawl("--speed", str(RATE))
        self.whole(entries)
        self.not_faster(PAGES * PAGE_SIZE, stats["duration_s"], RATE)
        self.assertLessEqual(stats["achieved"]["speed"]["mean_active_bytes_per_s"], RATE * 1.01)

    def test_jitter(self):
        weir, entries, stats = self.crawl(*scenario_bench.JITTER)
        self.whole(entries)
        first = {k for k in range(PAGES) if scenario_bench.stall_ms(PORT, k, 0)}
        stalled = {record["k"] for record in weir.events("jitter") if record["n"] == 0}
        self.assertEqual(stalled, first)
        places = connections_of(weir)
        for entry in entries:
            drawn_ms = scenario_bench.stall_ms(*places[entry["port"]], 0) if entry["port"] in places else 0
            self.assertGreaterEqual(entry["took_s"] * 1000, drawn_ms, "a stall was cut short")
        self.assertGreaterEqual(stats["applied"]["jitter"], len(first))

    def test_reset(self):
        """What is cut is tried again: all pages come in the end."""
        weir, entries, stats = self.crawl(*scenario_bench.RESET)
        failed = [entry for entry in entries if entry["error"]]
        self.assertEqual({entry["error"] for entry in failed}, {"ConnectionResetError"})
        self.assertEqual(weir.numbers("reset"), {k for k in range(len(entries)) if is_cut(PORT, k, 0)})
        self.assertEqual(stats["applied"]["reset"], len(failed))


class Curl(scenario_bench.Case):
    def fetch(self, flags, *options):
        """200 pages by one curl: what it says of each, and how many arrived as they are served."""
        pages = self.lab.directory / "pages"
        pages.mkdir(exist_ok=True)
        config = self.lab.directory / "pages.curl"
        config.write_text("".join(f'url = "http://{bench.SERVER}:{PORT}/page/{n}"\noutput = "{pages}/{n}"\n' for n in ALL))
        for old in pages.iterdir():
            old.unlink()
        weir = self.shaped(*flags)
        done = self.lab.run("client", "curl", "-s", "--parallel", "--parallel-max", WORKERS, "-w", r"%{json}\n", "-K", config,
                            *options)
        stats = self.finish(weir)
        transfers = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(transfers), PAGES)
        good = [n for n in ALL if (pages / str(n)).exists() and (pages / str(n)).read_text() == page(n)]
        return weir, transfers, stats, good

    def test_latency(self):
        weir, transfers, stats, good = self.fetch(scenario_bench.LATENCY)
        self.assertEqual(good, ALL)
        self.assertEqual((stats["exchanges"], stats["applied"]["latency"]), (PAGES, PAGES))
        self.assertEqual(stats["connections"], sum(transfer["num_connects"] for transfer in transfers))
        self.assertLessEqual(stats["connections"], WORKERS)
        places, drawn = connections_of(weir), {}
        for transfer in transfers:  # the responses of one connection, in their order
            drawn.setdefault(places[transfer["local_port"]], []).append(transfer)
        for (port, k), of_connection in drawn.items():
            for n, transfer in enumerate(of_connection):
                self.assertGreaterEqual(scenario_bench.waited_ms(transfer), latency_ms(port, k, n), "early")

    def test_speed(self):
        _, transfers, stats, good = self.fetch(("--speed", str(RATE)))
        self.assertEqual(good, ALL)
        passed = stats["achieved"]["speed"]["bytes"]
        self.assertGreater(passed, sum(transfer["size_download"] for transfer in transfers))
        self.not_faster(passed, stats["duration_s"], RATE)
        self.assertLessEqual(stats["achieved"]["speed"]["mean_active_bytes_per_s"], RATE * 1.01)

    def test_jitter(self):
        weir, _, stats, good = self.fetch(scenario_bench.JITTER)
        self.assertEqual(good, ALL)
        self.assertEqual(stats["exchanges"], PAGES)
        stalled = {record["k"] for record in weir.events("jitter") if record["n"] == 0}
        self.assertEqual(stalled, {k for k in range(stats["connections"]) if scenario_bench.stall_ms(PORT, k, 0)})

    def test_reset(self):
        """Each transfer fails once at most in curl (56), but for one that finds a connection dead that it had kept."""
        weir, transfers, stats, good = self.fetch(scenario_bench.RESET)
        failed = [transfer for transfer in transfers if transfer["exitcode"]]
        self.assertEqual({transfer["exitcode"] for transfer in failed}, {CURL_RECV_ERROR})
        self.assertEqual(len(good), PAGES - len(failed))
        self.assertLessEqual(len(failed), stats["applied"]["reset"])
        cuts = scenario_bench.by_connection(weir, "reset")
        self.assertEqual({place: [scenario_bench.first_cut(*place, PAGES)] for place in cuts},
                         {place: [record["n"] for record in records] for place, records in cuts.items()})


if __name__ == "__main__":
    bench.main()
