"""The public C headers as ctypes types: they are read, not copied, so that the two cannot differ.

The headers keep to a small part of C: typedefs of structures, enumerations and functions, and prototypes.
"""
from __future__ import annotations

import ctypes
import re
from pathlib import Path
from typing import Any, Dict, List, Tuple

_SCALARS: Dict[str, Any] = {
    "void": None, "bool": ctypes.c_bool, "char": ctypes.c_char, "int": ctypes.c_int, "double": ctypes.c_double,
    "float": ctypes.c_float, "size_t": ctypes.c_size_t, "int8_t": ctypes.c_int8, "uint8_t": ctypes.c_uint8,
    "int16_t": ctypes.c_int16, "uint16_t": ctypes.c_uint16, "int32_t": ctypes.c_int32, "uint32_t": ctypes.c_uint32,
    "int64_t": ctypes.c_int64, "uint64_t": ctypes.c_uint64, "long": ctypes.c_long, "unsigned": ctypes.c_uint,
    "unsigned long": ctypes.c_ulong, "unsigned char": ctypes.c_ubyte,
}
_TOKEN = re.compile(r"[A-Za-z_]\w*|0x[0-9a-fA-F]+|\d+|[{}()\[\];,*=-]")
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*$", re.M)
_LIST = re.compile(r"^[ \t]*#define (\w+)\(X\)((?:[^\n]*\\\n)*[^\n]*)$", re.M)
_NUMBER = re.compile(r"^[ \t]*#define (\w+)[ \t]+(\d+)[ \t]*$", re.M)
_STATUS = re.compile(r"\bX\((\w+), (-?\d+), \"")


class Declarations:
    """Structures and prototypes of a folder of headers."""

    def __init__(self, folder: Path) -> None:
        self.types: Dict[str, Any] = dict(_SCALARS)
        self.functions: Dict[str, Tuple[Any, List[Any]]] = {}
        self.statuses: Dict[int, str] = {}
        self.constants: Dict[str, int] = {}  # of enumerations, and defined as numbers
        self._lists: Dict[str, int] = {}     # lengths of the lists that become enumerations
        self._tokens: List[str] = []
        self._at = 0
        self._is_const = False
        self._complete: set = set()  # structures whose fields are told
        seen: set = set()
        for header in sorted(folder.glob("*.h")):
            self._read_header(folder, header.name, seen)

    def _read_header(self, folder: Path, name: str, seen: set) -> None:
        if name in seen:
            return
        seen.add(name)
        text = _COMMENT.sub(" ", (folder / name).read_text(encoding="utf-8"))
        for include in re.findall(r"#include <hysteron/(\w+\.h)>", text):
            self._read_header(folder, include, seen)
        self.statuses.update((int(value), word) for word, value in _STATUS.findall(text))
        for name, body in _LIST.findall(text):
            self._lists[name] = len(re.findall(r"\bX\(", body))
        self.constants.update((word, int(value)) for word, value in _NUMBER.findall(text))
        text = _DIRECTIVE.sub("", text)
        self._complete.update(re.findall(r"\bstruct (\w+) \{", text))
        self._tokens = [t for t in _TOKEN.findall(text) if t not in ("HYS_DECLS_BEGIN", "HYS_DECLS_END")]
        self._at = 0
        while self._at < len(self._tokens):
            self._declaration()

    def _next(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1]

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _takes(self, token: str) -> bool:
        if self._peek() != token:
            return False
        self._at += 1
        return True

    # declaration = ["typedef"] base declarator ";"
    def _declaration(self) -> None:
        is_typedef = self._takes("typedef")
        base = self._base()
        if self._takes(";"):
            return
        name, made = self._declarator(base)
        if is_typedef:
            self.types.setdefault(name, made)
        elif isinstance(made, tuple):
            self.functions[name] = made
        self._takes(";")

    # base = ["const"] ("struct" NAME [fields] | "enum" NAME [words] | NAME)
    def _base(self) -> Any:
        self._is_const = self._takes("const")
        word = self._next()
        if word == "struct":
            return self._structure()
        if word == "unsigned" and self._peek() in ("long", "char"):
            word += " " + self._next()
        elif word == "unsigned":
            self._takes("int")
        return self._enumeration() if word == "enum" else self.types[word]

    def _structure(self) -> Any:
        name = self._next()
        made = self.types.setdefault(name, type(name, (ctypes.Structure,), {}))
        if self._takes("{"):
            made._fields_ = self._fields()
        return made

    def _fields(self) -> List[Tuple[str, Any]]:
        fields: List[Tuple[str, Any]] = []
        while not self._takes("}"):
            base = self._base()
            while True:
                fields.append(self._declarator(base))
                if not self._takes(","):
                    break
            self._takes(";")
        return fields

    def _enumeration(self) -> Any:
        if self._peek() not in "{;":
            self._next()
        if self._takes("{"):
            self._enumerators()
        return ctypes.c_int

    # enumerator = NAME ["=" value] | LIST "(" MACRO ")"
    def _enumerators(self) -> None:
        value = 0
        while not self._takes("}"):
            name = self._next()
            if self._takes("("):
                value += self._lists.get(name, 0)
                while not self._takes(")"):
                    self._next()
                continue
            if self._takes("="):
                sign = -1 if self._takes("-") else 1
                word = self._next()
                value = sign * (int(word, 0) if word[0].isdigit() else self.constants.get(word, 0))
            if self._peek() in ",}":
                self.constants[name] = value
            while self._peek() not in ",}":  # an expression, which no array here is as long as
                self._next()
            value += 1
            self._takes(",")

    # declarator = "*"* (NAME | "(" "*" NAME ")") {"[" N "]"} ["(" parameters ")"]
    def _declarator(self, base: Any) -> Tuple[str, Any]:
        made = self._pointers(base)
        is_pointer = self._takes("(")
        if is_pointer:
            self._takes("*")
        name = self._next() if re.match(r"\w", self._peek()) else ""
        if is_pointer:
            self._takes(")")
        bounds: List[int] = []
        while self._takes("["):
            bound = self._next()
            bounds.append(int(bound) if bound.isdigit() else self.constants[bound])
            self._takes("]")
        for n in reversed(bounds):  # the last index runs fastest
            made = (made if made is not None else ctypes.c_char) * n
        if self._takes("("):
            arguments = self._parameters()
            made = ctypes.CFUNCTYPE(made, *arguments) if is_pointer else (made, arguments)
        return name, made

    def _parameters(self) -> List[Any]:
        found: List[Any] = []
        while not self._takes(")"):
            _, made = self._declarator(self._base())
            if isinstance(made, type) and issubclass(made, ctypes.Array):
                made = ctypes.POINTER(made._type_)  # type: ignore[call-overload]
            if made is not None:
                found.append(made)
            self._takes(",")
        return found

    # "*" and "const" may follow each other
    def _pointers(self, base: Any) -> Any:
        made: Any = base
        is_const = self._is_const
        while self._takes("*"):
            made = self._pointer_to(made, is_const)
            while self._takes("const"):
                pass
        return made

    def _pointer_to(self, made: Any, is_const: bool) -> Any:
        """Text that is only read is bytes; what has no fields is an address."""
        if made is None or (isinstance(made, type) and issubclass(made, ctypes.Structure)
                            and made.__name__ not in self._complete):
            return ctypes.c_void_p
        if made is ctypes.c_char and is_const:
            return ctypes.c_char_p
        return ctypes.POINTER(made)
