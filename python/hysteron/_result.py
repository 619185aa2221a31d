"""What every result has: figures of merit, tables, remarks, a figure, and how it shows itself."""
from __future__ import annotations

import os
import warnings
from typing import Any, Callable, Dict, List, Optional

import numpy as np

from . import _html
from ._errors import Remark
from ._features import Features
from ._figure import Figure
from ._options import nearest
from ._session import text
from ._table import Table


def texts(n: int, get: Callable[[int], Any]) -> List[str]:
    return [text(get(k)) for k in range(n)]


class Result:
    """result.v, result["v"]: columns of its first table; result.tables: all of them."""

    def __init__(self, title: str, tables: Dict[str, Table], features: Optional[Features] = None,
                 remarks: Optional[List[str]] = None) -> None:
        self.title = title
        self.tables = tables
        self.features = features if features is not None else Features({}, {}, {})
        self.remarks = list(remarks or [])

    def _warn(self, level: int = 4) -> None:
        for remark in self.remarks:
            warnings.warn(remark, Remark, stacklevel=level)

    @property
    def table(self) -> Table:
        return next(iter(self.tables.values()))

    def __getitem__(self, name: str) -> np.ndarray:
        for table in self.tables.values():
            try:
                return table[name]
            except KeyError:
                pass
        names = [n for table in self.tables.values() for n in table.names]
        raise KeyError(f"there is no column '{name}'{nearest(name, names)}; there are {', '.join(names)}")

    def __getattr__(self, name: str) -> np.ndarray:
        if name.startswith("_") or "tables" not in self.__dict__:
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(error.args[0]) from None

    def __dir__(self) -> List[str]:
        return [*super().__dir__(), *(n for t in self.tables.values() for n in t.names if n.isidentifier())]

    def to_pandas(self, table: Optional[str] = None) -> Any:
        return (self.tables[table] if table else self.table).to_pandas()

    def to_xarray(self, table: Optional[str] = None) -> Any:
        return (self.tables[table] if table else self.table).to_xarray()

    def save(self, folder: Any) -> List[str]:
        """Writes each table as CSV into a folder; their paths."""
        os.makedirs(folder, exist_ok=True)
        paths = [os.path.join(os.fspath(folder), name + ".csv") for name in self.tables]
        for path, table in zip(paths, self.tables.values()):
            table.save(path)
        return paths

    def plot(self, table: Optional[str] = None, **how: Any) -> Any:
        """The figure of a table (the first that is drawn); ax=... draws on axes of matplotlib."""
        chosen = self.tables[table] if table else self._drawn()
        return (self.table if chosen is None else chosen).plot(**how)

    def _drawn(self) -> Optional[Table]:
        return next((t for t in self.tables.values() if t.figure_kind and len(t)), None)

    def _figure(self) -> Optional[Figure]:
        if "_figure_kept" not in self.__dict__:
            self._figure_kept = self.plot() if self._drawn() else None
        return self._figure_kept

    def __getstate__(self) -> Dict[str, Any]:
        return {k: v for k, v in self.__dict__.items() if not k.startswith("_")}

    def __setstate__(self, state: Dict[str, Any]) -> None:
        self.__dict__.update(state)

    def __repr__(self) -> str:
        lines = [f"<hysteron {self.title}>", repr(self.features) if self.features else "",
                 *(repr(t) for t in self.tables.values()), *(f"note: {r}" for r in self.remarks)]
        return "\n".join(line for line in lines if line)

    def _repr_html_(self) -> str:
        figure = self._figure()
        return (_html.heading(self.title) + (figure._img() if figure else "") +
                (self.features._repr_html_() if self.features else "") + _html.paragraphs(self.remarks))

    def _repr_svg_(self) -> Optional[str]:
        figure = self._figure()
        return figure._repr_svg_() if figure else None
