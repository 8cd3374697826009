"""Units of voltage and of length, in the spellings that files have."""

from __future__ import annotations

import re

from corticast.core.model.types import LengthUnit

_PREFIXES = {"": 1.0, "k": 1e3, "m": 1e-3, "u": 1e-6, "µ": 1e-6, "μ": 1e-6, "n": 1e-9, "p": 1e-12}
_WORDS = {"": 1.0, "milli": 1e-3, "micro": 1e-6, "nano": 1e-9}
_LENGTHS = {"": "m", "milli": "mm", "centi": "cm", "micro": "um"}


def volts_of(unit: str) -> float | None:
    """Volts of one unit: 1e-6 for "uV", "µV" or "microvolts"; None for texts that name no voltage."""
    text = unit.strip()
    if text[-1:] in ("V", "v") and text[:-1] in _PREFIXES:
        return _PREFIXES[text[:-1]]
    # EDF has room for "MicroVol" only.
    word = re.fullmatch(r"(milli|micro|nano|)vol(ts?)?", text.lower())
    return None if word is None else _WORDS[word[1]]


def length_unit_of(unit: str) -> LengthUnit | None:
    """The unit of length: "um" for "µm", "microns" or "micrometres"; None for texts that name none of m, cm, mm, um."""
    text = unit.strip().lower().replace("µ", "u").replace("μ", "u").strip("[]()")
    names: dict[str, LengthUnit] = {"m": "m", "cm": "cm", "mm": "mm", "um": "um", "micron": "um", "microns": "um"}
    word = re.fullmatch(r"(milli|centi|micro|)met(?:re|er)s?", text)
    return names.get(text if word is None else _LENGTHS[word[1]])
