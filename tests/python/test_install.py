"""`pip install ./python` gives a package and a program that need neither the source tree nor a build folder."""
import os
import shutil
import subprocess
import sys
import unittest
import venv
import zipfile

from common import SOURCE, Case, hy, main, np

BACKEND = SOURCE / "python" / "build_backend"
BUILD = "import sys; sys.path.insert(0, sys.argv[1]); import hysteron_build as b; b.build_wheel(sys.argv[2])"


def can_make_venv():
    try:
        import ensurepip
        return bool(ensurepip)
    except ImportError:
        return False


class Install(Case):
    def test_the_wheel_is_whole(self):
        subprocess.run([sys.executable, "-c", BUILD, BACKEND, self.folder], check=True, capture_output=True)
        with zipfile.ZipFile(next(self.folder.glob("hysteron-*.whl"))) as wheel:
            self.assertIsNone(wheel.testzip())
            names = wheel.namelist()
            record = wheel.read(f"hysteron-{hy.__version__}.dist-info/RECORD").decode().split("\n")
        self.assertEqual(sorted(line.split(",")[0] for line in record if line), sorted(names))
        for part in ("hysteron/__init__.py", "hysteron/py.typed", "hysteron/_native/lib/libhysteron.so",
                     "hysteron/_native/bin/hysteron", "hysteron/_native/include/hysteron/core.h",
                     "hysteron/_native/share/hysteron/models/rram/vteam.va"):
            self.assertIn(part, names)
        self.assertTrue(any(n.startswith("hysteron/_native/lib/hysteron/kernels/") for n in names))

    @unittest.skipUnless(can_make_venv(), "needs python3-venv")
    def test_an_installation_works_by_itself(self):
        place = self.folder / "venv"
        venv.create(place, with_pip=True)
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("HYSTERON", "PYTHON", "LD_"))}
        build = {**clean, "HYSTERON_BUILD": os.environ["HYSTERON_BUILD"]}
        words = ["--quiet", "--no-deps", "--no-index", "--disable-pip-version-check"]
        subprocess.run([place / "bin/python", "-m", "pip", "install", *words, SOURCE / "python"], check=True, env=build)
        self.assertFalse(list((SOURCE / "python").glob("*.egg-info")))
        numpy = os.path.dirname(os.path.dirname(np.__file__))
        alone = {**clean, "PYTHONPATH": numpy, "HYSTERON_CACHE": str(self.folder / "cache"), "PATH": os.defpath}
        code = """import ctypes, hysteron as hy
session, path = hy._session.Session(), ctypes.c_char_p()
session.call("hys_library_file", session.pointer, b"rram/vteam.va", ctypes.byref(path))
r = hy.iv("yakopcic", "sine:1V,10Hz")
print(hy.__file__, hy._lib().path, path.value.decode(), repr(float(r.i.sum())), sep="\\n")"""
        python = [place / "bin/python", "-W", "ignore", "-c", code]
        made = subprocess.run(python, env=alone, cwd=self.folder, check=True, capture_output=True, text=True)
        *places, total = made.stdout.split("\n")[:-1]
        for path in places:
            self.assertTrue(path.startswith(str(place)), path)
        self.assertEqual(float(total), float(hy.iv("yakopcic", "sine:1V,10Hz").i.sum()))
        program = [place / "bin/hysteron", "--version"]
        made = subprocess.run(program, env=alone, check=True, capture_output=True, text=True)
        self.assertIn(hy.__version__, made.stdout)

    def test_a_missing_tool_is_told(self):
        clean = {**os.environ, "PATH": str(self.folder), "HYSTERON_BUILD": str(self.folder / "new")}
        words = [sys.executable, "-c", BUILD, BACKEND, "."]
        made = subprocess.run(words, env=clean, capture_output=True, text=True, check=False)
        self.assertEqual(made.returncode, 1)
        self.assertIn("install_packages.sh build", made.stderr)


if __name__ == "__main__":
    if not shutil.which("cmake"):
        sys.exit(77)
    main()
