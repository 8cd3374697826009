"""Kinds of values that options take: how a text or a Python value is read, and how a scene file's schema describes it.

`read` takes what a command line, a scene file or Python gives, and raises ValueError with a remedy for the message.
"""

from __future__ import annotations

import csv
import io
import math
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

from corticast.core.suggest import did_you_mean
from corticast.core.timing import exact
from corticast.errors import OptionError

Schema = dict[str, Any]


class Kind(Protocol):
    """What an option takes."""

    @property
    def metavar(self) -> str:
        """Stands for the value in a command's help; empty for a switch."""

    def read(self, value: Any) -> Any:
        """Read a value.

        Raises
        ------
        ValueError : with a remedy, such as "give 1 or more"
        """

    def schema(self) -> Schema:
        """JSON Schema of the value in a scene file."""

    def plain(self, value: Any) -> Any:
        """The value as TOML and JSON hold it."""


@dataclass(frozen=True)
class _Plain:
    metavar: str

    def plain(self, value: Any) -> Any:
        """The value unchanged."""
        return value


@dataclass(frozen=True)
class Text(_Plain):
    """Any text."""

    metavar: str = "TEXT"

    def read(self, value: Any) -> str:
        """Read a text."""
        if not isinstance(value, str):
            raise ValueError("give a text")
        return value

    def schema(self) -> Schema:
        """JSON Schema: any text."""
        return {"type": "string"}


@dataclass(frozen=True)
class File(_Plain):
    """A path."""

    metavar: str = "FILE"

    def read(self, value: Any) -> Path:
        """Read a path from a text or a path."""
        if not isinstance(value, (str, os.PathLike)) or not os.fspath(value):
            raise ValueError("give the path of a file")
        return Path(value)

    def schema(self) -> Schema:
        """A string; relative paths start at the scene file's folder."""
        return {"type": "string", "minLength": 1}

    def plain(self, value: Path) -> str:
        """The path as text."""
        return str(value)


@dataclass(frozen=True)
class Switch(_Plain):
    """On or off."""

    metavar: str = ""

    def read(self, value: Any) -> bool:
        """Read a truth value."""
        if not isinstance(value, bool):
            raise ValueError("give true or false")
        return value

    def schema(self) -> Schema:
        """JSON Schema: true or false."""
        return {"type": "boolean"}


@dataclass(frozen=True)
class Choice(_Plain):
    """One of several names.

    Parameters
    ----------
    metavar : in help
    names : that are accepted
    synonyms : other words for a name, for "did you mean"
    """

    names: tuple[str, ...]
    synonyms: Mapping[str, str] = field(default_factory=dict)

    def read(self, value: Any) -> str:
        """Read a name."""
        if value in self.names:
            return str(value)
        raise ValueError(did_you_mean(value, self.names, self.synonyms) + f"give {one_of(self.names)}")

    def schema(self) -> Schema:
        """JSON Schema: one of the names."""
        return {"enum": list(self.names)}


@dataclass(frozen=True)
class Names(_Plain):
    """A set of several names, as a list, as text with commas, or "none".

    Parameters
    ----------
    metavar : in help
    names : that are accepted
    """

    names: tuple[str, ...]

    def read(self, value: Any) -> frozenset[str]:
        """Read the names."""
        if isinstance(value, str):
            value = () if value == "none" else [name.strip() for name in value.split(",")]
        remedy = f"give some of {', '.join(self.names)}, or none"
        if not isinstance(value, Iterable):
            raise ValueError(remedy)
        names = list(value)
        for name in names:
            if name == "none":
                raise ValueError("none stands alone; leave the other names out, or none")
            if name not in self.names:
                raise ValueError(f'"{name}" is unknown; ' + did_you_mean(name, self.names) + remedy)
        return frozenset(names)

    def schema(self) -> Schema:
        """A list of names, or a text."""
        return {"anyOf": [{"type": "array", "items": {"enum": list(self.names)}}, {"type": "string"}]}

    def plain(self, value: Iterable[str]) -> list[str]:
        """The names in order."""
        return sorted(value)


@dataclass(frozen=True)
class Patterns(_Plain):
    """Patterns of names with * and ?, as a list, or as text with commas."""

    metavar: str = "PATTERNS"

    def read(self, value: Any) -> tuple[str, ...]:
        """Read the patterns; case and blanks within them stay."""
        parts = value.split(",") if isinstance(value, str) else value
        patterns = [*parts] if isinstance(parts, Iterable) else []
        if not patterns or not all(isinstance(each, str) and each.strip() for each in patterns):
            raise ValueError("give names or patterns with commas, such as 'G*,LA1'")
        return tuple(each.strip() for each in patterns)

    def schema(self) -> Schema:
        """A list of patterns, or a text."""
        return {"anyOf": [{"type": "array", "items": {"type": "string"}, "minItems": 1}, {"type": "string"}]}

    def plain(self, value: Iterable[str]) -> list[str]:
        """The patterns in a list."""
        return list(value)


COLUMN_KEYS = ("x", "y", "z", "x_2d", "y_2d", "name", "bad")


@dataclass(frozen=True)
class Titles(_Plain):
    """Titles of a table's columns by their content (x, y, z, name), as a mapping, or as text with commas."""

    metavar: str = "KEY=TITLE,..."

    def read(self, value: Any) -> tuple[tuple[str, str], ...]:
        """Read the titles; a part with a comma stands in double quotes."""
        if isinstance(value, str):
            parts = next(csv.reader([value], skipinitialspace=True), [])
            pairs: list[Any] = [part.partition("=")[::2] for part in parts]
        else:
            pairs = list(value.items()) if isinstance(value, Mapping) else [*value] if isinstance(value, tuple) else []
        if not pairs or not all(isinstance(text, str) and text.strip() for pair in pairs for text in pair):
            raise ValueError("give KEY=TITLE with commas, such as x=MNI_x,y=MNI_y,z=MNI_z,name=label")
        titles = {key.strip().lower(): title.strip() for key, title in pairs}
        wrong = next((key for key in titles if key not in COLUMN_KEYS), None)
        if wrong is not None:
            raise ValueError(f"unknown key {wrong!r}; {did_you_mean(wrong, COLUMN_KEYS)}give {one_of(COLUMN_KEYS)}")
        if len(titles) < len(pairs):
            raise ValueError("a key stands twice; give each once")
        return tuple(titles.items())

    def schema(self) -> Schema:
        """A text, or a table of titles by key."""
        titles = {key: {"type": "string", "minLength": 1} for key in COLUMN_KEYS}
        table = {"type": "object", "properties": titles, "additionalProperties": False, "minProperties": 1}
        return {"anyOf": [{"type": "string", "minLength": 1}, table]}

    def plain(self, value: Iterable[tuple[str, str]]) -> str:
        """The titles as text."""
        text = io.StringIO()
        csv.writer(text, lineterminator="").writerow([f"{key}={title}" for key, title in value])
        return text.getvalue()


@dataclass(frozen=True)
class Number(_Plain):
    """A finite number.

    Parameters
    ----------
    metavar : in help
    low, high : limits, included
    above : limit that is not included
    whole : whether it is an integer
    example : for the remedy
    """

    low: float | None = None
    high: float | None = None
    above: float | None = None
    whole: bool = False
    example: str = ""

    def read(self, value: Any) -> Any:
        """Read a number."""
        number = _number(value)
        if number is None or not self._allows(number):
            raise ValueError(self.remedy)
        return int(number) if self.whole else number

    @property
    def remedy(self) -> str:
        """What to give."""
        noun = "a whole number" if self.whole else "a number"
        limits = [f"above {self.above:g}"] if self.above is not None else []
        limits += [f"of at least {self.low:g}"] if self.low is not None else []
        limits += [f"up to {self.high:g}"] if self.high is not None else []
        example = f", such as {self.example}" if self.example else ""
        return f"give {' '.join([noun, ' and '.join(limits)]).strip()}{example}"

    def schema(self) -> Schema:
        """A number with its limits."""
        limits = {"minimum": self.low, "maximum": self.high, "exclusiveMinimum": self.above}
        kind = "integer" if self.whole else "number"
        return {"type": kind, **{name: limit for name, limit in limits.items() if limit is not None}}

    def _allows(self, number: float | Fraction) -> bool:
        return not (
            (self.whole and number != int(number))
            or (self.low is not None and number < self.low)
            or (self.high is not None and number > self.high)
            or (self.above is not None and number <= self.above)
        )


@dataclass(frozen=True)
class Exact(Number):
    """A finite number as it was written, as a fraction: 0.1 is 1/10, and "1/3" is a third."""

    def read(self, value: Any) -> Fraction:
        """Read a number without a binary fraction in between."""
        try:
            number = exact(value)
        except OptionError:
            raise ValueError(self.remedy) from None
        if _number(number) is None or not self._allows(number):
            raise ValueError(self.remedy)
        return number

    def schema(self) -> Schema:
        """A number with its limits, or a ratio in a text."""
        return {"anyOf": [super().schema(), {"type": "string", "pattern": r"^\s*[-+]?\d+\s*/\s*\d+\s*$"}]}

    def plain(self, value: Fraction) -> float | str:
        """The decimal that was written, or else a ratio as text."""
        decimal = float(value)
        return decimal if Fraction(str(decimal)) == value else str(value)


@dataclass(frozen=True)
class Numbers(_Plain):
    """A few finite numbers, as a sequence or as text with commas.

    Parameters
    ----------
    metavar : in help
    n : how many there are
    remedy : for the message
    check : gives the problem of wrong numbers; empty for allowed ones
    whole : places of those that are integers
    """

    n: int
    remedy: str
    check: Callable[..., str] = lambda *_: ""
    whole: tuple[int, ...] = ()

    def read(self, value: Any) -> tuple[Any, ...]:
        """Read the numbers."""
        parts = value.split(",") if isinstance(value, str) else value
        numbers = [_number(part) for part in parts] if isinstance(parts, Iterable) else []
        known = [number for number in numbers if number is not None]
        if len(known) != self.n or len(numbers) != self.n or any(known[k] != int(known[k]) for k in self.whole):
            raise ValueError(self.remedy)
        if problem := self.check(*known):
            raise ValueError(problem)
        return tuple(int(number) if k in self.whole else number for k, number in enumerate(known))

    def schema(self) -> Schema:
        """A list of numbers, or a text."""
        numbers = {"type": "array", "items": {"type": "number"}, "minItems": self.n, "maxItems": self.n}
        return {"anyOf": [numbers, {"type": "string"}]}

    def plain(self, value: Iterable[float]) -> list[float]:
        """The numbers in a list."""
        return list(value)


@dataclass(frozen=True)
class Diameters(_Plain):
    """Two diameters, the smaller one first: "6,40" in pixels at 1080 lines, or "1mm,4mm"."""

    metavar: str = "MIN,MAX"

    def read(self, value: Any) -> tuple[float, float] | tuple[str, str]:
        """Read a pair of numbers, or of texts that end in mm."""
        parts = value.split(",") if isinstance(value, str) else value
        parts = list(parts) if isinstance(parts, Iterable) else []
        in_mm = [isinstance(part, str) and part.strip().endswith("mm") for part in parts]
        numbers = [_number(part.strip()[:-2] if mm else part) for part, mm in zip(parts, in_mm, strict=True)]
        if len(numbers) != 2 or None in numbers or len(set(in_mm)) != 1:
            raise ValueError("give MIN,MAX in pixels at 1080 lines such as 6,40, or in mm such as 1mm,4mm")
        low, high = (number for number in numbers if number is not None)
        most = 100 if in_mm[0] else 1080
        if not (0 <= low <= high <= most and high > 0):
            raise ValueError(f"sizes run from 0 to {most}{' mm' * in_mm[0]}, the smaller one first")
        return (f"{low:g}mm", f"{high:g}mm") if in_mm[0] else (low, high)

    def schema(self) -> Schema:
        """A list of two numbers or texts, or a text."""
        item = {"type": ["number", "string"]}
        return {"anyOf": [{"type": "array", "items": item, "minItems": 2, "maxItems": 2}, {"type": "string"}]}

    def plain(self, value: Iterable[float | str]) -> list[float | str]:
        """The two in a list."""
        return list(value)


def millimetres_of(value: tuple[float, float] | tuple[str, str]) -> tuple[float, float] | None:
    """Two diameters in mm, as `Diameters` reads them; None for a pair in pixels."""
    low, high = value
    if isinstance(low, str) and isinstance(high, str):
        return float(low.removesuffix("mm")), float(high.removesuffix("mm"))
    return None


@dataclass(frozen=True)
class Either(_Plain):
    """A name, or else a value of another kind.

    Parameters
    ----------
    metavar : in help
    names : that are accepted
    other : kind of every other value
    """

    names: tuple[str, ...]
    other: Kind

    def read(self, value: Any) -> Any:
        """Read a name or the other kind."""
        if isinstance(value, str) and value in self.names:
            return value
        try:
            return self.other.read(value)
        except ValueError as error:
            mean = did_you_mean(value, self.names)
            raise ValueError(f"{mean}{error}, or {' or '.join(self.names)}") from None

    def schema(self) -> Schema:
        """One of the names, or the other kind."""
        return {"anyOf": [{"enum": list(self.names)}, self.other.schema()]}

    def plain(self, value: Any) -> Any:
        """The value as TOML and JSON hold it."""
        return value if isinstance(value, str) else self.other.plain(value)


# Frame sizes that have a name.
SIZES = {
    "720p": (1280, 720),
    "1080p": (1920, 1080),
    "4k": (3840, 2160),
    "square": (1080, 1080),
    "portrait": (1080, 1920),
}
_OTHER_SIZES = {"hd": "720p", "full-hd": "1080p", "fhd": "1080p", "uhd": "4k", "2160p": "4k", "vertical": "portrait"}


@dataclass(frozen=True)
class FrameSize(_Plain):
    """Width and height in pixels: "1920x1080", a name such as "4k", or two integers."""

    metavar: str = "WxH|NAME"

    def read(self, value: Any) -> tuple[int, int]:
        """Read width and height."""
        if isinstance(value, str) and value.strip().lower() in SIZES:
            return SIZES[value.strip().lower()]
        match = re.fullmatch(r"\s*(\d+)\s*[xX×]\s*(\d+)\s*", value) if isinstance(value, str) else None
        sides = list(match.groups()) if match else value
        numbers = [_number(side) for side in sides] if isinstance(sides, (list, tuple)) else []
        if len(numbers) != 2 or any(number is None or number != int(number) for number in numbers):
            mean = did_you_mean(value, SIZES, _OTHER_SIZES)
            raise ValueError(f"{mean}give WIDTHxHEIGHT in pixels, such as 1920x1080, or {one_of(SIZES)}")
        width, height = (int(number) for number in numbers if number is not None)
        if min(width, height) < 1:
            raise ValueError("no picture; both sides need at least 1 pixel")
        return width, height

    def schema(self) -> Schema:
        """A text, or a list of two integers."""
        pair = {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 2, "maxItems": 2}
        return {"anyOf": [{"enum": list(SIZES)}, {"type": "string", "pattern": r"^\s*\d+\s*[xX×]\s*\d+\s*$"}, pair]}

    def plain(self, value: tuple[int, int]) -> str:
        """WIDTHxHEIGHT."""
        return f"{value[0]}x{value[1]}"


# Millimetres of the units in which journals give widths.
_MM_OF_UNIT = {"mm": 1.0, "cm": 10.0, "in": 25.4}


@dataclass(frozen=True)
class Length(_Plain):
    """A length in print: "180mm", "18cm" or "7in", or a number of millimetres from Python.

    Parameters
    ----------
    metavar : in help
    low, high : limits in mm, included
    """

    low: float
    high: float

    def read(self, value: Any) -> float:
        """Read a length in mm."""
        match = re.fullmatch(r"\s*([\d.]+)\s*(mm|cm|in)\s*", value) if isinstance(value, str) else None
        number = _number(match[1] if match else None if isinstance(value, str) else value)
        mm = None if number is None else number * (_MM_OF_UNIT[match[2]] if match else 1.0)
        if mm is None or not self.low <= mm <= self.high:
            raise ValueError(f"give a length of {self.low:g}mm to {self.high:g}mm with its unit, such as 180mm or 7in")
        return mm

    def schema(self) -> Schema:
        """A text with its unit."""
        return {"type": "string", "pattern": r"^\s*[\d.]+\s*(mm|cm|in)\s*$"}

    def plain(self, value: float) -> str:
        """The length in mm."""
        return f"{value:g}mm"


@dataclass(frozen=True)
class FontSize(_Plain):
    """A size of text: "8pt" in print, or pixels of a frame of 1080 lines."""

    def read(self, value: Any) -> float | str:
        """Read points as text, pixels as a number."""
        match = re.fullmatch(r"\s*([\d.]+)\s*pt\s*", value) if isinstance(value, str) else None
        number = _number(match[1] if match else value)
        low, high = (4, 40) if match else (10, 75)
        if number is None or not low <= number <= high:
            raise ValueError("give 4pt to 40pt in print, such as 8pt, or 10 to 75 pixels of a frame of 1080 lines")
        return f"{number:g}pt" if match else number

    def schema(self) -> Schema:
        """A number of pixels, or a text with points."""
        points = {"type": "string", "pattern": r"^\s*[\d.]+\s*pt\s*$"}
        return {"anyOf": [{"type": "number", "minimum": 10, "maximum": 75}, points]}


@dataclass(frozen=True)
class ByteSize(_Plain):
    """A number of bytes: an integer, or a text such as "10MB" or "8 MiB"."""

    metavar: str = "SIZE"

    def read(self, value: Any) -> int:
        """Read a number of bytes."""
        match = re.fullmatch(r"\s*(\d+\.?\d*|\.\d+)\s*([kMG]?)(i?)B?\s*", str(value), re.IGNORECASE)
        remedy = "give bytes, or a size such as 10MB or 8MiB"
        if isinstance(value, bool) or not match:
            raise ValueError(remedy)
        step = 1024 if match[3] else 1000
        n_bytes = int(Fraction(match[1]) * step ** ["", "k", "m", "g"].index(match[2].lower()))
        if n_bytes < 1:
            raise ValueError(remedy)
        return n_bytes

    def schema(self) -> Schema:
        """An integer, or a text."""
        return {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string"}]}


@dataclass(frozen=True)
class Rate(_Plain):
    """A frame rate, kept as it was written; `parse_fps` reads it exactly."""

    metavar: str = "N|N/D"

    def read(self, value: Any) -> str:
        """Read a frame rate, as text."""
        if isinstance(value, bool) or not isinstance(value, str | int | float | Fraction):
            raise ValueError("give a number or N/D from 1/600 to 1000, such as 30000/1001")
        return str(value)

    def schema(self) -> Schema:
        """A number, or a text."""
        return {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string"}]}


@dataclass(frozen=True)
class Thing(_Plain):
    """An object that Python hands over.

    Parameters
    ----------
    metavar : name of its type
    attributes : that it must have
    source : the functions that make one
    """

    attributes: tuple[str, ...]
    source: str

    def read(self, value: Any) -> Any:
        """Take the object if it can be one."""
        if isinstance(value, type) or not all(hasattr(value, name) for name in self.attributes):
            raise ValueError(f"give what {self.source} returns")
        return value

    def schema(self) -> Schema:
        """No scene file holds one."""
        return {}


@dataclass(frozen=True)
class Tables(Thing):
    """A table of electrodes that Python hands over, or a list of those of several subjects."""

    def read(self, value: Any) -> Any:
        """Take the table, or join the tables."""
        if not isinstance(value, list | tuple):
            return super().read(value)
        if not value:
            raise ValueError(f"give what {self.source} returns, one or more")
        # Imported where there are tables to join: it loads NumPy.
        from corticast.core.model.subjects import joined_tables

        return joined_tables([super(Tables, self).read(each) for each in value])


def one_of(names: Iterable[str]) -> str:
    """The names with commas, and "or" before the last."""
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last


def _number(value: Any) -> float | None:
    """A finite number; None for all else."""
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
