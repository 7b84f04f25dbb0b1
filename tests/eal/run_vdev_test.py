"""`weir run` over DPDK's virtual devices: two links of capture files, every frame on its own link, byte for byte."""

import json
import os
import pathlib
import struct
import subprocess
import tempfile
import unittest

WEIR = os.environ["WEIR"]
HEADER = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)


def write_capture(path, frames):
    records = (struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame for frame in frames)
    path.write_bytes(HEADER + b"".join(records))


def read_capture(path):
    data, frames, at = path.read_bytes(), [], len(HEADER)
    while at < len(data):
        length = struct.unpack_from("<IIII", data, at)[2]
        frames.append(data[at + 16:at + 16 + length])
        at += 16 + length
    return frames


def frames_of(link, side):
    """Broadcasts of a link and side: an ethertype that no impairment selects, and lengths of every kind."""
    return [b"\xff" * 6 + bytes([2, 0, 0, 0, link, side]) + b"\x88\xb5" + bytes([number % 256]) * (46 + 7 * number)
            for number in range(200)]


class Vdevs(unittest.TestCase):
    def run_over(self, *flags):
        with tempfile.TemporaryDirectory() as name:
            at = pathlib.Path(name)
            devices = []
            for port in range(4):
                write_capture(at / f"in{port}", frames_of(port // 2, port % 2))
                devices.append(f"--vdev=net_pcap{port},rx_pcap={at}/in{port},tx_pcap={at}/out{port}")
            done = subprocess.run([WEIR, "run", "--link", "net_pcap0,net_pcap1", "--link", "net_pcap2,net_pcap3",
                                   "--duration", "1s", "--max-late", "1s", "--stats", at / "stats", *flags,
                                   "--", *devices], capture_output=True, text=True, timeout=50)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(done.stdout, "weir: ready\n")
            for port in range(4):
                self.assertEqual(read_capture(at / f"out{port}"), frames_of(port // 2, 1 - port % 2), f"port {port}")
            return json.loads((at / "stats").read_text())

    def test_two_links(self):
        stats = self.run_over()
        self.assertEqual([(link["a"]["rx_frames"], link["b"]["tx_frames"]) for link in stats["links"]], [(200, 200)] * 2)
        self.assertTrue(stats["kept_promises"], stats["broken"])

    def test_two_links_with_impairments(self):
        stats = self.run_over("--latency", "500", "--speed", "1k", "--reset-enable")
        self.assertEqual(stats["connections"], 0)

    def test_two_links_and_two_workers(self):
        stats = self.run_over("--latency", "500", "--workers", "2")
        self.assertEqual(len(stats["workers"]), 2)
        self.assertTrue(stats["kept_promises"], stats["broken"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
