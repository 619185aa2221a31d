"""Arrays are views of the library's memory that outlive everything else; tables go in and come out unchanged."""
import copy
import gc
import pickle
import weakref

from common import Case, hy, main, np
from hysteron import _session


class Views(Case):
    def test_columns_are_not_copied(self):
        run = hy.iv("yakopcic", "sine:1V,10Hz")
        address = hy._lib().hys_table_column(run.table.address, b"i")
        self.assertEqual(run.i.ctypes.data, _address(address))
        self.assertIs(run.i, run.table["i"])
        with self.assertRaises(ValueError):
            run.i[0] = 1

    def test_an_array_keeps_its_memory(self):
        run = hy.iv("yakopcic", "sine:1V,10Hz")
        wanted, kept = run.i.copy(), run.i
        result = weakref.ref(run)
        del run
        gc.collect()
        self.assertIsNone(result())
        for _ in range(20):
            hy.iv("vteam", "sine:1V,10Hz")  # takes the memory, were it free
        self.assertSameBits(kept, wanted)

    def test_what_nobody_holds_is_freed(self):
        freed = []
        discard = _session.Session.discard
        try:
            _session.Session.discard = lambda self, free, pointer: (freed.append(pointer), discard(self, free, pointer))
            run = hy.iv("yakopcic", "sine:1V,10Hz")
            part = run.i[10:20]
            pointer = run.table._handle[0].pointer
            del run
            gc.collect()
            self.assertNotIn(pointer, freed)
            del part
            gc.collect()
            self.assertIn(pointer, freed)
        finally:
            _session.Session.discard = discard

    def test_results_are_pickled_and_copied(self):
        run = hy.iv("yakopcic", "sine:1V,10Hz")
        for other in (pickle.loads(pickle.dumps(run)), copy.deepcopy(run)):
            self.assertSameTable(other.table, run.table)
            self.assertEqual(repr(other.features), repr(run.features))
        device = pickle.loads(pickle.dumps(hy.Model("vteam", Ron=2000)))
        self.assertEqual(repr(device), "hysteron.Model('vteam', Ron=2000)")


class Tables(Case):
    def test_arrays_go_in(self):
        v = np.sin(np.linspace(0, 2 * np.pi, 1001))
        table = hy.Table({"time": np.linspace(0, 0.1, 1001), "v": v, "i": 1e-3 * v})
        self.assertAlmostEqual(hy.loop_features(table)["i_max"], 1e-3, places=12)
        self.assertEqual(table.units, {"time": "s", "v": "V", "i": "A"})
        self.assertEqual(hy.loop_features((v, 1e-3 * v))["v_max"], 1.0)

    def test_columns_must_be_equally_long(self):
        with self.assertRaisesRegex(ValueError, "equally long"):
            hy.Table({"v": [1, 2], "i": [1]})

    def test_no_rows_are_no_trouble(self):
        table = hy.Table({"v": [], "i": []})
        self.assertEqual(len(table), 0)
        self.assertIn("0 rows", table._repr_html_())
        with self.assertRaises(hy.HysteronError):
            hy.loop_features(table)

    def test_complex_columns(self):
        table = hy.Table({"f": [1.0, 2.0], "Z.re": [3.0, 4.0], "Z.im": [-1.0, 0.5]})
        self.assertEqual(list(table["Z"]), [3 - 1j, 4 + 0.5j])

    def test_a_misspelt_column_is_told_its_neighbour(self):
        table = hy.Table({"current": [1.0]})
        with self.assertRaisesRegex(KeyError, "did you mean 'current'"):
            table["crrent"]


def _address(pointer):
    import ctypes
    return ctypes.cast(pointer, ctypes.c_void_p).value


if __name__ == "__main__":
    main()
