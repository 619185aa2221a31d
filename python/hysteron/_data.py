"""Measured curves from whatever holds them: files, tables, arrays."""
from __future__ import annotations

import os
from typing import Any, List, Tuple

from ._errors import InputError
from ._read import Imported, measurements
from ._table import Table, curve


def records(data: Any) -> List[Tuple[str, Table]]:
    """Name and table of each curve; every measurement of a file is a curve of its own."""
    items = data if isinstance(data, list) else [data]
    found: List[Tuple[str, Table]] = []
    for k, item in enumerate(items):
        if isinstance(item, (str, os.PathLike)):
            found += _of_file(os.fspath(item), measurements(item))
        elif isinstance(item, Imported):
            found += _of_file(item.title, item)
        else:
            table = curve(item)
            found.append((table.name or f"data {k + 1}", table))
    return found


def _of_file(name: str, file: Imported) -> List[Tuple[str, Table]]:
    if file.is_impedance:
        raise InputError(f"{name}: this file holds impedance, not curves of current and voltage")
    return [(name, table) for table in file.tables.values()]


def is_data(item: Any) -> bool:
    """Whether something is measured data, not a device: bare names and .va files are devices."""
    if isinstance(item, (str, os.PathLike)):
        name = os.fspath(item)
        is_name = "." not in name and "/" not in name
        return not is_name and not name.endswith((".va", ".vams"))
    return isinstance(item, (Table, Imported, tuple, list, dict)) or hasattr(item, "columns") or hasattr(item, "table")
