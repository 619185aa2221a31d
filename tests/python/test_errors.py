"""What is wrong is said as the command line says it: place, caret, hint."""
import os
import pickle
import subprocess
import sys
import warnings

from common import ENVIRONMENT, PROGRAM, Case, hy, main, np

BAD = """`include "disciplines.vams"
module bad(p, n);
  inout p, n;
  electrical p, n;
  analog I(p, n) <+ V(p, n) / rr;
endmodule
"""


class Unit:
    """As a unit of pint formats itself."""

    def __init__(self, name):
        self.name = name

    def __format__(self, how):
        assert how == "~C"
        return self.name


class Quantity:
    def __init__(self, magnitude, units):
        self.magnitude, self.units = magnitude, Unit(units)


class Errors(Case):
    def test_a_bad_file_is_shown_with_place_and_caret(self):
        path = self.folder / "bad.va"
        path.write_text(BAD)
        words = [PROGRAM, "iv", path, "--wave", "sine:1V,1Hz"]
        told = subprocess.run(words, capture_output=True, text=True, check=False)
        with self.assertRaises(hy.InputError) as caught:
            hy.Model(path)
        error = caught.exception
        self.assertEqual(str(error).strip(), told.stderr.strip())
        first = next(d for d in error.diagnostics if d.severity == "error")
        self.assertEqual((first.file, first.line), (str(path), 5))
        self.assertIn("analog I(p, n) <+ V(p, n) / rr;", str(error))
        self.assertIn("^", str(error))
        self.assertEqual(str(pickle.loads(pickle.dumps(error))), str(error))

    def test_names_are_told_their_neighbours(self):
        for wrong, hint in ((lambda: hy.Model("yakopcik"), "yakopcic"),
                            (lambda: hy.Model("vteam", Rofff=1), "Roff"),
                            (lambda: hy.char.potentation, "potentiation"),
                            (lambda: hy.char.ppf("wox", amplitudde=1), "amplitude"),
                            (lambda: hy.iv("vteam", "sine:1V,1Hz", compliannce=1), "compliance"),
                            (lambda: hy.iv("vteam", "sine:1V,10Hz").features["i_mx"], "i_max")):
            with self.assertRaisesRegex((ValueError, AttributeError, TypeError, KeyError), f"did you mean '{hint}'"):
                wrong()

    def test_kinds_of_errors(self):
        with self.assertRaises(hy.UnitError):
            hy.iv("vteam", "sine:1V,10kg")
        with self.assertRaises(hy.UnitError):
            hy.iv("vteam", "sine:1V,10Hz", series="3 V")
        with self.assertRaises(OSError):
            hy.sim(self.folder / "nowhere.cir")
        with self.assertRaises(hy.InputError):
            hy.sim("title\nr1 a\n.op\n")
        with self.assertRaises(ValueError):
            hy.Model("vte\0am")
        with self.assertRaisesRegex(ValueError, "seed"):
            hy.iv("vteam", "sine:1V,10Hz", seed=-1)
        with self.assertRaises(ValueError):
            hy.iv("vteam", "sine:1V,10Hz", temp=object())

    def test_quantities(self):
        self.assertEqual(hy.quantity("4.7 kohm", "ohm"), 4700.0)
        self.assertEqual(hy.quantity(0.1, "V"), 0.1)
        self.assertEqual(hy.quantity(np.float32(0.5), "V"), 0.5)
        self.assertEqual(hy.quantity(Quantity(1.5, "mV"), "V"), 1.5e-3)
        self.assertEqual(hy.quantity(Quantity(2, "k\u03a9"), "ohm"), 2000.0)
        with self.assertRaises(hy.UnitError):
            hy.quantity(Quantity(2, "s"), "V")
        self.assertEqual(hy.format_quantity(4700.0, "ohm"), "4.7 kohm")

    def test_remarks_become_warnings(self):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            result = hy.char.ppf("wox", amplitude="0.5V", intervals="5ms:50ms:2")
        said = [w for w in caught if w.category is hy.Remark]
        self.assertEqual([str(w.message) for w in said], result.remarks)
        self.assertTrue(result.remarks)
        self.assertEqual(os.path.basename(said[0].filename), os.path.basename(__file__))

    def test_a_missing_library_is_told_with_the_remedy(self):
        environment = {**ENVIRONMENT, "HYSTERON_LIBRARY": str(self.folder / "libhysteron.so")}
        made = subprocess.run([sys.executable, "-c", "import hysteron as hy; hy.models()"], env=environment,
                              capture_output=True, text=True, check=False)
        self.assertEqual(made.returncode, 1)
        self.assertIn("there is no such file", made.stderr)
        self.assertIn("pip install ./python", made.stderr)

    def test_nothing_of_pandas_is_imported(self):
        code = "import hysteron as hy, sys; hy.iv('vteam', 'sine:1V,10Hz')._repr_html_(); " \
               "print([m for m in ('pandas', 'xarray', 'matplotlib', 'h5py', 'pint') if m in sys.modules])"
        words = [sys.executable, "-W", "ignore", "-c", code]
        made = subprocess.run(words, env=ENVIRONMENT, capture_output=True, text=True, check=True)
        self.assertEqual(made.stdout.strip(), "[]")


if __name__ == "__main__":
    main()
