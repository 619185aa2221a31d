"""A device as an ion channel of a neuron's membrane."""
from __future__ import annotations

import ctypes
from typing import Any, Dict, List, NamedTuple, Optional

from . import _html
from ._library import lib
from ._model import model
from ._options import make, quantity
from ._result import Result, texts
from ._session import Progress, text, warn
from ._table import Table


class Scale(NamedTuple):
    """i_m = conductance I(voltage (V_m - E) + offset), dx/dt = time f."""
    time: float
    voltage: float
    conductance: float  # 1/m^2
    offset: float       # V


class Criterion(NamedTuple):
    name: str
    group: str
    value: float   # NaN: could not be measured
    relation: str  # "=", ">=", "<=": how value should stand to wanted
    wanted: float
    tolerance: float
    error: float
    unit: str
    passed: bool
    decides: bool  # it enters verdict and score
    desc: str


class Screen(Result):
    """verdict "pass", "conditional" or "fail", score, best scale, and each criterion with how much it fails by."""

    verdict: str
    score: float
    channel: str
    scale: Scale
    criteria: List[Criterion]
    directions: List[Dict[str, Any]]  # of the space of scales, stiff ones first

    @property
    def failures(self) -> List[Criterion]:
        return [c for c in self.criteria if c.decides and not c.passed]

    def __repr__(self) -> str:
        lines = [f"<hysteron {self.title}: {self.verdict}, score {self.score:.3f}>", repr(self.scale)]
        lines += [f"fails: {c.name} {c.value:.4g} {c.relation} {c.wanted:.4g} {c.unit}, {c.desc}"
                  for c in self.failures]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        figure = self._figure()
        rows = [[c.name, c.value, c.relation, c.wanted, c.unit, c.passed, c.desc] for c in self.criteria if c.decides]
        return (_html.heading(f"{self.title}: {self.verdict}, score {self.score:.3f}") +
                (figure._img() if figure else "") +
                _html.table(["criterion", "value", "", "wanted", "unit", "pass", ""], rows) +
                _html.table(list(Scale._fields), [list(self.scale)], "scale") + _html.paragraphs(self.remarks))


_TABLES = {"spike": "time", "replay": "time", "train": "time", "rate": ""}  # and how they are drawn


def screen(device: Any, channel: str, *, free: Any = None, time: float = 1, voltage: float = 1, conductance: float = 1,
           offset: Any = 0, temp: Any = None, progress: Any = None) -> Screen:
    """Screens a device as the "K", "Na" ... channel of a membrane.

    free: the scales that are searched for ("time,voltage", a list, "none"; all); the others are as given here.
    """
    m = model(device)
    report = Progress(progress)
    start = lib().types["hys_screen_scale"](time, voltage, conductance, quantity(offset, "V", "offset"))
    options = make("hys_screen_opts", channel=channel, start=start, temp=temp, set=m.set, progress=report,
                   free=",".join(free) if isinstance(free, (list, tuple)) else free)
    handle, found = m._session.make("hys_screen_run", m._session.pointer, m.pointer, ctypes.byref(options),
                                    free="hys_screen_free", progress=report)
    p = handle.pointer
    tables = {}
    for name, kind in _TABLES.items():
        address: Optional[int] = lib().hys_screen_table(p, name.encode())
        if address:
            tables[name] = Table._of(address, handle, name, kind)
    remarks = texts(lib().hys_screen_n_remarks(p), lambda k: lib().hys_screen_remark(p, k))
    made = Screen(f"{m.name} as the {channel} channel", tables, None, remarks)
    made.verdict, made.score = text(lib().hys_screen_verdict(p)), lib().hys_screen_score(p)
    made.channel, best = text(lib().hys_screen_channel(p)), lib().hys_screen_best_scale(p)
    made.scale = Scale(best.time, best.voltage, best.conductance, best.offset)
    made.criteria = [_criterion(lib().hys_screen_get_criterion(p, k).contents)
                     for k in range(lib().hys_screen_n_criteria(p))]
    made.directions = [_direction(lib().hys_screen_get_direction(p, k).contents)
                       for k in range(lib().hys_screen_n_directions(p))]
    warn(found, m.device)
    made._warn(3)
    return made


def _criterion(c: Any) -> Criterion:
    return Criterion(text(c.name), text(c.group), c.value, text(c.relation), c.wanted, c.tolerance, c.error,
                     text(c.unit), c.__getattribute__("pass"), c.decides, text(c.desc))


def _direction(d: Any) -> Dict[str, Any]:
    return {"curvature": d.curvature, "spread": d.spread, **dict(zip(Scale._fields, d.part))}
