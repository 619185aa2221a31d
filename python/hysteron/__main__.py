"""`python -m hysteron`, and the command `hysteron` of an installation by pip: the program itself."""
import os
import sys

from ._errors import LibraryMissing
from ._library import _HERE, _TREE


def main() -> int:
    build = os.environ.get("HYSTERON_BUILD") or str(_TREE / "build")
    for program in (str(_HERE / "_native" / "bin" / "hysteron"), os.path.join(build, "hysteron")):
        if os.access(program, os.X_OK):
            os.execv(program, [program, *sys.argv[1:]])
    raise LibraryMissing("the program hysteron lies neither in this package nor in " + build)


if __name__ == "__main__":
    sys.exit(main())
