"""Published devices, as a table that can be asked."""
from __future__ import annotations

import ctypes
from typing import Any, Dict, Iterator, List, NamedTuple, Optional

import numpy as np

from . import _html
from ._library import lib
from ._options import encode, nearest
from ._session import Handle, Session, text
from ._table import Table


_MOST_SHOWN = 30     # entries in a notebook
_LONGEST_SHOWN = 40  # characters: columns of whole sentences are left to those who ask for them


class Column(NamedTuple):
    name: str
    unit: str
    is_number: bool
    desc: str


class Rank(NamedTuple):
    """Where a value stands among published ones."""
    n_known: int
    n_below: int
    n_above: int
    least: float
    median: float
    most: float


def _columns() -> List[Column]:
    found = [lib().hys_catalogue_get_column(k).contents for k in range(lib().hys_catalogue_n_columns())]
    return [Column(text(c.name), text(c.unit), c.is_number, text(c.desc)) for c in found]


class Catalogue:
    """Entries that answer a question: catalogue("energy<10fJ and family=ecram")."""

    def __init__(self, handle: Handle, chosen: Any) -> None:
        self._handle = handle
        self._chosen = chosen
        self._entries = [k for k, is_chosen in enumerate(chosen) if is_chosen]
        self.columns = {c.name: c for c in _columns()}

    def _index(self, name: str) -> int:
        if name not in self.columns:
            raise KeyError(f"there is no column '{name}'{nearest(name, self.columns)}; there are "
                           f"{', '.join(self.columns)}")
        return list(self.columns).index(name)

    def __getitem__(self, key: Any) -> Any:
        """A column by name: an array of SI numbers (NaN: missing), or a list of texts; an entry by its place."""
        if isinstance(key, str):
            c, p = self._index(key), self._handle.pointer
            if self.columns[key].is_number:
                return np.array([lib().hys_catalogue_number(p, k, c) for k in self._entries])
            return [text(lib().hys_catalogue_text(p, k, c)) for k in self._entries]
        return self._entry(self._entries[key])

    def _entry(self, k: int) -> Dict[str, Any]:
        p, number, words = self._handle.pointer, lib().hys_catalogue_number, lib().hys_catalogue_text
        return {name: number(p, k, c) if column.is_number else text(words(p, k, c))
                for c, (name, column) in enumerate(self.columns.items())}

    def bounds(self, name: str) -> np.ndarray:
        """-1: the true number is below the one that is given, 1: above it, 0: it is the number."""
        c, p = self._index(name), self._handle.pointer
        return np.array([lib().hys_catalogue_bound(p, k, c) for k in self._entries])

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Dict[str, Any]]:
        return (self._entry(k) for k in self._entries)

    def select(self, where: str) -> "Catalogue":
        """Of these entries, those that answer a further question."""
        chosen = _choose(self._handle, where)
        return Catalogue(self._handle, type(chosen)(*[a and b for a, b in zip(self._chosen, chosen)]))

    def place(self, column: str, value: Any) -> Rank:
        """Where a value ("3 fJ") stands among these."""
        c, rank, number = self._index(column), lib().types["hys_catalogue_rank"](), ctypes.c_double()
        session = self._handle.session
        session.call("hys_catalogue_value", session.pointer, c, encode(value), ctypes.byref(number))
        session.call("hys_catalogue_place", self._handle.pointer, self._chosen, c, number.value, ctypes.byref(rank))
        return Rank(rank.n_known, rank.n_below, rank.n_above, rank.least, rank.median, rank.most)

    def chart(self, y: str, x: str = "year", mine: Optional[Any] = None) -> Table:
        """One number against another, a column a family; mine=(x, y) is this device."""
        own = (ctypes.c_double * 2)(*mine) if mine is not None else None
        handle, _ = self._handle.session.make("hys_catalogue_chart", self._handle.pointer, self._chosen, self._index(y),
                                              self._index(x), own, free="hys_table_free")
        made = Table._of(handle.pointer, handle, f"{y} against {x}", "scatter")
        made.is_chart = True
        return made

    def to_pandas(self) -> Any:
        import pandas  # type: ignore[import-untyped]
        frame = pandas.DataFrame({name: self[name] for name in self.columns})
        frame.attrs["units"] = {c.name: c.unit for c in self.columns.values()}
        return frame

    def __repr__(self) -> str:
        return f"<hysteron.Catalogue: {len(self)} published devices; columns {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        p, shown, heading = self._handle.pointer, self._entries[:_MOST_SHOWN], []
        cells: List[List[str]] = [[] for _ in shown]
        for c, column in enumerate(self.columns.values()):
            words = [text(lib().hys_catalogue_text(p, k, c)) for k in shown]
            is_aside = column.name.endswith(("_text", "_kind"))
            if is_aside or not 0 < max(map(len, words), default=0) <= _LONGEST_SHOWN:
                continue
            heading.append(_html.label(column.name, column.unit))
            for row, word in zip(cells, words):
                row.append(word)
        caption = f"{len(self)} published devices"
        if len(self) > _MOST_SHOWN:
            caption += f", the first {_MOST_SHOWN}"
        return _html.table(heading, cells, caption)


def _choose(handle: Handle, where: Optional[str]) -> Any:
    chosen = (ctypes.c_bool * lib().hys_catalogue_n_entries(handle.pointer))()
    handle.session.call("hys_catalogue_select", handle.pointer, encode(where) if where is not None else None, chosen)
    return chosen


def catalogue(where: Optional[str] = None, *, path: Any = None) -> Catalogue:
    """The shipped catalogue of published devices, or those that answer a question: "energy<10fJ and year>=2020"."""
    session = Session()
    handle, _ = session.make("hys_catalogue_read", session.pointer, encode(path) if path is not None else None,
                             free="hys_catalogue_free")
    return Catalogue(handle, _choose(handle, where))
