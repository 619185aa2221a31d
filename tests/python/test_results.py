"""Each kind of result: what it holds, how it shows itself."""
import inspect
import sys
import types
import unittest
import xml.dom.minidom
from shutil import which

from common import CIRCUITS, Case, hy, main, np


class Shown(Case):
    def check_html(self, result, *words):
        """Well-formed, and with these words."""
        html = result._repr_html_()
        xml.dom.minidom.parseString(f"<div>{html}</div>")
        for word in words:
            self.assertIn(word, html)

    @unittest.skipUnless(which("gnuplot"), "needs gnuplot")
    def test_loops_show_a_figure(self):
        run = hy.iv("yakopcic", "sine:1V,10Hz")
        self.check_html(run, "data:image/svg+xml", "area_pos", "yakopcic")
        self.assertIn("<svg", run._repr_svg_())
        self.assertIs(run._repr_svg_(), run._repr_svg_())
        run.plot().save(self.folder / "loop.pdf")
        self.assertTrue((self.folder / "loop.pdf").read_bytes().startswith(b"%PDF"))

    def test_devices(self):
        device = hy.Model("vteam", Ron="2 kohm")
        self.check_html(device, "Ron", "2 kohm", "ohm")
        self.assertEqual(device.params["Roff"].unit, "ohm")
        self.assertEqual((device.module, device.ports), ("vteam", ["p", "n"]))
        self.assertEqual(device(Roff=1e5).values, {"Ron": "2 kohm", "Roff": 1e5})
        self.assertIn("module vteam", device.source)
        self.assertIn("vteam", [e.name for e in hy.models("rram")])
        self.assertIn("yakopcic_jo", [e.name for e in hy.variants("yakopcic")])
        self.assertEqual(hy.Model("yakopcic_jo").name, "yakopcic_jo")
        self.check_html(hy.models(), "vteam")

    def test_functions_of_protocols_explain_themselves(self):
        self.assertIn("ppf", dir(hy.char))
        self.assertIn("intervals", hy.char.ppf.__doc__)
        self.assertEqual(hy.char.LTP.__doc__, hy.char.potentiation.__doc__)
        self.assertIn("intervals", inspect.signature(hy.char.ppf).parameters)

    def test_screening(self):
        result = hy.screen(hy.Model("hh_k", area=1), "K", free="none")
        self.assertEqual((result.verdict, result.failures), ("pass", []))
        self.check_html(result, "pass", "criterion")
        self.assertEqual(result.tables["spike"].units["time"], "s")

    def test_fits(self):
        run = hy.iv("yakopcic", "sine:1V,10Hz", points=200, cycles=1)
        result = hy.fit((run.v, run.i, run.t), "yakopcic", free=["a1", "a2"], seed=1)
        self.assertAlmostEqual(result.params["a1"].value, 0.17, places=5)
        self.check_html(result, "a1", "a2")
        self.assertEqual(result.correlation.shape, (2, 2))
        again = hy.iv(result.model, "sine:1V,10Hz", points=200, cycles=1)
        self.assertLess(np.abs(again.i - run.i).max(), 1e-4 * np.abs(run.i).max())
        result.save(self.folder / "mine.lib")
        self.assertEqual(float(hy.read(self.folder / "mine.lib")["mine"].set["a1"]), result.params["a1"].value)
        with self.assertRaisesRegex(hy.ArgumentError, "weights"):
            hy.fit(run.table, "yakopcic", weight=[1, 2])

    def test_the_model_that_made_the_data_is_chosen(self):
        run = hy.iv("yakopcic", "triangle:1V,10Hz", points=100, cycles=1)
        found = hy.select_model((run.v, run.i, run.t), ["yakopcic", "hp_linear"], quick=True, seed=1)
        self.assertEqual(found.candidates[0].name, "yakopcic")
        self.assertIn("a1", found.best.params)
        self.check_html(found, "yakopcic", "BIC")

    def test_classes(self):
        result = hy.classify("yakopcic")
        self.assertEqual(result["polarity"].answer, "bipolar")
        self.assertEqual(result["volatility"].answer, "non-volatile")
        self.check_html(result, "bipolar", "evidence")
        with self.assertRaisesRegex(KeyError, "did you mean 'polarity'"):
            result["polarty"]
        run = hy.iv("yakopcic", "sine:1V,10Hz")
        self.check_html(hy.classify(run.table), "trait")

    def test_verdicts(self):
        result = hy.verdict("yakopcic", ["synapse"])
        self.assertEqual(list(result.uses), ["synapse"])
        self.assertIn("synapse", hy.uses())
        self.assertTrue(result.best.criteria)
        self.check_html(result, "synapse")

    def test_passports(self):
        report = hy.passport("yakopcic", only="class")
        report.save(self.folder / "report.html")
        self.assertIn("<html", (self.folder / "report.html").read_text(encoding="utf-8"))
        self.assertIsInstance(report.json, dict)
        self.check_html(report, "iframe")
        hy.compare([report, report], self.folder / "both.html")
        self.assertGreater((self.folder / "both.html").stat().st_size, 1000)

    def test_netlists(self):
        divider = "divider\nv1 a 0 2\nr1 a b 1k\nr2 b 0 {rx}\n.param rx=1k\n.op\n.end\n"
        for value, wanted in (("3 kohm", 1.5), ("3k", 1.5), (3000, 1.5), ("3 MOhm", 6 / 3.001)):
            self.assertAlmostEqual(hy.sim(divider, set={"rx": value})["v(b)"][0], wanted, places=4)
        with self.assertRaises(hy.HysteronError):
            hy.sim(divider, set={"rx": "3 kgohm"})
        self.check_html(hy.sim(CIRCUITS / "pearson_anson_vo2.cir"), "frequency")
        ac = hy.sim("rc\nv1 a 0 ac 1\nr1 a b 1k\nc1 b 0 1u\n.ac dec 5 1 1meg\n.end\n")
        table = ac.tables["ac1"]
        f = table[table.names[0]]
        self.assertTrue(np.allclose(table["v(b)"], 1 / (1 + 2j * np.pi * f * 1e-3), rtol=1e-6))

    def test_impedance_of_data(self):
        f = np.logspace(0, 6, 31)
        z = 100 + 1000 / (1 + 2j * np.pi * f * 1000 * 1e-6)
        result = hy.impedance(data=(f, z))
        found = {e["name"]: e["value"] for e in result.elements}
        self.assertAlmostEqual(found["C1"], 1e-6, delta=1e-9)
        self.assertTrue(np.allclose(result.z, z))
        self.check_html(result, "element")
        with self.assertRaises(hy.ArgumentError):
            hy.impedance()
        fit = hy.fit_impedance((f, z), "R0-p(R1,C1)")
        self.assertAlmostEqual(fit.params["C1"]["value"], 1e-6, delta=1e-12)
        self.check_html(fit, "R0", "C1")

    def test_catalogue(self):
        everything, cheap = hy.catalogue(), hy.catalogue("energy<10fJ")
        self.assertTrue(0 < len(cheap) < len(everything))
        self.assertTrue((cheap["energy"] < 10e-15).all())
        self.assertEqual(len(everything.select("energy<10fJ")), len(cheap))
        rank = everything.place("energy", "3 fJ")
        self.assertEqual(rank.n_known, np.isfinite(everything["energy"]).sum())
        self.assertEqual(cheap[0]["id"], cheap["id"][0])
        self.check_html(cheap, "published devices")
        with self.assertRaisesRegex(hy.ArgumentError, "unit"):
            everything.place("energy", "3 V")
        with self.assertRaises(hy.ArgumentError):
            hy.catalogue("energy <")

    def test_reproduction(self):
        found = hy.reproduce("vteam")
        self.assertLessEqual({"pass"}, {r.verdict for r in found})
        self.assertLessEqual({r.verdict for r in found}, {"pass", "missing"})
        self.check_html(found, "vteam")


class Elsewhere(Case):
    def test_pandas_and_axes_of_matplotlib(self):
        run = hy.iv("yakopcic", "sine:1V,10Hz", points=50)
        frames = types.ModuleType("pandas")
        frames.DataFrame = lambda columns: types.SimpleNamespace(columns=columns, attrs={})
        sys.modules["pandas"] = frames
        try:
            frame = run.to_pandas()
        finally:
            del sys.modules["pandas"]
        self.assertEqual(frame.attrs["units"]["v"], "V")
        self.assertIs(frame.columns["v"], run.v)
        drawn = []
        axes = types.SimpleNamespace(plot=lambda *a, **k: drawn.append(a), set_xlabel=drawn.append,
                                     set_ylabel=drawn.append)
        run.plot(ax=axes)
        self.assertEqual(drawn[1:], ["v (V)", "i (A)"])


if __name__ == "__main__":
    main()
