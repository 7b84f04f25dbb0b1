"""A browser (Chromium, headless) through weir: a page whose exchanges are held is there whole, and of a connection that
weir cuts it says what it says of a network that did so."""

import re
import shutil
import sys

import bench

BROWSER = next((path for name in ("chromium-headless-shell", "chromium") if (path := shutil.which(name))), None)
PAGE = """<!doctype html><title>bench</title><p id="said">nothing</p><script>
Promise.all(["small", "small?1", "small?2"].map((name) => fetch(name).then((answer) => answer.arrayBuffer())))
  .then((bodies) => { document.title = "all " + bodies.reduce((sum, body) => sum + body.byteLength, 0); });
</script>"""
CUTS = [  # at, how, what is cut behind, what Chromium calls it
    ("connect", "refuse", None, "ERR_CONNECTION_REFUSED"),
    ("request", "rst", None, "ERR_CONNECTION_RESET"),
    ("response", "rst", None, "ERR_CONNECTION_RESET"),
    ("response", "fin", None, "ERR_EMPTY_RESPONSE"),
    ("body", "rst", "100B", "ERR_CONNECTION_RESET"),
]


class Browser(bench.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.nginx.www / "page.html").write_text(PAGE)

    def load(self, *options):
        """Loads the page; what the browser made of it, and why it could not."""
        command = [BROWSER, "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
                   f"--user-data-dir={self.lab.directory / 'browser'}", "--dump-dom", *options, bench.url("page.html")]
        done = self.lab.run("client", *command, timeout=120)
        failed = re.search(r"Page load failed: net::(\w+)", done.stderr)
        return done.stdout, failed.group(1) if failed else None

    def test_a_page_that_is_late_is_whole(self):
        weir = self.weir("--latency", "100")
        page, failed = self.load("--virtual-time-budget=20000")
        self.assertIsNone(failed)
        self.assertIn("<title>all 3000</title>", page)
        stats = self.finish(weir)
        self.assertGreaterEqual(stats["applied"]["latency"], 4)
        self.assertEqual(stats["applied"]["latency"], stats["exchanges"])

    def test_cuts_are_called_what_they_are(self):
        for at, how, after, expected in CUTS:
            with self.subTest(at=at, how=how):
                profile = self.profile(f'[impair.reset]\nat = "{at}"\nhow = "{how}"\n' + (f'after = "{after}"\n' if after else ""))
                weir = self.weir("--profile", profile)
                _, failed = self.load()
                self.assertEqual(failed, expected)
                self.assertGreater(self.finish(weir)["applied"]["reset"], 0)


if __name__ == "__main__":
    if BROWSER is None:
        print("no Chromium is installed")
        sys.exit(bench.SKIPPED)
    bench.main()
