"""Small-signal impedance of devices and netlists; circuits of measured spectra."""
from __future__ import annotations

import ctypes
import os
from typing import Any, Dict, List, Mapping, Optional

import numpy as np

from . import _html
from ._bench import structure
from ._errors import ArgumentError
from ._library import lib
from ._model import Model
from ._options import encode, make, pairs
from ._result import Result, texts
from ._session import Handle, Session, text, warn
from ._sim import Circuit, SimOptions
from ._table import Table, curve


class Impedance(Result):
    """A spectrum, .f and the complex .z, with its equivalent circuit in .elements."""

    elements: List[Dict[str, Any]]
    fit_error: float
    kramers_kronig: float
    test: Dict[str, Any]  # of Kramers and Kronig, in full

    @property
    def f(self) -> np.ndarray:
        return self.table[self.table.names[0]]

    @property
    def z(self) -> np.ndarray:
        return self.table["Z"]

    @classmethod
    def _of(cls, handle: Handle, title: str) -> "Impedance":
        p = handle.pointer
        table = Table._of(lib().hys_impedance_table(p), handle, "impedance", "impedance")
        remarks = texts(lib().hys_impedance_n_remarks(p), lambda k: lib().hys_impedance_remark(p, k))
        made = cls(title, {"impedance": table}, None, remarks)
        made.elements = [structure(lib().hys_impedance_get_element(p, k))
                         for k in range(lib().hys_impedance_n_elements(p))]
        made.fit_error = lib().hys_impedance_fit_error(p)
        made.kramers_kronig = lib().hys_impedance_kramers_kronig(p)
        made.test = structure(lib().hys_impedance_test(p)) if lib().has("hys_impedance_test") else {}
        return made

    def _repr_html_(self) -> str:
        rows = [[e["name"], e["value"], e["unit"], e["place"]] for e in self.elements]
        return super()._repr_html_() + _html.table(["element", "value", "unit", "place"], rows)


def impedance(device: Any = None, *, data: Any = None, bias: Any = None, freq: Any = None, port: Optional[str] = None,
              ports: Optional[str] = None, port_at: Optional[Mapping[str, Any]] = None, held: bool = False,
              parallel: bool = False, **settings: Any) -> Impedance:
    """Small-signal impedance of a device or of a port of a netlist; or, of data (a file, a Table with f, Z.re, Z.im,
    or a tuple (f, z)), the equivalent circuit.

    bias: "0.3 V", "1 mA"; freq: "1mHz:1GHz:20"; port_at={"gate": "1 V"} holds further terminals of a device; parallel:
    branches of R and L in parallel, of data. settings: as of sim().
    """
    if (device is None) == (data is None):
        raise ArgumentError("a device, a netlist or data=... is wanted, and one of them")
    session = Session()
    if data is not None:
        table = _spectrum(data)
        handle, found = session.make("hys_impedance_of_table", session.pointer, table.address, parallel,
                                     free="hys_impedance_free")
        name = "spectrum"
    else:
        if isinstance(device, Model):
            settings["set"] = {**device.values, **(settings.get("set") or {})}
        circuit = Circuit(device.device if isinstance(device, Model) else device)
        options = SimOptions(circuit.is_text, settings)
        wanted = make("hys_impedance_opts", sim=options.options, bias=bias, freq=freq, port=port, ports=ports,
                      is_held=held, hold=pairs(port_at) or None)
        with circuit as name:
            handle, found = session.make("hys_impedance_run", session.pointer, encode(name), ctypes.byref(wanted),
                                         free="hys_impedance_free", progress=options.progress)
    result = Impedance._of(handle, f"impedance of {os.path.basename(name)}")
    warn(found, name)
    result._warn(3)
    return result


def _spectrum(data: Any) -> Table:
    if isinstance(data, tuple):
        f, z = (np.asarray(part) for part in data)
        return Table({"f": f, "Z.re": z.real, "Z.im": z.imag}, {"f": "Hz", "Z.re": "ohm", "Z.im": "ohm"})
    if isinstance(data, (str, os.PathLike)):
        from ._read import measurements
        return next(iter(measurements(data).tables.values()))
    return curve(data)



class ImpedanceFit(Result):
    """A circuit fitted to a spectrum: .circuit, .params with intervals, .choices where it was chosen."""

    circuit: str
    params: Dict[str, Dict[str, Any]]
    choices: List[Dict[str, Any]]
    correlation: np.ndarray
    rms: float
    bic: float

    def __repr__(self) -> str:
        lines = [f"<hysteron impedance: {self.circuit}, rms {self.rms:.4g}>"]
        lines += [f"{p['name']:10} {p['value']:13.6g} [{p['low']:.6g}, {p['high']:.6g}] {p['unit']} {p['note']}"
                  for p in self.params.values()]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = [[p["name"], p["value"], p["low"], p["high"], p["unit"], p["note"]] for p in self.params.values()]
        return super()._repr_html_() + _html.table(["parameter", "value", "low", "high", "unit", ""], rows)


def fit_impedance(data: Any, circuit: Optional[str] = None, *, fix: Optional[Mapping[str, Any]] = None,
                  negative: Any = (), level: float = 0, uniform: bool = False, seed: int = 0) -> ImpedanceFit:
    """Fits "R0-p(R1,CPE1)-W1" to a spectrum (a file, a Table, a tuple (f, z)); without a circuit the one that Bayes'
    information criterion chooses. negative=["R1"] may become negative."""
    session, table = Session(), _spectrum(data)
    options = make("hys_lump_opts", circuit=circuit, fix=pairs(fix), negative=[*negative], level=level,
                   is_uniform=uniform, seed=seed)
    handle, found = session.make("hys_lump_fit_table", session.pointer, table.address, ctypes.byref(options),
                                 free="hys_lump_fit_free")
    p, n = handle.pointer, lib().hys_lump_n_params(handle.pointer)
    shown = Table._of(lib().hys_lump_table(p), handle, "impedance", "impedance")
    made = ImpedanceFit(f"impedance: {text(lib().hys_lump_circuit(p))}", {"impedance": shown})
    made.circuit = text(lib().hys_lump_circuit(p))
    made.params = {e["name"]: e for e in (structure(lib().hys_lump_get_param(p, k)) for k in range(n))}
    made.choices = [structure(lib().hys_lump_get_choice(p, k)) for k in range(lib().hys_lump_n_choices(p))]
    made.correlation = np.array([[lib().hys_lump_correlation(p, i, k) for k in range(n)] for i in range(n)])
    made.rms, made.bic = lib().hys_lump_rms(p), lib().hys_lump_bic(p)
    warn(found, "spectrum")
    return made
