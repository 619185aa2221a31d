"""Parameters of a device from measured curves."""
from __future__ import annotations

import ctypes
import os
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence

import numpy as np

from . import _html
from ._bench import structure
from ._data import records
from ._errors import ArgumentError
from ._library import lib
from ._model import Model, model as as_model
from ._options import encode, make, pairs, say, seeded
from ._result import Result, texts
from ._session import Progress, Session, text, warn
from ._table import Table


class FitParam(NamedTuple):
    """In the file's own unit. low and high: of the interval, NaN where the data set no limit."""
    name: str
    value: float
    low: float
    high: float
    unit: str
    identified: bool
    at_bound: bool
    note: str


class Fit(Result):
    """Fitted values with intervals, .params; .stats; .correlation; .model, the device with these values."""

    params: Dict[str, FitParam]
    stats: Dict[str, Any]
    correlation: np.ndarray
    device: Model
    _handle: Any

    @property
    def model(self) -> Model:
        return self.device(**{p.name: p.value for p in self.params.values()})

    def save(self, path: Any) -> List[str]:
        """FILE.lib: a model card; FILE.va: the model's file with the values as defaults; a folder: the curves."""
        if not os.fspath(path).endswith((".lib", ".va")):
            return super().save(path)
        handle = self.__dict__.get("_handle")
        if handle is None:
            raise ArgumentError("a fit that was copied or pickled is no longer the library's: see fit.params")
        session = Session()
        session.call("hys_fit_write", handle.pointer, session.pointer, encode(path))
        return [os.fspath(path)]

    def __repr__(self) -> str:
        lines = [f"<hysteron {self.title}: R2 {self.stats['r2']:.6f}, rms {self.stats['rms']:.4g} A>"]
        lines += [f"{p.name:14} {p.value:13.6g} [{p.low:.6g}, {p.high:.6g}] {p.unit} {p.note}"
                  for p in self.params.values()]
        return "\n".join(lines + [f"note: {r}" for r in self.remarks])

    def _repr_html_(self) -> str:
        figure = self._figure()
        rows = [[p.name, p.value, p.low, p.high, p.unit, p.note] for p in self.params.values()]
        head = f"{self.title}: R\u00b2 {self.stats['r2']:.6f}, rms of the residual current {self.stats['rms']:.4g} A"
        return (_html.heading(head) + (figure._img() if figure else "") +
                _html.table(["parameter", "value", "low", "high", "unit", ""], rows) + _html.paragraphs(self.remarks))


def fit_of(handle: Any, device: Model) -> Fit:
    """Of a handle, or of what stands for one: .pointer, and what it keeps."""
    p, n = handle.pointer, lib().hys_fit_n_params(handle.pointer)
    found = [lib().hys_fit_get_param(p, k).contents for k in range(n)]
    table = Table._of(lib().hys_fit_table(p), handle, "fit", "fit")
    made = Fit(f"fit of {device.name}", {"fit": table}, None,
               texts(lib().hys_fit_n_remarks(p), lambda k: lib().hys_fit_remark(p, k)))
    made.params = {text(f.name): FitParam(text(f.name), f.value, f.lo, f.hi, text(f.units), f.is_identified,
                                          f.bound != 0, text(f.note)) for f in found}
    made.stats = structure(lib().hys_fit_statistics(p))
    made.correlation = np.array([[lib().hys_fit_correlation(p, i, k) for k in range(n)] for i in range(n)])
    made.device = device
    made._handle = handle
    return made


def curves_of(data: Any, weight: Optional[Sequence[float]]) -> Any:
    found = records(data)
    if weight is not None and len(weight) != len(found):
        raise ArgumentError(f"{len(weight)} weights for {len(found)} curves")
    kind = lib().types["hys_fit_data"]
    array = (kind * len(found))()
    for k, (name, table) in enumerate(found):
        array[k].name, array[k].table = encode(name), table.address
        array[k].weight = 0 if weight is None else weight[k]
    array.tables = found  # kept as long as the array
    return array


def fit_options(progress: Progress, *, free: Any = None, fix: Optional[Mapping[str, Any]] = None,
                range: Optional[Mapping[str, Any]] = None, log: bool = False, points: int = 0, level: float = 0,
                threads: int = 0, seed: Optional[int] = None, held: Sequence[str] = (), **further: Any) -> Any:
    """further: rate, period, noise, temp, and what else hys_fit_opts has."""
    names = free.split(",") if isinstance(free, str) else [*(free or [])]
    return make("hys_fit_opts", free=[n.strip() for n in names], set=[*held, *pairs(fix)], is_log=log,
                range=[f"{n}={say(r)}" for n, r in (range or {}).items()], most_points=points, level=level,
                n_threads=threads, progress=progress, **seeded(seed),
                **{n: v if isinstance(v, (bool, int)) else say(v) for n, v in further.items() if v is not None})


def fit(data: Any, model: Any, *, weight: Optional[Sequence[float]] = None, progress: Any = None,
        **options: Any) -> Fit:
    """Fits a model's parameters to curves: files, Tables, dicts of arrays, tuples (v, i, time), or a list of them.

    options: free="Ron,Roff" (all that the data say something of), fix={"n": 2}, range={"Ron": (10, 1e4)}, rate="1 V/s"
    or period="10 s" for data without time, noise="1 uA", log, points, level, temp, threads, seed. Parameters given to
    a Model are held. No initial guess is needed.
    """
    fixed = options.get("fix")
    m = as_model(model)
    m = m(**fixed) if fixed else m
    report = Progress(progress)
    options.pop("fix", None)
    wanted = fit_options(report, held=m.set, **options)
    curves = curves_of(data, weight)
    handle, found = m._session.make("hys_fit_run", m._session.pointer, m.pointer, curves, len(curves),
                                    ctypes.byref(wanted), free="hys_fit_free", progress=report)
    handle._needs = (m, curves)
    made = fit_of(handle, m)
    warn(found, m.device)
    made._warn(3)
    return made
