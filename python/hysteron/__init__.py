"""hysteron: from a device's I-V curve to what it can do, alone and in a circuit.

    import hysteron as hy
    m = hy.Model("yakopcic", x0="0.1")
    r = hy.iv(m, "sine:1V,10Hz")          # r.t, r.v, r.i: NumPy; r shows itself in a notebook
    hy.char.potentiation(m, pulses=50)    # every protocol of `hysteron char --list`

Quantities are text with units ("1.2 V"), numbers in SI, or quantities of pint. The numbers are those of the command
line, bit for bit.
"""
from __future__ import annotations

from . import array, char, network
from ._bench import SETTINGS as settings
from ._bench import Run, iv, loop_features, pulse
from ._catalogue import Catalogue, catalogue
from ._classify import Classification, classify
from ._errors import (ArgumentError, Cancelled, ConvergenceError, DeviceWarning, Diagnostic, FileError, HysteronError,
                      InputError, InternalError, LibraryMissing, OutOfMemory, Remark, ToolError, UnitError)
from ._features import Features
from ._figure import Figure
from ._fit import Fit, fit
from ._library import lib as _lib
from ._library import package_version as _package_version
from ._impedance import Impedance, ImpedanceFit, fit_impedance, impedance
from ._model import Entry, Model, Param, State, models, variants
from ._options import format_quantity, quantity
from ._passport import Passport, compare, passport
from ._read import Imported, measurements, read
from ._reproduce import reproduce
from ._result import Result
from ._screen import Screen, screen
from ._select import Candidate, Selection, select_model
from ._sim import Bifurcation, Sim, bifurcation, sim
from ._table import Table
from ._verdict import Verdicts, uses, verdict

__version__ = _package_version()
__all__ = [
    "ArgumentError", "Bifurcation", "Cancelled", "Candidate", "Catalogue", "Classification", "ConvergenceError",
    "DeviceWarning", "Diagnostic", "Entry", "Features", "Figure", "FileError", "Fit", "HysteronError", "Impedance",
    "ImpedanceFit", "Imported", "InputError", "InternalError", "LibraryMissing", "Model", "OutOfMemory", "Param",
    "Passport", "Remark", "Result", "Run", "Screen", "Selection", "Sim", "State", "Table", "ToolError",
    "UnitError", "Verdicts", "array", "bifurcation", "catalogue", "char", "classify", "compare", "fit", "fit_impedance",
    "format_quantity", "impedance", "iv", "loop_features", "measurements", "models", "network", "passport", "pulse",
    "quantity", "read", "reproduce", "screen", "select_model", "settings", "show_config", "sim", "uses",
    "variants", "verdict",
]


def show_config() -> str:
    """Which library is used, and what it has."""
    import platform
    import sys
    import numpy
    loaded = _lib()
    text = "\n".join([f"hysteron {__version__}, library {loaded.version}: {loaded.path}",
                      f"{len(models())} models, {len(char.__dir__())} protocols with aliases",
                      f"Python {sys.version.split()[0]} on {platform.platform()}, NumPy {numpy.__version__}"])
    print(text)
    return text
