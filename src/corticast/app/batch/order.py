"""The order of a film: what all tasks that make the film share, and the files that stand beside the film."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Self

from corticast.core.model.machine import Machine
from corticast.core.model.scene_file import SceneFile
from corticast.core.timing import parse_fps
from corticast.film.scene_inputs import open_scene
from corticast.io.scene import scene_values
from corticast.io.whole_file import write_text


@dataclass(frozen=True)
class FilmOrder:
    """A film that is wanted, and the way to make it.

    Parameters
    ----------
    scene : scene of the film
    film : path of the film
    machine : machine options; without threads, each machine divides its own
    encoder_threads : threads of the encoder, the same for all tasks, since frames depend on this number
    made_with : versions that all tasks of a run must have
    overwrite : whether the film may be replaced
    sheet, sheet_options : page of slices that is drawn too, and the options that `sheet` takes for it
    sidecar : contents of the JSON file beside the film, without the facts of rendering; None for no such file
    """

    scene: SceneFile
    film: Path
    machine: Machine
    encoder_threads: int
    made_with: str
    overwrite: bool = False
    sheet: Path | None = None
    sheet_options: Mapping[str, Any] = field(default_factory=dict)
    sidecar: Mapping[str, Any] | None = None

    def plain_values(self) -> dict[str, Any]:
        """The order as JSON holds it."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        sheet = None if self.sheet is None else str(self.sheet)
        plain = {"scene": self.scene.plain_values(), "machine": dict(vars(self.machine))}
        return {**values, **plain, "film": str(self.film), "sheet": sheet}

    @classmethod
    def from_plain(cls, values: Mapping[str, Any]) -> Self:
        """The order that `plain_values` gave."""
        sheet = None if values["sheet"] is None else Path(values["sheet"])
        inputs = {"scene": SceneFile(**values["scene"]), "machine": Machine(**values["machine"])}
        return cls(**{**values, **inputs, "film": Path(values["film"]), "sheet": sheet})

    def on_threads(self, threads: int) -> Self:
        """The order for a machine that grants this number of threads."""
        return replace(self, machine=replace(self.machine, threads=threads))

    def kept(self) -> dict[str, Any] | None:
        """Facts of the film from an earlier run; None if the run must make the film."""
        if self.sidecar is None or self.overwrite:
            return None
        return finished(self.film, str(self.sidecar["SceneDigest"]))

    def make_folder(self) -> None:
        """Make the folder of a film with a sidecar: another run may have tidied the empty folder away."""
        if self.sidecar is not None:
            self.film.parent.mkdir(parents=True, exist_ok=True)

    def complete(self, facts: Mapping[str, Any]) -> None:
        """Put the sidecar and the sheet beside a film that is written.

        The sidecar comes first: without one the film would be taken for another's.

        Parameters
        ----------
        facts : of the film, as JSON holds them

        Raises
        ------
        CorticastError : the sheet cannot be drawn
        """
        if self.sidecar is not None:
            self._write_sidecar(self.sidecar, facts)
        if self.sheet is not None:
            self._draw_sheet(self.sheet)

    def add_missing_sheet(self) -> None:
        """Draw the sheet of a film that an earlier run has left without one."""
        if self.sheet is not None and not self.sheet.is_file():
            self._draw_sheet(self.sheet)

    def _draw_sheet(self, sheet: Path) -> None:
        from corticast.app.sheet.sheet import write_sheet

        write_sheet(open_scene(self.scene, self.machine), sheet, self.machine, overwrite=True, **self.sheet_options)

    def _write_sidecar(self, known: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
        duration_s = facts["n_frames"] / float(parse_fps(facts["fps"]))
        path = sidecar_path(self.film)
        # The data decide on an automatic map.
        found = {"electrode_cmap": facts["ColourMap"]} if "ColourMap" in facts else {}
        sidecar = {
            **known,
            "Methods": facts.get("Methods", ""),
            "Scene": {**found, **scene_values(self.scene, path.resolve().parent)},
            "Flashes": facts.get("flashes"),
            "Rendering": {**_of_rendering(facts), "duration_s": round(duration_s, 6), "made_with": self.made_with},
        }
        write_text(path, json.dumps(sidecar, indent=2, ensure_ascii=False) + "\n")


def _of_rendering(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts without the flashes and the methods, which have keys of their own."""
    return {name: value for name, value in facts.items() if name not in ("flashes", "Methods")}


def sidecar_path(film: Path) -> Path:
    """The JSON file beside a film."""
    return film.with_suffix(".json")


def finished(film: Path, digest: str) -> dict[str, Any] | None:
    """Facts from the JSON file beside a film; None unless the film is there, and shows that scene."""
    try:
        sidecar = json.loads(sidecar_path(film).read_text(encoding="utf-8"))
        facts = sidecar["Rendering"] if sidecar["SceneDigest"] == digest and film.is_file() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return facts if isinstance(facts, dict) else None
