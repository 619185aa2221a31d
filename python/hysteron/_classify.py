"""What a device is, from what it does."""
from __future__ import annotations

import ctypes
from typing import Any, Dict, Iterator, List, NamedTuple, Optional

from . import _html
from ._bench import Bench
from ._data import is_data, records
from ._library import lib
from ._model import model
from ._options import encode, make, nearest
from ._result import Result, texts
from ._session import Handle, Progress, Session, text, warn
from ._table import Table


class Finding(NamedTuple):
    """One trait: its answer, how sure, and the evidence."""
    trait: str
    answer: str
    value: float       # of a trait that is a number; else NaN
    unit: str
    is_told: bool      # False: cannot be told
    confidence: float  # 0..1
    evidence: str
    table: str         # in .tables, that shows it; "": none


class Classification(Result):
    """classification["polarity"].answer; .findings by trait, .contradictions between them."""

    findings: Dict[str, Finding]
    contradictions: List[str]
    _handle: Any

    def __getitem__(self, name: str) -> Any:
        if name in self.findings:
            return self.findings[name]
        raise KeyError(f"there is no trait '{name}'{nearest(name, self.findings)}")

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings.values())

    def __repr__(self) -> str:
        lines = [f"<hysteron {self.title}>"]
        lines += [f"{f.trait:18} {f.answer:24} {100 * f.confidence:4.0f} %  {f.evidence}" for f in self]
        return "\n".join(lines + [f"contradiction: {c}" for c in self.contradictions])

    def _repr_html_(self) -> str:
        rows = [[f.trait, f.answer, f"{100 * f.confidence:.0f} %" if f.is_told else "", f.evidence] for f in self]
        return (_html.heading(self.title) + _html.table(["trait", "answer", "confidence", "evidence"], rows) +
                _html.paragraphs(f"contradiction: {c}" for c in self.contradictions))


def _finding(f: Any) -> Finding:
    trait = f.trait.contents
    return Finding(text(trait.name), text(f.answer), f.value, text(trait.unit), f.is_told, f.confidence,
                   text(f.evidence), text(f.table))


def _of(handle: Handle, title: str) -> Classification:
    p = handle.pointer
    shown = [lib().hys_class_table(p, k).contents for k in range(lib().hys_class_n_tables(p))]
    tables = {text(t.name): Table._of(t.table, handle, text(t.name), text(t.figure)) for t in shown}
    made = Classification(title, tables, None, texts(lib().hys_class_n_remarks(p),
                                                     lambda k: lib().hys_class_remark(p, k)))
    found = [_finding(lib().hys_class_finding(p, k).contents) for k in range(lib().hys_class_n_findings(p))]
    made.findings = {f.trait: f for f in found}
    made.contradictions = texts(lib().hys_class_n_contradictions(p), lambda k: lib().hys_class_contradiction(p, k))
    made._handle = handle
    return made


def data_array(data: Any) -> Any:
    """Records as the library takes them; the array keeps their tables."""
    found = records(data)
    array = (lib().types["hys_class_data"] * len(found))()
    for k, (name, table) in enumerate(found):
        array[k].name, array[k].table = encode(name), table.address
    array.tables = found
    return array


def classify(device_or_data: Any, *, range: Optional[Any] = None, progress: Any = None,
             **settings: Any) -> Classification:
    """Measures a device like a sample, or asks measured curves, and says what it is.

    range: "1.5 V" or "-2V,1.5V", the range to explore (it is found). settings: those of the bench.
    """
    report = Progress(progress)
    if is_data(device_or_data):
        session, data = Session(), data_array(device_or_data)
        options = make("hys_class_opts", range=range, progress=report)
        handle, found = session.make("hys_classify_data", session.pointer, data, len(data), ctypes.byref(options),
                                     free="hys_class_free", progress=report)
        handle._needs = (data,)
        title = data.tables[0][0]
    else:
        m = model(device_or_data)
        bench = Bench(m, settings)
        options = make("hys_class_opts", bench=bench.options, range=range, progress=report)
        handle, found = m._session.make("hys_classify_model", m._session.pointer, m.pointer, ctypes.byref(options),
                                        free="hys_class_free", progress=report)
        title = m.name
    made = _of(handle, f"class of {title}")
    warn(found, title)
    made._warn(3)
    return made
