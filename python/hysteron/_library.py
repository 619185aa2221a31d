"""Finding and loading libhysteron."""
from __future__ import annotations

import ctypes
import os
import re
import sys
import threading
from pathlib import Path
from typing import Any, Dict, List, Optional

from . import _declare
from ._errors import LibraryMissing

_HERE = Path(__file__).resolve().parent
_TREE = _HERE.parents[1]  # of the sources, where the package is used in place
_FILE = "libhysteron.so"
_HINT = """Do one of these:
  pip install ./python                        in hysteron's source tree: builds the library, which needs CMake and
                                              the packages of  sh scripts/install_packages.sh build
  make && export PYTHONPATH=$PWD/python       in the source tree: uses build/src/libhysteron.so
  export HYSTERON_LIBRARY=/path/libhysteron.so"""


def package_version() -> str:
    """Of this package: as the build said, or as the source tree beside it says."""
    try:
        from ._version import version  # type: ignore[import-not-found]
        return version
    except ImportError:
        text = (_TREE / "CMakeLists.txt").read_text(encoding="utf-8")
        found = re.search(r"project\(hysteron VERSION ([0-9.]+)", text)
        return found.group(1) if found else "0"


def _headers() -> Path:
    own = _HERE / "_native" / "include" / "hysteron"
    return own if own.is_dir() else _TREE / "include" / "hysteron"


def candidates() -> List[str]:
    """Where the library is looked for, in this order; a name without a folder is the system's affair."""
    given = os.environ.get("HYSTERON_LIBRARY")
    if given:
        return [given]
    found = [str(_HERE / "_native" / "lib" / _FILE)]
    if (_TREE / "CMakeLists.txt").is_file():
        build = os.environ.get("HYSTERON_BUILD") or str(_TREE / "build")
        found.append(str(Path(build) / "src" / _FILE))
    return found + [str(Path(sys.prefix) / "lib" / _FILE), "/usr/local/lib/" + _FILE, _FILE + ".0"]


class Library:
    """The loaded library: its functions by name, with the types that the headers give them."""

    def __init__(self) -> None:
        self.path, self._dll = _open()
        headers = _headers()
        if not (headers / "hysteron.h").is_file():
            raise LibraryMissing(f"the headers of hysteron are not in {headers}: this installation is damaged")
        self.declared = _declare.Declarations(headers)
        self.types: Dict[str, Any] = self.declared.types
        self.version: str = self.hys_version().decode()
        if self.version != package_version():
            raise LibraryMissing(f"{self.path} is hysteron {self.version}, this Python package {package_version()}: "
                                 "they must be of one version")

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("hys_"):
            raise AttributeError(name)
        if name not in self.declared.functions:
            raise LibraryMissing(f"hysteron {self.__dict__.get('version', '')} does not declare {name}")
        try:
            function = getattr(self._dll, name)
        except AttributeError:
            raise LibraryMissing(f"{self.path} has no {name}: it is older than the Python package. Build it anew "
                                 "(make), or install the package again (pip install ./python)") from None
        function.restype, function.argtypes = self.declared.functions[name]
        setattr(self, name, function)
        return function

    def has(self, name: str) -> bool:
        return name in self.declared.functions and hasattr(self._dll, name)


def _open() -> Any:
    tried = []
    for path in candidates():
        is_file = os.sep in path
        if is_file and not os.path.exists(path):
            tried.append(f"  {path}: there is no such file")
            continue
        try:
            return path, ctypes.CDLL(path)
        except OSError as error:
            tried.append(f"  {path}: {error}")
    raise LibraryMissing("libhysteron is not found. Looked at\n" + "\n".join(tried) + "\n" + _HINT)


_lock = threading.Lock()
_loaded: Optional[Library] = None


def lib() -> Library:
    """The library; loaded when it is first needed."""
    global _loaded
    if _loaded is None:
        with _lock:
            if _loaded is None:
                _loaded = Library()
    return _loaded
