"""What a device is good for, ranked."""
from __future__ import annotations

import ctypes
from typing import Any, Dict, Iterator, List, NamedTuple, Optional

from . import _html
from ._bench import Bench
from ._classify import Classification
from ._library import lib
from ._model import model
from ._options import make, nearest
from ._result import Result, texts
from ._session import Progress, text, warn
from ._table import Table


class UseCriterion(NamedTuple):
    name: str
    value: float  # NaN: cannot be told
    relation: str
    wanted: float
    unit: str
    passed: bool
    decides: bool
    source: str      # where wanted comes from
    literature: str  # what published devices reach
    remark: str
    desc: str


class Verdict(NamedTuple):
    use: str
    verdict: str  # "pass", "conditional", "fail", "cannot be told"
    score: float
    summary: str
    criteria: List[UseCriterion]


class Verdicts(Result):
    """Uses, the best first: verdicts["synapse"].score, verdicts.best."""

    uses: Dict[str, Verdict]

    @property
    def best(self) -> Verdict:
        return next(iter(self.uses.values()))

    def __getitem__(self, name: str) -> Any:
        if name in self.uses:
            return self.uses[name]
        raise KeyError(f"there is no use '{name}'{nearest(name, self.uses)}")

    def __iter__(self) -> Iterator[Verdict]:
        return iter(self.uses.values())

    def __repr__(self) -> str:
        return "\n".join([f"<hysteron {self.title}>",
                          *(f"{v.use:16} {v.verdict:16} {v.score:.3f}  {v.summary}" for v in self)])

    def _repr_html_(self) -> str:
        rows = [[v.use, v.verdict, v.score, v.summary] for v in self]
        return _html.heading(self.title) + _html.table(["use", "verdict", "score", "why"], rows)


def _criterion(c: Any) -> UseCriterion:
    return UseCriterion(text(c.name), c.value, text(c.relation), c.wanted, text(c.unit), getattr(c, "pass"), c.decides,
                        text(c.source), text(c.literature), text(c.remark), text(c.desc))


def _verdict(v: Any) -> Verdict:
    return Verdict(text(v.use), text(v.verdict), v.score, text(v.summary),
                   [_criterion(v.criteria[k]) for k in range(v.n_criteria)])


def verdict(device: Any, uses: Any = None, *, known: Optional[Classification] = None, threads: int = 0,
            progress: Any = None, **settings: Any) -> Verdicts:
    """Which uses (synapse, memory, selector, neuron ...) a device is good for; uses=["synapse"]: only these.

    known: its classification, where it was made already. settings: those of the bench.
    """
    m = model(device)
    report, bench = Progress(progress), Bench(m, settings)
    options = make("hys_verdict_opts", bench=bench.options, n_threads=threads, progress=report,
                   **{"as": ",".join(uses) if isinstance(uses, (list, tuple)) else uses})
    if known is not None and "_handle" in known.__dict__:
        options.known = known._handle.pointer
    handle, found = m._session.make("hys_verdict_run", m._session.pointer, m.pointer, ctypes.byref(options),
                                    free="hys_verdicts_free", progress=report)
    p = handle.pointer
    shown = [lib().hys_verdicts_table(p, k).contents for k in range(lib().hys_verdicts_n_tables(p))]
    tables = {text(t.name): Table._of(t.table, handle, text(t.name), text(t.figure)) for t in shown}
    remarks = texts(lib().hys_verdicts_n_remarks(p), lambda k: lib().hys_verdicts_remark(p, k))
    made = Verdicts(f"what {m.name} is good for", tables, None, remarks)
    made.uses = {v.use: v for v in (_verdict(lib().hys_verdicts_get(p, k).contents)
                                    for k in range(lib().hys_verdicts_count(p)))}
    warn(found, m.device)
    made._warn(3)
    return made


def uses() -> Dict[str, str]:
    """The uses that verdict() knows, and what they ask for."""
    return {text(lib().hys_use_name(k)): text(lib().hys_use_desc(k)) for k in range(lib().hys_use_count())}
