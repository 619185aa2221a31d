"""Journal-style figures: SVG in notebooks, .svg, .pdf and .png as files."""
from __future__ import annotations

import base64
import ctypes
import os
import tempfile
from typing import Any, Optional

from ._errors import HysteronError
from ._options import encode, make
from ._session import Session


class Figure:
    """Drawn when it is first looked at, by gnuplot through the library."""

    def __init__(self, table: Any, kind: str, *, title: Optional[str] = None, cycles: int = 0,
                 width_mm: float = 0) -> None:
        self._table = table
        self._given = {"kind": kind, "title": title, "cycles": cycles or None, "width_mm": width_mm or None}
        self._svg: Optional[str] = None

    def save(self, path: Any) -> str:
        """Writes .svg, .pdf or .png; script and data lie beside it, so that it can be restyled."""
        session = Session()
        options = make("hys_figure_opts", **self._given)
        session.call("hys_figure_write", session.pointer, self._table.address, ctypes.byref(options), encode(path))
        return os.fspath(path)

    @property
    def svg(self) -> str:
        if self._svg is None:
            with tempfile.TemporaryDirectory() as folder:
                with open(self.save(os.path.join(folder, "figure.svg")), encoding="utf-8") as file:
                    self._svg = file.read()
        return self._svg

    def __repr__(self) -> str:
        return f"<hysteron.Figure {self._given['kind']} of {self._table!r}>"

    def _repr_svg_(self) -> Optional[str]:
        try:
            return self.svg
        except HysteronError:  # without gnuplot there are still the numbers
            return None

    def _img(self) -> str:
        """As part of a page: an image by itself, whose names do not meet those of others."""
        svg = self._repr_svg_()
        if not svg:
            return ""
        data = base64.b64encode(svg.encode()).decode()
        return f'<img alt="{self._given["kind"]}" src="data:image/svg+xml;base64,{data}"/>'
