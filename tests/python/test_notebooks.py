"""Every notebook runs from its top to its end, and shows what it promises.

Cells are executed here as Jupyter does: the last expression of a cell is shown by its richest representation. Jupyter
itself would add forty packages to the tests.
"""
import ast
import json
import os
import shutil
import xml.dom.minidom

from common import SOURCE, Case, main

NOTEBOOKS = sorted((SOURCE / "python" / "notebooks").glob("*.ipynb"))


def shown(value):
    """As a notebook shows it: HTML, else SVG, else text."""
    for name in ("_repr_html_", "_repr_svg_"):
        text = getattr(value, name)() if hasattr(value, name) else None
        if text:
            if name == "_repr_html_":
                xml.dom.minidom.parseString(f"<div>{text}</div>")
            return text
    return repr(value)


def execute(path, case):
    """What the cells show; an error names its cell."""
    names, output = {"__name__": "__main__"}, []
    for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"], 1):
        if cell["cell_type"] != "code":
            continue
        place = f"{path.name}, cell {number}"
        tree = ast.parse("".join(cell["source"]), place)
        last = ast.Expression(tree.body.pop().value) if isinstance(tree.body[-1], ast.Expr) else None
        try:
            exec(compile(tree, place, "exec"), names)
            value = eval(compile(last, place, "eval"), names) if last else None
        except Exception as error:
            case.fail(f"{place}: {type(error).__name__}: {error}")
        output.append(shown(value) if value is not None else "")
    return output


class Notebooks(Case):
    def run_notebook(self, name):
        """In a copy of the tree's parts that it reads, where it may write."""
        place = self.folder / "python" / "notebooks"
        place.mkdir(parents=True)
        shutil.copy(SOURCE / "python" / "notebooks" / name, place)
        os.symlink(SOURCE / "examples", self.folder / "examples")
        before = os.getcwd()
        os.chdir(place)
        try:
            return execute(place / name, self)
        finally:
            os.chdir(before)

    def test_each_is_stripped_and_short(self):
        self.assertEqual([p.stem for p in NOTEBOOKS], ["device_from_csv", "ion_channel", "synapse_and_circuit"])
        for path in NOTEBOOKS:
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            self.assertLess(len(cells), 30, path.name)
            for cell in cells:
                self.assertFalse(cell.get("outputs"), f"{path.name}: outputs are not kept")

    def test_device_from_csv(self):
        output = self.run_notebook("device_from_csv.ipynb")
        self.assertIn("Keysight EasyEXPERT", output[1])
        self.assertTrue(any(">S</td>" in o for o in output), "S-shaped NDR of the VO2 device")
        self.assertTrue(any("fit of yakopcic" in o for o in output))

    def test_synapse_and_circuit(self):
        output = self.run_notebook("synapse_and_circuit.ipynb")
        self.assertTrue(any("nl_potentiation" in o and "svg" in o for o in output))
        rates = json.loads(next(o for o in output if o.startswith("[")))
        self.assertEqual(rates, sorted(rates, reverse=True))

    def test_ion_channel(self):
        output = self.run_notebook("ion_channel.ipynb")
        self.assertIn("pass, score 1.000", output[1])
        self.assertTrue(output[2].startswith("('conditional'"), output[2])
        self.assertEqual(sum(">hopf</td>" in o for o in output), 1)
        self.assertTrue(any(">L1</td>" in o for o in output))


if __name__ == "__main__":
    main()
