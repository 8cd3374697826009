"""The signals of an EDF or BDF file: their names, the places of their samples, their scale and their unit."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate
from math import isfinite

from corticast.core.matching import some
from corticast.io.edf_fields import EdfFields
from corticast.io.units import volts_of

_ANNOTATIONS = ("EDF Annotations", "BDF Annotations")
# Labels of channels that hold marks, not signals.
_MARKS = ("status", "trigger", "sti 014")
# Kinds that a label of EDF+ begins with. A label without one is EEG, as most recorders call everything.
_KINDS = {"seeg": "SEEG", "ecog": "ECOG", "dbs": "DBS", "eog": "EOG", "ecg": "ECG", "ekg": "ECG", "emg": "EMG"}
_OTHER_KINDS = ("erg", "meg", "mcg", "temp", "resp", "sao2", "light", "sound", "event")
# No value in any unit lies beyond. Larger ones leave the floats where a filter adds them up.
_MOST_VALUE = 1e30
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


def signals_of(fields: EdfFields) -> tuple[tuple[EdfSignal, ...], list[str]]:
    """The signals, and warnings about them."""
    labels = fields.signal["label"]
    is_text = [label in _ANNOTATIONS for label in labels]
    twice = [label for label, count in Counter(labels).items() if count > 1 and label not in _ANNOTATIONS]
    names = _numbered(labels, twice)
    counts = [
        fields.whole(f"number of samples of {name}", text, least=0)
        for name, text in zip(names, fields.signal["n"], strict=True)
    ]
    firsts = [0, *accumulate(counts)]
    signals = []
    without: dict[str, list[str]] = {"digital": [], "physical": []}
    for row, name in enumerate(names):
        gain, offset, lost = (1.0, 0.0, "") if is_text[row] else _scale(fields, row)
        volts = None if lost else volts_of(fields.signal["unit"][row])
        if lost:
            without[lost].append(name)
        unit, factor = ("", 1.0) if volts is None else ("V", volts)
        scale, words = (gain * factor, offset * factor), "" if lost else fields.signal["unit"][row]
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
    filters = [text for text, is_out in zip(fields.signal["filters"], is_text, strict=True) if not is_out]
    return tuple(signals), warnings + _filters(filters)


def _scale(fields: EdfFields, row: int) -> tuple[float, float, str]:
    """Gain and offset of a signal, and the name of a range that the header lacks."""
    low, high, first, last = (
        fields.number(f"{what} of {fields.signal['label'][row]}", fields.signal[key][row])
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
    offset = low - first * gain
    if not all(isfinite(value) and abs(value) <= _MOST_VALUE for value in (gain, offset, low, high)):
        label = fields.signal["label"][row]
        raise fields.fault(f"it gives {low:g} to {high:g} for {first:g} to {last:g} as the range of {label}")
    return gain, offset, ""


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
