"""All that is known of a device in one report."""
from __future__ import annotations

import ctypes
import html
import json
from typing import Any, Dict, Optional, Sequence

from ._bench import Bench
from ._classify import data_array
from ._data import is_data
from ._library import lib
from ._model import model
from ._options import encode, make
from ._session import Handle, Progress, Session, warn


class Passport:
    """A report: .save("report.html"), .html, .json; shows itself in a notebook."""

    def __init__(self, handle: Handle, title: str) -> None:
        self._handle = handle
        self.title = title

    def save(self, path: Any) -> None:
        """.html (one file, needs no network), .json or .pdf."""
        session = Session()
        session.call("hys_passport_write", self._handle.pointer, session.pointer, encode(path))

    def _text(self, function: str) -> str:
        session, made = Session(), ctypes.POINTER(ctypes.c_char)()
        session.call(function, self._handle.pointer, session.pointer, ctypes.byref(made))
        try:
            return ctypes.cast(made, ctypes.c_char_p).value.decode()  # type: ignore[union-attr]
        finally:
            lib().hys_passport_text_free(made)

    @property
    def html(self) -> str:
        return self._text("hys_passport_html")

    @property
    def json(self) -> Dict[str, Any]:
        return json.loads(self._text("hys_passport_json"))

    def __repr__(self) -> str:
        return f"<hysteron.Passport of {self.title}>"

    def _repr_html_(self) -> str:
        return (f'<iframe title="{html.escape(self.title)}" style="width:100%;height:70vh;border:0" '
                f'srcdoc="{html.escape(self.html)}"></iframe>')


def passport(device_or_data: Any, *, only: Any = None, command: Optional[str] = None, threads: int = 0,
             progress: Any = None, **settings: Any) -> Passport:
    """Class, protocols, verdicts, screening and place in the catalogue of a device or of data.

    only: sections, "class,iv". settings: those of the bench.
    """
    report = Progress(progress)
    values: Dict[str, Any] = {"only": ",".join(only) if isinstance(only, (list, tuple)) else only, "command": command,
                              "n_threads": threads, "progress": report}
    if is_data(device_or_data):
        session, data = Session(), data_array(device_or_data)
        options = make("hys_passport_opts", **values)
        handle, found = session.make("hys_passport_data", session.pointer, data, len(data), ctypes.byref(options),
                                     free="hys_passport_free", progress=report)
        handle._needs, title = (data,), data.tables[0][0]
    else:
        m = model(device_or_data)
        bench = Bench(m, settings)
        options = make("hys_passport_opts", bench=bench.options, **values)
        handle, found = m._session.make("hys_passport_model", m._session.pointer, m.pointer, ctypes.byref(options),
                                        free="hys_passport_free", progress=report)
        handle._needs, title = (m,), m.name
    warn(found, title)
    return Passport(handle, title)


def compare(passports: Sequence[Any], path: Any) -> None:
    """Several side by side in one report: passports, devices or data."""
    made = [p if isinstance(p, Passport) else passport(p) for p in passports]
    array = (ctypes.c_void_p * len(made))(*[p._handle.pointer for p in made])
    session = Session()
    session.call("hys_passport_compare", session.pointer, array, len(made), encode(path))
