"""Builds the wheel: the C library through CMake, the Python files as they are.

In $HYSTERON_BUILD, else in ../build, where what was built already is used. No tool of Python's is needed.
"""
import base64
import hashlib
import os
import re
import shutil
import subprocess
import sysconfig
import tempfile
import zipfile
from pathlib import Path

PYTHON = Path(__file__).resolve().parents[1]
SOURCE = PYTHON.parent
NATIVE = "hysteron/_native"


def _version():
    return re.search(r"project\(hysteron VERSION ([0-9.]+)", (SOURCE / "CMakeLists.txt").read_text()).group(1)


def _name(tag):
    return f"hysteron-{_version()}-py3-none-{tag}.whl"


def _platform():
    return re.sub(r"[-.]", "_", sysconfig.get_platform())


# ---- the C library ----

def _run(*command):
    try:
        subprocess.run(command, check=True)
    except FileNotFoundError:
        raise SystemExit(f"hysteron: '{command[0]}' is not installed. The C library is built with CMake; on Debian,\n"
                         "  sh scripts/install_packages.sh build\n"
                         "in the source tree installs what is missing.") from None
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"hysteron: building the C library failed (see above): {' '.join(error.cmd)}\n"
                         "On Debian,  sh scripts/install_packages.sh build  installs what it needs.") from None


def _build():
    if not (SOURCE / "CMakeLists.txt").is_file():
        raise SystemExit("hysteron: the Python package is built inside hysteron's source tree, which holds the\n"
                         "C library: pip install ./python there")
    build = Path(os.environ.get("HYSTERON_BUILD") or SOURCE / "build")
    if not (build / "CMakeCache.txt").is_file():
        build.mkdir(parents=True, exist_ok=True)
        ninja = ["-G", "Ninja"] if shutil.which("ninja") else []
        _run("cmake", "-S", str(SOURCE), "-B", str(build), *ninja, "-DCMAKE_BUILD_TYPE=Release", "-DBUILD_TESTING=OFF")
    if not os.environ.get("HYSTERON_BUILD"):
        _run("cmake", "--build", str(build), "--parallel")
    return build


def _native_files(stage):
    """What an installation holds, as (file, its place in the wheel): the library beside its models and kernels."""
    library = sorted(stage.rglob("libhysteron.so.*"), key=lambda p: p.is_symlink())[0]
    yield library.resolve(), "lib/libhysteron.so"
    yield stage / "bin" / "hysteron", "bin/hysteron"
    kernels = library.parent / "hysteron" / "kernels"
    for root, place in ((kernels, "lib/hysteron/kernels"), (stage / "share/hysteron/models", "share/hysteron/models"),
                        (stage / "include/hysteron", "include/hysteron")):
        for path in sorted(root.rglob("*")):
            if path.is_file():
                yield path, f"{place}/{path.relative_to(root)}"


# ---- the wheel ----

class _Wheel:
    def __init__(self, path):
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._record = []
        self.info = f"hysteron-{_version()}.dist-info"

    def _put(self, name, data, executable=False):
        entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))  # the same bytes whenever it is built
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = (0o100755 if executable else 0o100644) << 16
        self._zip.writestr(entry, data, compresslevel=1)

    def add(self, name, data, executable=False):
        self._put(name, data, executable)
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        self._record.append(f"{name},sha256={digest},{len(data)}")

    def close(self, tag):
        self.add(f"{self.info}/METADATA", _metadata().encode())
        self.add(f"{self.info}/WHEEL", f"Wheel-Version: 1.0\nGenerator: hysteron\nRoot-Is-Purelib: false\n"
                                       f"Tag: py3-none-{tag}\n".encode())
        self.add(f"{self.info}/entry_points.txt", b"[console_scripts]\nhysteron = hysteron.__main__:main\n")
        self._put(f"{self.info}/RECORD", "\n".join([*self._record, f"{self.info}/RECORD,,", ""]).encode())
        self._zip.close()


def _field(name):
    return re.search(rf'^{name} = "(.*)"$', (PYTHON / "pyproject.toml").read_text(), re.M).group(1)


def _metadata():
    text = (PYTHON / "pyproject.toml").read_text()
    required = re.findall(r'"([^"]+)"', re.search(r"^dependencies = \[(.*)\]$", text, re.M).group(1))
    lines = ["Metadata-Version: 2.1", "Name: hysteron", f"Version: {_version()}", f"Summary: {_field('description')}",
             f"Requires-Python: {_field('requires-python')}", "License: Apache-2.0",
             *(f"Requires-Dist: {r}" for r in required)]
    for extra, packages in re.findall(r"^(data|plot) = \[(.*)\]$", text, re.M):
        lines.append(f"Provides-Extra: {extra}")
        lines += [f'Requires-Dist: {p}; extra == "{extra}"' for p in re.findall(r'"([^"]+)"', packages)]
    return "\n".join([*lines, "Description-Content-Type: text/markdown", "", (PYTHON / "README.md").read_text()])


def get_requires_for_build_wheel(config_settings=None):
    return []


get_requires_for_build_editable = get_requires_for_build_wheel


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    build = _build()
    wheel = _Wheel(Path(wheel_directory) / _name(_platform()))
    for path in sorted((PYTHON / "hysteron").glob("*")):
        if path.suffix in (".py", ".typed") and path.name != "_version.py":
            wheel.add(f"hysteron/{path.name}", path.read_bytes())
    told = f'"""Of the source tree that this was built from."""\nversion = "{_version()}"\n'
    wheel.add("hysteron/_version.py", told.encode())
    with tempfile.TemporaryDirectory() as stage:
        _run("cmake", "--install", str(build), "--prefix", stage)
        for path, place in _native_files(Path(stage)):
            wheel.add(f"{NATIVE}/{place}", path.read_bytes(), executable=place.startswith("bin/") or ".so" in place)
    wheel.close(_platform())
    return _name(_platform())


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    """The files stay where they are; the library is that of ../build."""
    _build()
    wheel = _Wheel(Path(wheel_directory) / _name(_platform()))
    wheel.add("hysteron.pth", f"{PYTHON}\n".encode())
    wheel.close(_platform())
    return _name(_platform())


def build_sdist(sdist_directory, config_settings=None):
    raise SystemExit("hysteron: the Python package is built from hysteron's source tree: pip install ./python")
