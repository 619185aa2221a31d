"""Reading what instruments and hysteron write."""
from __future__ import annotations

import csv
import ctypes
import io
import json
import os
import re
from typing import Any, Dict, List, Mapping, NamedTuple, Optional

import numpy as np

from ._errors import InputError
from ._library import lib
from ._model import Model
from ._options import encode, make, pairs
from ._result import Result
from ._session import Session, text, warn
from ._table import Table


class Imported(Result):
    """The measurements of a file, .tables; .format tells whose file it is, .assumed what was assumed."""

    format: str
    assumed: List[str]
    is_impedance: bool


def measurements(path: Any, *, format: Optional[str] = None, units: Optional[Mapping[str, str]] = None,
                 columns: Optional[Mapping[str, str]] = None, **further: Any) -> Imported:
    """Reads a file of an instrument: which one is found out. units={"i": "uA"} and columns={"v": "DrainV"} override
    what the file says; names="time,v,-,i[uA]" names columns in order, skip=3 leaves lines out."""
    session = Session()
    options = make("hys_import_opts", format=format, units=pairs(units), columns=pairs(columns), **further)
    handle, found = session.make("hys_import", session.pointer, encode(path), ctypes.byref(options),
                                 free="hys_imported_free")
    p = handle.pointer
    is_impedance = lib().hys_imported_is_impedance(p)
    tables: Dict[str, Table] = {}
    for k in range(lib().hys_imported_n(p)):
        name = text(lib().hys_imported_title(p, k)) or f"measurement {k + 1}"
        while name in tables:
            name += "'"
        tables[name] = Table._of(lib().hys_imported_table(p, k), handle, name)
        if not is_impedance and {"v", "i"} <= set(tables[name].names):
            tables[name].figure_kind = "iv"
    assumed = [text(lib().hys_imported_assumed(p, k)) for k in range(lib().hys_imported_n_assumed(p))]
    made = Imported(f"{os.path.basename(os.fspath(path))}: {text(lib().hys_imported_format(p))}", tables, None, assumed)
    made.format, made.assumed, made.is_impedance = text(lib().hys_imported_format(p)), assumed, is_impedance
    warn(found, os.fspath(path))
    return made


def read(path: Any, **how: Any) -> Any:
    """Reads any file that hysteron writes, or that an instrument wrote.

    hysteron's CSV: a Table, its provenance in .notes. SPICE raw and HDF5: a dict of Tables. JSON: a dict. Model cards
    (.lib): a dict of Cards. Else: measurements(path, **how).
    """
    name = os.fspath(path)
    kind = os.path.splitext(name)[1].lower()
    if how or not os.path.isfile(name):
        return measurements(path, **how)
    if kind == ".json":
        with open(name, encoding="utf-8") as file:
            return json.load(file)
    if kind == ".raw":
        return _raw(name)
    if kind in (".h5", ".hdf5"):
        tables = _hdf5(name)
        return measurements(path) if tables is None else tables
    if kind == ".lib":
        return _cards(name)
    table = _csv(name)
    return measurements(path) if table is None else table


# ---- hysteron's CSV ----

def _csv(name: str) -> Optional[Table]:
    """None where it is not hysteron's: its comments begin with the version."""
    notes: Dict[str, str] = {}
    with open(name, encoding="utf-8", errors="replace", newline="") as file:
        line = file.readline()
        if not line.startswith("# hysteron: "):
            return None
        while line.startswith("# "):
            key, _, value = line[2:].rstrip("\n").partition(": ")
            notes[key] = value
            line = file.readline()
        heading = next(csv.reader([line]))
        rows = _rows(name, file, len(heading), len(notes) + 2)
    found = [re.fullmatch(r"(.*)\[([^\]]*)\]", h) for h in heading]
    names = [m.group(1) if m else h for m, h in zip(found, heading)]
    units = {n: m.group(2) if m else "" for n, m in zip(names, found)}
    return Table({n: rows[:, c] for c, n in enumerate(names)}, units, notes=notes, name=os.path.basename(name),
                 figure="iv" if {"v", "i"} <= set(names) else "")


def _rows(name: str, file: Any, n: int, line: int) -> np.ndarray:
    """All numbers; what is none is told with its line."""
    text_of = file.read()
    if not text_of.strip():
        return np.empty((0, n))
    try:
        rows = np.loadtxt(io.StringIO(text_of), delimiter=",", ndmin=2, comments=None)
        if rows.shape[1] == n:
            return rows
    except ValueError:
        pass
    for k, row in enumerate(csv.reader(io.StringIO(text_of)), line):
        if len(row) != n:
            raise InputError(f"{name}:{k}: {len(row)} cells, where the heading has {n}")
        for cell in row:
            if not _is_number(cell):
                raise InputError(f"{name}:{k}: {cell!r} is no number")
    raise InputError(f"{name}: no table of numbers")


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


# ---- SPICE raw ----

_RAW_UNITS = {"time": "s", "frequency": "Hz", "voltage": "V", "current": "A", "impedance": "ohm", "admittance": "S",
              "power": "W", "temperature": "K"}


def _raw(name: str) -> Dict[str, Table]:
    with open(name, "rb") as file:
        data = file.read()
    plots: Dict[str, Table] = {}
    at = 0
    while at < len(data):
        end = data.find(b"Binary:\n", at)
        if end < 0:
            raise InputError(f"{name}: no binary SPICE raw file, or one that was cut off")
        head = data[at:end].decode("utf-8", "replace")
        at, table = _plot(name, head, data, end + len(b"Binary:\n"))
        title = table.name
        while title in plots:
            title += "'"
        plots[title] = table
    return plots


def _plot(name: str, head: str, data: bytes, at: int) -> Any:
    fields = dict(re.findall(r"^(Plotname|Flags|No\. Variables|No\. Points): *(.*)$", head, re.M))
    variables = re.findall(r"^\t(\d+)\t(\S+)\t(\S+)", head, re.M)
    is_complex = "complex" in fields.get("Flags", "")
    try:
        n, rows = int(fields["No. Variables"]), int(fields["No. Points"])
    except (KeyError, ValueError):
        raise InputError(f"{name}: the heading of a plot is damaged") from None
    size = 8 * n * rows * (2 if is_complex else 1)
    if len(variables) != n or n == 0 or at + size > len(data):
        raise InputError(f"{name}: the file is cut off, or damaged")
    values = np.frombuffer(data, "<c16" if is_complex else "<f8", n * rows, at).reshape(rows, n)
    columns, units = {}, {}
    for k, (_, column, kind) in enumerate(variables):
        parts = {"": values[:, k]}
        if is_complex:
            parts = {"": values[:, k].real} if k == 0 else {".re": values[:, k].real, ".im": values[:, k].imag}
        for ending, part in parts.items():
            columns[column + ending] = part
            units[column + ending] = _RAW_UNITS.get(kind, "")
    return at + size, Table(columns, units, name=fields.get("Plotname", "plot"))


# ---- HDF5 ----

def _hdf5(name: str) -> Optional[Dict[str, Table]]:
    """None where it is not hysteron's."""
    try:
        import h5py  # type: ignore[import-not-found]
    except ImportError:
        raise ImportError("HDF5 needs h5py: apt-get install python3-h5py, or pip install h5py") from None
    with h5py.File(name, "r") as file:
        if "hysteron" not in file.attrs:
            return None
        notes = {k: _attribute(v) for k, v in file.attrs.items()}
        return {group: _group(file[group], group, notes) for group in file}


def _group(group: Any, name: str, notes: Mapping[str, str]) -> Table:
    order = sorted(group, key=lambda n: group[n].id.get_offset() or 0) if not _tracks(group) else list(group)
    units = {n: _attribute(group[n].attrs.get("unit", "")) for n in order}
    return Table({n: group[n][()] for n in order}, units, notes=notes, name=name)


def _tracks(group: Any) -> bool:
    return bool(group.id.get_create_plist().get_link_creation_order())


def _attribute(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


# ---- model cards ----

class Card(NamedTuple):
    """A .model card; card.model() is the device."""
    module: str
    set: Dict[str, str]

    def model(self) -> Model:
        return Model(self.module, set=self.set)


def _cards(name: str) -> Dict[str, Card]:
    with open(name, encoding="utf-8", errors="replace") as file:
        text_of = re.sub(r"^[ \t]*\*.*$", "", file.read(), flags=re.M)
    joined = re.sub(r"\s*\n[ \t]*\+", " ", text_of)
    found = {card: Card(module, dict(re.findall(r"([\w$]+)\s*=\s*([^\s()]+)", rest)))
             for card, module, rest in re.findall(r"^[ \t]*\.model\s+(\S+)\s+([^\s(]+)(.*)$", joined, re.M | re.I)}
    if not found:
        raise InputError(f"{name}: no .model card in this file")
    return found
