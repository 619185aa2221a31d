"""Contexts of the library, what was made in them, and calls that can be interrupted."""
from __future__ import annotations

import collections
import ctypes
import threading
import warnings
import weakref
from typing import Any, Callable, Deque, List, Optional, Tuple

from ._errors import BY_STATUS, DeviceWarning, Diagnostic, HysteronError
from ._library import lib

_SEVERITIES = ("note", "warning", "error")


class Session:
    """One context. Calls into it are made one at a time, from whatever thread.

    What was made in it is freed when nobody holds it any more: at once, or behind the call that is under way.
    """

    def __init__(self, seed: Optional[int] = None, threads: int = 0) -> None:
        self._lock = threading.Lock()
        self._garbage: Deque[Tuple[Any, int]] = collections.deque()
        options = lib().hys_ctx_opts_default()
        options.seed = seed or 0
        options.n_threads = threads
        self.is_cancelled = False
        self.pointer = ctypes.c_void_p()
        status = lib().hys_ctx_new(ctypes.byref(options), ctypes.byref(self.pointer))
        if status:
            raise BY_STATUS.get(lib().declared.statuses[status], HysteronError)("no context could be made")
        self._finalizer = weakref.finalize(self, lib().hys_ctx_free, self.pointer)

    def call(self, name: str, *arguments: Any, progress: Optional["Progress"] = None) -> List[Diagnostic]:
        """Calls a function that returns a status; raises what it says. Returns warnings and notes."""
        function = getattr(lib(), name)
        with self._lock:
            try:
                status = _interruptible(lambda: function(*arguments), progress, self.cancel)
            finally:
                found = self._diagnostics()
        self._collect()
        if progress is not None and progress.error is not None:
            raise progress.error
        if status < 0:
            raise _error(status, found)
        return found

    def make(self, name: str, *arguments: Any, free: str,
             progress: Optional["Progress"] = None) -> Tuple["Handle", List[Diagnostic]]:
        """Calls a function whose last argument takes what it makes."""
        made = ctypes.c_void_p()
        try:
            found = self.call(name, *arguments, ctypes.byref(made), progress=progress)
        except BaseException:
            if made.value:
                Handle(self, made.value, free)
            raise
        return Handle(self, made.value or 0, free), found

    def cancel(self) -> None:
        """From any thread. A context that was cancelled stays so: who needs it makes another."""
        self.is_cancelled = True
        lib().hys_ctx_cancel(self.pointer)

    def _diagnostics(self) -> List[Diagnostic]:
        found = [_read(lib().hys_diag_get(self.pointer, k).contents) for k in range(lib().hys_diag_count(self.pointer))]
        lib().hys_diag_clear(self.pointer)
        return found

    def discard(self, free: Any, pointer: int) -> None:
        """From a finalizer, which may run anywhere."""
        self._garbage.append((free, pointer))
        self._collect()

    def _collect(self) -> None:
        while self._garbage and self._lock.acquire(blocking=False):
            try:
                free, pointer = self._garbage.popleft()
                free(pointer)
            except IndexError:
                pass
            finally:
                self._lock.release()


class Handle:
    """Something of the library's, freed when nobody refers to it; keeps what it depends on."""

    def __init__(self, session: Session, pointer: int, free: str, *needs: Any) -> None:
        self.session = session
        self.pointer = pointer
        self._needs = needs
        self._finalizer = weakref.finalize(self, session.discard, getattr(lib(), free), pointer)


def _read(d: Any) -> Diagnostic:
    n = lib().hys_diag_format(ctypes.byref(d), None, 0)
    buffer = ctypes.create_string_buffer(n + 1)
    lib().hys_diag_format(ctypes.byref(d), buffer, n + 1)
    return Diagnostic(_SEVERITIES[d.severity], lib().declared.statuses.get(d.status, "?"), text(d.file), d.line, d.col,
                      text(d.message), text(d.hint), text(buffer.value).rstrip("\n"))


def _error(status: int, found: List[Diagnostic]) -> HysteronError:
    word = lib().declared.statuses.get(status, "?")
    said = [d.text for d in found if d.severity == "error"]
    notes = [d.text for d in found if d.severity == "note"] if said else []
    message = "\n".join(said + notes) or text(lib().hys_status_text(status))
    return BY_STATUS.get(word, HysteronError)(message, word, found)


def warn(found: List[Diagnostic], device: str = "", level: int = 3) -> None:
    """Python warnings of what the library said beside a result.

    What the compiler thinks of the file is counted: Model.check() tells it.
    """
    about_file = 0
    for d in found:
        if d.severity == "note":
            continue
        if d.line > 0 and d.col > 0 and not d.file.startswith("--"):
            about_file += 1
        else:
            warnings.warn(d.text, DeviceWarning, stacklevel=level)
    if about_file:
        count = f"{about_file} warning{'s' * (about_file > 1)}"
        warnings.warn(f"{count} about the file of {device}: Model.check() shows them", DeviceWarning, stacklevel=level)


def text(value: Optional[bytes]) -> str:
    return value.decode("utf-8", "replace") if value else ""


# ---- Ctrl-C ----

class Progress:
    """A progress callback: passes on to the user's function, stops on Ctrl-C, and keeps what went wrong in it."""

    def __init__(self, function: Optional[Callable[..., Any]] = None) -> None:
        self._function = function
        self.stop = threading.Event()
        self.error: Optional[BaseException] = None

    def __call__(self, _user: Any, *report: Any) -> int:
        if self.stop.is_set():
            return 1
        if self._function is None:
            return 0
        try:
            words = [text(word) if isinstance(word, bytes) else word for word in report]
            return 1 if self._function(*words) else 0
        except BaseException as error:  # of any kind: it is raised where the call returns
            self.error = error
            return 1


def _interruptible(call: Callable[[], int], progress: Optional[Progress], cancel: Callable[[], None]) -> int:
    """Runs a call beside the main thread, which stays free to take signals; one of them cancels the call. In other
    threads, which get no signals, it runs as it is."""
    if progress is None or threading.current_thread() is not threading.main_thread():
        return call()
    done = threading.Event()
    result: List[Any] = []

    def work() -> None:
        try:
            result.append(call())
        except BaseException as error:  # of ctypes itself: a wrong argument
            result.append(error)
        finally:
            done.set()

    interrupt: Optional[BaseException] = None
    threading.Thread(target=work, daemon=True).start()
    while not done.is_set():
        try:
            done.wait(0.2)  # an interrupt that is no signal does not end the wait
        except BaseException as error:
            interrupt = error
            progress.stop.set()
            cancel()
    if interrupt is not None:
        raise interrupt
    if isinstance(result[0], BaseException):
        raise result[0]
    return result[0]
