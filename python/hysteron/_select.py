"""Which model of the library describes measured curves."""
from __future__ import annotations

import ctypes
from typing import Any, List, NamedTuple, Optional, Sequence

from . import _html
from ._fit import Fit, curves_of, fit_of, fit_options
from ._library import lib
from ._model import Model
from ._options import make
from ._session import Handle, Progress, Session, text, warn


class Candidate(NamedTuple):
    name: str              # "resistor": i = G v
    n_params: int          # that the data determine
    rms_relative: float
    aic: float             # less the least of all
    bic: float             # less the least of all
    left_out: float        # rms of parts of the data that were left out and predicted
    is_finalist: bool      # fitted in full
    is_equal: bool         # cannot be told apart from the best
    skipped: str           # why it was not fitted


class _Borrowed:
    """The best fit, which the selection keeps."""

    def __init__(self, pointer: int, owner: Handle) -> None:
        self.pointer, self._owner = pointer, owner


class Selection:
    """.candidates, the best first; .best, its Fit (None: nothing is better than a resistor); .statement."""

    def __init__(self, handle: Handle) -> None:
        p = handle.pointer
        found = [lib().hys_fit_selection_get(p, k).contents for k in range(lib().hys_fit_selection_count(p))]
        self.candidates: List[Candidate] = [
            Candidate(text(c.name), c.n_params, c.rms_relative, c.aic, c.bic, c.left_out, c.is_finalist, c.is_equal,
                      text(c.skipped)) for c in found]
        self.statement = text(lib().hys_fit_selection_statement(p))
        best = lib().hys_fit_selection_best(p)
        self.best: Optional[Fit] = None
        if best:
            self.best = fit_of(_Borrowed(best, handle), Model(self.candidates[0].name))

    def __repr__(self) -> str:
        rows = [f"{c.name:24} {c.n_params:3} parameters  BIC {c.bic:10.4g}  left out {c.left_out:.4g}"
                for c in self.candidates if not c.skipped]
        return "\n".join([f"<hysteron selection: {self.statement}>", *rows])

    def _repr_html_(self) -> str:
        rows = [[c.name, c.n_params, c.rms_relative, c.bic, c.left_out, c.skipped] for c in self.candidates]
        return (_html.heading(self.statement) + (self.best._repr_html_() if self.best else "") +
                _html.table(["model", "parameters", "rms (relative)", "BIC", "left out", ""], rows))


def select_model(data: Any, models: Sequence[Any] = (), *, best: int = 0, quick: bool = False, progress: Any = None,
                 **options: Any) -> Selection:
    """Fits all models of the library, or these, and ranks them; the best few in full. options: as of fit()."""
    report, session = Progress(progress), Session()
    wanted = make("hys_fit_select_opts", fit=fit_options(report, **options), models=[*models], n_best=best,
                  is_quick=quick)
    curves = curves_of(data, None)
    handle, found = session.make("hys_fit_select", session.pointer, curves, len(curves), ctypes.byref(wanted),
                                 free="hys_fit_selection_free", progress=report)
    handle._needs = (curves,)
    warn(found, "the library")
    return Selection(handle)
