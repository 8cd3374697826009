"""A live show: the picture that follows the sound, and the settings that a viewer may change."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from corticast.app.live.feed import Feed, Moment
from corticast.app.live.flash_limit import FlashLimit, FloorSearch
from corticast.app.live.settings import LAYOUTS, LiveSettings
from corticast.app.live.view import LivePicture, with_look
from corticast.core.geometry.affines import snap_to_voxel_centre, world_box_mm, zooms_mm
from corticast.core.geometry.panels import CutPanel, SlicePanel
from corticast.core.model.types import Float32Array, Float64Array, FrameState, UInt8Array, of_contacts
from corticast.core.timing import clock_text
from corticast.errors import OptionError
from corticast.film.film import Film
from corticast.gl.context import OffscreenContext
from corticast.gl.target import Target
from corticast.video.live_writer import LiveWriter

Size = tuple[int, int]
Planes = tuple[float, float, float]

# Settings that need a new compositor. Planes and grey window are part of each frame instead.
_LOOKS = ("layout", "cmap", "electrode_cmap")

# Rates and latencies in the status line cover the last second.
_STATUS_S = 1.0
# Delays are counted in steps of half a millisecond, so that a long show needs no more memory than a short one.
_STEP_MS, _LONGEST_MS = 0.5, 10_000.0
# The status line reports an encoder that is further behind: a crash loses the frames that it has not written.
_BEHIND_S = 1
# Number of late frames of the film that are still drawn; further ones are left out.
_MOST_CAUGHT_UP = 4
# Pixels of a drag that move the grey window by its own width, and that change its width e-fold.
_LEVEL_PX, _WIDTH_PX = 400.0, 250.0
_NARROWEST_SHARE = 1e-3
# Frames for which planes and window must rest before the floor of the flash limit is sought anew, and the turn of the
# camera after which it is.
_RESTED_FRAMES, _TURNED_DEG = 10, 20.0
# From this gain on the status line and the picture say that the limit is at work.
_TOLD_GAIN = 0.995


@dataclass(frozen=True)
class ShowStatus:
    """The state of a show.

    Parameters
    ----------
    text : one line for the status bar
    message : a fault, "" without one
    device : source or destination of the sound
    level_db : of the sound, in dB of full scale
    fps : frames drawn in the last second
    latency_ms : median time from a sample's arrival to its picture in the last second; None if unknown
    n_lost : number of lost samples
    paused, capturing : whether the show is paused, and whether its film is written
    """

    text: str
    message: str
    device: str
    level_db: float
    fps: float
    latency_ms: float | None
    n_lost: int
    paused: bool
    capturing: bool


class Delays:
    """Counts delays in bounded memory."""

    def __init__(self) -> None:
        self._counts = np.zeros(int(_LONGEST_MS / _STEP_MS) + 1, dtype=np.int64)

    def add(self, delay_ms: float) -> None:
        """Count a delay."""
        self._counts[min(max(int(delay_ms / _STEP_MS), 0), len(self._counts) - 1)] += 1

    def percentile(self, percent: float) -> float | None:
        """A percentile of the delays in ms, to half a millisecond; None without delays."""
        total = int(self._counts.sum())
        if not total:
            return None
        rank = max(int(np.ceil(total * percent / 100)), 1)
        return float((np.searchsorted(np.cumsum(self._counts), rank) + 1) * _STEP_MS)


class Show:
    """Draws the moment that is heard now, as the viewer wants it. Used from the thread that owns the OpenGL context.

    Parameters
    ----------
    film : the scene, its electrodes, planes and grey window
    feed : the sound and its activity, entered
    settings : of the viewer; those left open are the scene's
    writer : of the film of the show, entered; its frames have a size of their own, and so has the picture then
    fps : of the film of the show
    seconds : that it lasts from its first picture; None lets it go on
    limit : of flashes; None draws activity unchanged

    Attributes
    ----------
    settings : current settings of the viewer
    delays : delays from a sample's arrival to its frame
    n_drawn : number of drawn frames
    renderer : OpenGL renderer of the frames
    """

    def __init__(
        self,
        film: Film,
        feed: Feed,
        settings: LiveSettings | None = None,
        *,
        writer: LiveWriter | None = None,
        fps: Fraction = Fraction(30),
        seconds: float | None = None,
        limit: FlashLimit | None = None,
    ) -> None:
        self.film = film
        self._limit = limit if film.placed is not None else None
        self._search: FloorSearch | None = None
        self._searched_of: Hashable = None
        self._searched_deg = 0.0
        self._n_rested = _RESTED_FRAMES
        self.feed = feed
        self._writer = writer
        self._fps = fps
        self._picture: LivePicture | None = None
        self._size: Size = (0, 0)
        self._moment: Moment | None = None
        self._paused = False
        self._seconds = seconds
        self._ends_s = math.inf
        # Frames of the film begun, those handed over, and the planes that are shown until the next begins.
        self._n_begun = self._n_delivered = 0
        self._held: UInt8Array | None = None
        self._undelivered: Moment | None = None
        self._drawn_s: deque[float] = deque()
        self._recent_ms: deque[tuple[float, float]] = deque()
        self.delays = Delays()
        self.n_drawn = 0
        self.renderer = ""
        self.settings = settings or LiveSettings()
        feed.gain_db = self.settings.gain_db
        self._planes_mm: Planes = self.settings.plane_mm or film.resting_mm

    # The picture

    def attach(self, context: OffscreenContext, size: Size) -> None:
        """Draw in a context, which is current and stays so.

        Raises
        ------
        DeviceError : the renderer cannot hold the volume
        OptionError : it cannot hold the picture
        """
        self._size = self._frame_size(size)
        self.renderer = context.facts.renderer
        self._picture = LivePicture(context, self._looked, self._size)
        if self._seconds is not None and self._ends_s == math.inf:
            self._ends_s = time.monotonic() + self._seconds

    def _frame_size(self, window_size: Size) -> Size:
        """Size of the picture: the film's, or the window's without one."""
        return window_size if self._writer is None else self._writer.wanted_size

    def resize(self, size: Size) -> None:
        """Draw at another size in pixels."""
        size = self._frame_size((max(size[0], 1), max(size[1], 1)))
        if size != self._size:
            self._size = size
            self._redo()

    def detach(self) -> None:
        """Let go of the context, which is current; the film gets the frames that were still on their way."""
        if self._picture is not None:
            for planes, index in self._picture.captured():
                self._hold(planes, index)
            self._deliver(self._n_begun)
            self._picture.close()
        self._picture = None

    def draw(self) -> Target:
        """Draw the newest moment. The target holds the picture until the next one is drawn.

        A frame that begins a frame of the film shows exactly the moment of that frame, as in a render.

        Raises
        ------
        Exception : the error that has ended the analysis
        """
        assert self._picture is not None, "attach first"
        self.finished(time.monotonic())
        newest = self.feed.moment()
        begins = self._begins(newest.position)
        if not self._paused or self._moment is None:
            if begins is not None:
                newest = self.feed.at(float(begins * self.feed.sample_rate / self._fps))
            self._moment = self._undelivered = newest
        moment = self._moment
        activity = of_contacts(moment.rows, self.feed.row_of_contact) if len(moment.rows) else None
        if activity is None and self.film.placed is not None:
            activity = np.zeros(len(self.film.placed.pos), dtype=np.float32)
        time_s = Fraction(max(int(moment.position), 0), self.feed.sample_rate)
        turn_deg = self.film.turn_deg(time_s)
        state = FrameState(self._planes_mm, activity, clock_text(time_s), turn_deg, self._window)
        target = self._picture.draw(state) if self._limit is None else self._limited(self._limit, state, float(time_s))
        self.n_drawn += 1
        if begins is not None:
            self._n_begun = begins + 1
            for planes, index in self._picture.capture(begins):
                self._hold(planes, index)
        now_s = time.monotonic()
        self._drawn_s.append(now_s)
        while self._drawn_s[0] < now_s - _STATUS_S:
            self._drawn_s.popleft()
        return target

    def _limited(self, limit: FlashLimit, state: FrameState, time_s: float) -> Target:
        """Draw a frame with the present gain of the flash limit, which counts the frames shown."""
        assert self._picture is not None
        assert state.activity is not None
        self._seek_floor(limit, state)
        gain = limit.at(time_s, float(np.abs(state.activity).max(initial=0)))
        activity = state.activity * np.float32(gain)
        target = self._picture.draw(replace(state, activity=activity, clock=_clock_with(state.clock, gain)))
        if limit.is_due(time_s):
            pixels = self._picture.sample()
            if pixels is not None:
                limit.see(pixels, time_s)
        return target

    def _seek_floor(self, limit: FlashLimit, state: FrameState) -> None:
        """Try another activity on the present scene, if it is new, and has come to rest."""
        assert self._picture is not None
        assert state.activity is not None
        self._note_scene(limit, (self._picture.look, state.planes_mm, state.window), state.turn_deg)
        self._n_rested += 1
        if self._search is None or self._search.wanted is None or self._n_rested < _RESTED_FRAMES:
            return
        activity = np.full_like(state.activity, self._search.wanted)
        # The camera's own turn is no flash of activity.
        tried = replace(state, activity=activity, turn_deg=self._searched_deg)
        floor = self._search.take(self._picture.sample_of(tried))
        if floor is not None:
            limit.take_floor(floor)
            self._search = None

    def _note_scene(self, limit: FlashLimit, scene: Hashable, turn_deg: float) -> None:
        """Begin a search if the scene is new, or if the camera has turned since the search before."""
        is_new = scene != self._searched_of
        if is_new:
            self._n_rested = 0 if self._searched_of is not None else _RESTED_FRAMES
        has_turned = self._search is None and abs(turn_deg - self._searched_deg) >= _TURNED_DEG
        if is_new or has_turned:
            self._searched_of, self._searched_deg = scene, turn_deg
            self._search = FloorSearch(limit.front_row, signed=self.film.signed)

    def _begins(self, position: float) -> int | None:
        """The film's frame that begins with this one, None while the last one still lasts."""
        n_due = self._n_due(position)
        if n_due < 1:
            return None
        # A draw that comes a little late is caught up with; one that comes later has its frames repeated.
        return self._n_begun if n_due <= _MOST_CAUGHT_UP else self._n_begun + n_due - 1

    def _n_due(self, position: float) -> int:
        """Frames of the film that the sound has reached, and that have not begun."""
        if self._writer is None:
            return 0
        return math.floor(position * self._fps / self.feed.sample_rate) + 1 - self._n_begun

    @property
    def is_behind(self) -> bool:
        """Whether frames of the film are due, and the next one should be drawn at once."""
        return self._n_due(self.feed.moment().position) > 0

    def _hold(self, planes: UInt8Array, index: int) -> None:
        """Take the planes of the frame that begins at an index; the one before was shown until then."""
        self._deliver(index)
        self._held = planes

    def _deliver(self, end: int) -> None:
        """Hand the frame that is held to the film, for as long as it was shown; the first one from the beginning."""
        if self._writer is not None and self._held is not None and end > self._n_delivered:
            self._writer.show(self._held, end - self._n_delivered)
            self._n_delivered = end

    def finished(self, now_s: float) -> None:
        """Note that the frame drawn last can be seen; without this, the next `draw` takes it for granted.

        Parameters
        ----------
        now_s : monotonic time
        """
        moment, self._undelivered = self._undelivered, None
        if moment is None or moment.due_s is None:
            return
        delay_ms = 1e3 * (now_s - moment.due_s)
        self.delays.add(delay_ms)
        self._recent_ms.append((now_s, delay_ms))
        while self._recent_ms[0][0] < now_s - _STATUS_S:
            self._recent_ms.popleft()

    def upkeep(self) -> None:
        """Continue while the picture is invisible: the film repeats the last frame.

        Raises
        ------
        Exception : the error that has ended the analysis
        """
        n_due = self._n_due(self.feed.moment().position)
        if n_due > _MOST_CAUGHT_UP:
            self._n_begun += n_due
            self._deliver(self._n_begun)

    # Its state

    @property
    def status(self) -> ShowStatus:
        """The state of the show."""
        feed = self.feed.status
        now_s = time.monotonic()
        fps = sum(drawn_s > now_s - _STATUS_S for drawn_s in self._drawn_s) / _STATUS_S
        recent = [delay_ms for drawn_s, delay_ms in self._recent_ms if drawn_s > now_s - _STATUS_S]
        latency_ms = float(np.median(recent)) if recent else None
        failure = self._writer.failure if self._writer is not None else None
        parts = [f"{fps:.0f} fps", "– ms" if latency_ms is None else f"{latency_ms:.0f} ms", f"{feed.n_lost} lost"]
        if feed.n_late:
            parts.append(f"{feed.n_late} block{'s' * (feed.n_late != 1)} late")
        if self._limit is not None and self._limit.gain < _TOLD_GAIN:
            parts.append(f"flash limit ×{self._limit.gain:.2f}")
        if self._paused:
            parts.insert(0, "paused")
        capturing = self._writer is not None and failure is None
        if capturing and self._writer is not None:
            behind_s = self._writer.n_waiting / self._fps
            parts.append(f"recording, {float(behind_s):.0f} s behind" if behind_s > _BEHIND_S else "recording")
        return ShowStatus(
            text="  ·  ".join(parts),
            message=feed.message or (str(failure) if failure is not None else ""),
            device=feed.device,
            level_db=feed.level_db,
            fps=fps,
            latency_ms=latency_ms,
            n_lost=feed.n_lost,
            paused=self._paused,
            capturing=capturing,
        )

    @property
    def spectrum(self) -> Float32Array:
        """(n_bands,) float32 0..1."""
        return self.feed.spectrum

    @property
    def band_edges_hz(self) -> Float64Array | None:
        """(n_bands + 1,) in Hz; None where bands have no frequencies."""
        return self.feed.band_edges_hz

    @property
    def is_over(self) -> bool:
        """Whether a file that plays has been heard, or the show's time is up."""
        return self.feed.is_over or time.monotonic() >= self._ends_s

    @property
    def can_change_gain(self) -> bool:
        """Whether the sound has a gain: a file that plays is scaled by the whole of it."""
        return self.feed.has_gain

    # Calls of a viewer

    def change(self, **settings: Any) -> None:
        """Set something: fields of `LiveSettings`.

        Raises
        ------
        OptionError : a value cannot be used
        """
        before = self.settings
        self.settings = replace(before, **settings)
        if self.settings.gain_db != before.gain_db:
            self.feed.gain_db = self.settings.gain_db
        self._planes_mm = self.settings.plane_mm or self.film.resting_mm
        if any(getattr(self.settings, name) != getattr(before, name) for name in _LOOKS):
            try:
                self._redo()
            except OptionError:
                self.settings = before
                raise

    @property
    def _looked(self) -> Film:
        """The film with the viewer's settings laid over it."""
        chosen = {name: getattr(self.settings, name) for name in _LOOKS}
        look = {name: value for name, value in chosen.items() if value is not None}
        return with_look(self.film, self._window, **look)

    @property
    def _window(self) -> tuple[float, float]:
        """Scaled values drawn black and white."""
        return self.settings.window or self.film.window

    def _redo(self) -> None:
        if self._picture is not None:
            self._picture.change(self._looked, self._size)

    def choose_layout(self, number: int) -> None:
        """Choose panels by their number in the list of keys, from 1; 0 takes the scene's."""
        if 0 <= number <= len(LAYOUTS) and self.film.scene.image is None:
            self.change(layout=(None, *LAYOUTS)[number])

    def toggle_pause(self) -> None:
        """Hold the picture, and a file's sound, or let them go on."""
        self._paused = not self._paused
        self.feed.pause(self._paused)

    def _panel_at(self, x: float, y: float) -> CutPanel | None:
        """Panel under a pixel of the frame, if it shows a plane."""
        if self._picture is None or self.film.scene.volume is None:
            return None
        for panel in self._picture.layout.cuts:
            left, top, width, height = panel.rect
            if left <= x < left + width and top <= y < top + height:
                return panel
        return None

    def click(self, x: float, y: float) -> None:
        """Move the film's planes to a point, except the one that the panel shows.

        Parameters
        ----------
        x, y : pixels of the frame, from its top left corner
        """
        panel = self._panel_at(x, y)
        if panel is None:
            return
        plane_mm = panel.plane_at(self._planes_mm)
        # Pixels are counted at their centres.
        point = panel.plane_to_world(plane_mm) @ (x - 0.5, y - 0.5, 1.0)
        shown = panel.fixed_axis if isinstance(panel, SlicePanel) else None
        self._move_to([self._planes_mm[axis] if axis == shown else point[axis] for axis in range(3)])

    def wheel(self, x: float, y: float, steps: int) -> None:
        """Step through the slices of the panel under a pixel; a panel's own plane stays.

        Parameters
        ----------
        steps : slices, towards right, anterior or superior where positive
        """
        panel = self._panel_at(x, y)
        volume = self.film.scene.volume
        if not isinstance(panel, SlicePanel) or volume is None or panel.plane_mm is not None:
            return
        planes = list(self._planes_mm)
        planes[panel.fixed_axis] += steps * _step_mm(volume.affine, panel.fixed_axis)
        self._move_to(planes)

    def _move_to(self, planes_mm: Any) -> None:
        volume = self.film.scene.volume
        assert volume is not None
        low, high = world_box_mm(volume.affine, volume.shape)
        inside = np.clip(planes_mm, low, high)
        x, y, z = (
            snap_to_voxel_centre(volume.affine, volume.shape, axis, float(value)) for axis, value in enumerate(inside)
        )
        self.change(plane_mm=(float(x), float(y), float(z)))

    def drag(self, dx: float, dy: float) -> None:
        """Shift the grey window by dragging up or down, and widen it by dragging to the right.

        Parameters
        ----------
        dx, dy : pixels of the frame since the last call, to the right and down
        """
        if self.film.scene.volume is None or self.film.scene.volume.is_rgb:
            return
        low, high = self._window
        whole = self.film.window[1] - self.film.window[0]
        width = max((high - low) * float(np.exp(dx / _WIDTH_PX)), whole * _NARROWEST_SHARE)
        middle = (low + high) / 2 + whole * dy / _LEVEL_PX
        self.change(window=(middle - width / 2, middle + width / 2))

    def reset(self) -> None:
        """Planes and grey window as they were at the start."""
        self.change(plane_mm=None, window=None)


def _clock_with(clock: str, gain: float) -> str:
    """The clock, and beside it the gain below 1: colours and sizes then stand for more than the bar says."""
    return clock if gain >= _TOLD_GAIN else f"flash limit ×{gain:.2f}   {clock}"


def _step_mm(affine: Float64Array, world_axis: int) -> float:
    """Distance of slices along a world axis: that of the voxel axis which runs most along it."""
    directions = affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)
    return float(zooms_mm(affine)[int(np.argmax(np.abs(directions[world_axis])))])
