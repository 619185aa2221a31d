"""Tables of columns, each with a name and a unit: views of the library's memory, without copies."""
from __future__ import annotations

import ctypes
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple

import numpy as np

from . import _html
from ._figure import Figure
from ._library import lib
from ._options import encode, nearest
from ._session import Handle, Session, text

_ALIASES = {"t": "time"}


def _view(address: Any, n: int, owner: Any) -> np.ndarray:
    """The array keeps the buffer, the buffer its owner."""
    if n == 0 or not address:
        return np.empty(0)
    buffer = (ctypes.c_double * n).from_address(ctypes.cast(address, ctypes.c_void_p).value or 0)
    buffer.owner = owner  # type: ignore[attr-defined]
    array = np.frombuffer(buffer, dtype=np.float64)  # type: ignore[call-overload]
    array.flags.writeable = False
    return array


def _unit(word: str) -> str:
    """A number without unit has none, however that is written."""
    return "" if word == "1" else word


class Table:
    """Columns by name: table["v"], table.v. Numbers are SI; table.units tells the units.

    Columns that come as NAME.re and NAME.im are also there as complex numbers by their NAME.
    """

    def __init__(self, columns: Mapping[str, Any], units: Optional[Mapping[str, str]] = None, *,
                 notes: Optional[Mapping[str, str]] = None, name: str = "", figure: str = "", cycles: int = 0) -> None:
        self._columns: Dict[str, np.ndarray] = {k: np.asarray(v, dtype=np.float64) for k, v in columns.items()}
        if len({len(c) for c in self._columns.values()}) > 1:
            raise ValueError("columns of a table must be equally long")
        self.units: Dict[str, str] = {k: _unit((units or {}).get(k, _UNITS.get(k, ""))) for k in self._columns}
        self.notes: Dict[str, str] = dict(notes or {})
        self.name = name
        self.figure_kind = figure
        self.cycles = cycles
        self.is_chart = False  # drawn as it is: a column of y a family
        self._handle: Optional[Tuple[Any, int]] = None  # owner, address

    @classmethod
    def _of(cls, address: Optional[int], owner: Any, name: str = "", figure: str = "", cycles: int = 0) -> "Table":
        """A table that the library made and `owner` keeps."""
        n, rows = lib().hys_table_n_columns(address), lib().hys_table_n_rows(address)
        names = [text(lib().hys_table_name(address, c)) for c in range(n)]
        made = cls({}, name=name, figure=figure, cycles=cycles)
        for c, column in enumerate(names):
            while column in made._columns:
                column += "'"
            made._columns[column] = _view(lib().hys_table_column_at(address, c), rows, owner)
            made.units[column] = _unit(text(lib().hys_table_unit(address, c)))
        made._handle = (owner, address or 0)
        return made

    # ---- columns ----

    @property
    def names(self) -> List[str]:
        return list(self._columns)

    def __len__(self) -> int:
        return len(next(iter(self._columns.values()))) if self._columns else 0

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __contains__(self, name: object) -> bool:
        return name in self._columns or f"{name}.re" in self._columns

    def __getitem__(self, name: str) -> np.ndarray:
        if name in self._columns:
            return self._columns[name]
        if _ALIASES.get(name) in self._columns:
            return self._columns[_ALIASES[name]]
        if f"{name}.re" in self._columns and f"{name}.im" in self._columns:
            return self._columns[f"{name}.re"] + 1j * self._columns[f"{name}.im"]
        raise KeyError(f"there is no column '{name}'{nearest(name, self._columns)}; there are "
                       f"{', '.join(self._columns)}")

    def __getattr__(self, name: str) -> np.ndarray:
        if name.startswith("_") or "_columns" not in self.__dict__:
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(error.args[0]) from None

    def __dir__(self) -> List[str]:
        return [*super().__dir__(), *(n for n in self._columns if n.isidentifier())]

    # ---- elsewhere ----

    def to_dict(self) -> Dict[str, np.ndarray]:
        return dict(self._columns)

    def to_pandas(self) -> Any:
        """A pandas.DataFrame; units in its attrs."""
        import pandas  # type: ignore[import-untyped]
        frame = pandas.DataFrame(self._columns)
        frame.attrs["units"] = dict(self.units)
        return frame

    def to_xarray(self) -> Any:
        """An xarray.Dataset over the rows, each variable with its units."""
        import xarray  # type: ignore[import-not-found]
        return xarray.Dataset({k: ("row", v, {"units": self.units[k]}) for k, v in self._columns.items()},
                              attrs=self.notes)

    def save(self, path: Any) -> None:
        """Writes CSV with units and provenance, 17 digits."""
        notes = [*{"hysteron": text(lib().hys_version()), **self.notes}.items()]
        flat = [word for pair in notes for word in pair]
        array = (ctypes.c_char_p * (len(flat) + 1))(*[encode(w) for w in flat], None)
        session = Session()
        session.call("hys_table_write_csv_noted", self.address, session.pointer, encode(path),
                     ctypes.cast(array, ctypes.POINTER(ctypes.c_char_p)))

    def plot(self, kind: Optional[str] = None, *, title: Optional[str] = None, ax: Any = None, cycles: int = 0,
             width_mm: float = 0) -> Any:
        """The figure that hysteron draws of this table (kind: "iv", "time", "scatter" ...), or, given axes of
        matplotlib, its columns of one unit against the first."""
        kind = kind or self.figure_kind or ("iv" if {"v", "i"} <= set(self._columns) else "scatter")
        if ax is not None:
            return self._plot_on(ax, kind)
        table = self.one_unit() if kind == "scatter" and not self.is_chart else self
        return Figure(table, kind, title=title, cycles=cycles or self.cycles, width_mm=width_mm)

    def _plot_on(self, ax: Any, kind: str) -> Any:
        names = ["v", "i"] if kind.startswith("iv") else self.one_unit().names
        for name in names[1:]:
            ax.plot(self[names[0]], self[name], label=name)
        ax.set_xlabel(_html.label(names[0], self.units[names[0]]))
        ax.set_ylabel(_html.label(names[1], self.units[names[1]]))
        return ax

    def one_unit(self) -> "Table":
        """What one axis can show: the first column, and those of the unit of the second."""
        kept = [n for k, n in enumerate(self._columns) if k < 2 or self.units[n] == self.units[self.names[1]]]
        return Table({n: self._columns[n] for n in kept}, self.units, name=self.name, figure=self.figure_kind)

    @property
    def address(self) -> int:
        """Of the library's table; made of the columns where there is none yet."""
        if self._handle is None:
            handle = _table_of(self._columns, self.units)
            self._handle = (handle, handle.pointer)
        return self._handle[1]

    def __getstate__(self) -> Dict[str, Any]:
        return {**self.__dict__, "_columns": {k: np.array(v) for k, v in self._columns.items()}, "_handle": None}

    def __setstate__(self, state: Dict[str, Any]) -> None:
        self.__dict__.update(state)

    def __repr__(self) -> str:
        columns = ", ".join(f"{n}[{self.units[n] or '1'}]" for n in self._columns)
        return f"<hysteron.Table {self.name + ': ' if self.name else ''}{len(self)} rows of {columns}>"

    def _repr_html_(self) -> str:
        return _html.columns(self._columns, self.units, self.name)

    def _repr_svg_(self) -> Optional[str]:
        return self.plot()._repr_svg_() if self.figure_kind else None


_UNITS = {"time": "s", "v": "V", "i": "A"}


def _table_of(columns: Mapping[str, np.ndarray], units: Mapping[str, str]) -> Handle:
    session = Session()
    handle, _ = session.make("hys_table_new", session.pointer, free="hys_table_free")
    for name in columns:
        session.call("hys_table_add_column", handle.pointer, encode(name), encode(units[name]))
    if columns:
        rows = np.ascontiguousarray(np.column_stack(list(columns.values())))
        add, step, at = lib().hys_table_add_row, rows.strides[0], rows.ctypes.data
        for r in range(len(rows)):
            if add(handle.pointer, ctypes.cast(at + r * step, ctypes.POINTER(ctypes.c_double))) < 0:
                raise MemoryError("no memory for a table")
    return handle


def curve(data: Any) -> Table:
    """A table of what holds columns: a Table, a mapping, a DataFrame, or arrays (v, i) or (v, i, time)."""
    if isinstance(data, Table):
        return data
    if isinstance(data, tuple):
        return Table(dict(zip(("v", "i", "time"), data)))
    if hasattr(data, "table") and isinstance(data.table, Table):
        return data.table
    if isinstance(data, Mapping) or hasattr(data, "columns"):
        units = getattr(data, "attrs", {}).get("units", {})
        return Table({str(name): data[name] for name in data}, units)
    raise TypeError(f"{type(data).__name__} is no curve: a file, a Table, a dict of arrays, or a tuple (v, i, time)")
