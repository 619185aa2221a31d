"""What the tests of the Python package share."""
import json
import os
import subprocess
import sys
import tempfile
import unittest
import warnings
from pathlib import Path

ENVIRONMENT = dict(os.environ)      # of a further Python that loads the library
os.environ.pop("LD_PRELOAD", None)  # of a sanitizer: not for other programs that are started
try:
    import numpy as np
except ImportError:
    print("skipped: the tests of the Python package need NumPy")
    sys.exit(77)
import hysteron as hy

PROGRAM = os.environ["HYSTERON"]
SOURCE = Path(__file__).resolve().parents[2]
CIRCUITS = SOURCE / "examples" / "circuits"


def command(*words, expected=0):
    """What the command line prints on standard output."""
    made = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, check=False)
    assert made.returncode == expected, f"{words}: {made.returncode}\n{made.stderr}"
    return made.stdout


def command_json(*words, expected=0):
    return json.loads(command(*words, "--json", expected=expected))


class Case(unittest.TestCase):
    """A folder of its own; remarks are no news."""

    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.folder = Path(self._folder.name)
        caught = warnings.catch_warnings()
        caught.__enter__()
        self.addCleanup(caught.__exit__, None, None, None)
        warnings.simplefilter("ignore", hy.Remark)
        warnings.simplefilter("ignore", hy.DeviceWarning)

    def assertSameBits(self, a, b, what=""):
        """Equal doubles, place by place; NaN equals NaN."""
        a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
        self.assertEqual(a.shape, b.shape, what)
        self.assertTrue(np.array_equal(a, b, equal_nan=True), f"{what}: {a[a != b][:3]} {b[a != b][:3]}")

    def assertSameTable(self, a, b, what=""):
        self.assertEqual(list(a), list(b), what)
        for name in a:
            self.assertSameBits(a[name], b[name], f"{what} {name}")


def from_json(value):
    """JSON has no NaN and no infinities: null stands for them."""
    return float("nan") if value is None else value


main = unittest.main
