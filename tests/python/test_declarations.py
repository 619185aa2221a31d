"""Sizes and places of structures are those of the C compiler; every declared function is in the library."""
import ctypes
import shutil
import subprocess
import unittest

from common import SOURCE, Case, hy, main

LIBRARY = hy._lib()
STRUCTURES = {n: t for n, t in LIBRARY.types.items()
              if isinstance(t, type) and issubclass(t, ctypes.Structure) and getattr(t, "_fields_", None)}


class Declarations(Case):
    @unittest.skipUnless(shutil.which("cc"), "needs a C compiler")
    def test_structures_are_laid_out_as_the_compiler_does(self):
        lines = [f'printf("{n} %zu\\n", sizeof({n}));' for n in STRUCTURES]
        lines += [f'printf("{n}.{f} %zu\\n", offsetof({n}, {f}));'
                  for n, t in STRUCTURES.items() for f, _ in t._fields_]
        headers = "\n".join(f"#include <hysteron/{p.name}>" for p in sorted((SOURCE / "include/hysteron").glob("*.h")))
        body = " ".join(lines)
        source = f"#include <stdio.h>\n#include <stddef.h>\n{headers}\nint main(void) {{ {body} return 0; }}\n"
        (self.folder / "a.c").write_text(source)
        subprocess.run(["cc", "-I", SOURCE / "include", "-o", self.folder / "a", self.folder / "a.c"], check=True)
        told = subprocess.run([self.folder / "a"], capture_output=True, text=True, check=True).stdout.split("\n")[:-1]
        mine = [f"{n} {ctypes.sizeof(t)}" for n, t in STRUCTURES.items()]
        mine += [f"{n}.{f} {getattr(t, f).offset}" for n, t in STRUCTURES.items() for f, _ in t._fields_]
        self.assertGreater(len(mine), 200)
        self.assertEqual(mine, told)

    def test_every_declared_function_is_exported(self):
        self.assertGreater(len(LIBRARY.declared.functions), 150)
        self.assertEqual([n for n in LIBRARY.declared.functions if not LIBRARY.has(n)], [])

    def test_options_say_their_size(self):
        for name in LIBRARY.declared.functions:
            if name.endswith("_opts_default"):
                options = getattr(LIBRARY, name)()
                self.assertEqual(options.size, ctypes.sizeof(options), name)

    def test_a_function_that_is_missing_is_told(self):
        with self.assertRaisesRegex(hy.LibraryMissing, "does not declare hys_nothing"):
            LIBRARY.hys_nothing
        LIBRARY.declared.functions["hys_later"] = (None, [])
        try:
            with self.assertRaisesRegex(hy.LibraryMissing, "has no hys_later: it is older"):
                LIBRARY.hys_later
        finally:
            del LIBRARY.declared.functions["hys_later"]

    def test_versions_agree(self):
        self.assertEqual(hy.__version__, LIBRARY.hys_version().decode())


if __name__ == "__main__":
    main()
