"""Crossbar arrays with the resistance of their wires: hysteron.array.

    import hysteron as hy
    a = hy.array.Array(64, 64, wire="2.5 ohm")
    a.conductances = g                    # [rows, columns] S
    r = a.solve(words=1.0)                # r.currents [columns] A, r.word_potentials [rows, columns] V
    y = a.multiply(x)                     # each row of x [count, rows] V gives a row of currents

Cells are resistors, resistors with a law, or devices: a.device("vteam", selector="access_transistor"). Quantities are
text with units or numbers in SI.
"""
from __future__ import annotations

import ctypes
from typing import Any, Dict, List, Mapping, NamedTuple, Optional

import numpy as np

from ._errors import ArgumentError
from ._library import lib
from ._options import encode, make, nearest, pairs, quantity, seeded
from ._session import Progress, Session, text, warn

_ENDS = {"left": 1, "top": 1, "right": 2, "bottom": 2, "both": 3}
_SCHEMES = ("half", "third", "float", "ground")
_LINES = {"wire": "ohm", "word_wire": "ohm", "bit_wire": "ohm", "driver": "ohm", "sense": "ohm",
          "word_capacitance": "F", "bit_capacitance": "F"}


class Report(NamedTuple):
    """How the last solution was found."""
    iterations: int
    relative_residual: float
    source_power: float     # W
    dissipated_power: float  # W
    power_balance: float
    solve_s: float
    memory_B: float
    screening: float
    newton_steps: int
    current_residual: float


class Solution(NamedTuple):
    """Currents out of bit lines, into word lines A; potentials of both lines' nodes V."""
    currents: np.ndarray         # [columns]
    word_currents: np.ndarray    # [rows]
    word_potentials: np.ndarray  # [rows, columns]
    bit_potentials: np.ndarray   # [rows, columns]
    report: Report


class Gradient(NamedTuple):
    conductances: np.ndarray  # [rows, columns]
    words: np.ndarray         # [rows]
    bits: np.ndarray          # [columns]


class RunReport(NamedTuple):
    steps: int
    rejected: int
    newton_steps: int
    iterations: int
    worst_residual: float
    source_energy: float  # J
    cell_energy: float    # J
    wire_energy: float    # J
    charge_energy: float  # J
    energy_balance: float
    solve_s: float


class Margin(NamedTuple):
    n: int        # word lines
    columns: int
    margin: float
    ideal_margin: float
    on_current: float     # A
    off_current: float    # A
    sneak_current: float  # A
    resistor: float       # ohm
    power: float          # W
    write: float          # V
    disturb: float        # V


class Margins(NamedTuple):
    points: List[Margin]
    largest: int          # word lines of the largest array with the margin; 0: not even 2
    is_more: bool         # the largest that was tried still has it
    ideal_largest: float  # by the closed form


def _told(kind: Any, made: Any) -> Any:
    return kind(*(getattr(made, name) for name in kind._fields))


def _one_of(word: str, known: Mapping[str, int], what: str) -> int:
    if word in known:
        return known[word]
    raise ArgumentError(f"{what}={word!r}{nearest(str(word), known)}: {', '.join(known)}")


def _fill(value: Any, shape: tuple, unit: str, name: str) -> np.ndarray:
    """Numbers of a shape; one for all; text with a unit."""
    if isinstance(value, str):
        value = quantity(value, unit, name)
    made = np.asarray(value, dtype=np.float64)
    if made.ndim and made.shape != shape:
        raise ArgumentError(f"{name} has the shape {made.shape}, {shape} is wanted")
    return np.ascontiguousarray(np.broadcast_to(made, shape))


def _address(values: np.ndarray) -> Any:
    return values.ctypes.data_as(ctypes.POINTER(ctypes.c_double))


def _size_of(kind: str) -> Any:
    made = lib().types[kind]()
    made.size = ctypes.sizeof(made)
    return made


def _lines(options: Any, given: Dict[str, Any]) -> None:
    """wire="2.5 ohm", words="left", tolerance=1e-10 ... into an hys_array_opts."""
    ends = {n: given.pop(n) for n in ("words", "bits") if n in given}
    for name, word in ends.items():
        setattr(options, name, _one_of(word, _ENDS, name))
    if "parallel" in given:
        options.lines = 1 if given.pop("parallel") else 0
    if "wire" in given:
        options.word_wire = options.bit_wire = quantity(given.pop("wire"), "ohm", "wire")
    for name in list(given):
        if name in _LINES:
            setattr(options, name, quantity(given.pop(name), _LINES[name], name))
        elif name in ("tolerance", "threads"):
            setattr(options, name, given.pop(name))
        else:
            known = [*_LINES, "words", "bits", "parallel", "tolerance", "threads"]
            raise ArgumentError(f"lines have no '{name}'{nearest(name, known)}: {', '.join(known)}")


class Array:
    """A crossbar of `rows` word lines and `columns` bit lines.

    wire (both lines), word_wire, bit_wire: ohm of a segment; driver, sense: ohm beside it; words="left" "right"
    "both"; bits="bottom" "top" "both"; parallel=True: word lines beside the bit lines; tolerance, threads,
    word_capacitance, bit_capacitance.
    """

    def __init__(self, rows: int, columns: int, **lines: Any) -> None:
        options = lib().hys_array_opts_default()
        options.rows, options.columns = int(rows), int(columns)
        _lines(options, lines)
        session = Session()
        self._is_parallel = options.lines != 0
        self._handle, found = session.make("hys_array_new", session.pointer, ctypes.byref(options),
                                           free="hys_array_free")
        self.rows, self.columns = options.rows, options.columns
        self._conductances: Optional[np.ndarray] = None
        warn(found, "the array")

    @property
    def shape(self) -> tuple:
        return self.rows, self.columns

    @property
    def n_words(self) -> int:
        """Terminals of word lines."""
        return self.columns if self._is_parallel else self.rows

    def _call(self, name: str, *arguments: Any, progress: Any = None) -> None:
        warn(self._handle.session.call(name, self._handle.pointer, *arguments, progress=progress), "the array", 4)

    def __repr__(self) -> str:
        return f"<hysteron array of {self.rows} x {self.columns}>"

    # ---- cells ----

    @property
    def conductances(self) -> Optional[np.ndarray]:
        """[rows, columns] S; 0: open. None: not set yet."""
        return None if self._conductances is None else self._conductances.copy()

    @conductances.setter
    def conductances(self, g: Any) -> None:
        filled = _fill(g, self.shape, "S", "conductances")
        self._call("hys_array_set_conductances", _address(filled))
        self._conductances = filled.copy()

    def law(self, nonlinearity: float, voltage: Any = 1.0) -> None:
        """I(V)/I(V/2) of all cells, and V, at which they have their conductances; 2: resistors."""
        made = _size_of("hys_array_law")
        made.nonlinearity, made.voltage = nonlinearity, quantity(voltage, "V", "voltage")
        self._call("hys_array_set_law", ctypes.byref(made))

    def device(self, memory: Any, *, set: Optional[Mapping[str, Any]] = None, selector: Any = None,
               selector_set: Optional[Mapping[str, Any]] = None, complementary: bool = False, turned: bool = False,
               spread: Optional[Mapping[str, Any]] = None, temp: Any = None, seed: int = 0) -> None:
        """A device in each crossing, alone or in series with a selector; of three ports: a transistor."""
        options = make("hys_cell_opts", memory=memory, memory_set=pairs(set), selector=selector,
                       selector_set=pairs(selector_set), is_complementary=complementary, is_turned=turned,
                       spread=pairs(spread), temp=None if temp is None else quantity(temp, "K", "temp"),
                       seed=seeded(seed)["seed"])
        self._call("hys_array_set_device", ctypes.byref(options))

    @property
    def states(self) -> List[str]:
        """Names of the states that every cell has."""
        n = lib().hys_array_n_states(self._handle.pointer)
        return [text(lib().hys_array_state(self._handle.pointer, k)) for k in range(n)]

    def state(self, name: str) -> np.ndarray:
        values = np.empty(self.shape)
        self._call("hys_array_get_state", encode(name), _address(values))
        return values

    def set_state(self, name: str, values: Any) -> None:
        self._call("hys_array_set_state", encode(name), _address(_fill(values, self.shape, "", name)))

    def set_param(self, name: str, values: Any) -> None:
        """A parameter of the devices, cell by cell."""
        self._call("hys_array_set_param", encode(name), _address(_fill(values, self.shape, "", name)))

    def set_gates(self, gates: Any, along: str = "words") -> None:
        """Potentials of the transistors' gates, a row (along="words") or a column (along="bits")."""
        which = _one_of(along, {"words": 0, "bits": 1}, "along")
        n = self.columns if which else self.rows
        self._call("hys_array_set_gates", which, _address(_fill(gates, (n,), "V", "gates")))

    def cell_conductances(self, voltage: Any) -> np.ndarray:
        """I/V of each device alone at a voltage across it, without wires."""
        g = np.empty(self.shape)
        self._call("hys_array_cell_conductances", quantity(voltage, "V", "voltage"), _address(g))
        return g

    def cell_currents(self) -> np.ndarray:
        """Of the last solution: A into each cell from its word line."""
        currents = np.empty(self.shape)
        self._call("hys_array_cell_currents", _address(currents))
        return currents

    # ---- faults ----

    def float_word(self, row: int, floats: bool = True) -> None:
        self._call("hys_array_float_word", row, floats)

    def float_bit(self, column: int, floats: bool = True) -> None:
        self._call("hys_array_float_bit", column, floats)

    def cut_word(self, row: int, at: int) -> None:
        """In front of the crossing with line `at`."""
        self._call("hys_array_cut_word", row, at)

    def cut_bit(self, column: int, at: int) -> None:
        self._call("hys_array_cut_bit", column, at)

    def stick(self, row: int, column: int, resistance: Any) -> None:
        """A cell that stays a resistor; inf: open."""
        self._call("hys_array_stick", row, column, quantity(resistance, "ohm", "resistance"))

    def random_faults(self, *, stuck_on: float = 0, stuck_off: float = 0, cut_word: float = 0, cut_bit: float = 0,
                      on: Any = None, off: Any = None, seed: int = 0) -> Dict[str, int]:
        """Draws for each cell and segment by their probabilities; how many there are."""
        options = make("hys_fault_opts", stuck_on=stuck_on, stuck_off=stuck_off, cut_word=cut_word, cut_bit=cut_bit,
                       on=None if on is None else quantity(on, "ohm", "on"),
                       off=None if off is None else quantity(off, "ohm", "off"), seed=seeded(seed)["seed"])
        counts = lib().types["hys_fault_counts"]()
        self._call("hys_array_random_faults", ctypes.byref(options), ctypes.byref(counts))
        return {name: getattr(counts, name) for name, _ in counts._fields_}

    # ---- what comes out ----

    def solve(self, words: Any = 1.0, bits: Any = 0.0) -> Solution:
        """Potentials of the terminals, one for all or one a line, V; what they drive."""
        v, w = _fill(words, (self.n_words,), "V", "words"), _fill(bits, (self.columns,), "V", "bits")
        self._call("hys_array_solve", _address(v), _address(w), progress=Progress())
        return Solution(self._copy("bit_currents", (self.columns,)), self._copy("word_currents", (self.n_words,)),
                        self._copy("word_potentials", self.shape), self._copy("bit_potentials", self.shape),
                        self.report)

    def _copy(self, what: str, shape: tuple) -> np.ndarray:
        found = getattr(lib(), "hys_array_" + what)(self._handle.pointer)
        return np.ctypeslib.as_array(found, shape=shape).copy()

    @property
    def report(self) -> Report:
        return _told(Report, lib().hys_array_get_report(self._handle.pointer))

    def effective(self) -> np.ndarray:
        """The matrix that the array with its wires is: currents = words @ effective."""
        w = np.empty(self.shape)
        self._call("hys_array_effective", _address(w), progress=Progress())
        return w

    def gradient(self, by_current: Any) -> Gradient:
        """From dL/dI of the bit lines' currents of the last solution to dL/dG, dL/dV of words and bits."""
        d = _fill(by_current, (self.columns,), "", "by_current")
        made = Gradient(np.empty(self.shape), np.empty(self.n_words), np.empty(self.columns))
        self._call("hys_array_gradient", _address(d), *(_address(m) for m in made), progress=Progress())
        return made

    def multiply(self, inputs: Any) -> np.ndarray:
        """Currents [count, columns] of inputs [count, rows] V on the word lines, bit lines at 0 V."""
        x = np.atleast_2d(np.ascontiguousarray(inputs, dtype=np.float64))
        if x.ndim != 2 or x.shape[1] != self.n_words:
            raise ArgumentError(f"inputs have the shape {x.shape}, (count, {self.n_words}) is wanted")
        given = _matrix_of(x)
        out = lib().types["hys_matrix"]()
        self._call("hys_array_multiply", ctypes.byref(given), ctypes.byref(out), None, progress=Progress())
        currents = _take_matrix(self._handle.session, out)
        return currents[0] if np.ndim(inputs) == 1 else currents

    # ---- in time ----

    def run(self, times: Any, words: Any = None, bits: Any = None, gates: Any = None, *, reltol: float = 0,
            max_step: Any = 0.0, n_steps: int = 0) -> RunReport:
        """Devices under potentials at corners in time, straight between: words [corners, rows] V ..."""
        t = np.ascontiguousarray(times, dtype=np.float64)
        drive, kept = _size_of("hys_array_drive"), [t]
        drive.n_corners, drive.times = len(t), _address(t)
        for name, values, n in (("words", words, self.n_words), ("bits", bits, self.columns), ("gates", gates, None)):
            if values is None:
                continue
            filled = np.ascontiguousarray(values, dtype=np.float64)
            if n is not None:
                filled = _fill(filled, (len(t), n), "V", name)
            kept.append(filled)
            setattr(drive, name, _address(filled))
        return self._run("hys_array_run", drive, reltol, max_step, n_steps)

    def apply(self, words: Any = 0.0, bits: Any = 0.0, *, width: Any, rise: Any = 0.0, gates: Any = None,
              reltol: float = 0, max_step: Any = 0.0, n_steps: int = 0) -> RunReport:
        """A pulse on all lines, from 0 V and back."""
        v, w = _fill(words, (self.n_words,), "V", "words"), _fill(bits, (self.columns,), "V", "bits")
        pulse = _size_of("hys_array_pulse")
        pulse.words, pulse.bits = _address(v), _address(w)
        pulse.width, pulse.rise = quantity(width, "s", "width"), quantity(rise, "s", "rise")
        kept = None if gates is None else np.ascontiguousarray(gates, dtype=np.float64)
        if kept is not None:
            pulse.gates = _address(kept)
        return self._run("hys_array_apply", pulse, reltol, max_step, n_steps)

    def _run(self, name: str, what: Any, reltol: float, max_step: Any, n_steps: int) -> RunReport:
        options = make("hys_array_run_opts", reltol=reltol, max_step=quantity(max_step, "s", "max_step"),
                       n_steps=n_steps)
        report = _size_of("hys_array_run_report")
        self._call(name, ctypes.byref(what), ctypes.byref(options), ctypes.byref(report), progress=Progress())
        return _told(RunReport, report)


# ---- margins ----

def _margin_opts(on: Any, off: Any, voltage: Any, scheme: str, reads_voltage: bool, nonlinearity: Optional[float],
                 shape: float, lines: Dict[str, Any], **more: Any) -> Any:
    options = make("hys_margin_opts", scheme=_one_of(scheme, {w: k for k, w in enumerate(_SCHEMES)}, "scheme"),
                   reads_voltage=reads_voltage, shape=shape, on=None if on is None else quantity(on, "ohm", "on"),
                   off=None if off is None else quantity(off, "ohm", "off"),
                   voltage=None if voltage is None else quantity(voltage, "V", "voltage"), **more)
    if nonlinearity is not None:
        options.law.nonlinearity = nonlinearity
    if voltage is not None:
        options.law.voltage = options.voltage
    _lines(options.lines, lines)
    return options


def margin(n: int, *, on: Any = None, off: Any = None, voltage: Any = None, scheme: str = "half",
           reads_voltage: bool = False, nonlinearity: Optional[float] = None, shape: float = 0, **lines: Any) -> Margin:
    """The margin of the worst cell of an array of n word lines; lines: as of Array.

    scheme: where lines rest that are not chosen: "half", "third", "float", "ground".
    """
    options = _margin_opts(on, off, voltage, scheme, reads_voltage, nonlinearity, shape, lines)
    session, made = Session(), lib().types["hys_margin"]()
    warn(session.call("hys_array_margin", session.pointer, ctypes.byref(options), n, ctypes.byref(made),
                      progress=Progress()), "the array")
    return _told(Margin, made)


def margins(*, on: Any = None, off: Any = None, voltage: Any = None, scheme: str = "half", reads_voltage: bool = False,
            nonlinearity: Optional[float] = None, shape: float = 0, least: Optional[float] = None,
            most: Optional[int] = None, **lines: Any) -> Margins:
    """Margins of arrays of 2, 4, 8 ... word lines, until one is below `least` or `most` is reached."""
    options = _margin_opts(on, off, voltage, scheme, reads_voltage, nonlinearity, shape, lines, least=least, most=most)
    session, curve = Session(), lib().types["hys_margin_curve"]()
    warn(session.call("hys_array_margins", session.pointer, ctypes.byref(options), ctypes.byref(curve),
                      progress=Progress()), "the array")
    points = [_told(Margin, curve.points[k]) for k in range(curve.n_points)]
    made = Margins(points, curve.largest, curve.is_more, curve.ideal_largest)
    lib().hys_margin_curve_free(session.pointer, ctypes.byref(curve))
    return made


# ---- matrices in files ----

def _matrix_of(values: np.ndarray) -> Any:
    made = lib().types["hys_matrix"]()
    made.rows, made.columns, made.values = values.shape[0], values.shape[1], _address(values)
    return made


def _take_matrix(session: Session, matrix: Any) -> np.ndarray:
    """A copy; the library's is freed."""
    values = np.ctypeslib.as_array(matrix.values, shape=(matrix.rows, matrix.columns)).copy()
    lib().hys_matrix_free(session.pointer, ctypes.byref(matrix))
    return values


def read_matrix(path: Any) -> np.ndarray:
    """A matrix of numbers from .csv or .npy, as `hysteron array` reads it."""
    session, made = Session(), lib().types["hys_matrix"]()
    warn(session.call("hys_matrix_read", session.pointer, encode(path), ctypes.byref(made)), str(path))
    return _take_matrix(session, made)


def write_matrix(values: Any, path: Any, notes: Optional[Mapping[str, Any]] = None) -> None:
    """As .npy, or as CSV with notes as comments."""
    matrix = np.atleast_2d(np.ascontiguousarray(values, dtype=np.float64))
    session, given = Session(), _matrix_of(matrix)
    flat = [encode(w) for pair in (notes or {}).items() for w in pair]
    words = (ctypes.c_char_p * (len(flat) + 1))(*flat, None) if flat else None
    pointer = ctypes.cast(words, ctypes.POINTER(ctypes.c_char_p)) if words else None
    session.call("hys_matrix_write", session.pointer, ctypes.byref(given), encode(path), pointer)
