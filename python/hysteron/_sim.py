"""Circuits: SPICE netlists and their bifurcations."""
from __future__ import annotations

import ctypes
import os
import re
import shutil
import tempfile
from typing import Any, Dict, List, Mapping, NamedTuple, Optional

from . import _html
from ._bench import structure
from ._errors import ArgumentError
from ._library import lib
from ._options import encode, make, pairs, quantity, say, seeded
from ._result import Result, texts
from ._session import Handle, Progress, Session, text, warn
from ._table import Table


class Measure(NamedTuple):
    """What .meas found; value is NaN where it failed, and why says so."""
    name: str
    value: float
    unit: str
    analysis: str
    why: str
    run: int


class Circuit:
    """A netlist: a file, or its text."""

    def __init__(self, netlist: Any) -> None:
        self.path = os.fspath(netlist)
        self.is_text = "\n" in self.path
        self._folder: Optional[str] = tempfile.mkdtemp() if self.is_text else None
        if self._folder:
            self.path = os.path.join(self._folder, "netlist.cir")
            with open(self.path, "w", encoding="utf-8") as file:
                file.write(os.fspath(netlist))

    def __enter__(self) -> str:
        return self.path

    def __exit__(self, *_: Any) -> None:
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)


def _number(value: Any) -> Any:
    """"3 MOhm" in SI. Without the blank it is SPICE's, to which M is milli."""
    parts = value.split(None, 1) if isinstance(value, str) else say(value).split(None, 1)
    return quantity(" ".join(parts), parts[1]) if len(parts) == 2 and re.match(r"[-+.\d]", parts[0]) else value


class SimOptions:
    """Options of everything that reads a netlist."""

    def __init__(self, is_text: bool, given: Mapping[str, Any]) -> None:
        values = dict(given)
        self.progress = Progress(values.pop("progress", None))
        self.messages: List[str] = []
        values.update(seeded(values.pop("seed", None)))
        values["set"] = pairs({name: _number(v) for name, v in (values.get("set") or {}).items()})
        values["spread"] = pairs(values.get("spread"))
        include = [*values.pop("include", ())] + ([os.getcwd()] if is_text else [])
        self.options = make("hys_sim_opts", include_dirs=include, progress=self.progress, message=self._message,
                            **values)

    def _message(self, _user: Any, said: Optional[bytes]) -> None:
        self.messages.append(text(said))


class Sim(Result):
    """What a netlist's analyses gave: sim["v(out)"] of the first that has it, sim.tables["tran1"], sim.measures.

    Small-signal results are complex by their names: sim.tables["ac1"]["v(out)"]."""

    measures: Dict[str, Measure]
    stats: Dict[str, Dict[str, Any]]
    messages: List[str]
    _handle: Any

    @classmethod
    def _of(cls, handle: Handle) -> "Sim":
        p = handle.pointer
        found = [lib().hys_sim_get_result(p, k).contents for k in range(lib().hys_sim_n_results(p))]
        tables = {text(r.name): Table._of(r.table, handle, text(r.name), _drawn_as(r)) for r in found}
        remarks = texts(lib().hys_sim_n_remarks(p), lambda k: lib().hys_sim_remark(p, k))
        made = cls(text(lib().hys_sim_title(p)) or "netlist", tables, None, remarks)
        made.stats = {text(r.name): {k: v for k, v in structure(r).items() if k not in ("name", "table")}
                      for r in found}
        made.measures = _measures(p)
        made._handle = handle
        return made

    def write(self, path: Any) -> None:
        """All results in one file: .raw of SPICE, or .h5."""
        handle = self.__dict__.get("_handle")
        if handle is None:
            raise ArgumentError("results that were copied or pickled are no longer the library's: save(folder)")
        name = "hys_sim_write_hdf5" if os.fspath(path).endswith((".h5", ".hdf5")) else "hys_sim_write_raw"
        session = Session()
        session.call(name, handle.pointer, session.pointer, encode(path))

    def _repr_html_(self) -> str:
        rows = [[m.name, m.value, m.unit, m.why] for m in self.measures.values()]
        return super()._repr_html_() + (_html.table(["measure", "value", "unit", ""], rows) if rows else "")

    def __repr__(self) -> str:
        return "\n".join([super().__repr__(), *(f"{m.name} = {m.value:.8g} {m.unit}" for m in self.measures.values())])


def _measures(p: int) -> Dict[str, Measure]:
    found = [lib().hys_sim_get_measure(p, k).contents for k in range(lib().hys_sim_n_measures(p))]
    return {text(m.name) + (f"#{m.run}" if m.run else ""):
            Measure(text(m.name), m.value, text(m.unit), text(m.analysis), text(m.why), m.run) for m in found}


def _drawn_as(result: Any) -> str:
    """The kind of its figure; "" where there is nothing to draw."""
    analysis, x = text(result.analysis), text(result.x)
    if analysis in ("op", "tf", "sens", "pz") or (analysis == "pss" and x not in ("harmonic", "time")):
        return ""
    return "bode" if analysis == "ac" else "sweep"


def sim(netlist: Any, *, threads: int = 0, **settings: Any) -> Sim:
    """Carries out every analysis of a netlist: a file's path, or text of several lines.

    settings: set={"cmem": "20 pF"} overrides .param ("3 MOhm" is three million, "3MOhm" a word of SPICE, to which M is
    milli), include=[folders], spread={"x1:Roff": "lognormal 0.1"}, temp,
    rtol, seed, check_step, as_written, cache_dir, progress(what, done).
    """
    circuit = Circuit(netlist)
    options = SimOptions(circuit.is_text, settings)
    session = Session(threads=threads)
    with circuit as path:
        handle, found = session.make("hys_sim_run", session.pointer, encode(path), ctypes.byref(options.options),
                                     free="hys_sim_free", progress=options.progress)
    result = Sim._of(handle)
    result.messages = options.messages
    warn(found, "the netlist")
    result._warn(3)
    return result


# ---- bifurcations ----

class Bifurcation(Result):
    """Equilibria and cycles along a parameter; .points tells where something happens."""

    points: List[Dict[str, Any]]

    def _repr_html_(self) -> str:
        shown = ("type", "param", "is_stable", "frequency", "criticality", "note")
        rows = [[p[name] for name in shown] for p in self.points]
        return super()._repr_html_() + _html.table(["point", "at", "stable before", "frequency (Hz)", "", ""], rows)

    def __repr__(self) -> str:
        lines = [f"{p['type']} at {p['param']:.10g} {p['criticality']}" for p in self.points]
        return "\n".join([super().__repr__(), *lines])


def bifurcation(netlist: Any, param: str, start: Any, stop: Any, *, cycles: bool = True, max_step: float = 0,
                **settings: Any) -> Bifurcation:
    """Follows the equilibrium of a circuit, and its limit cycles, while a parameter goes from start to stop.

    param: an element (its value), a .param, or ELEMENT:PARAMETER. settings: as of sim().
    """
    circuit = Circuit(netlist)
    options = SimOptions(circuit.is_text, settings)
    wanted = make("hys_bifurcation_opts", sim=options.options, param=param, **{"from": start}, to=stop,
                  no_cycles=not cycles, max_step=max_step)
    session = Session()
    with circuit as path:
        handle, found = session.make("hys_bifurcation_run", session.pointer, encode(path), ctypes.byref(wanted),
                                     free="hys_bifurcation_free", progress=options.progress)
    p = handle.pointer
    table = Table._of(lib().hys_bifurcation_table(p), handle, "bifurcation", "bifurcation")
    remarks = texts(lib().hys_bifurcation_n_remarks(p), lambda k: lib().hys_bifurcation_remark(p, k))
    result = Bifurcation(f"bifurcation over {param}", {"bifurcation": table}, None, remarks)
    result.points = [structure(lib().hys_bifurcation_get_point(p, k))
                     for k in range(lib().hys_bifurcation_n_points(p))]
    warn(found, "the netlist")
    result._warn(3)
    return result
