"""A film is a scene in time: the content of each frame, without drawing."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from corticast.core.geometry.contact_sizes import ContactSizes, contact_sizes
from corticast.core.geometry.contact_strengths import in_slab
from corticast.core.geometry.layout import Layout
from corticast.core.geometry.panels import CutPanel, Motion, SlicePanel
from corticast.core.geometry.resting import Planes, as_single_picture
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.geometry.sprites import SpriteLook
from corticast.core.model.column_look import ColumnLook
from corticast.core.model.groups import group_levels
from corticast.core.model.scene import Scene
from corticast.core.model.types import Activity, AudioSource, Float32Array, Float64Array, FrameState, PlacedElectrodes
from corticast.core.text.numbers import number
from corticast.core.timing import clock_text, exact, frame_time
from corticast.dsp.full_scale import beyond_within, shown_and_good
from corticast.errors import OptionError
from corticast.film.blank import warn_of_blank
from corticast.film.font_words import font_lines
from corticast.film.gap_words import outside_lines
from corticast.film.in_view import InView, in_view_of
from corticast.film.plane_words import planes_outside
from corticast.film.sizes import Size
from corticast.film.statistic_words import signs_unnamed
from corticast.film.sweep import plane_of_frame
from corticast.film.timing import FilmTiming
from corticast.film.words import (
    air_kept,
    background_left_out,
    contacts_left_out,
    glass_by_contacts,
    skin_shown,
    texts_on_contacts,
    values_far_beyond,
    words_left_out,
)


@dataclass(frozen=True, eq=False)
class Film:
    """The content of each frame of a scene's film. `open_film` makes it.

    Parameters
    ----------
    scene : content and look of the film
    timing : wanted size, rate, beginning, length and pace
    n_frames : number of frames
    placed : electrodes with their places; None without electrodes
    window : scaled values drawn black and white
    resting_mm : world planes of a still
    moving_mm : planes of a sweep along x, y and z; None if the planes rest
    activity : activity of the electrodes; None without a drive
    sprites : the drive's look of the sprites
    gain : factor on the activity for the whole film, above 0 and up to 1; the flash limit sets it
    sonified : sound made from the activity, beginning with frame 0; None without such sound
    look : colours and sizes of contacts at rest, by columns; None where no column is shown
    rests : whether the film is a single picture, so that views do not turn; see `at_rest`
    """

    scene: Scene
    timing: FilmTiming
    n_frames: int
    placed: PlacedElectrodes | None
    window: tuple[float, float]
    resting_mm: Planes
    moving_mm: tuple[Float64Array, Float64Array, Float64Array] | None = None
    activity: Activity | None = None
    sprites: SpriteLook = field(default_factory=SpriteLook)
    gain: float = 1.0
    sonified: AudioSource | None = None
    look: ColumnLook | None = None
    rests: bool = False

    @property
    def fps(self) -> Fraction:
        """Frames per second."""
        return self.timing.fps

    @property
    def duration_s(self) -> Fraction:
        """Duration in seconds."""
        return self.n_frames / self.fps

    @property
    def motion(self) -> Motion:
        """What changes from frame to frame."""
        return Motion("sweep" if self.moving_mm is not None else "rest", self.turns)

    @property
    def has_activity(self) -> bool:
        """Whether activity moves contacts."""
        return self.activity is not None and self.placed is not None

    @property
    def signed(self) -> bool:
        """Whether activity runs from -1 to 1."""
        return self.activity is not None and self.activity.signed

    @cached_property
    def values_beyond(self) -> tuple[int, int]:
        """Values beyond full scale of good contacts within the film's time, and all their values of that time."""
        if self.activity is None or self.placed is None:
            return 0, 0
        span_s = self.activity_time_s(Fraction(0)), self.activity_time_s(self.duration_s)
        return beyond_within(self.activity, shown_and_good(self.placed), span_s)

    def activity_time_s(self, film_time_s: Fraction) -> Fraction:
        """Time of the sound and the activity at a time of the film, in seconds."""
        return self.timing.start + film_time_s * self.timing.speed

    def frame(self, index: int) -> FrameState:
        """State of frame `index`."""
        return self._state(self._planes_of(index), frame_time(index, self.fps))

    def at(self, time_s: Fraction) -> FrameState:
        """State at a time of the film: the planes of the frame on screen then, the activity of the moment.

        Raises
        ------
        OptionError : the film is over by then
        """
        if not 0 <= time_s < self.duration_s:
            raise OptionError(
                f"--time {float(time_s):g}: the film lasts from 0 to {float(self.duration_s):g} s; "
                "give a time within it, or a --duration",
                "time",
            )
        return self._state(self._planes_of(int(time_s * self.fps)), time_s)

    @property
    def turns(self) -> bool:
        """Whether views from outside turn."""
        return self.scene.spin != 0 and self.scene.is_seen_from_outside and not self.rests

    def turn_deg(self, film_time_s: Fraction | float) -> float:
        """How far views from outside have turned by a time of the film."""
        if not self.turns:
            return 0.0
        # Short of a full turn, so that the rays of long films are aimed as exactly as those of short ones.
        return float(self.spin_deg_per_s * exact(film_time_s) % 360)

    @property
    def spin_deg_per_s(self) -> Fraction:
        """Turn of views about the vertical: as asked for, or by whole turns within the film."""
        spin = exact(self.scene.spin)
        if not self.scene.seamless:
            return spin
        n_turns = max(round(abs(spin) * self.duration_s / 360), 1)
        return (1 if spin > 0 else -1) * n_turns * 360 / self.duration_s

    def at_rest(self) -> Film:
        """The film as a single picture, laid out for itself: its planes rest, and its views do not turn."""
        film = replace(self, moving_mm=None, rests=True)
        if film._laid_out is self._laid_out:
            film._layouts.update(self._layouts)
        return film

    @cached_property
    def _laid_out(self) -> Scene:
        """The scene whose panels have room for all that frames show."""
        return as_single_picture(self.scene) if self.rests else self.scene

    def still(self) -> FrameState:
        """State of a picture that belongs to no film: planes at rest, activity of the first moment, no clock."""
        return replace(self._state(self.resting_mm, Fraction(0)), clock="")

    def _planes_of(self, index: int) -> Planes:
        if self.moving_mm is None:
            return self.resting_mm
        x, y, z = (plane_of_frame(values, index, self.n_frames) for values in self.moving_mm)
        return x, y, z

    def _state(self, planes: Planes, film_time_s: Fraction) -> FrameState:
        time_s = self.activity_time_s(film_time_s)
        return FrameState(
            planes, self._activity_at(time_s), self._clock(time_s), self.turn_deg(film_time_s), self.window
        )

    def _activity_at(self, time_s: Fraction) -> Float32Array | None:
        if self.placed is None:
            return None
        if self.activity is None:
            colours = None if self.look is None else self.look.colours
            return group_levels(self.placed) if colours is None else colours.levels
        # A gain of 1 changes no value.
        return self.activity.at(time_s) * np.float32(self.gain)

    def _clock(self, time_s: Fraction) -> str:
        clock = clock_text(time_s)
        speed = self.timing.speed
        return clock if speed == 1 else f"×{number(float(speed))}   {clock}"

    def contact_sizes(self, *, moves: bool | None = None) -> ContactSizes | None:
        """Diameters of the contacts; None without contacts.

        Parameters
        ----------
        moves : whether activity moves the contacts; None takes the film's own activity

        Raises
        ------
        OptionError : sizes in mm where contacts stand in pixels of a picture, or a table without sizes
        """
        if self.placed is None:
            return None
        moves = self.has_activity if moves is None else moves
        if moves not in self._sizes:
            look = None if moves else self.look
            spans = moves or (look is not None and look.sizes is not None)
            sizes = contact_sizes(self.scene, self.placed, self.sprites.diameters, moves=spans)
            self._sizes[moves] = sizes if look is None else sizes.by(look)
        return self._sizes[moves]

    def layout(self, size: Size | None = None, *, planes_move: bool = False) -> Layout:
        """Panels and label places of the film's frames, worked out once.

        Parameters
        ----------
        size : width, height of the frames in pixels; None takes the film's
        planes_move : whether somebody may drag the planes
        """
        wanted = size or self.timing.size, planes_move
        if wanted not in self._layouts:
            self._layouts[wanted] = layout_of(self._laid_out, self.placed, wanted[0], planes_move=planes_move)
        layout = self._layouts[wanted]
        if self.moving_mm is None or planes_move or not layout.depths.resting:
            return layout
        if wanted not in self._sweeping:
            self._sweeping[wanted] = replace(layout, depths=layout.depths.in_sweeps)
        return self._sweeping[wanted]

    def with_gain(self, gain: float) -> Film:
        """The film with another gain on its activity, which moves nothing: its layouts are those found before."""
        film = replace(self, gain=gain)
        film._layouts.update(self._layouts)
        return film

    @cached_property
    def _layouts(self) -> dict[tuple[Size, bool], Layout]:
        """Layouts found before, by the size of the frames, and whether planes may be dragged."""
        return {}

    @cached_property
    def _sweeping(self) -> dict[tuple[Size, bool], Layout]:
        """Those layouts with the depths of a film that sweeps."""
        return {}

    @cached_property
    def _sizes(self) -> dict[bool, ContactSizes]:
        """Diameters found before, with activity and without."""
        return {}

    @cached_property
    def in_view(self) -> InView:
        """Contacts that frames show at full strength, and those that they draw faint."""
        return in_view_of(self)

    def n_contacts(self, layout: Layout | None = None) -> tuple[int, int]:
        """Contacts that are drawn, and those within the depth of a plane that some frame shows.

        Parameters
        ----------
        layout : of the film's frames; None takes the scene's
        """
        if self.placed is None:
            return 0, 0
        drawn = int(self.placed.drawn.sum())
        layout = layout or self.layout()
        if not layout.cuts:
            return drawn, drawn
        near = np.zeros(len(self.placed.pos), dtype=bool)
        for panel in layout.cuts:
            for plane_mm in self.planes_on(panel):
                near |= in_slab(panel.distance_mm(self.placed.pos, plane_mm), layout.depths.on(panel, plane_mm))
        return drawn, int((near & self.placed.drawn).sum())

    def planes_on(self, panel: CutPanel) -> list[float]:
        """Coordinates in mm of all planes that a panel shows."""
        if self.moving_mm is None or not isinstance(panel, SlicePanel) or panel.plane_mm is not None:
            return [panel.plane_at(self.resting_mm)]
        return [float(plane_mm) for plane_mm in self.moving_mm[panel.fixed_axis]]

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warnings about the inputs, each text once."""
        scene = self.scene
        sizes = self.contact_sizes()
        sources = (scene.volume, scene.image, scene.electrodes, self.placed, sizes, scene.sound, self.activity)
        found = [text for source in sources for text in getattr(source, "warnings", ())]
        found += [
            *warn_of_blank(scene.volume),
            *font_lines(self),
            *values_far_beyond(self),
            *words_left_out(self),
        ]
        found += [*contacts_left_out(self), *air_kept(self), *background_left_out(self), *glass_by_contacts(self)]
        found += [*signs_unnamed(self), *skin_shown(self), *texts_on_contacts(self), *planes_outside(self)]
        found += outside_lines(self)
        if self.look is not None and scene.values is not None and scene.electrodes is not None:
            found += [*scene.values.warnings, *scene.values.notes_on(scene.electrodes)]
        return tuple(dict.fromkeys([*found, *self._changed_turn()]))

    def _changed_turn(self) -> list[str]:
        """A line about a turn that is faster or slower than asked for."""
        spin, asked = float(self.spin_deg_per_s), self.scene.spin
        if not self.turns or math.isclose(spin, asked, rel_tol=1e-3):
            return []
        return [f"--seamless: the views turn by {number(spin)} degrees per second instead of {number(asked)}"]
