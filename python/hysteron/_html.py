"""HTML for notebooks: small tables, nothing else."""
from __future__ import annotations

import html
import math
from typing import Any, Iterable, List, Mapping, Sequence

_ROWS = 6


def label(name: str, unit: str) -> str:
    return f"{name} ({unit})" if unit else name


def number(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "\u2013" if math.isnan(value) else f"{value:.6g}"
    return str(value)


def table(heading: Sequence[str], rows: Iterable[Sequence[Any]], caption: str = "") -> str:
    parts: List[str] = ["<table>"]
    if caption:
        parts.append(f"<caption>{html.escape(caption)}</caption>")
    parts.append("<thead><tr>" + "".join(f"<th>{html.escape(h)}</th>" for h in heading) + "</tr></thead><tbody>")
    for row in rows:
        parts.append("<tr>" + "".join(_cell(cell) for cell in row) + "</tr>")
    return "".join(parts) + "</tbody></table>"


def _cell(value: Any) -> str:
    """Words stand on the left, as they are read."""
    left = ' style="text-align:left"' if isinstance(value, str) else ""
    return f"<td{left}>{html.escape(number(value))}</td>"


def columns(values: Mapping[str, Any], units: Mapping[str, str], caption: str = "") -> str:
    """The first and the last rows."""
    n = len(next(iter(values.values()))) if values else 0
    shown: List[Any] = list(range(n)) if n <= 2 * _ROWS else [*range(_ROWS), None, *range(n - _ROWS, n)]
    rows = [["\u2026"] * len(values) if r is None else [float(c[r]) for c in values.values()] for r in shown]
    return table([label(name, units[name]) for name in values], rows, f"{caption} ({n} rows)".strip())


def paragraphs(texts: Iterable[str]) -> str:
    return "".join(f"<p>{html.escape(text)}</p>" for text in texts)


def heading(text: str) -> str:
    return f"<p><b>{html.escape(text)}</b></p>"
