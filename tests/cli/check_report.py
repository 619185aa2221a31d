#!/usr/bin/env python3
"""Checks a report of hysteron: as a document, and as what headless Chromium makes of it.

check_report.py REPORT.html [--least-figures N] [--no-browser]
Prints one line a violation; exit status 1 if there is any, 77 when Chromium is missing (said on the last line).
"""
import base64
import hashlib
import html.parser
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

MOST_BYTES = 2_000_000
SELF_TEST = r"""
(function () {
  "use strict";
  var said = {};
  function fire(target, type, x, y) {
    target.dispatchEvent(new PointerEvent(type, {bubbles: true, cancelable: true, clientX: x, clientY: y, button: 0,
      pointerType: "mouse", pointerId: 1}));
  }
  var fig = Array.prototype.filter.call(document.querySelectorAll("figure.fig"), function (f) {
    return f.querySelector(".curve path");
  })[0];
  fig.scrollIntoView({behavior: "instant", block: "center"});
  var svg = fig.querySelector("svg.plot"), box = svg.getBoundingClientRect();
  var panel = JSON.parse(fig.dataset.panels)[0][0];
  function at(px, py) { /* of the panel, y upwards */
    return [box.left + box.width * (panel[0] + px * (panel[1] - panel[0])),
            box.top + box.height * (1 - (panel[2] + py * (panel[3] - panel[2])))];
  }
  var path = fig.querySelector(".curve path"), before = path.getAttribute("d");
  var first = /^M(-?[\d.]+),(-?[\d.]+)/.exec(before), scale = box.width / svg.viewBox.baseVal.width;
  fire(svg, "pointermove", box.left + first[1] * scale, box.top + first[2] * scale);
  var readout = fig.querySelector(".readout");
  said.readout = readout.classList.contains("gone") ? "" : readout.textContent;
  fire(svg, "pointerleave", 0, 0);
  said.left = readout.classList.contains("gone");
  var a = at(0.3, 0.3), b = at(0.8, 0.8);
  fire(svg, "pointerdown", a[0], a[1]);
  fire(svg, "pointermove", b[0], b[1]);
  said.box = !fig.querySelector(".zoombox").classList.contains("gone");
  fire(svg, "pointerup", b[0], b[1]);
  said.zoomed = path.getAttribute("d") !== before && fig.classList.contains("zoomed");
  said.tics = fig.querySelectorAll(".axes text").length;
  var buttons = {};
  fig.querySelectorAll("button").forEach(function (button) { buttons[button.textContent] = button; });
  said.canReset = !buttons.reset.hidden;
  buttons.reset.click();
  said.reset = path.getAttribute("d") === before && !fig.classList.contains("zoomed") && buttons.reset.hidden;
  svg.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight"}));
  svg.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight"}));
  said.key = readout.textContent;
  var keys = document.querySelectorAll("button.curve-key");
  if (keys.length) {
    var hidden = function () { return keys[0].closest("figure").querySelectorAll(".curve.gone").length; };
    keys[0].click();
    said.hidden = hidden();
    keys[0].click();
    said.shownAgain = hidden() === 0;
  }
  var toggles = document.querySelectorAll("button.toggle"), stuck = [];
  toggles.forEach(function (toggle) {
    var was = toggle.getAttribute("aria-pressed"), owner = toggle.closest("figure");
    toggle.click();
    if (toggle.getAttribute("aria-pressed") === was || !owner.classList.contains("zoomed") ||
        /NaN|Infinity/.test(owner.querySelector("svg").innerHTML)) stuck.push(owner.id + " " + toggle.textContent);
    toggle.click();
  });
  said.stuck = stuck;
  var saved = [];
  URL.createObjectURL = function (blob) { saved.push(blob.type + ":" + blob.size); return "#"; };
  HTMLAnchorElement.prototype.click = function () { saved.push(this.download); };
  buttons.SVG.click();
  buttons.CSV.click();
  said.saved = saved;
  document.querySelector(".theme button").click();
  said.theme = document.documentElement.dataset.theme;
  document.documentElement.dataset.test = JSON.stringify(said);
})();
"""

problems = []


def complain(what):
    problems.append(what)
    print("error:", what)


class Document(html.parser.HTMLParser):
    """What can be seen without a browser."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.ids, self.figures, self.inside, self.sections, self.links = [], [], None, [], []
        self.texts = {"script": [], "style": []}
        self.policy = ""
        self.collecting = None
        self.n_tables = self.n_headed = 0

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if "id" in a:
            self.ids.append(a["id"])
        if "style" in a or any(key.startswith("on") for key in a):
            complain(f"<{tag}> carries a style or a handler, which the policy forbids: {sorted(a)}")
        for key in ("src", "href", "xlink:href", "action", "data"):
            if key in a and not a[key].startswith("#"):
                self.links.append((tag, a[key]))
        if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy":
            self.policy = a["content"]
        if tag == "figure":
            self.inside = {"id": a.get("id"), "panels": a.get("data-panels"), "tags": [], "csv": "", "labelled": ""}
            self.figures.append(self.inside)
        elif self.inside is not None:
            self.inside["tags"].append(tag)
            if tag == "svg" and "plot" in a.get("class", ""):
                self.inside["labelled"] = a.get("aria-labelledby", "")
        if tag == "section":
            self.sections.append(a.get("id"))
        if tag == "table":
            self.n_tables += 1
        if tag == "th" and a.get("scope") == "col":
            self.n_headed += 1
        if tag in self.texts:
            self.collecting = (tag, a.get("type", ""))
            self.texts[tag].append([a.get("type", ""), ""])

    def handle_endtag(self, tag):
        if tag == "figure":
            self.inside = None
        if tag in self.texts:
            self.collecting = None

    def handle_data(self, data):
        if not self.collecting:
            return
        self.texts[self.collecting[0]][-1][1] += data
        if self.collecting == ("script", "text/csv") and self.inside is not None:
            self.inside["csv"] += data


def check_figure(figure, ids):
    name = figure["id"]
    panels = json.loads(figure["panels"] or "[]")
    if not panels:
        complain(f"figure {name} tells of no panel")
    for (left, right, bottom, top), x, y in panels:
        if not (0 <= left < right <= 1 and 0 <= bottom < top <= 1 and x[0] < x[1] and y[0] < y[1]):
            complain(f"figure {name} has a panel that cannot be: {left, right, bottom, top, x, y}")
    if "path" not in figure["tags"] or "figcaption" not in figure["tags"]:
        complain(f"figure {name} lacks a drawing or a caption")
    for part in figure["labelled"].split() or ["(nothing)"]:
        if part not in ids:
            complain(f"figure {name} is labelled by {part}, which is not there")
    rows = figure["csv"].strip().splitlines()
    width = rows[0].count(",") if rows else 0
    if len(rows) < 2 or any(row.count(",") != width for row in rows):
        complain(f"figure {name} has no data, or rows of several lengths")


def check_document(path, least_figures):
    text = open(path, encoding="utf-8", newline="").read()
    if len(text.encode()) > MOST_BYTES:
        complain(f"the report has {len(text.encode())} bytes")
    d = Document()
    d.feed(text)
    d.close()
    for name in {i for i in d.ids if d.ids.count(i) > 1}:
        complain(f"the id {name} is there {d.ids.count(name)} times")
    if d.links:
        complain(f"it refers to something outside: {d.links[:3]}")
    if len(d.figures) < least_figures:
        complain(f"{len(d.figures)} figures, at least {least_figures} were expected")
    for figure in d.figures:
        check_figure(figure, set(d.ids))
    if d.n_tables and d.n_headed < d.n_tables:
        complain("a table has no headings")
    check_policy(d)
    return text, d


def check_policy(d):
    """The policy lets in this very style and this very program, and nothing else."""
    for kind, found in (("style", d.texts["style"]), ("script", [t for t in d.texts["script"] if not t[0]])):
        for _, content in found:
            digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
            if f"{kind}-src 'sha256-{digest}'" not in d.policy:
                complain(f"the policy does not name the hash of the {kind}: {d.policy}")
    if "default-src 'none'" not in d.policy or "unsafe" in d.policy:
        complain(f"the policy is lax: {d.policy}")


# ---- the browser ----

def browser():
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if shutil.which(name):
            return name
    return None


def show(program, path, folder):
    """The document after its program has run, and what the console said."""
    command = [program, "--headless", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
               f"--user-data-dir={folder}/profile", "--host-resolver-rules=MAP * ~NOTFOUND", "--window-size=1280,900",
               "--virtual-time-budget=5000", "--enable-logging=stderr", "--dump-dom", "file://" + path]
    if os.geteuid() == 0:
        command.insert(1, "--no-sandbox")
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0 or "<html" not in done.stdout:
        complain(f"{program} shows nothing ({done.returncode}): {done.stderr[-400:]}")
    said = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return done.stdout, said


def check_shown(program, path, d, folder):
    dom, said = show(program, os.path.abspath(path), folder)
    if said:
        complain(f"the console says: {said[0]}")
    found = re.search(r'data-figures="(\d+)"', dom)
    if not found or int(found.group(1)) != len(d.figures):
        complain(f"the page's program saw {found.group(1) if found else 'no'} figures of {len(d.figures)}")
    if dom.count(">CSV</button>") != len(d.figures) or dom.count(">SVG</button>") != len(d.figures):
        complain("not every figure has its buttons")


def check_policy_holds(program, text, folder):
    path = folder + "/injected.html"
    open(path, "w", encoding="utf-8").write(text.replace("</body>", "<script>document.title='taken'</script></body>"))
    dom, said = show(program, path, folder)
    if "<title>taken</title>" in dom or not said:
        complain("a program that is not the page's own was let in")


def check_answers(program, text, folder):
    path = folder + "/self_test.html"
    bare = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    open(path, "w", encoding="utf-8").write(bare.replace("</body>", "<script>" + SELF_TEST + "</script></body>"))
    dom, said = show(program, path, folder)
    if said:
        complain(f"the console says: {said[0]}")
    found = re.search(r'data-test="([^"]*)"', dom)
    if not found:
        complain("the page did not answer")
        return
    got = json.loads(found.group(1).replace("&quot;", '"').replace("&amp;", "&").replace("&lt;", "<"))
    judge(got)


def judge(got):
    number = r"\d+(\.\d+)?(×10⁻?[⁰¹²³⁴-⁹]+)?"
    wanted = {
        "the value under the pointer": re.search(number, got["readout"]) and "," in got["readout"],
        "no value once it has left": got["left"],
        "a box while dragging": got["box"],
        "the figure enlarged": got["zoomed"] and got["tics"] >= 3 and got["canReset"],
        "the figure as it was": got["reset"],
        "the value of a point by keys": re.search(number, got["key"]),
        "a curve hidden and shown": "hidden" not in got or (got["hidden"] >= 1 and got["shownAgain"]),
        "axes changed between linear and logarithmic": not got["stuck"],
        "SVG and CSV saved": len(got["saved"]) == 4 and got["saved"][0].startswith("image/svg+xml:") and
                             got["saved"][1].endswith(".svg") and got["saved"][3].endswith(".csv"),
        "the other colours": got["theme"] in ("dark", "light"),
    }
    for what, is_so in wanted.items():
        if not is_so:
            complain(f"not seen: {what}; {got}")


def main():
    args = sys.argv[1:]
    least = int(args[args.index("--least-figures") + 1]) if "--least-figures" in args else 1
    text, d = check_document(args[0], least)
    program = None if "--no-browser" in args else browser()
    if program:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            check_shown(program, args[0], d, folder)
            check_policy_holds(program, text, folder)
            check_answers(program, text, folder)
    if problems:
        return 1
    print(f"{args[0]}: {len(d.figures)} figures, sections {' '.join(d.sections)}")
    if not program and "--no-browser" not in args:
        print("skipped: Chromium is not installed (apt-get install chromium), so the report was not opened")
        return 77
    return 0


sys.exit(main())
