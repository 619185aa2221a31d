"""Protocols of device laboratories: hysteron.char.potentiation(model, pulses=100).

The first argument is a device, or measured data (a file, a Table, arrays). The functions are made from the library's
table of protocols: help(hysteron.char.ppf) shows options, units and defaults, dir(hysteron.char) what there is. Aliases
of instruments (ArC) are functions too.
"""
from __future__ import annotations

import ctypes
import inspect
import re
from typing import Any, Callable, Dict, List

from ._bench import SETTINGS, Bench
from ._data import is_data, records
from ._errors import ArgumentError
from ._features import Features
from ._library import lib
from ._model import model
from ._options import make, nearest, pairs
from ._result import Result, texts
from ._session import Handle, Session, text, warn
from ._table import Table

_made: Dict[str, Callable[..., "Measured"]] = {}


class Measured(Result):
    """What a protocol found: .features, .tables, .remarks, and the columns of its tables as attributes."""

    messages: List[str]

    @classmethod
    def _of(cls, handle: Handle, title: str) -> "Measured":
        p = handle.pointer
        found = [lib().hys_protocol_table_at(p, k).contents for k in range(lib().hys_protocol_n_tables(p))]
        tables = {text(t.name): Table._of(t.table, handle, text(t.name), text(t.figure)) for t in found}
        features = Features._of(lib().hys_protocol_n_features(p), lambda k: lib().hys_protocol_feature(p, k))
        remarks = texts(lib().hys_protocol_n_remarks(p), lambda k: lib().hys_protocol_remark(p, k))
        return cls(title, tables, features, remarks)


def _python(name: str) -> str:
    return re.sub(r"\W", "_", name)


def _protocols() -> Dict[str, Any]:
    """By the names that Python uses, aliases too."""
    found: Dict[str, Any] = {}
    for k in range(lib().hys_protocol_count()):
        p = lib().hys_protocol_get(k)
        for name in [text(p.contents.name), *text(p.contents.aliases).split()]:
            found.setdefault(_python(name), p)
    return found


def _docstring(p: Any) -> str:
    lines = [text(p.summary), ""]
    if p.aliases:
        lines += [f"Also: {text(p.aliases)}.", ""]
    lines.append("Options (numbers take units, bare ones are SI):")
    for o in p.options[:p.n_options]:
        lines.append(f"  {_python(text(o.name)):14} {text(o.value) or '-':16} {text(o.desc)}")
    lines += ["", "Settings of the bench:", *(f"  {name:14} {what}" for name, what in SETTINGS.items())]
    return "\n".join(lines)


def _signature(p: Any) -> inspect.Signature:
    kinds = inspect.Parameter
    options = [kinds(_python(text(o.name)), kinds.KEYWORD_ONLY, default=text(o.value)) for o in p.options[:p.n_options]
               if _python(text(o.name)).isidentifier()]
    first = kinds("device", kinds.POSITIONAL_OR_KEYWORD)
    return inspect.Signature([first, *options, kinds("settings", kinds.VAR_KEYWORD)])


def _split(name: str, options: Dict[str, str], given: Dict[str, Any], settings: Any) -> Any:
    """Words for the protocol, and what is the bench's."""
    unknown = [n for n in given if n not in options and n not in settings]
    if unknown:
        raise TypeError(f"{name} has no option '{unknown[0]}'{nearest(unknown[0], [*options, *settings])}")
    return (pairs({options[n]: v for n, v in given.items() if n in options}),
            {n: v for n, v in given.items() if n not in options})


def _run(pointer: Any, device: Any, given: Dict[str, Any]) -> Measured:
    p, m = pointer.contents, model(device)
    name = text(p.name)
    words, rest = _split(name, _options(p), given, SETTINGS)
    bench = Bench(m, rest)
    wanted = make("hys_protocol_opts", bench=bench.options, opt=words)
    handle, found = m._session.make("hys_protocol_run", m._session.pointer, pointer, m.pointer, ctypes.byref(wanted),
                                    free="hys_protocol_result_free", progress=bench.progress)
    result = Measured._of(handle, f"{m.name}: {name}")
    result.messages = bench.messages
    warn(found, m.device, 4)
    result._warn(4)
    return result


def _analyse(pointer: Any, data: Any, given: Dict[str, Any]) -> Measured:
    name, session = text(pointer.contents.name), Session()
    known = lib().hys_protocol_data_of(pointer)
    if not known:
        raise ArgumentError(f"{name} asks models only, not measured data")
    words, _ = _split(name, _options(known.contents), given, {})
    curves = records(data)
    wanted = make("hys_protocol_opts", opt=words, names=[n for n, _ in curves])
    tables = (ctypes.c_void_p * len(curves))(*[table.address for _, table in curves])
    handle, found = session.make("hys_protocol_analyse", session.pointer, pointer, tables, len(curves),
                                 ctypes.byref(wanted), free="hys_protocol_result_free")
    handle._needs = (curves,)
    result = Measured._of(handle, f"{curves[0][0]}: {name}")
    result.messages = []
    warn(found, curves[0][0], 4)
    result._warn(4)
    return result


def _options(p: Any) -> Dict[str, str]:
    return {_python(text(o.name)): text(o.name) for o in p.options[:p.n_options]}


def _function(name: str, pointer: Any) -> Callable[..., Measured]:
    def protocol(device: Any, **given: Any) -> Measured:
        return _analyse(pointer, device, given) if is_data(device) else _run(pointer, device, given)

    protocol.__name__ = protocol.__qualname__ = name
    protocol.__module__ = __name__
    protocol.__doc__ = _docstring(pointer.contents)
    protocol.__signature__ = _signature(pointer.contents)  # type: ignore[attr-defined]
    return protocol


def __getattr__(name: str) -> Callable[..., Measured]:
    if name.startswith("_"):
        raise AttributeError(name)
    if name not in _made:
        known = _protocols()
        if name not in known:
            raise AttributeError(f"there is no protocol '{name}'{nearest(name, known)}")
        _made[name] = _function(name, known[name])
    return _made[name]


def __dir__() -> List[str]:
    return sorted(_protocols())
