"""Figures of merit: numbers with units, or words, by name."""
from __future__ import annotations

import math
from typing import Any, Callable, Dict, Iterator, Mapping, Union

from . import _html
from ._options import nearest
from ._session import text

Value = Union[float, str]


class Features(Mapping[str, Value]):
    """features["area"], features.area; units and descriptions by name beside it."""

    def __init__(self, values: Mapping[str, Value], units: Mapping[str, str], descriptions: Mapping[str, str]) -> None:
        self._values: Dict[str, Value] = dict(values)
        self.units = dict(units)
        self.descriptions = dict(descriptions)

    @classmethod
    def _of(cls, n: int, get: Callable[[int], Any]) -> "Features":
        found = [get(k).contents for k in range(n)]
        return cls({text(f.name): text(f.text) if f.text is not None else f.value for f in found},
                   {text(f.name): text(f.unit) for f in found}, {text(f.name): text(f.desc) for f in found})

    def __getitem__(self, name: str) -> Value:
        if name not in self._values:
            raise KeyError(f"there is no '{name}'{nearest(name, self._values)}; there are {', '.join(self._values)}")
        return self._values[name]

    def __getattr__(self, name: str) -> Value:
        values = self.__dict__.get("_values", {})
        for candidate in (name, name.replace("_", "-"), name.replace("_", " ")):
            if candidate in values:
                return values[candidate]
        raise AttributeError(f"there is no feature '{name}'")

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __dir__(self):  # type: ignore[no-untyped-def]
        return [*super().__dir__(), *(n.replace("-", "_").replace(" ", "_") for n in self._values)]

    def _told(self) -> Dict[str, Value]:
        return {n: v for n, v in self._values.items() if not (isinstance(v, float) and math.isnan(v))}

    def __repr__(self) -> str:
        return "\n".join(f"{n:24} {_html.number(v):>14} {self.units[n] if self.units[n] != '1' else '':6} "
                         f"{self.descriptions[n]}" for n, v in self._told().items())

    def _repr_html_(self) -> str:
        return _html.table(["", "value", "unit", "what it is"],
                           [[n, v, "" if self.units[n] == "1" else self.units[n], self.descriptions[n]]
                            for n, v in self._told().items()])
