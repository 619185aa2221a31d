"""Exceptions, which carry the library's diagnostics, and warnings."""
from __future__ import annotations

from typing import List, NamedTuple, Sequence


class Diagnostic(NamedTuple):
    """One message of the library: what, where, and what to do."""
    severity: str  # "note", "warning", "error"
    status: str    # "SYNTAX", "ARG" ...; "OK" of warnings and notes
    file: str
    line: int      # from 1; 0: unknown
    col: int
    message: str
    hint: str
    text: str      # as the command line prints it: place, message, source line, caret, hint

    def __str__(self) -> str:
        return self.text


class HysteronError(Exception):
    """What the library refused or failed to do; str() is what the command line would print."""

    def __init__(self, text: str, status: str = "", diagnostics: Sequence[Diagnostic] = ()) -> None:
        super().__init__(text)
        self.status = status
        self.diagnostics: List[Diagnostic] = list(diagnostics)

    def __reduce__(self):  # type: ignore[no-untyped-def]
        return type(self), (str(self), self.status, self.diagnostics)


class LibraryMissing(HysteronError, ImportError):
    """libhysteron, or one of its functions, is not there."""


class ArgumentError(HysteronError, ValueError):
    """A word or a number that makes no sense here."""


class UnitError(ArgumentError):
    """A quantity of the wrong unit."""


class InputError(HysteronError, ValueError):
    """A malformed or meaningless file: a model, a netlist, data."""


class FileError(HysteronError, OSError):
    """A file that cannot be read or written."""


class ConvergenceError(HysteronError, ArithmeticError):
    """No convergence, or a singular matrix."""


class ToolError(HysteronError, RuntimeError):
    """A program that is needed (a C compiler, gnuplot) is missing or failed."""


class InternalError(HysteronError, RuntimeError):
    """A fault of hysteron, or a limit of it."""


class OutOfMemory(HysteronError, MemoryError):
    """Memory ran out."""


class Cancelled(HysteronError):
    """The progress function asked to stop."""


class Remark(UserWarning):
    """What was chosen for the user, or cannot be told, and why."""


class DeviceWarning(UserWarning):
    """What the device's file, or the device itself, warns of."""


BY_STATUS = {
    "NOMEM": OutOfMemory, "IO": FileError, "SYNTAX": InputError, "SEMANTIC": InputError, "ARG": ArgumentError,
    "UNIT": UnitError, "ABI": InternalError, "SINGULAR": ConvergenceError, "NOCONV": ConvergenceError,
    "CANCEL": Cancelled, "LIMIT": InternalError, "TOOL": ToolError, "BUG": InternalError,
}
