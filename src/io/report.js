/* Figures that answer: values under the pointer, zoom, logarithmic axes, curves hidden and shown, SVG and CSV.
 * Everything is read from the page: places and axes of the panels from data-panels, curves from the SVG itself. */
(function () {
  "use strict";
  var NS = "http://www.w3.org/2000/svg";
  var NEAR = 30; /* px of the figure within which a point is found */
  var TIC = 3;
  var MOST_KEYS = 10; /* of the curves of a figure */
  var MINUS = "\u2212";

  function draw(parent, name, attributes, text) {
    var made = document.createElementNS(NS, name);
    Object.keys(attributes).forEach(function (key) { made.setAttribute(key, attributes[key]); });
    if (text !== undefined) made.textContent = text;
    parent.appendChild(made);
    return made;
  }

  function make(parent, name, className, text) {
    var made = document.createElement(name);
    made.className = className;
    if (text !== undefined) made.textContent = text;
    if (parent) parent.appendChild(made);
    return made;
  }

  /* ---- numbers ---- */

  function exponent(text) {
    return text.replace(/e\+?(-?)(\d+)$/, function (all, sign, digits) {
      return "\u00d710" + (sign + digits).replace(/[-\d]/g, function (c) {
        return c === "-" ? "\u207b" : "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079".charAt(+c);
      });
    });
  }

  function shown(value) {
    var size = Math.abs(value);
    var text = size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(3) : String(+value.toPrecision(4));
    return exponent(text.replace(/\.?0+e/, "e")).replace("-", MINUS);
  }

  /* "Current, |I| (A)": what stands before the last brackets, and in them. */
  function splitLabel(label) {
    var parts = /^(.*?)\s*\(([^()]*)\)$/.exec(label) || [label, label, ""];
    return { name: parts[1].replace(/, \S{1,3}$/, ""), unit: parts[2] };
  }

  /* Tics of an axis: about five, at 1, 2 or 5 times a power of ten; decades where it has some. */
  function ticsOf(lo, hi, isLog) {
    var list = [], step, k;
    if (isLog && hi - lo >= 1) {
      step = Math.max(1, Math.ceil((hi - lo) / 6));
      for (k = Math.ceil(lo - 1e-9); k <= hi + 1e-9; k += step)
        list.push({ at: k, text: "10", power: String(k).replace("-", MINUS) });
      return list;
    }
    var from = isLog ? Math.pow(10, lo) : lo, to = isLog ? Math.pow(10, hi) : hi;
    step = Math.pow(10, Math.floor(Math.log10((to - from) / 5)));
    [2, 5, 10].some(function (m) { return (to - from) / step > 6 && ((step = step * (m === 5 ? 2.5 : 2)), false); });
    var decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    for (k = Math.ceil(from / step - 1e-9); k * step <= to + 1e-9 * step; k++) {
      var size = Math.max(Math.abs(from), Math.abs(to));
      var text = size >= 1e5 || size < 1e-3 ? exponent((k * step).toExponential(2)) : (k * step).toFixed(decimals);
      list.push({ at: isLog ? Math.log10(k * step) : k * step, text: text.replace("-", MINUS) });
    }
    return list;
  }

  /* ---- reading the SVG ---- */

  /* "M1,2 3,4M5,6 7,8 z": [[command, x, y] ...] */
  function readPath(d) {
    var points = [], pattern = /([MLlhvzZ])?\s*(-?[\d.]+(?:e-?\d+)?)[,\s]+(-?[\d.]+(?:e-?\d+)?)/g, found;
    while ((found = pattern.exec(d))) points.push([found[1] === "M" ? "M" : "L", +found[2], +found[3]]);
    return points;
  }

  function readPanel(raw, w, h) {
    function axis(a) {
      var label = splitLabel(a[3]);
      return { lo: a[0], hi: a[1], isLog: !!a[2], name: label.name, unit: label.unit,
        now: { lo: a[0], hi: a[1], isLog: !!a[2] } };
    }
    var panel = { l: raw[0][0] * w, r: raw[0][1] * w, b: h - raw[0][2] * h, t: h - raw[0][3] * h,
      x: axis(raw[1]), y: axis(raw[2]), curves: [], decoration: [], isChanged: false };
    panel.x.from = panel.l;
    panel.x.to = panel.r;
    panel.y.from = panel.b;
    panel.y.to = panel.t;
    return panel;
  }

  function isInside(panel, x, y, margin) {
    return x >= panel.l - margin && x <= panel.r + margin && y >= panel.t - margin && y <= panel.b + margin;
  }

  /* The value of a place of the figure as it was drawn, and the place of a value now. */
  function valueAt(axis, place) {
    var u = axis.lo + (place - axis.from) / (axis.to - axis.from) * (axis.hi - axis.lo);
    return axis.isLog ? Math.pow(10, u) : u;
  }
  function coordinate(axis, value) {
    return axis.now.isLog ? Math.log10(Math.abs(value)) : value;
  }
  function placeOf(axis, value) {
    return axis.from + (coordinate(axis, value) - axis.now.lo) / (axis.now.hi - axis.now.lo) * (axis.to - axis.from);
  }

  function readCurve(group) {
    var curve = { group: group, name: "", paths: [], marks: [], points: [], isHidden: false };
    var title = group.querySelector("title");
    if (title) {
      curve.name = title.textContent;
      title.remove(); /* the browser's own tip would lie over ours */
    }
    group.querySelectorAll("path").forEach(function (path) {
      var points = readPath(path.getAttribute("d"));
      curve.paths.push({ element: path, d: path.getAttribute("d"), points: points });
      curve.points = curve.points.concat(points);
    });
    group.querySelectorAll("use").forEach(function (use) {
      var found = /translate\(\s*(-?[\d.]+)[,\s]+(-?[\d.]+)\s*\)(.*)/.exec(use.getAttribute("transform") || "");
      if (!found) return;
      var point = ["M", +found[1], +found[2]];
      curve.marks.push({ element: use, rest: found[3], point: point, transform: use.getAttribute("transform") });
      curve.points.push(point);
    });
    var painted = group.querySelector("[stroke]:not([stroke=currentColor]):not([stroke=none]), [color]");
    curve.colour = painted ? painted.getAttribute("color") || painted.getAttribute("stroke") : "currentColor";
    return curve;
  }

  /* What a panel shows besides its curves, which does not fit any more once its axes have changed. */
  function readDecoration(figure) {
    figure.svg.querySelectorAll("path, polygon, text").forEach(function (element) {
      if (element.closest(".curve, defs")) return;
      figure.panels.forEach(function (panel) { takeDecoration(panel, element); });
    });
  }
  function takeDecoration(panel, element) {
    if (element.tagName === "text") {
      var around = element.parentNode.getAttribute("transform") || "";
      var at = /translate\(\s*(-?[\d.]+)[,\s]+(-?[\d.]+)/.exec(around);
      if (!at || /rotate\((?!0)/.test(around)) return;
      var x = +at[1], y = +at[2];
      var isBelow = y > panel.b && y < panel.b + 17 && x > panel.l - 9 && x < panel.r + 9;
      var isBeside = x < panel.l && x > panel.l - 48 && y > panel.t - 5 && y < panel.b + 8;
      if (isBelow || isBeside || isInside(panel, x, y, 0)) panel.decoration.push({ element: element });
      return;
    }
    var text = element.getAttribute(element.tagName === "path" ? "d" : "points"), points = readPath(text);
    if (!points.length) return;
    if (element.tagName === "polygon") {
      if (isInside(panel, points[0][1], points[0][2], 0)) panel.decoration.push({ element: element });
      return;
    }
    keepBorder(panel, element, text, points);
  }
  /* Of a path that holds tics and border, all but the tics and what lies within. */
  function keepBorder(panel, element, text, points) {
    var kept = "", isTouched = false;
    for (var k = 0; k < points.length; k++) {
      var p = points[k], before = points[k - 1];
      if (p[0] === "M" || !before) continue;
      var isTic = isTicOf(panel, before, p), isWithin = isLineWithin(panel, before, p);
      if (isTic || isWithin) isTouched = true;
      else kept += "M" + before[1] + "," + before[2] + " " + p[1] + "," + p[2];
    }
    if (isTouched) panel.decoration.push({ element: element, d: text, kept: kept });
  }
  function isTicOf(panel, a, b) {
    var isX = Math.abs(a[1] - b[1]) < 0.1 && Math.abs(a[2] - panel.b) < 0.4 && b[2] - a[2] > 0.5 && b[2] - a[2] < 6;
    var isY = Math.abs(a[2] - b[2]) < 0.1 && Math.abs(a[1] - panel.l) < 0.4 && a[1] - b[1] > 0.5 && a[1] - b[1] < 6;
    return (isX && a[1] > panel.l - 1 && a[1] < panel.r + 1) || (isY && a[2] > panel.t - 1 && a[2] < panel.b + 1);
  }
  function isLineWithin(panel, a, b) {
    var x = (a[1] + b[1]) / 2, y = (a[2] + b[2]) / 2;
    return x > panel.l + 0.5 && x < panel.r - 0.5 && y > panel.t + 0.5 && y < panel.b - 0.5;
  }

  /* ---- a figure ---- */

  function Figure(root) {
    var figure = this;
    this.root = root;
    this.svg = root.querySelector("svg.plot");
    var box = this.svg.viewBox.baseVal;
    this.w = box.width;
    this.h = box.height;
    this.panels = JSON.parse(root.dataset.panels).map(function (raw) { return readPanel(raw, box.width, box.height); });
    this.curves = [];
    this.svg.querySelectorAll("g.curve").forEach(function (group) { figure.addCurve(readCurve(group)); });
    readDecoration(this);
    this.layer = draw(this.svg, "g", { "class": "live-layer" });
    this.panels.forEach(function (panel, k) {
      var clip = draw(figure.svg, "clipPath", { id: root.id + "-clip" + k });
      draw(clip, "rect", { x: panel.l, y: panel.t, width: panel.r - panel.l, height: panel.b - panel.t });
      panel.clip = "url(#" + clip.id + ")";
      panel.layer = draw(figure.layer, "g", { "class": "axes" });
    });
    this.hairs = draw(this.layer, "path", { "class": "hair" });
    this.spot = draw(this.layer, "circle", { "class": "spot gone", r: 3 });
    this.zoombox = draw(this.layer, "rect", { "class": "zoombox gone" });
    this.readout = make(root.querySelector(".frame"), "div", "readout gone");
    this.readout.setAttribute("role", "status");
    this.chosen = null; /* curve and point that the keys have reached */
    if (this.panels.length) this.listen();
    this.addTools();
    root.classList.add("live");
  }

  Figure.prototype.addCurve = function (curve) {
    if (!curve.points.length) return;
    var figure = this;
    this.panels.some(function (panel) {
      var hits = curve.points.filter(function (p) { return isInside(panel, p[1], p[2], 1.5); }).length;
      if (2 * hits <= curve.points.length) return false;
      curve.panel = panel;
      panel.curves.push(curve);
      figure.curves.push(curve);
      return true;
    });
    if (!curve.panel) return;
    curve.values = curve.points.map(function (p) {
      return [valueAt(curve.panel.x, p[1]), valueAt(curve.panel.y, p[2])];
    });
  };

  /* ---- drawing anew ---- */

  function moved(panel, point) {
    return [placeOf(panel.x, valueAt(panel.x, point[1])), placeOf(panel.y, valueAt(panel.y, point[2]))];
  }

  function redrawCurve(panel, curve) {
    curve.group.setAttribute("clip-path", panel.clip);
    curve.paths.forEach(function (path) {
      var d = "", isOpen = false;
      path.points.forEach(function (point) {
        var at = moved(panel, point), isGood = isFinite(at[0]) && isFinite(at[1]);
        if (isGood) d += (point[0] === "M" || !isOpen ? "M" : "L") + at[0].toFixed(2) + "," + at[1].toFixed(2);
        isOpen = isGood;
      });
      path.element.setAttribute("d", d);
    });
    curve.marks.forEach(function (mark) {
      var at = moved(panel, mark.point), isGood = isFinite(at[0]) && isFinite(at[1]);
      mark.element.classList.toggle("gone", !isGood);
      if (isGood)
        mark.element.setAttribute("transform",
          "translate(" + at[0].toFixed(2) + "," + at[1].toFixed(2) + ")" + mark.rest);
    });
  }

  function restoreCurve(curve) {
    curve.group.removeAttribute("clip-path");
    curve.paths.forEach(function (path) { path.element.setAttribute("d", path.d); });
    curve.marks.forEach(function (mark) {
      mark.element.classList.remove("gone");
      mark.element.setAttribute("transform", mark.transform);
    });
  }

  function redrawDecoration(panel) {
    panel.decoration.forEach(function (item) {
      if (item.d !== undefined) item.element.setAttribute("d", panel.isChanged ? item.kept : item.d);
      else item.element.classList.toggle("gone", panel.isChanged);
    });
  }

  function redrawAxes(panel, hasNumbers) {
    panel.layer.textContent = "";
    if (!panel.isChanged) return;
    ["x", "y"].forEach(function (which) {
      var axis = panel[which], isX = which === "x";
      ticsOf(axis.now.lo, axis.now.hi, axis.now.isLog).forEach(function (tic) {
        var part = (tic.at - axis.now.lo) / (axis.now.hi - axis.now.lo);
        var at = axis.from + part * (axis.to - axis.from);
        var d = isX ? "M" + at + "," + panel.b + "v" + TIC : "M" + panel.l + "," + at + "h" + -TIC;
        draw(panel.layer, "path", { d: d, stroke: "currentColor", "stroke-width": 0.67, fill: "none" });
        if (isX && !hasNumbers) return;
        var text = draw(panel.layer, "text", { x: isX ? at : panel.l - 6, y: isX ? panel.b + 13.6 : at + 3,
          "text-anchor": isX ? "middle" : "end", stroke: "none" }, tic.text);
        if (tic.power) draw(text, "tspan", { dy: -3.5, "font-size": 7 }, tic.power);
      });
    });
  }

  Figure.prototype.redraw = function (panel) {
    var now = panel.x.now, was = panel.x, nowY = panel.y.now, wasY = panel.y;
    panel.isChanged = now.lo !== was.lo || now.hi !== was.hi || now.isLog !== was.isLog || nowY.lo !== wasY.lo ||
      nowY.hi !== wasY.hi || nowY.isLog !== wasY.isLog;
    panel.curves.forEach(function (curve) {
      if (panel.isChanged) redrawCurve(panel, curve);
      else restoreCurve(curve);
    });
    redrawDecoration(panel);
    var isLowest = !this.panels.some(function (p) { return p.l === panel.l && p.t > panel.b; });
    redrawAxes(panel, isLowest || panel.x.name !== "");
    this.point(null);
    this.root.classList.toggle("zoomed", this.panels.some(function (p) { return p.isChanged; }));
    if (this.reset) this.reset.hidden = !this.root.classList.contains("zoomed");
  };

  Figure.prototype.zoom = function (panel, x0, y0, x1, y1) {
    function part(axis, a, b) {
      var lo = axis.now.lo, hi = axis.now.hi, p = (a - axis.from) / (axis.to - axis.from),
        q = (b - axis.from) / (axis.to - axis.from);
      p = Math.min(1, Math.max(0, p));
      q = Math.min(1, Math.max(0, q));
      if (Math.abs(q - p) < 1e-3) return;
      axis.now.lo = lo + Math.min(p, q) * (hi - lo);
      axis.now.hi = lo + Math.max(p, q) * (hi - lo);
    }
    part(panel.x, x0, x1);
    part(panel.y, y0, y1);
    this.redraw(panel);
  };

  Figure.prototype.resetAll = function () {
    var figure = this;
    this.panels.forEach(function (panel) {
      [panel.x, panel.y].forEach(function (axis) { axis.now = { lo: axis.lo, hi: axis.hi, isLog: axis.isLog }; });
      figure.redraw(panel);
    });
    this.root.querySelectorAll("button.toggle").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.isOn0));
    });
  };

  /* ---- logarithmic or not ---- */

  function valuesOf(panel, which) {
    var index = which === "x" ? 0 : 1, all = [];
    panel.curves.forEach(function (curve) {
      if (!curve.isHidden) curve.values.forEach(function (v) { if (isFinite(v[index])) all.push(v[index]); });
    });
    return all;
  }

  /* A linear axis can become logarithmic where all values are positive and cover more than a factor of 3. */
  function canBeLog(panel, which) {
    var axis = panel[which], all = valuesOf(panel, which);
    if (axis.isLog) return true;
    if (all.length < 2) return false;
    var least = Math.min.apply(null, all), most = Math.max.apply(null, all);
    return least > 0 && most > 3 * least;
  }

  function setLog(panel, which, isLog) {
    var axis = panel[which], all = valuesOf(panel, which).filter(function (v) { return !isLog || v > 0; });
    if (isLog === axis.isLog || !all.length) {
      axis.now = { lo: axis.lo, hi: axis.hi, isLog: axis.isLog };
      return;
    }
    var ends = [Math.min.apply(null, all), Math.max.apply(null, all)];
    if (isLog) ends = ends.map(Math.log10);
    var pad = 0.05 * (ends[1] - ends[0]);
    axis.now = { lo: ends[0] - pad, hi: ends[1] + pad, isLog: isLog };
  }

  Figure.prototype.addToggle = function (tools, which) {
    var figure = this, fit = this.panels.filter(function (panel) { return canBeLog(panel, which); });
    if (!fit.length) return;
    var button = make(tools, "button", "toggle", "log " + which);
    button.type = "button";
    button.isOn0 = fit.every(function (panel) { return panel[which].isLog; });
    button.setAttribute("aria-pressed", String(button.isOn0));
    button.addEventListener("click", function () {
      var isLog = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(isLog));
      fit.forEach(function (panel) {
        setLog(panel, which, isLog);
        figure.redraw(panel);
      });
    });
  };

  /* ---- the value under the pointer ---- */

  Figure.prototype.place = function (event) {
    var point = this.svg.createSVGPoint(), matrix = this.svg.getScreenCTM();
    point.x = event.clientX;
    point.y = event.clientY;
    return matrix ? point.matrixTransform(matrix.inverse()) : null;
  };

  Figure.prototype.panelAt = function (x, y, margin) {
    return this.panels.filter(function (panel) { return isInside(panel, x, y, margin); })[0] || null;
  };

  function nearest(panel, x, y) {
    var best = null, least = NEAR * NEAR;
    panel.curves.forEach(function (curve) {
      if (curve.isHidden) return;
      for (var k = 0; k < curve.points.length; k++) {
        var at = panel.isChanged ? moved(panel, curve.points[k]) : [curve.points[k][1], curve.points[k][2]];
        if (!(at[0] >= panel.l - 1 && at[0] <= panel.r + 1 && at[1] >= panel.t - 1 && at[1] <= panel.b + 1)) continue;
        var d = (at[0] - x) * (at[0] - x) + (at[1] - y) * (at[1] - y);
        if (d < least) {
          least = d;
          best = { panel: panel, curve: curve, index: k, x: at[0], y: at[1] };
        }
      }
    });
    return best;
  }

  function withUnit(axis, value) {
    return (axis.name ? axis.name + " " : "") + shown(value) + (axis.unit ? "\u00a0" + axis.unit : "");
  }

  /* Shows a point, or none. */
  Figure.prototype.point = function (hit) {
    this.spot.classList.toggle("gone", !hit);
    this.readout.classList.toggle("gone", !hit);
    this.hairs.setAttribute("d", "");
    if (!hit) return;
    var panel = hit.panel, value = hit.curve.values[hit.index];
    this.spot.setAttribute("cx", hit.x);
    this.spot.setAttribute("cy", hit.y);
    this.hairs.setAttribute("d",
      "M" + hit.x + "," + panel.b + "V" + panel.t + "M" + panel.l + "," + hit.y + "H" + panel.r);
    var name = panel.curves.length > 1 && hit.curve.name ? hit.curve.name + ": " : "";
    this.readout.textContent = name + withUnit(panel.x, value[0]) + ", " + withUnit(panel.y, value[1]);
    var box = this.svg.getBoundingClientRect(), frame = this.readout.parentNode.getBoundingClientRect();
    var scale = box.width / this.w, left = box.left - frame.left + hit.x * scale + 10;
    left = Math.max(0, Math.min(left, frame.width - this.readout.offsetWidth));
    this.readout.style.left = left + "px";
    this.readout.style.top = Math.max(0, box.top - frame.top + hit.y * scale - 28) + "px";
  };

  Figure.prototype.move = function (event) {
    var at = this.place(event);
    if (!at) return;
    if (this.drag) {
      this.drag.x1 = at.x;
      this.drag.y1 = at.y;
      this.showDrag();
      return;
    }
    var panel = this.panelAt(at.x, at.y, 6);
    this.point(panel && nearest(panel, at.x, at.y));
  };

  Figure.prototype.showDrag = function () {
    var d = this.drag, p = d && d.panel, box = this.zoombox;
    box.classList.toggle("gone", !d);
    if (!d) return;
    var x0 = Math.max(p.l, Math.min(d.x0, d.x1)), x1 = Math.min(p.r, Math.max(d.x0, d.x1));
    var y0 = Math.max(p.t, Math.min(d.y0, d.y1)), y1 = Math.min(p.b, Math.max(d.y0, d.y1));
    box.setAttribute("x", x0);
    box.setAttribute("y", y0);
    box.setAttribute("width", Math.max(0, x1 - x0));
    box.setAttribute("height", Math.max(0, y1 - y0));
  };

  Figure.prototype.press = function (event) {
    var at = this.place(event), panel = at && this.panelAt(at.x, at.y, 6);
    if (!panel || event.button !== 0 || event.pointerType === "touch") return;
    this.drag = { panel: panel, x0: at.x, y0: at.y, x1: at.x, y1: at.y };
    this.point(null);
    if (this.svg.setPointerCapture && event.isTrusted) this.svg.setPointerCapture(event.pointerId);
    event.preventDefault();
    this.svg.focus({ preventScroll: true });
  };

  Figure.prototype.release = function () {
    var d = this.drag;
    this.drag = null;
    this.showDrag();
    if (d && (Math.abs(d.x1 - d.x0) > 5 || Math.abs(d.y1 - d.y0) > 5)) this.zoomTo(d);
  };

  /* A narrow box means one axis only. */
  Figure.prototype.zoomTo = function (d) {
    var p = d.panel;
    if (Math.abs(d.x1 - d.x0) < 8) this.zoom(p, p.l, d.y0, p.r, d.y1);
    else if (Math.abs(d.y1 - d.y0) < 8) this.zoom(p, d.x0, p.t, d.x1, p.b);
    else this.zoom(p, d.x0, d.y0, d.x1, d.y1);
  };

  /* ---- keys: left and right along a curve, up and down among curves ---- */

  Figure.prototype.key = function (event) {
    var along = { ArrowLeft: -1, ArrowRight: 1 }[event.key], among = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === "Escape") this.resetAll();
    if (!along && !among) return;
    event.preventDefault();
    var visible = this.curves.filter(function (curve) { return !curve.isHidden; });
    if (!visible.length) return;
    var old = this.chosen || { curve: visible[0], index: -1 };
    var curve = among ? visible[(visible.indexOf(old.curve) + among + visible.length) % visible.length] : old.curve;
    var step = along ? along * (event.shiftKey ? 10 : 1) : 0;
    var index = Math.max(0, Math.min(curve.points.length - 1, Math.max(old.index, 0) + (old.index < 0 ? 0 : step)));
    this.chosen = { curve: curve, index: index };
    var at = moved(curve.panel, curve.points[index]);
    if (!curve.panel.isChanged) at = [curve.points[index][1], curve.points[index][2]];
    this.point({ panel: curve.panel, curve: curve, index: index, x: at[0], y: at[1] });
  };

  Figure.prototype.listen = function () {
    var figure = this, svg = this.svg;
    svg.setAttribute("tabindex", "0");
    svg.addEventListener("pointermove", function (event) { figure.move(event); });
    svg.addEventListener("pointerdown", function (event) { figure.press(event); });
    svg.addEventListener("pointerup", function () { figure.release(); });
    svg.addEventListener("pointercancel", function () { figure.drag = null; figure.showDrag(); });
    svg.addEventListener("pointerleave", function () { if (!figure.drag) figure.point(null); });
    svg.addEventListener("click", function (event) { figure.move(event); });
    svg.addEventListener("dblclick", function () { figure.resetAll(); });
    svg.addEventListener("keydown", function (event) { figure.key(event); });
    svg.addEventListener("blur", function () { figure.point(null); figure.chosen = null; });
  };

  /* ---- buttons ---- */

  function button(parent, text, title, action) {
    var made = make(parent, "button", "", text);
    made.type = "button";
    made.title = title;
    made.addEventListener("click", action);
    return made;
  }

  function save(name, type, text) {
    var link = make(document.body, "a", "gone"), url = URL.createObjectURL(new Blob([text], { type: type }));
    link.href = url;
    link.download = name;
    link.click();
    link.remove();
    setTimeout(function () { URL.revokeObjectURL(url); }, 10000);
  }

  Figure.prototype.svgText = function () {
    var copy = this.svg.cloneNode(true);
    copy.querySelectorAll(".hair, .spot, .zoombox, .gone").forEach(function (element) { element.remove(); });
    copy.removeAttribute("tabindex");
    copy.setAttribute("color", "#000");
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + new XMLSerializer().serializeToString(copy);
  };

  Figure.prototype.csvText = function () {
    var data = this.root.querySelector("script[type='text/csv']");
    return data ? data.textContent.replace(/^\n/, "") : "";
  };

  Figure.prototype.addKeys = function (tools) {
    var figure = this, names = {};
    this.curves.forEach(function (curve) { (names[curve.name] = names[curve.name] || []).push(curve); });
    var list = Object.keys(names).filter(function (name) { return name; });
    if (list.length < 2 || list.length > MOST_KEYS) return;
    list.forEach(function (name) {
      var made = button(tools, name, "hide or show this curve", function () {
        var isHidden = !names[name][0].isHidden;
        names[name].forEach(function (curve) {
          curve.isHidden = isHidden;
          curve.group.classList.toggle("gone", isHidden);
        });
        made.setAttribute("aria-pressed", String(!isHidden));
        figure.point(null);
      });
      made.className = "curve-key";
      made.setAttribute("aria-pressed", "true");
      var swatch = make(null, "span", "swatch");
      swatch.style.background = names[name][0].colour;
      made.insertBefore(swatch, made.firstChild);
    });
  };

  Figure.prototype.addTools = function () {
    var figure = this, tools = make(this.root, "div", "tools"), name = document.body.dataset.name || "figure";
    this.addKeys(tools);
    this.addToggle(tools, "x");
    this.addToggle(tools, "y");
    this.reset = button(tools, "reset", "show all again (double click, Escape)", function () { figure.resetAll(); });
    this.reset.hidden = true;
    button(tools, "SVG", "save the figure", function () {
      save(name + "-" + figure.root.id + ".svg", "image/svg+xml", figure.svgText());
    });
    button(tools, "CSV", "save the values that are drawn", function () {
      save(name + "-" + figure.root.id + ".csv", "text/csv", figure.csvText());
    });
  };

  /* ---- the page ---- */

  function addTheme() {
    var place = document.querySelector(".theme"), root = document.documentElement;
    if (!place) return;
    var isDark = window.matchMedia && window.matchMedia("(prefers-color-scheme: dark)").matches;
    button(place, "dark / light", "change the colours of this page", function () {
      isDark = !isDark;
      root.dataset.theme = isDark ? "dark" : "light";
    });
  }

  function followReader() {
    var links = {};
    document.querySelectorAll("nav a").forEach(function (link) { links[link.getAttribute("href").slice(1)] = link; });
    if (!window.IntersectionObserver) return;
    var watcher = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (!entry.isIntersecting || !links[entry.target.id]) return;
        Object.keys(links).forEach(function (id) { links[id].classList.toggle("here", id === entry.target.id); });
      });
    }, { rootMargin: "-5% 0px -80% 0px" });
    document.querySelectorAll("section[id]").forEach(function (section) { watcher.observe(section); });
  }

  var figures = [];
  document.querySelectorAll("figure.fig").forEach(function (root) { figures.push(new Figure(root)); });
  addTheme();
  followReader();
  document.documentElement.dataset.figures = String(figures.length); /* a test looks here */
})();
