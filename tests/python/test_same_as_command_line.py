"""Numbers of the Python package are those of the command line, bit for bit."""
import json
import math

from common import CIRCUITS, Case, command, command_json, from_json, hy, main, np


class SameBits(Case):
    def assertSameFeatures(self, features, listed):
        """Of JSON, which writes 17 digits: null where there is no finite number."""
        self.assertEqual(list(features), [f["name"] for f in listed])
        for f in listed:
            value, wanted = features[f["name"]], f["value"]
            if isinstance(wanted, str):
                self.assertEqual(value, wanted, f["name"])
            elif wanted is None:
                self.assertFalse(math.isfinite(value), f["name"])
            else:
                self.assertEqual(value, wanted, f["name"])

    def compare_iv(self, device, wave, words=(), **settings):
        path = self.folder / "loop.csv"
        command("iv", device, "--wave", wave, "-o", path, *words)
        run = hy.iv(device, wave, **settings)
        self.assertSameTable(run.table, hy.read(path), device)
        self.assertGreater(np.ptp(run.i), 0)

    def test_loops(self):
        self.compare_iv("yakopcic", "sine:1V,10Hz")
        self.compare_iv("vteam", "triangle:1.5V,10Hz", ["--compliance", "100uA", "--series", "1kohm", "--cycles", "3"],
                        compliance="100 uA", series="1 kohm", cycles=3)
        self.compare_iv("vo2", "triangle:1mA,0A,10Hz", ["--temp", "310K"], temp=310)
        self.compare_iv("stanford_rram", "dc:-1V,1V,101")

    def test_parameters_and_random_draws(self):
        device = hy.Model("stanford_rram", gamma0="17")
        words = ["--set", "gamma0=17", "--seed", "7", "--spread", "gamma0=lognormal 0.02"]
        command("iv", "stanford_rram", "--wave", "sine:1.5V,1kHz", "-o", self.folder / "a.csv", *words)
        run = hy.iv(device, "sine:1.5V,1kHz", seed=7, spread={"gamma0": "lognormal 0.02"})
        self.assertSameTable(run.table, hy.read(self.folder / "a.csv"))
        other = hy.iv(device, "sine:1.5V,1kHz", seed=8, spread={"gamma0": "lognormal 0.02"})
        self.assertFalse(np.array_equal(run.i, other.i))

    def test_pulses(self):
        train = "1V,10us,20us,10; read 0.1V,5us"
        told = command_json("pulse", "stanford_rram", "--train", train)
        run = hy.pulse("stanford_rram", train)
        self.assertEqual(run.pulses.names, list(told["pulses"]))
        for name, values in told["pulses"].items():
            self.assertSameBits(run.pulses[name], [from_json(v) for v in values], name)

    def compare_protocol(self, protocol, device, **options):
        words = [w for n, v in options.items() for w in ("--opt", f"{n}={v}")]
        told = command_json("char", protocol, device, *words)
        found = getattr(hy.char, protocol.replace("-", "_"))(device, **options)
        self.assertSameFeatures(found.features, told["features"])
        self.assertEqual(list(found.tables), [t["name"] for t in told["tables"]])
        for table in told["tables"]:
            for name, values in table["values"].items():
                mine = found.tables[table["name"]][name]
                self.assertSameBits(np.where(np.isfinite(mine), mine, np.nan), [from_json(v) for v in values], name)
        self.assertEqual(found.remarks, told["remarks"])

    def test_protocols(self):
        self.compare_protocol("iv", "yakopcic", positive="1V", negative="-1V", frequency="10Hz")
        self.compare_protocol("potentiation", "interface_analog", up="-3V", down="2.7V", width="10us", pulses=5,
                              cycles=1)
        self.compare_protocol("ppf", "wox", amplitude="0.5V", width="1ms", intervals="5ms:100ms:3")

    def test_netlists(self):
        netlist = CIRCUITS / "pearson_anson_vo2.cir"
        told = command_json("sim", netlist, "-o", self.folder)
        sim = hy.sim(netlist)
        for name, table in sim.tables.items():
            self.assertSameTable(table, hy.read(self.folder / f"{name}.csv"), name)
        self.assertEqual([m.value for m in sim.measures.values()], [m["value"] for m in told["measures"]])

    def test_impedance(self):
        command("impedance", "hh_k", "--bias", "-10mV", "--freq", "0.1Hz:10kHz:5", "-o", self.folder / "z.csv")
        told = command_json("impedance", "hh_k", "--bias", "-10mV", "--freq", "0.1Hz:10kHz:5")
        found = hy.impedance("hh_k", bias="-10 mV", freq="0.1Hz:10kHz:5")
        self.assertSameTable(found.table, hy.read(self.folder / "z.csv"))
        self.assertEqual([e["value"] for e in found.elements], [e["value"] for e in told["elements"]])
        self.assertEqual(found.kramers_kronig, told["kramers_kronig"])

    def test_bifurcations(self):
        netlist = CIRCUITS / "hh_bifurcation.cir"
        told = command_json("bifurcation", netlist, "--param", "iext", "--from", "0A", "--to", "20uA", "--no-cycles")
        found = hy.bifurcation(netlist, "iext", "0 A", 20e-6, cycles=False)
        self.assertEqual([(p["type"], p["param"]) for p in found.points],
                         [(p["type"], p["param"]) for p in told["points"]])

    def test_fit(self):
        hy.iv("yakopcic", "sine:1V,10Hz", points=200, cycles=1).table.save(self.folder / "loop.csv")
        told = command_json("fit", self.folder / "loop.csv", "--model", "yakopcic", "--free", "a1,a2", "--seed", "3")
        found = hy.fit(self.folder / "loop.csv", "yakopcic", free="a1,a2", seed=3)
        self.assertEqual([(p.name, p.value) for p in found.params.values()],
                         [(p["name"], p["value"]) for p in told["parameters"]])
        self.assertSameBits(found.correlation, [[from_json(v) for v in row] for row in told["correlation"]])
        self.assertEqual(found.stats["aic"], told["aic"])

    def test_screening(self):
        told = command_json("screen", "hh_k", "--channel", "K", "--set", "area=1", "--free", "none")
        found = hy.screen(hy.Model("hh_k", area=1), "K", free="none")
        self.assertEqual((found.verdict, found.score), (told["verdict"], told["score"]))
        self.assertEqual(found.scale._asdict(), told["scale"])
        for mine, theirs in zip(found.criteria, told["criteria"]):
            self.assertSameBits(mine.value, from_json(theirs["value"]), mine.name)

    def test_classification(self):
        told = command_json("classify", "hp_linear")
        found = hy.classify("hp_linear")
        mine = [(f.trait, f.answer, f.is_told, f.confidence, f.evidence, f.unit) for f in found]
        self.assertEqual(mine, [(f["trait"], f["answer"], f["told"], f["confidence"], f["evidence"], f["unit"])
                                for f in told["findings"]])
        self.assertSameBits([f.value for f in found], [from_json(f["value"]) for f in told["findings"]])
        self.assertEqual((found.contradictions, found.remarks), (told["contradictions"], told["remarks"]))

    def test_verdicts(self):
        told = command_json("verdict", "diode_selector", "--as", "selector")
        found = hy.verdict("diode_selector", ["selector"])
        self.assertEqual([(v.use, v.verdict, v.score, v.summary) for v in found],
                         [(v["use"], v["verdict"], v["score"], v["summary"]) for v in told["verdicts"]])
        for v in told["verdicts"]:
            mine = found[v["use"]].criteria
            self.assertEqual([c.name for c in mine], [c["name"] for c in v["criteria"]])
            self.assertSameBits([c.value for c in mine], [from_json(c["value"]) for c in v["criteria"]])
        self.assertEqual(found.remarks, told["remarks"])

    def test_passports(self):
        path = self.folder / "p.json"
        command("passport", "hp_linear", "--only", "class,iv,catalogue", "-o", path)
        told, mine = json.loads(path.read_text()), hy.passport("hp_linear", only="class,iv,catalogue").json
        for report in (told, mine):
            report["origin"].pop("command", None)  # the words that made it
        self.assertEqual(mine, told)
        self.assertGreater(len(told["class"]), 10)


if __name__ == "__main__":
    main()
