"""Keys and mouse of a live window, as calls to the show; the same for every kind of window.

A window tells of events as they come. What they ask of the show is done before the next frame, where the context
is current: a mouse that moves a thousand times a second moves the show once a frame.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from corticast.app.live.settings import LAYOUTS, LiveSettings
from corticast.gl.context import OffscreenContext
from corticast.gl.target import Target, letterbox

Size = tuple[int, int]
Button = Literal["left", "middle", "right"]

# A click waits this long for a second one. Nobody notices it, and a double click would be seen as two jumps else.
DOUBLE_CLICK_S = 0.3
# Pixels of the window by which a hand shakes.
_STILL_PX = 5.0
_GAIN_STEP_DB = 3.0
GAIN_RANGE_DB = (-20, 60)

KEYS = (
    ("F", "full screen; Esc leaves it"),
    ("Space", "pause"),
    (f"1 … {len(LAYOUTS)}", ", ".join(LAYOUTS)),
    ("P", "panel"),
    ("S", "spectrogram"),
    ("+  −", "gain"),
    ("A", "automatic gain"),
    ("R", "reset planes and grey window"),
    ("H  ?", "this list"),
    ("Q", "quit"),
)
MOUSE = (
    ("Click", "moves the other panels' planes to a point"),
    ("Wheel", "steps through slices"),
    ("Right drag", "window (sideways) and level"),
    ("Double click", "reset"),
)


class StatusLike(Protocol):
    """How a show is doing."""

    @property
    def text(self) -> str:
        """One line."""

    @property
    def message(self) -> str:
        """What is wrong, empty when nothing is."""

    @property
    def device(self) -> str:
        """Where the sound comes from or goes to."""

    @property
    def level_db(self) -> float:
        """Peak of the last moment, in dB of full scale."""

    @property
    def paused(self) -> bool:
        """Whether the picture is held."""

    @property
    def recording(self) -> bool:
        """Whether it is being recorded."""


class ShowLike(Protocol):
    """What a window needs of a show; all of it from the window's thread, and with the context current.

    Attributes
    ----------
    settings : of the viewer
    """

    settings: LiveSettings

    def attach(self, context: OffscreenContext, size: Size) -> None:
        """Draw in a context, for a window of this size in pixels."""

    def resize(self, size: Size) -> None:
        """Draw for another size."""

    def detach(self) -> None:
        """Let go of the context."""

    def draw(self) -> Target:
        """Draw the newest moment."""

    def finished(self, now_s: float) -> None:
        """Note that the frame drawn last can be seen, at a monotonic time."""

    def upkeep(self) -> None:
        """Go on while nothing can be seen, as when the window is minimised; called ten times a second."""

    @property
    def status(self) -> StatusLike:
        """How the show is doing."""

    @property
    def spectrum(self) -> npt.NDArray[np.float32]:
        """(n_bands,) float32 0..1."""

    @property
    def band_edges_hz(self) -> npt.NDArray[np.float64] | None:
        """(n_bands + 1,) float64; None where bands have no frequencies."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come, and the window may close."""

    @property
    def can_change_gain(self) -> bool:
        """Whether the sound has a gain."""

    def click(self, x: float, y: float) -> None:
        """Move the other panels' planes to a pixel of the frame."""

    def wheel(self, x: float, y: float, steps: int) -> None:
        """Step through the slices of the panel under a pixel of the frame."""

    def drag(self, dx: float, dy: float) -> None:
        """Change the grey window by pixels of the frame."""

    def reset(self) -> None:
        """Planes and grey window as at the start."""

    def toggle_pause(self) -> None:
        """Hold the picture, or let it go on."""

    def choose_layout(self, number: int) -> None:
        """Choose panels by number, from 1."""

    def change(self, **settings: Any) -> None:
        """Set fields of `settings`."""


class WindowLike(Protocol):
    """What keys ask of a window itself."""

    def toggle_full_screen(self) -> None:
        """Fill the screen, or do so no more."""

    def escape(self) -> None:
        """Leave the full screen; take away the list of keys."""

    def toggle_help(self) -> None:
        """List the keys, or take the list away."""

    def quit(self) -> None:
        """Close the window."""


@dataclass
class _Press:
    """A left button that went down: where, in pixels of the frame, and when."""

    x: float
    y: float
    at_s: float


class Actions:
    """Collects what keys and mouse ask for, and asks the show for it once a frame.

    Parameters
    ----------
    show : what is shown
    window : what shows it
    """

    def __init__(self, show: ShowLike, window: WindowLike) -> None:
        self._show = show
        self._sizes: tuple[Size, Size] = (1, 1), (1, 1)
        self._asked: list[Callable[[], None]] = []
        self._held: dict[Button, tuple[float, float]] = {}
        self._click: _Press | None = None
        self._moves_cross = False
        self._drag = (0.0, 0.0)
        self._wheel = 0.0
        self._wheel_at = (0.0, 0.0)
        self._keys: dict[str, Callable[[], None]] = {
            "f": window.toggle_full_screen,
            "escape": window.escape,
            "h": window.toggle_help,
            "?": window.toggle_help,
            "q": window.quit,
            " ": partial(self.ask, show.toggle_pause),
            "p": partial(self.ask, self._toggle_panel),
            "s": partial(self.ask, self._toggle_spectrogram),
            "+": partial(self.ask, partial(self._add_gain, _GAIN_STEP_DB)),
            "=": partial(self.ask, partial(self._add_gain, _GAIN_STEP_DB)),
            "-": partial(self.ask, partial(self._add_gain, -_GAIN_STEP_DB)),
            "a": partial(self.ask, self._toggle_automatic_gain),
            "r": partial(self.ask, show.reset),
            **{str(n): partial(self.ask, partial(show.choose_layout, n)) for n in range(1, len(LAYOUTS) + 1)},
        }

    def ask(self, call: Callable[[], None]) -> None:
        """Have something done before the next frame."""
        self._asked.append(call)

    def shown(self, frame_size: Size, window_size: Size) -> None:
        """Note how large the frame and the window are, in pixels, between which the mouse's places are converted."""
        self._sizes = frame_size, window_size

    def apply(self, now_s: float) -> None:
        """Do what was asked for, in the order in which it came.

        Parameters
        ----------
        now_s : monotonic time
        """
        if self._click is not None and now_s - self._click.at_s >= DOUBLE_CLICK_S:
            self._ask_click()
        if self._drag != (0.0, 0.0):
            self.ask(partial(self._show.drag, *self._drag))
            self._drag = (0.0, 0.0)
        # Steps of a fine wheel add up; what is left of one waits for the next.
        steps = int(self._wheel)
        if steps:
            self._wheel -= steps
            self.ask(partial(self._show.wheel, *self._wheel_at, steps))
        asked, self._asked = self._asked, []
        for call in asked:
            call()

    # Keys

    def key(self, name: str, *, repeated: bool = False) -> None:
        """A key was pressed.

        Parameters
        ----------
        name : the character that it types, or "escape"
        repeated : whether it is being held; only the gain goes on then
        """
        call = self._keys.get(name.lower())
        if call is not None and not (repeated and name not in "+=-"):
            call()

    def _toggle_panel(self) -> None:
        self._show.change(panel=not self._show.settings.panel)

    def _toggle_spectrogram(self) -> None:
        self._show.change(spectrogram=not self._show.settings.spectrogram)

    def _add_gain(self, step_db: float) -> None:
        if self._show.can_change_gain:
            low, high = GAIN_RANGE_DB
            gain_db = (self._show.settings.gain_db or 0.0) + step_db
            self._show.change(gain_db=min(max(gain_db, float(low)), float(high)))

    def _toggle_automatic_gain(self) -> None:
        if self._show.can_change_gain:
            self._show.change(gain_db=0.0 if self._show.settings.gain_db is None else None)

    # Mouse; places are pixels of the window, from its top left corner

    def press(self, button: Button, x: float, y: float, now_s: float) -> None:
        """A button went down; the second press of a double click is one as well."""
        place = self._in_frame(x, y)
        self._held[button] = x, y
        if button != "left":
            return
        self._moves_cross = False
        first, self._click = self._click, None
        if first is not None:
            near = max(abs(place[0] - first.x), abs(place[1] - first.y)) <= _STILL_PX * self._scale
            if near and now_s - first.at_s < DOUBLE_CLICK_S:
                self.ask(self._show.reset)
                del self._held[button]
                return
            self.ask(partial(self._show.click, first.x, first.y))
        self._click = _Press(*place, now_s)

    def move(self, x: float, y: float) -> None:
        """The mouse moved; the crosshair follows the left button, the grey window the others."""
        if "left" in self._held:
            from_x, from_y = self._held["left"]
            if self._moves_cross or max(abs(x - from_x), abs(y - from_y)) > _STILL_PX:
                # What has moved is no half of a double click: it need not wait, and the newest place will do.
                self._moves_cross = True
                self._click = _Press(*self._in_frame(x, y), float("-inf"))
        for button in ("middle", "right"):
            if button in self._held:
                from_x, from_y = self._held[button]
                self._held[button] = x, y
                dx, dy = (x - from_x) * self._scale, (y - from_y) * self._scale
                self._drag = self._drag[0] + dx, self._drag[1] + dy

    def release(self, button: Button) -> None:
        """A button came up."""
        self._held.pop(button, None)
        self._moves_cross = False

    def wheel(self, x: float, y: float, steps: float) -> None:
        """The wheel turned by so many notches, away from the hand where positive; fractions add up."""
        if self._wheel * steps < 0:
            self._wheel = 0.0
        self._wheel += steps
        self._wheel_at = self._in_frame(x, y)

    def _ask_click(self) -> None:
        assert self._click is not None
        self.ask(partial(self._show.click, self._click.x, self._click.y))
        self._click = None

    @property
    def _scale(self) -> float:
        """Pixels of the frame in one of the window."""
        frame, window = self._sizes
        return frame[0] / max(letterbox(frame, window)[2], 1)

    def _in_frame(self, x: float, y: float) -> tuple[float, float]:
        """A place of the window in pixels of the frame."""
        left, top, _, _ = letterbox(*self._sizes)
        return (x - left) * self._scale, (y - top) * self._scale
