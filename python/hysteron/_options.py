"""Options of the library from Python's values: words with units, lists, callbacks."""
from __future__ import annotations

import ctypes
import numbers
import os
from typing import Any, Iterable, List, Mapping, Optional, Union

from ._errors import ArgumentError
from ._library import lib
from ._session import Progress, Session

Quantity = Union[str, float, Any]  # "1.2 V", a number in SI, a quantity of pint


def say(value: Any) -> str:
    """A value as the command line takes it: "1.2 V" as it is, numbers with all their digits, quantities of pint with
    their unit, lists with commas."""
    if isinstance(value, (str, os.PathLike)):
        return os.fspath(value)
    if isinstance(value, (list, tuple)):
        return ",".join(say(v) for v in value)
    if hasattr(value, "magnitude") and hasattr(value, "units"):
        return f"{say(value.magnitude)} {value.units:~C}".strip()
    if hasattr(value, "tolist"):  # of NumPy
        value = value.tolist()
        if isinstance(value, list):
            return say(value)
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, numbers.Integral):
        return str(int(value))
    if isinstance(value, numbers.Real):
        return repr(float(value))
    raise ArgumentError(f"{value!r} is neither a number nor text such as '1.2 V'")


def encode(value: Any) -> bytes:
    word = say(value)
    if "\0" in word:
        raise ArgumentError("text must not hold NUL characters")
    return word.encode("utf-8", "surrogateescape")


def pairs(given: Optional[Mapping[str, Any]]) -> List[str]:
    """{"Roff": "2 MOhm"} as ["Roff=2 MOhm"]."""
    return [f"{name}={say(value)}" for name, value in (given or {}).items()]


def words(values: Iterable[Any]) -> Any:
    """A C array of texts, which keeps them."""
    encoded = [encode(v) for v in values]
    array = (ctypes.c_char_p * max(len(encoded), 1))(*encoded)
    return ctypes.cast(array, ctypes.POINTER(ctypes.c_char_p))


def make(kind: str, /, **values: Any) -> Any:
    """The options structure `kind`, its defaults changed by what is not None.

    A list goes with its count; a Progress becomes a callback, and a structure a pointer to it."""
    options = getattr(lib(), kind + "_default")()
    fields = dict(options._fields_)
    for name, value in values.items():
        if value is None:
            continue
        if name not in fields:
            raise ArgumentError(f"this libhysteron has no {name} in {kind}")
        if isinstance(value, list):
            setattr(options, name, words(value))
            if "n_" + name in fields:
                setattr(options, "n_" + name, len(value))
        elif isinstance(value, Progress) or callable(value):
            setattr(options, name, fields[name](value))
        elif isinstance(value, ctypes.Structure) and fields[name] is not type(value):
            setattr(options, name, ctypes.pointer(value))
        elif fields[name] is ctypes.c_char_p:
            setattr(options, name, encode(value))
        else:
            setattr(options, name, value)
    return options


def seeded(seed: Optional[int]) -> dict:
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, numbers.Integral) or seed < 0):
        raise ArgumentError(f"seed={seed!r}: 0, 1, 2 ... is wanted")
    return {} if seed is None else {"seed": int(seed), "has_seed": True}


def nearest(word: str, names: Iterable[str]) -> str:
    """' (did you mean ...?)', or nothing."""
    known = list(names)
    found = lib().hys_nearest(encode(word), words(known), len(known))
    return f" (did you mean '{found.decode()}'?)" if found else ""


def quantity(value: Quantity, unit: str, name: str = "") -> float:
    """'4.7 kohm' in SI, checked for its unit; a bare number is SI.

    >>> quantity("36 mV", "V")
    0.036
    """
    result = ctypes.c_double()
    session = Session()
    session.call("hys_quantity_read", session.pointer, encode(name or "quantity"), encode(value), encode(unit),
                 ctypes.byref(result))
    return result.value


def format_quantity(value: float, unit: str, digits: int = 4) -> str:
    """A number as people write it.

    >>> format_quantity(4700.0, "ohm")
    '4.7 kohm'
    """
    buffer = ctypes.create_string_buffer(64)
    lib().hys_quantity_format(value, encode(unit), digits, buffer)
    return buffer.value.decode()
