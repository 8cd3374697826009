"""A frame that a caller wants: of what, when, how large and where it is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Self

from corticast.core.geometry.print_size import PrintSize
from corticast.core.geometry.text_sizes import font_size_in_print
from corticast.core.model.machine import Machine
from corticast.core.model.scene import Scene, changed, check_scene
from corticast.core.timing import Number
from corticast.film.timing import FilmTiming


@dataclass(frozen=True, eq=False)
class FrameOrder:
    """A frame that a caller wants.

    Parameters
    ----------
    scene : volume, picture, contacts, drive and look
    time_s : seconds from the film's start; None draws a still
    timing : of the film that the frame belongs to, with the size in pixels
    machine : where the frame is drawn
    printed : size in print, whose pixels are those of `timing`; None for a picture without one
    """

    scene: Scene
    time_s: Fraction | None = None
    timing: FilmTiming = field(default_factory=FilmTiming)
    machine: Machine = field(default_factory=Machine)
    printed: PrintSize | None = None

    @classmethod
    def of(
        cls, scene: Scene, time: Number | None, *, gpu: int | None, backend: str, threads: int | None, **film: Any
    ) -> Self:
        """The frame that a caller wrote; decimals become exact here.

        Parameters
        ----------
        film : size, fps, start, duration, frames and speed, as `FilmTiming.of` takes them

        Raises
        ------
        OptionError : a value cannot be used
        """
        check_scene(scene)
        timing = FilmTiming.of(**film)
        time_s = None if time is None else timing.time(time)
        return cls(scene, time_s, timing, Machine(gpu, backend, threads=threads))

    def in_print(self, printed: PrintSize) -> tuple[FrameOrder, tuple[str, ...]]:
        """The frame with a size in print, and notes on texts that became larger for it."""
        font_size, notes = font_size_in_print(self.scene.font_size, printed)
        scene, timing = changed(self.scene, font_size=font_size), replace(self.timing, size=printed.size)
        return replace(self, scene=scene, timing=timing, printed=printed), tuple(notes)
