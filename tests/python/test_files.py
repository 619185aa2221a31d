"""What hysteron writes is read back as it was; what is damaged gives one clear message."""
import json

from common import CIRCUITS, SOURCE, Case, command, hy, main, np

try:
    import h5py
except ImportError:
    h5py = None


class Files(Case):
    def setUp(self):
        super().setUp()
        self.run_ = hy.iv("yakopcic", "sine:1V,10Hz", points=100)
        self.sim = hy.sim(CIRCUITS / "hh_impedance.cir")

    def test_csv_keeps_bits_units_and_provenance(self):
        path = self.folder / "loop.csv"
        command("iv", "yakopcic", "--wave", "sine:1V,10Hz", "--points", "100", "-o", path)
        table = hy.read(path)
        self.assertSameTable(table, self.run_.table)
        self.assertEqual(table.units, self.run_.table.units)
        self.assertEqual(table.notes["hysteron"], hy.__version__)
        self.assertIn("hysteron iv yakopcic", table.notes["command"])
        table.save(self.folder / "again.csv")
        self.assertSameTable(hy.read(self.folder / "again.csv"), table)

    def test_damaged_csv_is_told_by_its_line(self):
        path = self.folder / "t.csv"
        self.run_.table.save(path)
        lines = path.read_text().split("\n")
        for damage, message in (("1,2,3", r"t\.csv:6: 3 cells"), ("1,2,x,4", r"t\.csv:6: 'x' is no number")):
            path.write_text("\n".join([*lines[:5], damage, *lines[6:]]))
            with self.assertRaisesRegex(hy.InputError, message):
                hy.read(path)
        path.write_text("\n".join(lines[:2]) + "\n")
        self.assertEqual(len(hy.read(path)), 0)

    def test_headings_that_need_quotes(self):
        table = hy.Table({"i(x1,p)": [1.0, np.nan], 'a "b"': [3.0, -4e-300]}, {"i(x1,p)": "A"})
        table.save(self.folder / "t.csv")
        self.assertSameTable(hy.read(self.folder / "t.csv"), table)

    def test_raw_files(self):
        self.sim.write(self.folder / "a.raw")
        for plot, table in zip(hy.read(self.folder / "a.raw").values(), self.sim.tables.values()):
            for mine, theirs in zip(plot.to_dict().values(), table.to_dict().values()):
                self.assertSameBits(mine, theirs)
        whole = (self.folder / "a.raw").read_bytes()
        for cut in (10, len(whole) // 2, len(whole) - 1):
            (self.folder / "cut.raw").write_bytes(whole[:cut])
            with self.assertRaisesRegex(hy.InputError, "cut.raw"):
                hy.read(self.folder / "cut.raw")

    def test_hdf5(self):
        self.sim.write(self.folder / "a.h5")
        if h5py is None:
            with self.assertRaisesRegex(ImportError, "h5py"):
                hy.read(self.folder / "a.h5")
            return
        found = hy.read(self.folder / "a.h5")
        self.assertEqual(sorted(found), sorted(self.sim.tables))
        for name, table in found.items():
            self.assertSameTable(table, self.sim.tables[name], name)
            self.assertEqual(table.units, self.sim.tables[name].units)

    def test_json(self):
        text = command("iv", "yakopcic", "--wave", "sine:1V,10Hz", "--json")
        (self.folder / "a.json").write_text(text)
        self.assertEqual(hy.read(self.folder / "a.json"), json.loads(text))

    def test_model_cards(self):
        cards = hy.read(SOURCE / "models/electrochemical/ecram.lib")
        self.assertEqual(cards["ecram_capacitor"].set["Q_w"], "1e-13")
        own = cards["ecram_capacitor"].model()
        train = "1V,100ns,1us,5; read 0.1V,100ns"
        self.assertSameBits(hy.pulse(own, train).i, hy.pulse("ecram_capacitor", train).i)

    def test_files_of_instruments(self):
        path = self.folder / "knowm.csv"
        path.write_text("Voltage (mV);Current (uA)\n" + "".join(f"{v};{v * 2}\n" for v in range(50)))
        found = hy.read(path)
        self.assertSameBits(found.v[:3], [0, 1e-3, 2e-3])
        self.assertSameBits(found.i[:3], [0, 2e-6, 4e-6])
        self.assertTrue(found.format)
        self.assertSameBits(hy.measurements(path, units={"i": "nA"}).i[:2], [0, 2e-9])
        with self.assertRaises(OSError):
            hy.read(self.folder / "nothing.csv")
        (self.folder / "bad.csv").write_bytes(bytes(range(256)) * 4)
        with self.assertRaises(hy.HysteronError):
            hy.read(self.folder / "bad.csv")


if __name__ == "__main__":
    main()
