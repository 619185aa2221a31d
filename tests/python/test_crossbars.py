"""hysteron.array: closed forms, the command line's bits, gradients against differences, devices in time."""
from common import Case, command, command_json, hy, main, np

array = hy.array


def random_conductances(rows, columns):
    return np.random.default_rng(1).uniform(1e-6, 1e-4, (rows, columns))


class Crossbars(Case):
    def test_a_divider_of_two_segments_and_a_cell(self):
        a = array.Array(1, 1, wire="100 ohm", driver=50, sense="25 ohm")
        a.conductances = [[1e-3]]
        r = a.solve("1 V")
        self.assertAlmostEqual(r.currents[0], 1/(100 + 50 + 1000 + 100 + 25), delta=1e-12)
        self.assertAlmostEqual(r.word_potentials[0, 0], 1 - 150*r.currents[0], delta=1e-9)

    def test_short_wires_give_the_plain_product(self):
        g = random_conductances(5, 3)
        a = array.Array(5, 3, wire="1 uohm")
        a.conductances = g
        x = np.random.default_rng(2).normal(size=(4, 5))
        np.testing.assert_allclose(a.multiply(x), x @ g, rtol=0,
                                   atol=1e-8*np.abs(x @ g).max())  # 8 segments of 1 uohm beside 10 kohm: 1e-9
        np.testing.assert_allclose(a.effective(), g, rtol=1e-8)

    def test_same_bits_as_the_command_line(self):
        g = random_conductances(12, 7)
        array.write_matrix(g, self.folder / "g.npy")
        command("array", "op", "-g", self.folder / "g.npy", "--rwire", "3ohm", "--voltage", "0.3V", "-o",
                self.folder / "maps", "--threads", "1")
        a = array.Array(12, 7, wire="3 ohm", threads=1)
        a.conductances = g
        r = a.solve("0.3 V")
        mine = {"bit_currents": r.currents, "word_currents": r.word_currents, "word_potentials": r.word_potentials,
                "bit_potentials": r.bit_potentials}
        for name, values in mine.items():
            self.assertSameBits(values.ravel(), np.load(self.folder / "maps" / f"{name}.npy").ravel(), name)

    def test_gradient_is_that_of_differences(self):
        g = random_conductances(4, 3)
        a = array.Array(4, 3, wire="200 ohm", tolerance=1e-14)
        weights = np.array([1.0, -2.0, 0.5])

        def read_out(cells):
            a.conductances = cells
            return float(weights @ a.solve(1.0).currents)

        read_out(g)
        slope = a.gradient(weights).conductances[2, 1]
        up, down = g.copy(), g.copy()
        up[2, 1] *= 1.001
        down[2, 1] *= 0.999
        self.assertAlmostEqual((read_out(up) - read_out(down))/(0.002*g[2, 1])/slope, 1, delta=1e-5)

    def test_margins_are_those_of_the_command_line(self):
        told = command_json("array", "margin", "--nonlinearity", "1000", "--rwire", "10ohm")
        found = array.margins(nonlinearity=1000, wire="10 ohm")
        self.assertEqual(found.largest, told["largest"])
        one = array.margin(found.points[0].n, nonlinearity=1000, wire="10 ohm")
        self.assertEqual(one.margin, found.points[0].margin)

    def test_devices_are_written_and_keep_it(self):
        a = array.Array(2, 2, wire="1 ohm")
        a.conductances = np.ones((2, 2))
        a.device("vteam")
        name = a.states[0]
        before, read = a.state(name), a.cell_conductances("0.1 V")
        report = a.apply(words=[-1.0, 0.0], bits=[1.0, 0.0], width="1 us", rise="10 ns")
        self.assertLess(report.energy_balance, 1e-3)
        moved = np.abs(a.state(name) - before)
        self.assertEqual(np.unravel_index(moved.argmax(), moved.shape), (0, 0))
        self.assertNotEqual(a.cell_conductances("0.1 V")[0, 0], read[0, 0])
        a.set_state(name, before)
        self.assertSameBits(a.cell_conductances("0.1 V"), read)

    def test_what_is_wrong_is_told(self):
        a = array.Array(3, 2)
        with self.assertRaisesRegex(hy.ArgumentError, r"conductances has the shape \(2, 3\), \(3, 2\) is wanted"):
            a.conductances = np.ones((2, 3))
        with self.assertRaisesRegex(hy.ArgumentError, "did you mean 'wire'"):
            array.Array(3, 2, wir=1)
        with self.assertRaisesRegex(hy.ArgumentError, "words='lefft'.*did you mean 'left'"):
            array.Array(3, 2, words="lefft")
        with self.assertRaises(hy.UnitError):
            array.Array(3, 2, wire="3 V")
        with self.assertRaisesRegex(hy.ArgumentError, "no nonlinearity"):
            a.law(1.0)

    def test_matrices_come_back(self):
        m = random_conductances(3, 4)
        for name in ("m.csv", "m.npy"):
            array.write_matrix(m, self.folder / name, {"unit": "S"} if name.endswith("csv") else None)
            self.assertSameBits(array.read_matrix(self.folder / name), m, name)
        self.assertIn("# unit: S", (self.folder / "m.csv").read_text())


if __name__ == "__main__":
    main()
