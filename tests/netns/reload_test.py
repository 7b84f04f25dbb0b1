"""SIGHUP: another profile holds at once, for connections that live as well, and no frame is lost by it."""

import signal
import subprocess
import time

import bench

LATE = '[impair]\nlatency = "{}ms"\n'


class Reload(bench.Case):
    def reload(self, weir, text):
        """Tells weir to read a profile, and waits for its answer."""
        answers = weir.stderr().count("SIGHUP")
        self.profile(text)
        weir.process.send_signal(signal.SIGHUP)
        bench.until(lambda: weir.stderr().count("SIGHUP") > answers, "an answer to SIGHUP")
        time.sleep(0.05)  # it begins 10 ms ahead

    def first_byte_ms(self):
        return bench.curl(self.lab, [bench.url("small")])[0]["time_starttransfer"] * 1000

    def test_another_latency_holds_from_then_on(self):
        weir = self.weir("--profile", self.profile(LATE.format(50)))
        self.assertGreaterEqual(self.first_byte_ms(), 50)
        for ms in (150, 20):
            self.reload(weir, LATE.format(ms))
            self.assertGreaterEqual(self.first_byte_ms(), ms)
        stats = self.finish(weir)
        self.assertEqual([record["drawn"] for record in weir.events("latency")], [50, 150, 20])
        self.assertEqual(stats["reloads"], {"applied": 2, "refused": 0})
        self.assertEqual(stats["asked"]["latency"]["max_ms"], 20)

    def test_a_connection_keeps_its_number_and_counts_on(self):
        weir = self.weir("--profile", self.profile(LATE.format(300)))
        with bench.curl_started(self.lab, [bench.url("small")] * 6) as process:
            for ms in (200, 100):
                time.sleep(0.4)
                self.reload(weir, LATE.format(ms))
            transfers = bench.curl_finished(process)
        self.assertEqual(sum(transfer["num_connects"] for transfer in transfers), 1)
        self.finish(weir)
        latencies = weir.events("latency")
        self.assertEqual([record["n"] for record in latencies], list(range(6)))
        self.assertEqual({record["k"] for record in latencies}, {0})
        self.assertEqual([record["event"] for record in weir.log].count("open"), 1)
        drawn = [record["drawn"] for record in latencies]
        self.assertEqual(drawn, sorted(drawn, reverse=True))
        self.assertGreater(len(set(drawn)), 1)

    def test_a_profile_with_faults_is_refused_and_the_old_one_stays(self):
        weir = self.weir("--profile", self.profile(LATE.format(100)))
        self.reload(weir, '[impair]\nlatncy = "1ms"\n')
        said = weir.stderr()
        self.assertIn("weir: SIGHUP: the profile could not be taken, the one before stays:\n", said)
        self.assertIn("profile.toml:2:1: unknown key latncy in [impair] (did you mean latency?)", said)
        (self.lab.directory / "profile.toml").unlink()
        weir.process.send_signal(signal.SIGHUP)
        bench.until(lambda: "cannot read" in weir.stderr(), "the refusal")
        self.assertGreaterEqual(self.first_byte_ms(), 100)
        stats = self.finish(weir)
        self.assertEqual(stats["reloads"], {"applied": 0, "refused": 2})
        self.assertEqual(stats["asked"]["latency"]["max_ms"], 100)

    def test_what_it_extends_is_read_again(self):
        base = self.lab.directory / "base.toml"
        text = 'extends = "./base.toml"\n'
        base.write_text(LATE.format(50))
        weir = self.weir("--profile", self.profile(text))
        self.assertGreaterEqual(self.first_byte_ms(), 50)
        base.write_text(LATE.format(150))
        self.reload(weir, text)
        self.assertGreaterEqual(self.first_byte_ms(), 150)
        base.write_text(LATE.format("4 hours and "))
        self.reload(weir, text)
        self.assertIn("base.toml:2:11: latency: ", weir.stderr())
        base.unlink()
        self.reload(weir, text)
        self.assertIn("extends: cannot read ", weir.stderr())
        self.first_byte_ms()
        stats = self.finish(weir)
        self.assertEqual([record["drawn"] for record in weir.events("latency")], [50, 150, 150])
        self.assertEqual(stats["reloads"], {"applied": 1, "refused": 2})

    def test_without_a_profile_there_is_nothing_to_read(self):
        weir = self.weir("--latency", "1")
        weir.process.send_signal(signal.SIGHUP)
        bench.until(lambda: "no profile to read again" in weir.stderr(), "the answer")
        self.assertNotIn("reloads", self.finish(weir))

    def check_nothing_lost(self, load, port):
        """A hundred reloads a minute while a program keeps the link busy."""
        texts = ('[impair]\nlatency = "{n}ms"\n',
                 '[impair]\nlatency = "5ms..{m}ms"\n[impair.jitter]\nprob = "10%"\nlength = "{n}ms"\n',
                 '[[rule]]\nname = "port"\n[rule.match]\nprotocol = "tcp"\nserver-port = {port}\n[[rule.impair.packet]]\n'
                 'delay = "{n}ms"\n')
        weir = self.weir("--profile", self.profile(texts[0].format(n=2)))
        reloads = 0
        with self.lab.running("client", *load, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            while process.poll() is None:
                self.reload(weir, texts[reloads % 3].format(n=1 + reloads % 9, m=10 + reloads % 9, port=port))
                reloads += 1
                time.sleep(0.5)
            said = process.stdout.read()
        self.assertEqual(process.returncode, 0, said)
        stats = self.finish(weir)
        self.assertGreaterEqual(reloads, 15)
        self.assertEqual(stats["reloads"], {"applied": reloads, "refused": 0})
        self.assertTrue(stats["conservation"]["holds"])
        for kind in ("intended", "unintended"):
            lost = {reason: count for reason, count in stats["drops"][kind].items() if count}
            lost.pop("port_reused", None)
            self.assertEqual(lost, {}, "frames were lost")
        for side in ("a", "b"):
            port = stats["links"][0][side]
            self.assertEqual((port["imissed"], port["rx_nombuf"], port["tx_full"]), (0, 0, 0))
        return said

    def test_iperf3_loses_no_frame(self):
        server = self.lab.inside("server", "iperf3", "-s", "-1")
        with subprocess.Popen(server, stdout=subprocess.DEVNULL) as iperf:
            self.addCleanup(bench.stop, iperf)
            bench.until(lambda: "5201" in self.lab.run("server", "ss", "-Hltn").stdout, "iperf3 listens")
            self.check_nothing_lost(["iperf3", "-c", bench.SERVER, "-t", "12", "-b", "50M"], 5201)

    def test_wrk_loses_no_frame(self):
        said = self.check_nothing_lost(["wrk", "-t", "1", "-c", "20", "-d", "12s", bench.url("small")], bench.HTTP_PORT)
        self.assertNotIn("Socket errors", said)


if __name__ == "__main__":
    bench.main()
