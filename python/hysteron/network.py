"""Networks whose synapses are a device: hysteron.network.

    import hysteron as hy
    s = hy.network.synapse("vteam")             # what pulses, programming, reads and time do to it: arrays
    r = hy.network.accuracy("vteam", wire="2.5 ohm", tile=128, adc=8, dac=8, sweeps={"time": ["1 s", "1 year"]})
    r.accuracy, r.confusion, r.energy           # over seeds; [true, predicted]; J of an inference
    hy.network.run("experiment.yaml")           # as `hysteron network run`, of layers or of spikes

Quantities are text with units or numbers in SI.
"""
from __future__ import annotations

import ctypes
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence, Union

import numpy as np

from ._errors import ArgumentError
from ._library import lib
from ._options import encode, make, nearest, pairs, quantity, seeded
from ._session import Progress, Session, text, warn

_CODINGS = ("differential", "reference", "offset")
_TABLES = ("up_mean", "up_sd", "down_mean", "down_sd", "energy_up", "energy_down", "program_mean", "program_sd")
_NUMBERS = ("g_min", "g_max", "device_sd", "nonlinearity_up", "nonlinearity_down", "asymmetry", "program_pulses",
            "program_energy", "program_time", "program_failed", "read_noise", "read_disturb", "temp")


class Pulse(NamedTuple):
    voltage: float  # V
    width: float    # s
    gate: float     # V


class Synapse(NamedTuple):
    """A device as a network sees it. Tables are over x, from the low end of the window to the high one."""
    name: str
    numbers: Dict[str, float]      # SI: g_min, g_max, nonlinearity_up ...
    pulses: Dict[str, Pulse]       # up, down, read
    x: np.ndarray                  # [33]
    tables: Dict[str, np.ndarray]  # [33] each: up_mean, program_sd ...
    remarks: List[str]             # what was chosen, and what could not be told


class Point(NamedTuple):
    value: float     # SI
    accuracy: float
    std: float       # over seeds


class Accuracy(NamedTuple):
    software_accuracy: float
    accuracy: float
    accuracy_std: float
    accuracies: np.ndarray           # [seeds]
    confusion: np.ndarray            # [true, predicted], of all seeds
    energy: float                    # J of an inference
    latency: float                   # s
    area: float                      # m^2
    costs: Dict[str, float]          # J: cells, wires, drivers, dac, adc, adding, charging
    energy_per_update: float         # J of a training step in place; NaN: none
    agreement: List[float]           # with the exact solution, layer by layer
    sweeps: Dict[str, List[Point]]
    synapse: Synapse


class Spiking(NamedTuple):
    """A network of spiking neurons. Of plasticity, which has no reference in software, that is NaN."""
    software_accuracy: float
    accuracy: float
    accuracy_std: float
    steps: List[Point]       # accuracy behind so many steps
    times: List[Point]       # s since programming
    input_spikes: float      # of a sample
    spikes: float            # of neurons, of a sample
    energy: float            # J of an inference: neurons and synapses; of plasticity: of all programming
    latency: float           # s; NaN of plasticity


def _words(function: str) -> List[str]:
    """What the library calls its choices: "offline", "aware" ..."""
    names: List[str] = []
    while True:
        word = text(getattr(lib(), function)(len(names)))
        if not word:
            return names
        names.append(word)


def _choice(word: str, known: Sequence[str], what: str) -> int:
    if word in known:
        return list(known).index(word)
    raise ArgumentError(f"{what}={word!r}{nearest(str(word), known)}: {', '.join(known)}")


# ---- a device ----

def _pulse(value: Any, name: str) -> Any:
    made = lib().types["hys_synapse_pulse"]()
    if value is None:
        return made
    parts = list(value)
    if len(parts) not in (2, 3):
        raise ArgumentError(f"{name} is (voltage, width) or (voltage, width, gate)")
    made.voltage, made.width = quantity(parts[0], "V", name), quantity(parts[1], "s", name)
    made.gate = quantity(parts[2], "V", name) if len(parts) == 3 else 0
    return made


def _device(device: Any, given: Dict[str, Any]) -> Any:
    """Options of a synapse; what it takes is removed from given."""
    take = given.pop
    temp = take("temp", None)
    cell = make("hys_cell_opts", memory=device, memory_set=pairs(take("set", None)), selector=take("selector", None),
                selector_set=pairs(take("selector_set", None)), spread=pairs(take("spread", None)),
                is_turned=take("turned", None), is_complementary=take("complementary", None),
                temp=None if temp is None else quantity(temp, "K", "temp"))
    unit = take("measured_unit", None)
    options = make("hys_synapse_opts", measured=take("measured", None), pulses=take("pulses", None),
                   read_noise=take("device_noise", None), tolerance=take("tolerance", None),
                   variation=take("variation", None),
                   measured_unit=None if unit is None else quantity(unit, "S", "measured_unit"))
    options.cell = cell
    for name in ("up", "down", "read"):
        setattr(options, name, _pulse(take(name, None), name))
    return options


def _told(session: Session, pointer: Any) -> Synapse:
    law = lib().hys_synapse_get_law(pointer).contents
    points = len(law.up_mean)
    count = lib().hys_synapse_n_remarks(pointer)
    pulses = {name: Pulse(p.voltage, p.width, p.gate) for name in ("up", "down", "read")
              for p in [getattr(law, name)]}
    return Synapse(text(law.name), {name: getattr(law, name) for name in _NUMBERS}, pulses,
                   np.linspace(0, 1, points), {name: np.array(getattr(law, name)) for name in _TABLES},
                   [text(lib().hys_synapse_remark(pointer, k)) for k in range(count)])


def synapse(device: Any = None, *, progress: Optional[Callable[[float], Any]] = None, seed: Optional[int] = None,
            **options: Any) -> Synapse:
    """A device distilled for networks.

    device: a model; or measured="pulses.csv" in its place. options: set, selector, selector_set, spread, turned,
    complementary, temp, up=(V, s), down, read, pulses, tolerance, device_noise, variation, measured_unit.
    """
    made = _device(device, options)
    if options:
        name = next(iter(options))
        raise ArgumentError(f"a synapse has no '{name}'")
    session, call = Session(), Progress(progress)
    made.seed = seeded(seed).get("seed", made.seed)
    made.progress = dict(made._fields_)["progress"](call)
    handle, found = session.make("hys_synapse_new", session.pointer, ctypes.byref(made), free="hys_synapse_free",
                                 progress=call)
    warn(found, str(device or "the data"))
    return _told(session, handle.pointer)


# ---- a network ----

_LINES = {"wire": ("word_wire", "bit_wire"), "word_wire": ("word_wire",), "bit_wire": ("bit_wire",),
          "driver": ("driver",), "sense": ("sense",)}


def _arrays(mapping: Any, given: Dict[str, Any]) -> None:
    product, take = mapping.product, given.pop
    for name, fields in _LINES.items():
        if name in given:
            ohm = quantity(take(name), "ohm", name)
            for field in fields:
                setattr(product.lines, field, ohm)
    tile = take("tile", None)
    if tile is not None:
        product.tile_rows, product.tile_columns = (tile, tile) if isinstance(tile, int) else tile
    mapping.fidelity = _choice(take("fidelity", "linear"), _words("hys_fidelity_name"), "fidelity")
    product.weights = _choice(take("encoding", "differential"), _CODINGS, "encoding")
    product.input_bits, product.adc_bits = take("dac", 0), take("adc", 0)
    mapping.levels = take("levels", 0)
    product.stuck_on, product.stuck_off = take("stuck_on", 0.0), take("stuck_off", 0.0)
    product.read_noise = take("read_noise", 0.0)
    mapping.has_read_noise = take("noisy", True)
    mapping.is_kernel, mapping.is_perfect = take("kernel", False), take("perfect", False)
    mapping.time = quantity(take("time", 0.0), "s", "time")


def _sweeps(given: Mapping[str, Sequence[Any]]) -> Any:
    """An array of sweeps, which keeps their values."""
    known = _words("hys_sweep_name")
    kind = lib().types["hys_sweep_opts"]
    made = (kind * max(len(given), 1))()
    for k, (name, values) in enumerate(given.items()):
        made[k].what = _choice(name, known, "sweeps")
        unit = text(lib().hys_sweep_unit(made[k].what)) or "1"
        made[k].values = (ctypes.c_double * len(values))(*[quantity(v, unit, name) for v in values])
        made[k].n = len(values)
    return made


def _result(opts: Any, pointer: Any, session: Session) -> Accuracy:
    r = lib().hys_accuracy_get(pointer).contents
    n = r.n_classes
    sweeps = {text(lib().hys_sweep_name(opts.sweeps[k].what)): [
        Point(p.value, p.accuracy, p.std) for p in r.points[k][:opts.sweeps[k].n]] for k in range(opts.n_sweeps)}
    costs = {name: getattr(r.cost, name)
             for name in ("cells", "wires", "drivers", "dac", "adc", "adding", "charging")}
    return Accuracy(r.software_accuracy, r.accuracy, r.accuracy_std, np.array(r.device[:r.n_seeds]),
                    np.array(r.confusion[:n * n]).reshape(n, n), r.cost.energy, r.cost.latency, r.cost.area, costs,
                    r.train_energy, [r.errors[k].agreement for k in range(r.n_errors)], sweeps,
                    _told(session, lib().hys_accuracy_synapse(pointer)))


def _compute(session: Session, opts: Any, progress: Progress, what: str) -> Accuracy:
    opts.progress = dict(opts._fields_)["progress"](progress)
    handle, found = session.make("hys_accuracy_run", session.pointer, ctypes.byref(opts), free="hys_accuracy_free",
                                 progress=progress)
    warn(found, what)
    return _result(opts, handle.pointer, session)


def accuracy(device: Any = None, *, data: Any = None, net: Optional[str] = None, training: str = "offline",
             epochs: Optional[int] = None, tune: Optional[int] = None, rate: Optional[float] = None,
             tune_rate: Optional[float] = None, train: int = 0, test: int = 0, rule: str = "stochastic",
             weights: Any = None, seeds: int = 5, seed: int = 0, exact: int = 0,
             sweeps: Optional[Mapping[str, Sequence[Any]]] = None, threads: int = 0,
             progress: Optional[Callable[[float], Any]] = None, **options: Any) -> Accuracy:
    """What accuracy, energy and lifetime a device gives a network; as `hysteron network accuracy`.

    device: a model; measured="pulses.csv" in its place; neither: ideal cells. options: those of synapse(), and wire,
    driver, sense, tile, fidelity, encoding, dac, adc, levels, stuck_on, stuck_off, read_noise, noisy, kernel, perfect,
    time. train, test: so many of the first samples; 0: all.
    """
    synapse_opts = _device(device, options)
    measured = bool(synapse_opts.measured)
    opts = make("hys_accuracy_opts", data=data, network=net, weights=weights, seeds=seeds, seed=seed, threads=threads,
                compare_exact=exact)
    opts.has_device, opts.device = device is not None or measured, synapse_opts
    opts.training = _choice(training, _words("hys_training_name"), "training")
    opts.pulsed.rule = _choice(rule, _words("hys_pulsed_rule_name"), "rule")
    opts.dataset.n_train, opts.dataset.n_test, opts.dataset.seed = train, test, seed
    for part, count, speed in ((opts.train, epochs, rate), (opts.tune, tune, tune_rate)):
        part.epochs = part.epochs if count is None else count
        part.rate = part.rate if speed is None else speed
    _arrays(opts.mapping, options)
    if options:
        raise ArgumentError(f"accuracy has no '{next(iter(options))}'")
    given = _sweeps(sweeps or {})
    opts.sweeps, opts.n_sweeps = given, len(sweeps or {})
    return _compute(Session(), opts, Progress(progress), str(device or "the device"))


def _study_result(opts: Any, pointer: Any) -> Spiking:
    learnt, trial = lib().hys_spiking_study_stdp(pointer), lib().hys_spiking_study_trial(pointer)
    if learnt:
        r = learnt.contents
        return Spiking(np.nan, r.accuracy, r.accuracy_std, [], [], r.stdp.input_spikes, r.stdp.spikes, r.stdp.energy,
                       np.nan)
    r, asked = trial.contents, opts.trial
    steps = [Point(*p) for p in zip(asked.at[:asked.n_at], r.curve, r.curve_std)] if asked.n_at else []
    times = [Point(*p) for p in zip(asked.times[:asked.n_times], r.aged, r.aged_std)] if asked.n_times else []
    return Spiking(r.software_accuracy, r.accuracy, r.accuracy_std, steps, times, r.spiking.input_spikes,
                   r.spiking.spikes, r.spiking.neuron_energy + r.spiking.synapse_energy, r.spiking.time)


def _study(session: Session, asked: Any, threads: int, progress: Progress, what: str) -> Spiking:
    opts = lib().types["hys_spiking_study_opts"]()
    ctypes.memmove(ctypes.byref(opts), asked, ctypes.sizeof(opts))
    opts.trial.threads = threads
    opts.trial.progress = dict(opts.trial._fields_)["progress"](progress)
    handle, found = session.make("hys_spiking_study_run", session.pointer, ctypes.byref(opts),
                                 free="hys_spiking_study_free", progress=progress)
    warn(found, what)
    return _study_result(opts, handle.pointer)


def run(path: Any, *, threads: int = 0,
        progress: Optional[Callable[[float], Any]] = None) -> Union[Accuracy, Spiking]:
    """An experiment of `hysteron network run`, of layers or of spikes."""
    session = Session()
    handle, found = session.make("hys_network_experiment_read", session.pointer, encode(path),
                                 free="hys_network_experiment_free")
    warn(found, str(path))
    study = lib().hys_network_experiment_spiking(handle.pointer)
    if study:
        return _study(session, study, threads, Progress(progress), str(path))
    opts = lib().types["hys_accuracy_opts"]()
    asked = lib().hys_network_experiment_accuracy(handle.pointer)
    ctypes.memmove(ctypes.byref(opts), asked, ctypes.sizeof(opts))
    opts.threads = threads
    return _compute(session, opts, Progress(progress), str(path))
