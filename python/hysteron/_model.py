"""Devices: models of the library and Verilog-A files."""
from __future__ import annotations

import ctypes
import os
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence

from . import _html
from ._errors import ArgumentError
from ._library import lib
from ._options import encode, make, nearest, pairs
from ._session import Diagnostic, Session, text


class Param(NamedTuple):
    name: str
    value: Any  # the default, in the file's own unit; text of string parameters
    unit: str
    range: str
    desc: str


class State(NamedTuple):
    name: str
    unit: str
    is_lifted: bool    # hand-written integration that became a true state
    is_retained: bool  # a variable kept as written


class Entry(NamedTuple):
    """A model of the shipped library, or a variant: a named set of parameters."""
    name: str
    family: str
    desc: str
    label: str
    reference: str


class Model:
    """A device: the name of a library model or variant, or a Verilog-A file.

    Parameters are keywords: Model("vteam", r_off="200 kohm"). Bare numbers are in the file's own unit. A parameter
    whose name Python does not allow, or that is called as an argument here, goes into set={"name": value}.
    """

    def __init__(self, device: Any, *, module: Optional[str] = None, include: Sequence[Any] = (),
                 define: Sequence[str] = (), as_written: bool = False, cache_dir: Optional[Any] = None,
                 set: Optional[Mapping[str, Any]] = None, **params: Any) -> None:
        self.device = os.fspath(device)
        self.values: Dict[str, Any] = {**(set or {}), **params}
        self._how: Dict[str, Any] = {"module": module, "include_dirs": [*include] or None, "defines": [*define] or None,
                                     "as_written": as_written, "cache_dir": cache_dir}
        self._load("hys_model_load")

    def _load(self, function: str) -> List[Diagnostic]:
        session = Session()
        options = make("hys_model_opts", set=pairs(self.values), **self._how)
        self._handle, found = session.make(function, session.pointer, encode(self.device), ctypes.byref(options),
                                           free="hys_model_free")
        known = [p.name.lower() for p in self._all_params()]
        aliases = {a.lower() for k in range(len(known)) for a in text(self._param(k).aliases).split("\n")}
        for name in self.values:
            if name.lower() not in known and name.lower() not in aliases:
                raise ArgumentError(f"{self.name} has no parameter '{name}'{nearest(name, self.params)}")
        return found

    def __call__(self, **params: Any) -> "Model":
        """The same device with other parameters."""
        how = {"include": self._how["include_dirs"] or (), "define": self._how["defines"] or (),
               **{k: self._how[k] for k in ("module", "as_written", "cache_dir")}}
        return Model(self.device, set={**self.values, **params}, **how)

    def check(self) -> List[Diagnostic]:
        """What the compiler thinks of the file: warnings and notes with their places."""
        other = Model.__new__(Model)
        other.__dict__.update(device=self.device, values=self.values, _how=self._how)
        return other._load("hys_model_check")

    @property
    def _session(self) -> Session:
        """The context of the device; a new one where work in it was interrupted."""
        if self._handle.session.is_cancelled:
            self._load("hys_model_load")
        return self._handle.session

    @property
    def pointer(self) -> int:
        return self._handle.pointer

    @property
    def set(self) -> List[str]:
        """As words for the bench."""
        return pairs(self.values)

    # ---- what the file says ----

    @property
    def name(self) -> str:
        variant = lib().hys_model_variant(self.pointer)
        return text(variant.contents.name) if variant else text(lib().hys_model_name(self.pointer))

    @property
    def module(self) -> str:
        return text(lib().hys_model_name(self.pointer))

    @property
    def file(self) -> str:
        return text(lib().hys_model_file(self.pointer))

    @property
    def desc(self) -> str:
        return text(lib().hys_model_desc(self.pointer))

    @property
    def ports(self) -> List[str]:
        return [text(lib().hys_model_port(self.pointer, k)) for k in range(lib().hys_model_n_ports(self.pointer))]

    def _param(self, k: int) -> Any:
        return lib().hys_model_param(self.pointer, k).contents

    def _all_params(self) -> List[Param]:
        found = [self._param(k) for k in range(lib().hys_model_n_params(self.pointer))]
        return [Param(text(p.name), p.value if p.text is None else text(p.text), text(p.units), text(p.range),
                      text(p.desc)) for p in found]

    @property
    def params(self) -> Dict[str, Param]:
        """Defaults, units and ranges by name; `values` are those that were given."""
        return {p.name: p for p in self._all_params()}

    @property
    def states(self) -> List[State]:
        found = [lib().hys_model_state(self.pointer, k).contents
                 for k in range(lib().hys_model_n_states(self.pointer))]
        return [State(text(s.name), text(s.units), s.is_lifted, s.is_retained) for s in found]

    @property
    def source(self) -> str:
        """The text of the file."""
        words, n = ctypes.c_char_p(), ctypes.c_size_t()
        session = Session()
        session.call("hys_device_source", session.pointer, encode(self.device), ctypes.byref(words), ctypes.byref(n))
        return text(words.value)

    # ---- elsewhere ----

    def __reduce__(self) -> Any:
        return _again, (self.device, self.values, self._how)

    def __repr__(self) -> str:
        given = "".join(f", {name}={value!r}" for name, value in self.values.items())
        return f"hysteron.Model({self.device!r}{given})"

    def _repr_html_(self) -> str:
        rows = [[p.name, self.values.get(p.name, p.value), p.unit, p.range, p.desc] for p in self._all_params()]
        about = [self.desc] if self.desc else []
        states = ", ".join(s.name for s in self.states)
        about.append(f"terminals: {', '.join(self.ports)}" + (f"; states: {states}" if states else ""))
        return (_html.heading(self.name) + _html.paragraphs(about) +
                _html.table(["parameter", "value", "unit", "range", "what it is"], rows))


def _again(device: str, values: Dict[str, Any], how: Dict[str, Any]) -> Model:
    made = Model.__new__(Model)
    made.__dict__.update(device=device, values=values, _how=how)
    made._load("hys_model_load")
    return made


def model(device: Any) -> Model:
    """A Model of whatever names a device."""
    return device if isinstance(device, Model) else Model(device)


class Entries(List[Entry]):
    """Shows itself as a table in notebooks."""

    def __repr__(self) -> str:
        return "\n".join(f"{e.name:28} {e.family:16} {e.desc}" for e in self)

    def _repr_html_(self) -> str:
        return _html.table(["model", "family", "what it is", "reference"],
                           [[e.name, e.family, e.desc, e.reference] for e in self])


def models(family: Optional[str] = None) -> Entries:
    """The shipped library, or one family of it."""
    found = [lib().hys_library_get(k).contents for k in range(lib().hys_library_count())]
    entries = [Entry(text(e.name), text(e.family), text(e.desc), text(e.label), text(e.reference)) for e in found]
    return Entries(e for e in entries if family in (None, e.family))


def variants(device: Any) -> Entries:
    """Named sets of parameters of a device, which are devices themselves."""
    session = Session()
    first, n = ctypes.POINTER(lib().types["hys_variant"])(), ctypes.c_size_t()
    session.call("hys_device_variants", session.pointer, encode(device), ctypes.byref(first), ctypes.byref(n))
    found = [first[k] for k in range(n.value)]
    return Entries(Entry(text(v.name), text(v.module), text(v.desc), text(v.label), text(v.reference)) for v in found)


