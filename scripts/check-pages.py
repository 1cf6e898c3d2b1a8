#!/usr/bin/env python3
"""Opens HTML pages in headless Chromium and checks that they stand alone.

    scripts/check-pages.py [--screenshots DIR] [--charts TITLE...] -- PAGE...

Each page is opened at widths of 375 and 1440 px, light and dark. Checked: no message on the console, no request beside
the page itself, nothing wider than the window, a picture with a title in every <svg>, contrast of texts of at least 4.5
(3 where large), the charts named, under 1 MB; printed it has at most two pages. Ends with 1 where a page fails.
"""

import argparse
import base64
import itertools
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# What is measured inside a page.
MEASURE = r"""
(() => {
  const root = document.scrollingElement;
  const wide = [...document.querySelectorAll('body *')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.right > innerWidth + 1 && !e.closest('.scroll, pre, .skip');
  }).map(e => e.tagName + '.' + (e.className.baseVal ?? e.className));
  const unnamed = [...document.querySelectorAll('svg')].filter(
    e => e.getAttribute('role') !== 'img' || !(e.querySelector('title')?.textContent)).length;
  // Painted, a colour of any notation is red, green, blue and opacity.
  const pen = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const color = text => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = text;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(
    v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const paper = e => {
    if (!e) return [255, 255, 255];
    const own = color(getComputedStyle(e).backgroundColor), share = own[3] / 255;
    if (share === 1) return own;
    const behind = paper(e.parentElement);
    return behind.map((v, i) => i < 3 ? share * own[i] + (1 - share) * v : v);
  };
  const pale = new Set();
  for (const e of document.querySelectorAll('body *')) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || e.closest('.map') || e.tagName === 'title' || !e.getClientRects().length) continue;
    const style = getComputedStyle(e);
    const [a, b] = [light(color(e.closest('svg') ? style.fill : style.color)), light(paper(e))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize);
    if (ratio < (size >= 24 ? 3 : 4.5)) pale.add(e.tagName + ' ' + ratio.toFixed(2));
  }
  return JSON.stringify({
    overflow: root.scrollWidth - innerWidth, wide: wide.slice(0, 5), unnamed, pale: [...pale].slice(0, 5),
    charts: document.querySelectorAll('figure').length,
    broken: [...document.images].filter(i => !i.naturalWidth).length,
    titles: [...document.querySelectorAll('figure h3')].map(e => e.textContent),
  });
})()
"""


class Browser:
    """Chromium, spoken to over a pair of pipes."""

    def __init__(self):
        program = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
        if program is None:
            sys.exit("check-pages: Chromium is not installed")
        self.profile = tempfile.TemporaryDirectory()
        commands, self.commands = os.pipe()
        self.answers, answers = os.pipe()

        def connect():
            # Chromium reads commands from descriptor 3 and answers on 4.
            spare = [os.dup(commands), os.dup(answers)]
            os.dup2(spare[0], 3)
            os.dup2(spare[1], 4)

        self.process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
             f"--user-data-dir={self.profile.name}", "about:blank"],
            preexec_fn=connect, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(commands)
        os.close(answers)
        self.numbers = itertools.count(1)
        self.rest = b""
        self.events = []
        self.session = None

    def read(self):
        while b"\0" not in self.rest:
            more = os.read(self.answers, 1 << 16)
            if not more:
                sys.exit("check-pages: Chromium has ended")
            self.rest += more
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **parameters):
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("id") == number:
                if "error" in answer:
                    sys.exit(f"check-pages: {method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def wait(self, method):
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.read())

    def open_tab(self):
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.call(f"{domain}.enable")

    def load(self, page, width, scheme):
        self.events.clear()
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1,
                  mobile=width < 500)
        self.call("Emulation.setEmulatedMedia", media="screen",
                  features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.call("Page.navigate", url=page.resolve().as_uri())
        self.wait("Page.loadEventFired")

    def close(self):
        self.session = None
        self.call("Browser.close")
        self.process.wait()
        self.profile.cleanup()


def faults(browser, page, screenshots, charts):
    found = []
    size = page.stat().st_size
    if size >= 1_000_000:
        found.append(f"{size} bytes")
    for width, scheme in itertools.product([375, 1440], ["light", "dark"]):
        browser.load(page, width, scheme)
        seen = json.loads(browser.call("Runtime.evaluate", expression=MEASURE)["result"]["value"])
        place = f"{width} px, {scheme}"
        for event in browser.events:
            if event["method"] in ["Runtime.consoleAPICalled", "Log.entryAdded", "Runtime.exceptionThrown"]:
                found.append(f"{place}: console: {json.dumps(event['params'])[:300]}")
            if event["method"] == "Network.requestWillBeSent":
                url = event["params"]["request"]["url"]
                if not url.startswith("data:") and url != page.resolve().as_uri():
                    found.append(f"{place}: asks for {url}")
        if seen["overflow"] > 0 or seen["wide"]:
            found.append(f"{place}: wider than the window by {seen['overflow']} px: {seen['wide']}")
        if seen["unnamed"] or seen["broken"] or seen["pale"]:
            found.append(f"{place}: {seen['unnamed']} pictures without a title, {seen['broken']} broken, "
                         f"pale: {seen['pale']}")
        missing = set(charts) - set(seen["titles"])
        if missing:
            found.append(f"{place}: no chart {sorted(missing)}")
        if screenshots:
            shot = browser.call("Page.captureScreenshot", captureBeyondViewport=True)
            name = f"{page.parent.name}-{width}-{scheme}.png"
            (screenshots / name).write_bytes(base64.b64decode(shot["data"]))
    browser.call("Emulation.setEmulatedMedia", media="")
    pdf = base64.b64decode(browser.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"])
    sheets = len(re.findall(rb"/Type\s*/Page\b", pdf))
    if sheets > 2:
        found.append(f"{sheets} pages printed")
    if screenshots:
        (screenshots / f"{page.parent.name}.pdf").write_bytes(pdf)
    print(f"{page}: {size // 1000} kB, {seen['charts']} charts, {sheets} pages printed")
    print("  " + "; ".join(seen["titles"]))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", nargs="+", type=pathlib.Path)
    parser.add_argument("--charts", nargs="*", default=[])
    parser.add_argument("--screenshots", type=pathlib.Path)
    options = parser.parse_args()
    if options.screenshots:
        options.screenshots.mkdir(parents=True, exist_ok=True)
    browser = Browser()
    browser.open_tab()
    failed = False
    for page in options.pages:
        for fault in faults(browser, page, options.screenshots, options.charts):
            failed = True
            print(f"  FAILED: {fault}")
    browser.close()
    sys.exit(1 if failed else 0)


main()
