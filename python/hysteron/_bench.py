"""The bench: a device behind a source, driven by a wave or by pulses."""
from __future__ import annotations

import ctypes
from typing import Any, Dict, List, Mapping, Optional

from ._features import Features
from ._library import lib
from ._model import Model, model
from ._options import make, nearest, pairs, seeded
from ._result import Result, texts
from ._session import Handle, Progress, text, warn
from ._table import Table

# What every measurement of a device takes besides its own options; units are checked by the library.
SETTINGS: Dict[str, str] = {
    "init": "initial values of states: {'x': 0.1}",
    "series": "series resistance of the source: '1 kohm'",
    "compliance": "current limit: '100 uA', '100uA,1mA' (positive, negative), '100uA,none'",
    "temp": "temperature: '300 K', '27 degC'; 300.15 K",
    "ports": "driven and return terminal: 'p,n'; the first two",
    "port": "further terminals held at a potential: {'gate': '1 V'}",
    "spread": "vary parameters: {'Roff': 'lognormal 0.1'}",
    "noise_step": "interval over which a random draw is held, where the file sets none",
    "max_step": "largest time step",
    "rtol": "relative tolerance; 1e-6",
    "seed": "of all random draws; 0",
    "instance": "name that keys random draws; 'x1'",
    "progress": "called with the part done, 0..1; a true value stops the work",
}


class Bench:
    """Options of the bench, with the callbacks that belong to one measurement."""

    def __init__(self, device: Model, given: Mapping[str, Any], **driving: Any) -> None:
        unknown = [name for name in given if name not in SETTINGS]
        if unknown:
            raise TypeError(f"there is no option '{unknown[0]}'{nearest(unknown[0], [*SETTINGS, *driving])}")
        settings = dict(given)
        self.progress = Progress(settings.pop("progress", None))
        self.messages: List[str] = []
        settings.update(seeded(settings.pop("seed", None)))
        for name in ("init", "spread", "port"):
            settings[name] = pairs(settings.get(name))
        self.options = make("hys_bench_opts", set=device.set, progress=self.progress, message=self._message, **settings,
                            **driving)

    def _message(self, _user: Any, said: Optional[bytes]) -> None:
        self.messages.append(text(said))


class Run(Result):
    """A wave or a train of pulses that was applied: .t, .v, .i and the states; .pulses of a train.

    .messages holds what the model printed, .stats what the solver did."""

    stats: Dict[str, Any]
    messages: List[str]

    @classmethod
    def _of(cls, handle: Handle, title: str, kind: str, cycles: int) -> "Run":
        p = handle.pointer
        tables = {"run": Table._of(lib().hys_run_table(p), handle, "run", "time" if kind == "pulse" else kind, cycles)}
        pulses = lib().hys_run_pulses(p)
        if pulses:
            tables["pulses"] = Table._of(pulses, handle, "pulses", "pulse")
        features = Features._of(lib().hys_run_n_features(p), lambda k: lib().hys_run_feature(p, k))
        made = cls(title, tables, features, texts(lib().hys_run_n_remarks(p), lambda k: lib().hys_run_remark(p, k)))
        made.stats = structure(lib().hys_run_statistics(p))
        return made

    @property
    def pulses(self) -> Optional[Table]:
        return self.tables.get("pulses")

    def _drawn(self) -> Optional[Table]:
        return super()._drawn() if self.pulses is None else self.pulses


def structure(pointer: Any) -> Dict[str, Any]:
    """The fields of a C structure by name."""
    if not pointer:
        return {}
    s = getattr(pointer, "contents", pointer)
    values = {name: getattr(s, name) for name, _ in s._fields_}
    return {name: text(v) if isinstance(v, bytes) else v for name, v in values.items()}


def _measure(function: str, device: Any, title: str, drawn: int, given: Mapping[str, Any], **driving: Any) -> Run:
    m = model(device)
    bench = Bench(m, given, **driving)
    handle, found = m._session.make(function, m._session.pointer, m.pointer, ctypes.byref(bench.options),
                                    free="hys_run_free", progress=bench.progress)
    handle._needs = (m,)
    run = Run._of(handle, f"{m.name}: {title}", "iv" if function == "hys_iv" else "pulse", drawn)
    run.messages = bench.messages
    warn(found, m.device, 4)
    run._warn()
    return run


def iv(device: Any, wave: str, *, cycles: int = 2, points: int = 0, **settings: Any) -> Run:
    """Drives a device by a wave and records its loop.

    wave: "sine:1V,10Hz[,OFFSET]", "triangle:1V,10Hz", "triangle:1.5V,-1V,10Hz", "square:...", "dc:FROM,TO[,POINTS]",
    "csv:FILE"; an amplitude in A drives current. settings: those of hysteron.settings.
    """
    return _measure("hys_iv", device, wave, cycles, settings, wave=wave, cycles=cycles, points=points or None)


def pulse(device: Any, train: str, *, points: int = 0, **settings: Any) -> Run:
    """Applies a train of pulses: "1V,10us,20us,100; read 0.1V,5us; wait 1s"."""
    return _measure("hys_pulse", device, train, 0, settings, train=train, points=points or None)


def loop_features(data: Any, cycles: int = 1) -> Features:
    """Figures of merit of any loop: a Table, a dict of arrays, a tuple (v, i[, time])."""
    from ._session import Session
    from ._table import curve
    session, table = Session(), curve(data)
    handle, _ = session.make("hys_loop_features", session.pointer, table.address, cycles, free="hys_run_free")
    return Features._of(lib().hys_run_n_features(handle.pointer), lambda k: lib().hys_run_feature(handle.pointer, k))


