"""The coordinate system of a table of positions: by its coordsystem.json, or by the file of the positions itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from corticast.core.geometry.coordinate_systems import space_of_system
from corticast.core.model.types import MM_PER_UNIT, ElectrodesSpace, LengthUnit
from corticast.errors import DataError
from corticast.io.json_file import read_json
from corticast.io.units import length_unit_of

# Values that mean "unknown coordinate system".
_UNSAID = ("", "other", "n/a")
# Keys of landmarks and fiducials: those of iEEG, of scalp EEG and of MEG.
_LANDMARKS = ("AnatomicalLandmark", "Fiducials")
_OF_LANDMARKS = {"NAS": "NAS", "NZ": "NAS", "NASION": "NAS", "LPA": "LPA", "RPA": "RPA"}
# Beyond this number nothing is a place, and the factor of a unit would lead out of the range of floats.
_MOST = 1e300

Landmarks = Mapping[str, tuple[float, float, float]]


@dataclass(frozen=True)
class System:
    """Coordinate system of positions. "" stands for a missing entry.

    Parameters
    ----------
    name, unit : as the file writes them
    unit_source : words for a message about the unit
    is_sure : whether the user gave the unit, which is not doubted then
    intended_for : images of the positions, as the file writes them
    landmarks_mm : places of NAS, LPA and RPA; empty unless all three are known
    """

    name: str = ""
    unit: str = ""
    unit_source: str = ""
    is_sure: bool = False
    intended_for: tuple[str, ...] = ()
    landmarks_mm: Landmarks = field(default_factory=dict)

    @classmethod
    def stated(cls, name: str, unit: str, unit_source: str) -> System:
        """The system that a file states; its words for "unknown" count as missing."""
        name, unit = name.strip(), unit.strip().lower()
        return cls("" if name.lower() in _UNSAID else name, "" if unit in _UNSAID else unit, unit_source)

    def before(self, other: System) -> System:
        """The same system, with the other's entries where its own are missing."""
        by_unit = self if self.unit else other
        return System(
            self.name or other.name,
            by_unit.unit,
            by_unit.unit_source,
            by_unit.is_sure,
            self.intended_for or other.intended_for,
            self.landmarks_mm or other.landmarks_mm,
        )

    def with_unit(self, unit: LengthUnit | None) -> System:
        """The same system with a unit that its user gives; None keeps the unit."""
        return self if unit is None else replace(self, unit=unit, unit_source="unit", is_sure=True)

    def space(self, entity: str) -> tuple[ElectrodesSpace | None, str | None]:
        """Space and frame of a table: by its coordinate system, else by the entity in its name."""
        for name in (self.name, entity):
            if name.lower() not in _UNSAID:
                return space_of_system(name)
        return ("picture", None) if self.unit == "pixels" else (None, None)

    def length_unit(self) -> LengthUnit | None:
        """Unit of length that the system states; None if it states none.

        Raises
        ------
        DataError : the unit is unknown
        """
        if not self.unit:
            return None
        unit = length_unit_of(self.unit)
        if unit is None:
            raise DataError(f"{self.unit_source} {self.unit!r}; give m, cm, mm or um")
        return unit


def read_system(path: Path) -> System:
    """The system of a coordsystem.json.

    Raises
    ------
    DataError : the file cannot be read
    """
    content = read_json(path)
    if not isinstance(content, dict):
        raise DataError(f"{path}: not a JSON object; give one with iEEGCoordinateSystem and iEEGCoordinateUnits")

    def said(key: str) -> str:
        # Scalp EEG uses two keys of its own with the same meaning.
        return str(content.get(f"iEEG{key}") or content.get(f"EEG{key}") or "")

    unit_source = f"{path}: unknown iEEGCoordinateUnits"
    system = System.stated(said("CoordinateSystem"), said("CoordinateUnits"), unit_source)
    return replace(system, intended_for=intended_texts(content), landmarks_mm=_landmarks_mm(path, content, system))


def intended_texts(content: Mapping[str, Any]) -> tuple[str, ...]:
    """Entries of IntendedFor, a text or a list of texts."""
    stated = content.get("IntendedFor")
    entries = stated if isinstance(stated, list) else [stated]
    texts = [each.strip() for each in entries if isinstance(each, str)]
    return tuple(dict.fromkeys(text for text in texts if text and text.lower() != "n/a"))


def _landmarks_mm(path: Path, content: Mapping[str, Any], system: System) -> Landmarks:
    """Landmarks in the coordinate system of the positions; empty if they are in another one, or incomplete.

    Raises
    ------
    DataError : a landmark is no place
    """
    for key in _LANDMARKS:
        stated = content.get(f"{key}Coordinates")
        own = str(content.get(f"{key}CoordinateSystem") or system.name)
        unit = length_unit_of(str(content.get(f"{key}CoordinateUnits") or system.unit))
        if not isinstance(stated, dict) or own.casefold() != system.name.casefold() or unit is None:
            continue
        factor = MM_PER_UNIT[unit]
        found = {
            _OF_LANDMARKS[name.upper()]: (factor * place[0], factor * place[1], factor * place[2])
            for name, place in stated.items()
            if name.upper() in _OF_LANDMARKS and _is_place(path, name, place)
        }
        if len(found) == 3:
            return found
    return {}


def _is_place(path: Path, name: str, place: Any) -> bool:
    """Whether an entry is three numbers.

    Raises
    ------
    DataError : a number is not finite
    """
    if not (isinstance(place, list) and len(place) == 3 and all(isinstance(each, (int, float)) for each in place)):
        return False
    # Python's whole numbers have no largest one.
    if not all(abs(each) < _MOST for each in place):
        raise DataError(f"{path}: the landmark {name[:20]} is no place; give three finite numbers")
    return True
