"""The header of an EDF or BDF file: the place of each signal's samples, their scale and their unit.

::

    256 bytes: fields of the file ─> 256 bytes per signal: all labels, all units, … ─> records of n samples per signal

EDF: Kemp et al., Electroencephalography and Clinical Neurophysiology 1992. EDF+: Kemp and Olivan, Clinical
Neurophysiology 2003. BDF has samples of 24 bits.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

from corticast.core.matching import some
from corticast.core.timing import exact
from corticast.errors import DataError, OptionError
from corticast.io.door import OpenFile, Stamp, opened
from corticast.io.file_kinds import RECORDING
from corticast.io.units import volts_of

_HEADER = 256
# Names and widths of the fields of the file, and of those of each signal.
_FILE = (
    ("version", 8), ("patient", 80), ("recording", 80), ("date", 8), ("time", 8), ("n_bytes", 8), ("kind", 44),
    ("n_records", 8), ("record_s", 8), ("n_signals", 4),
)  # fmt: skip
_SIGNAL = (
    ("label", 16), ("transducer", 80), ("unit", 8), ("physical_low", 8), ("physical_high", 8), ("digital_low", 8),
    ("digital_high", 8), ("filters", 80), ("n", 8), ("reserved", 32),
)  # fmt: skip
_ANNOTATIONS = ("EDF Annotations", "BDF Annotations")
# Labels of channels that hold marks, not signals.
_MARKS = ("status", "trigger", "sti 014")
# Kinds that a label of EDF+ begins with. A label without one is EEG, as most recorders call everything.
_KINDS = {"seeg": "SEEG", "ecog": "ECOG", "dbs": "DBS", "eog": "EOG", "ecg": "ECG", "ekg": "ECG", "emg": "EMG"}
_OTHER_KINDS = ("erg", "meg", "mcg", "temp", "resp", "sao2", "light", "sound", "event")
# No record lasts thirty years, or a billionth of a second. Other times leave the numbers of a computer.
_MOST_RECORD_S = 1e9
_FILTER = re.compile(r"(HP|LP):\s*([0-9]+(?:[.,][0-9]+)?)\s*(m?)Hz", re.IGNORECASE)


@dataclass(frozen=True)
class EdfSignal:
    """A signal of the file.

    Parameters
    ----------
    name : its label; running numbers tell equal labels apart
    kind : in BIDS terms, such as EEG or STIM
    n : samples in each record
    first : samples of other signals that stand before it in a record
    gain, offset : value = gain * stored + offset
    unit : "V", or "" where the header gives no unit of voltage
    stated_unit : unit as the header has it
    is_annotations : whether it holds texts and times, not samples
    """

    name: str
    kind: str
    n: int
    first: int
    gain: float
    offset: float
    unit: str
    stated_unit: str
    is_annotations: bool


@dataclass(frozen=True)
class EdfHeader:
    """What a header says, held against the length of the file.

    Parameters
    ----------
    path : path of the file
    format : "EDF" or "BDF"
    begin : bytes before the first record
    n_records : complete records that the file holds
    record_s : seconds of a record
    is_plus, is_discontinuous : whether records state their onsets, and whether time may pass between two of them
    signals : signals in the order of the file
    warnings : about the header, one line each
    stamp : of the file
    """

    path: Path
    format: str
    begin: int
    n_records: int
    record_s: Fraction
    is_plus: bool
    is_discontinuous: bool
    signals: tuple[EdfSignal, ...]
    warnings: tuple[str, ...]
    stamp: Stamp

    @property
    def sample_bytes(self) -> int:
        """Bytes of a sample."""
        return 3 if self.format == "BDF" else 2

    @property
    def record_samples(self) -> int:
        """Samples of all signals in a record."""
        return sum(signal.n for signal in self.signals)


def read_header(path: Path) -> EdfHeader:
    """Read the header of an EDF or BDF file.

    Raises
    ------
    DataError : the file is no EDF or BDF, its header contradicts itself, or no record is complete
    """
    with opened(path, RECORDING) as file:
        return _Header(path, file).header(file.stamp)


class _Header:
    """The text of a header, field by field."""

    def __init__(self, path: Path, file: OpenFile) -> None:
        self._path = path
        first = file.read(_HEADER) or b""
        self._file = _fields(first, _FILE, 1)
        version = first[:8]
        if len(first) < _HEADER or not (version == b"0       " or version == b"\xffBIOSEMI"):
            raise self._fault("it does not begin as an EDF or BDF file does")
        self._format = "BDF" if version[0] == 0xFF else "EDF"
        self._n = self._whole("number of signals", self._file["n_signals"][0], least=1)
        more = file.read(_HEADER * self._n) or b""
        if len(more) < _HEADER * self._n:
            raise self._fault(f"it announces {self._n} signals, but ends within their header")
        self._signal = _fields(more, _SIGNAL, self._n)

    def header(self, stamp: Stamp) -> EdfHeader:
        """The header, held against the length of the file."""
        kind = self._file["kind"][0]
        record_s, no_length = self._record_s()
        signals, warnings = self._signals()
        begin = _HEADER * (1 + self._n)
        record_bytes = sum(signal.n for signal in signals) * (3 if self._format == "BDF" else 2)
        n_records = (stamp.size - begin) // record_bytes if record_bytes else 0
        if n_records < 1:
            raise self._fault(f"it holds no complete record of {record_bytes} bytes")
        announced = self._whole("number of records", self._file["n_records"][0], least=-1)
        warnings = [*no_length, *_length(announced, n_records, record_s), *warnings, *self._date()]
        return EdfHeader(
            self._path,
            self._format,
            begin,
            n_records,
            record_s,
            kind.startswith(("EDF+", "BDF+")),
            kind.startswith(("EDF+D", "BDF+D")),
            signals,
            tuple(f"{self._path.name}: {text}" for text in warnings),
            stamp,
        )

    def _signals(self) -> tuple[tuple[EdfSignal, ...], list[str]]:
        """The signals, and warnings about them."""
        labels = self._signal["label"]
        is_text = [label in _ANNOTATIONS for label in labels]
        twice = [label for label, count in Counter(labels).items() if count > 1 and label not in _ANNOTATIONS]
        names = _numbered(labels, twice)
        counts = [
            self._whole(f"number of samples of {name}", text, least=0)
            for name, text in zip(names, self._signal["n"], strict=True)
        ]
        firsts = [0, *accumulate(counts)]
        signals = []
        without: dict[str, list[str]] = {"digital": [], "physical": []}
        for row, name in enumerate(names):
            gain, offset, lost = (1.0, 0.0, "") if is_text[row] else self._scale(row)
            volts = None if lost else volts_of(self._signal["unit"][row])
            if lost:
                without[lost].append(name)
            unit, factor = ("", 1.0) if volts is None else ("V", volts)
            scale, words = (gain * factor, offset * factor), "" if lost else self._signal["unit"][row]
            signals.append(
                EdfSignal(name, _kind_of(labels[row]), counts[row], firsts[row], *scale, unit, words, is_text[row])
            )
        warnings = [
            f"its header gives no {what} range of {some(lost)}, so these values are not in its unit"
            for what, lost in without.items()
            if lost
        ]
        if twice:
            equal = some([repr(name) for name in twice])
            warnings.append(f"several channels have the same name, and are numbered: {equal}")
        filters = [text for text, is_out in zip(self._signal["filters"], is_text, strict=True) if not is_out]
        return tuple(signals), warnings + _filters(filters)

    def _scale(self, row: int) -> tuple[float, float, str]:
        """Gain and offset of a signal, and the name of a range that the header lacks."""
        low, high, first, last = (
            self._number(f"{what} of {self._signal['label'][row]}", self._signal[key][row])
            for what, key in (
                ("physical minimum", "physical_low"),
                ("physical maximum", "physical_high"),
                ("digital minimum", "digital_low"),
                ("digital maximum", "digital_high"),
            )
        )
        if first == last:
            return 1.0, 0.0, "digital"
        if low == high:
            return 1.0, 0.0, "physical"
        gain = (high - low) / (last - first)
        return gain, low - first * gain, ""

    def _record_s(self) -> tuple[Fraction, list[str]]:
        text = self._file["record_s"][0]
        try:
            record_s = exact(text)
        except OptionError:
            raise self._fault(f"it gives {text!r} as the seconds of a record") from None
        if record_s == 0:
            return Fraction(1), ["its header gives no length of a record: 1 s is assumed, and times may be wrong"]
        if not 1 / _MOST_RECORD_S <= record_s <= _MOST_RECORD_S:
            raise self._fault(f"it gives {text!r} as the seconds of a record")
        return record_s, []

    def _date(self) -> list[str]:
        try:
            datetime.strptime(f"{self._file['date'][0]} {self._file['time'][0]}", "%d.%m.%y %H.%M.%S")
        except ValueError:
            return ["the date in its header cannot be read; times count from the first sample"]
        return []

    def _whole(self, what: str, text: str, least: int) -> int:
        if not re.fullmatch(r"[+-]?[0-9]{1,8}", text) or int(text) < least:
            raise self._fault(f"it gives {text!r} as the {what}")
        return int(text)

    def _number(self, what: str, text: str) -> float:
        # Some recorders write a comma.
        try:
            return float(exact(text.replace(",", ".")))
        # OverflowError: above the largest float.
        except (OptionError, OverflowError):
            raise self._fault(f"it gives {text!r} as the {what}") from None

    def _fault(self, text: str) -> DataError:
        return DataError(f"{self._path}: not a readable EDF or BDF file: {text}; repair or export the file again")


def _fields(content: bytes, widths: Iterable[tuple[str, int]], n: int) -> dict[str, list[str]]:
    """Texts of fields that stand n times each. Some recorders end a field with zeros in place of blanks."""
    fields, place = {}, 0
    for name, width in widths:
        cells = [content[place + width * k :][:width] for k in range(n)]
        fields[name] = [cell.partition(b"\0")[0].decode("latin-1").strip() for cell in cells]
        place += width * n
    return fields


def _kind_of(label: str) -> str:
    if label.lower() in _MARKS:
        return "STIM"
    first, blank, _ = label.lower().partition(" ")
    if not blank:
        return "EEG"
    return "OTHER" if first in _OTHER_KINDS else _KINDS.get(first, "EEG")


def _numbered(labels: list[str], twice: list[str]) -> list[str]:
    """Labels with running numbers, counted from 0, where they are equal."""
    counts: Counter[str] = Counter()
    names = []
    for label in labels:
        names.append(f"{label}-{counts[label]}" if label in twice else label)
        counts[label] += 1
    return names


def _length(announced: int, present: int, record_s: Fraction) -> list[str]:
    """Warn about a file that holds more or less than its header announces."""
    announced_s, present_s = float(announced * record_s), float(present * record_s)
    there = f"{present_s:.3f} s are present"
    if announced < 0:
        return [f"its header gives no length, as before the end of a recording; {there}"]
    if announced == present:
        return []
    if announced < present:
        return [f"its header announces {announced_s:.3f} s, but {there}"]
    return [
        f"cut off: its header announces {announced_s:.3f} s, but only {there} "
        f"({announced_s - present_s:.3f} s are missing)"
    ]


def _filters(texts: list[str]) -> list[str]:
    """Warn about filters of the recorder that differ between channels, or that cannot be."""
    found = [{kind.upper(): _hertz(number, milli) for kind, number, milli in _FILTER.findall(text)} for text in texts]
    warnings = [
        f"its channels were recorded with different {name}-pass filters"
        for name, key in (("high", "HP"), ("low", "LP"))
        if len({filters.get(key) for filters in found}) > 1
    ]
    for filters in found:
        high, low = filters.get("HP"), filters.get("LP")
        if high is not None and low is not None and high > low > 0:
            text = f"its header states filters that cannot be: a high-pass at {high} Hz and a low-pass at {low} Hz"
            return [*warnings, text]
    return warnings


def _hertz(number: str, milli: str) -> float:
    return float(number.replace(",", ".")) * (1e-3 if milli else 1.0)
