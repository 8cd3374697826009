"""A frame that a caller wants: of what, when, how large and where it is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Self

from corticast.core.geometry.print_size import PrintSize
from corticast.core.geometry.text_sizes import font_size_in_print
from corticast.core.model.machine import Machine
from corticast.core.model.scene import Scene, changed
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
    def of(cls, scene: Scene, time: Number | None, timing: FilmTiming, machine: Machine) -> Self:
        """The frame at a time that a caller wrote; decimals become exact here.

        Raises
        ------
        OptionError : the time cannot be used
        """
        return cls(scene, None if time is None else timing.time(time), timing, machine)

    def in_print(self, printed: PrintSize) -> tuple[FrameOrder, tuple[str, ...]]:
        """The frame with a size in print, and notes on texts that became larger for it."""
        font_size, notes = font_size_in_print(self.scene.font_size, printed)
        scene, timing = changed(self.scene, font_size=font_size), replace(self.timing, size=printed.size)
        return replace(self, scene=scene, timing=timing, printed=printed), tuple(notes)
