"""Several workers: who gives them their frames is said at the start, and a port that has several queues is read whole."""

import bench

CONNECTIONS = 40


class Spread(bench.Case):
    def fetch_together(self):
        """Connections of their own, each with its hash: so some fall to every queue and to every worker."""
        transfers, _ = bench.curls_together(self.lab, [[bench.url("small")] for _ in range(CONNECTIONS)])
        self.assertEqual([transfer["http_code"] for transfer in transfers], [200] * CONNECTIONS)

    def check(self, weir):
        self.fetch_together()
        self.assertEqual(weir.stop(), 0, weir.stderr())
        stats = weir.stats
        self.assertEqual((stats["connections"], stats["applied"]["latency"]), (CONNECTIONS, CONNECTIONS))
        self.assertEqual(*bench.conserved(stats))
        self.assertEqual({record["k"] for record in weir.events("latency")}, set(range(CONNECTIONS)))

    def test_a_port_without_rss_is_shared_out_by_weir(self):
        weir = bench.Weir(self.lab, "--latency", "20", "--workers", "2", "--max-late", "1s")
        self.addCleanup(weir.stop)
        self.assertRegex(weir.stderr(), r"weir: one worker receives for each port and hands frames on to the other: "
                                        r"port \S+ has no RSS that serves: weir does not ask it to spread\n")
        self.check(weir)

    def test_every_queue_of_af_packet_is_read(self):
        for name in ("c", "s"):
            self.lab.run("weir", "ip", "link", "set", name, "up", check=True)
        devices = [f"--vdev=net_af_packet{number},iface={name},qpairs=2,framesz=2048,blocksz=4096,framecnt=512"
                   for number, name in enumerate(("c", "s"))]
        weir = bench.Weir(self.lab, "--latency", "20", "--workers", "2", "--max-late", "1s", "--", *devices,
                          link="net_af_packet0,net_af_packet1")
        self.addCleanup(weir.stop)
        self.assertIn("its driver net_af_packet offers none over 2 queues", weir.stderr())
        self.check(weir)


if __name__ == "__main__":
    bench.main()
