"""What the shipped models reproduce of the literature, run again."""
from __future__ import annotations

import ctypes
from typing import Any, List, NamedTuple

from . import _html
from ._library import lib
from ._options import make
from ._session import Progress, Session, text

_VERDICTS = ("not run", "pass", "fail", "missing")


class Reproduced(NamedTuple):
    name: str
    model: str
    quantity: str
    expected: float  # SI; NaN: there is none
    got: float       # SI
    unit: str
    tolerance: str
    verdict: str     # "pass", "fail", "missing" (the literature does not give it), "not run"
    source: str
    why: str


class Reproduction(List[Reproduced]):
    def _repr_html_(self) -> str:
        rows = [[r.name, r.model, r.expected, r.got, r.unit, r.tolerance, r.verdict, r.source] for r in self]
        return _html.table(["value", "model", "expected", "got", "unit", "tolerance", "", "source"], rows)


def reproduce(*names: str, threads: int = 0, run: bool = True, progress: Any = None) -> Reproduction:
    """Runs published results of models, families or single values ("vteam.*") again, and compares."""
    session, report = Session(threads=threads), Progress(progress)
    options = make("hys_reproduce_opts", names=[*names], no_run=not run, n_threads=threads, progress=report)
    handle, _ = session.make("hys_reproduce", session.pointer, ctypes.byref(options), free="hys_reproduction_free",
                             progress=report)
    found = [lib().hys_reproduction_get(handle.pointer, k).contents
             for k in range(lib().hys_reproduction_count(handle.pointer))]
    return Reproduction(Reproduced(text(r.name), text(r.model), text(r.quantity), r.expected, r.got, text(r.si_unit),
                                   text(r.tolerance_text), _VERDICTS[r.verdict], text(r.source), text(r.why))
                        for r in found)
