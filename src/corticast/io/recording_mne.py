"""Recordings through MNE-Python: BrainVision, FIF, EEGLAB and others. Only this module imports MNE-Python.

Only the header is read until samples are needed.
"""

from __future__ import annotations

from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from math import ceil, floor
from pathlib import Path
from typing import Any

import numpy as np

from corticast.core.matching import some
from corticast.core.model.recording import Event, Recording
from corticast.core.model.types import Float64Array, IntpArray
from corticast.errors import DataError, DeviceError, one_line
from corticast.io.library_warnings import Listener
from corticast.io.library_words import MNE
from corticast.io.mne_formats import reader_of
from corticast.io.recording_length import check_length
from corticast.io.units import volts_of

# The text of MNE-Python's annotations of times that were not recorded; their samples are zeros.
_NOT_RECORDED = "BAD_ACQ_SKIP"
# MNE-Python's number of the unit volt.
_VOLT = 107


def missing_reader(path: Path, library: str) -> DeviceError:
    """The error for a library that is not installed."""
    return DeviceError(f'{path}: reading it needs {library}; pip install "corticast[ieeg]"')


def open_by_mne(path: Path) -> Recording:
    """Open a recording through MNE-Python.

    Raises
    ------
    DataError : the file is damaged
    DeviceError : MNE-Python, or a further library that it needs, is not installed
    """
    listener = Listener(path, MNE)
    try:
        # Warnings of an import say nothing about the file.
        with Listener(path, MNE).listening():
            import mne
    except ImportError:
        raise missing_reader(path, "MNE-Python") from None
    format, reader = reader_of(path)
    try:
        # At this level MNE-Python gives its warnings, and no chatter; its reader of Persyst prints.
        with listener.listening(), redirect_stdout(StringIO()):
            raw: Any = getattr(mne.io, reader)(path, preload=False, verbose="warning")
        cut_off = check_length(raw, path)
    except ImportError as error:
        raise missing_reader(path, getattr(error, "name", None) or "a further library") from None
    except DataError:
        raise
    # MNE's readers raise many kinds of errors for damaged files.
    except Exception as error:
        raise DataError(f"{path}: cannot be read ({_short(error)}); repair or export the file again") from error
    recording = of_raw(raw, listener, path)
    return replace(
        recording, name=path.name, path=path, format=format, warnings=(*listener.lines, *cut_off, *recording.warnings)
    )


def of_raw(raw: Any, listener: Listener | None = None, path: Path | None = None) -> Recording:
    """A recording of MNE-Python's.

    Parameters
    ----------
    raw : mne.io.Raw
    listener : that hears warnings while samples are read; None makes one
    path : of the file; None for a recording in memory

    Returns
    -------
    The recording. Its `read` raises DataError where MNE-Python cannot read the samples.
    """
    name = str(path or _name_of(raw))
    heard = Listener(_name_of(raw), MNE) if listener is None else listener
    events = _events(raw)
    gaps, factor = _gaps(raw, events), _factor(raw)

    def read(first: int, stop: int, rows: IntpArray) -> Float64Array:
        # MNE's readers need each channel once, in the file's order.
        wanted, place = np.unique(rows, return_inverse=True)
        try:
            with heard.listening():
                samples = raw.get_data(picks=wanted, start=first, stop=stop, verbose="warning")
        except Exception as error:
            raise DataError(
                f"{name}: cannot read samples {first} to {stop} ({_short(error)}); repair or export the file again"
            ) from error
        samples = np.asarray(samples[place], dtype=np.float64) * factor
        for begin, end in gaps:
            samples[:, max(begin - first, 0) : max(end - first, 0)] = np.nan
        return samples

    units = _units(raw)
    return Recording(
        names=tuple(raw.ch_names),
        sample_rate=float(raw.info["sfreq"]),
        n_samples=int(raw.n_times),
        read=read,
        unit="V" if "V" in units else "",
        units=units,
        stated_units=_stated_units(raw),
        bad=np.array([name in raw.info["bads"] for name in raw.ch_names], dtype=bool),
        kinds=tuple(kind.upper() for kind in raw.get_channel_types()),
        events=tuple(event for event in events if event.text != _NOT_RECORDED),
        name=name if path is None else path.name,
        format="MNE-Python",
        warnings=_gap_lines(name if path is None else path.name, gaps, float(raw.info["sfreq"])),
        read_warnings=lambda: heard.lines,
        gaps=gaps,
    )


def _name_of(raw: Any) -> str:
    files = [file for file in raw.filenames if file is not None]
    return Path(files[0]).name if files else "Raw"


def _factor(raw: Any) -> float:
    """Volts of one value: MNE-Python takes the microvolts of an EGI file with its amplifier's range for volts."""
    if type(raw).__name__ != "RawEGI":
        return 1.0
    facts = raw._raw_extras[0]
    return 1e-6 if facts["value_range"] and facts["bits"] else 1.0


def _events(raw: Any) -> list[Event]:
    """Annotations, from the first sample; theirs count from the session's start, which may precede that sample."""
    marks = raw.annotations
    return [
        Event(float(onset) - raw.first_time, float(duration), str(text))
        for onset, duration, text in zip(marks.onset, marks.duration, marks.description, strict=True)
    ]


def _gaps(raw: Any, events: list[Event]) -> tuple[tuple[int, int], ...]:
    """Times that were not recorded, in samples, and breaks of time, which have no samples."""
    rate, n = float(raw.info["sfreq"]), int(raw.n_times)
    gaps: list[tuple[int, int]] = []
    for event in sorted(events, key=lambda event: event.onset_s):
        if event.text != _NOT_RECORDED and not _is_break(event):
            continue
        # Rounded inwards: times of annotations are rounded to the microsecond.
        first = ceil(event.onset_s * rate - 0.01)
        stop = first if _is_break(event) else floor((event.onset_s + event.duration_s) * rate + 0.01)
        first, stop = max(first, gaps[-1][1] if gaps else 0), min(stop, n)
        if first < stop or (first == stop and 0 < first < n):
            gaps.append((first, stop))
    return tuple(gaps)


def _is_break(event: Event) -> bool:
    """Whether time is not continuous at an event: EEGLAB, BrainVision and MNE-Python mark joints so."""
    text = event.text.strip().lower()
    return text in ("boundary", "edge boundary") or text.startswith("new segment")


def _gap_lines(name: str, gaps: tuple[tuple[int, int], ...], rate: float) -> tuple[str, ...]:
    """Lines about gaps, and about breaks."""
    empty = [(first, stop) for first, stop in gaps if first < stop]
    breaks = [f"{first / rate:g} s" for first, stop in gaps if first == stop]
    lines = []
    if empty:
        first, stop = empty[0]
        total_s = sum(end - begin for begin, end in empty) / rate
        more = f" and in {len(empty) - 1} more gaps, {total_s:g} s in all" if len(empty) > 1 else ""
        lines.append(f"{name}: holds no samples from {first / rate:g} to {stop / rate:g} s{more}")
    if breaks:
        lines.append(f"{name}: time is not continuous at breaks (boundary): {some(breaks)}; no filter reaches across")
    return tuple(lines)


def _units(raw: Any) -> tuple[str, ...]:
    """Unit of each channel: "V" where the file states one of voltage, which MNE-Python converts to volts, else ""."""
    if type(raw).__name__ == "RawGDF":
        # Factors to volts; 1 where MNE-Python finds no unit of voltage.
        return tuple("" if factor == 1 else "V" for factor in raw._raw_extras[0]["units"])
    units = []
    for channel, text in zip(raw.info["chs"], _stated_units(raw), strict=True):
        is_volts = volts_of(text) is not None if text else channel["unit"] == _VOLT
        units.append("V" if is_volts else "")
    return tuple(units)


def _stated_units(raw: Any) -> tuple[str, ...]:
    """Unit of each channel in the words of the file; "" where MNE-Python does not keep them."""
    known = getattr(raw, "_orig_units", None) or {}
    return tuple(str(known.get(name, "")) or ("n/a" if name in known else "") for name in raw.ch_names)


def _short(error: Exception) -> str:
    return one_line(error, 200)
