"""Keys and mouse of a live window, as calls to the show. All kinds of window share them.

Windows report events as they come. The show gets their calls before the next frame, when the context is current.
So a mouse that moves a thousand times per second moves the show once per frame.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, Protocol

from corticast.app.live.settings import LAYOUTS, LiveSettings
from corticast.core.model.types import Float32Array, Float64Array
from corticast.gl.context import OffscreenContext
from corticast.gl.target import Target, letterbox

Size = tuple[int, int]
Button = Literal["left", "middle", "right"]

# A click waits this long for a second one. Nobody notices the delay, and a double click would jump twice otherwise.
DOUBLE_CLICK_S = 0.3
# A hand may shake by so many pixels of the window.
_STILL_PX = 5.0
_GAIN_STEP_DB = 3.0
GAIN_RANGE_DB = (-20, 60)

KEYS = (
    ("F", "full screen; Esc leaves it"),
    ("Space", "pause"),
    (f"1 … {len(LAYOUTS)}", ", ".join(LAYOUTS)),
    ("0", "panels of the scene"),
    ("P", "controls"),
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
    """The state of a show."""

    @property
    def text(self) -> str:
        """One line."""

    @property
    def message(self) -> str:
        """The current problem; empty without one."""

    @property
    def device(self) -> str:
        """Source of the sound, or the device that plays it."""

    @property
    def level_db(self) -> float:
        """Peak of the latest moment in dB of full scale."""

    @property
    def paused(self) -> bool:
        """Whether the picture stands still."""

    @property
    def capturing(self) -> bool:
        """Whether the film of the show is being written."""


class ShowLike(Protocol):
    """The interface of a show for its window. Calls come from the window's thread, with the context current.

    Attributes
    ----------
    settings : settings of the viewer
    """

    settings: LiveSettings

    def attach(self, context: OffscreenContext, size: Size) -> None:
        """Draw in a context, for a window of this size in pixels."""

    def resize(self, size: Size) -> None:
        """Draw in another size."""

    def detach(self) -> None:
        """Release the context."""

    def draw(self) -> Target:
        """Draw the newest moment."""

    def finished(self, now_s: float) -> None:
        """Note that the latest frame became visible at a monotonic time."""

    def upkeep(self) -> None:
        """Continue while the window is invisible, for example minimised; called ten times per second."""

    @property
    def status(self) -> StatusLike:
        """The state of the show."""

    @property
    def spectrum(self) -> Float32Array:
        """(n_bands,) float32, the latest levels 0..1."""

    @property
    def band_edges_hz(self) -> Float64Array | None:
        """(n_bands + 1,) float64; None if the bands have no frequencies."""

    @property
    def is_over(self) -> bool:
        """Whether the show has ended, so that the window may close."""

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
        """Restore planes and grey window of the start."""

    def toggle_pause(self) -> None:
        """Hold the picture, or continue."""

    def choose_layout(self, number: int) -> None:
        """Choose panels by number, from 1; 0 takes the scene's."""

    def change(self, **settings: Any) -> None:
        """Set fields of `settings`."""


class WindowLike(Protocol):
    """Calls that keys make to the window itself."""

    def toggle_full_screen(self) -> None:
        """Fill the screen, or stop filling it."""

    def escape(self) -> None:
        """Leave the full screen and hide the list of keys."""

    def toggle_help(self) -> None:
        """Show or hide the list of keys."""

    def quit(self) -> None:
        """Close the window."""


@dataclass
class _Press:
    """A press of the left button: its place in pixels of the frame, and its time."""

    x: float
    y: float
    at_s: float


class Actions:
    """Collects the calls of keys and mouse, and makes them once per frame.

    Parameters
    ----------
    show : the show
    window : the window of the show
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
            "p": partial(self.ask, self._toggle_controls),
            "s": partial(self.ask, self._toggle_spectrogram),
            "+": partial(self.ask, partial(self._add_gain, _GAIN_STEP_DB)),
            "=": partial(self.ask, partial(self._add_gain, _GAIN_STEP_DB)),
            "-": partial(self.ask, partial(self._add_gain, -_GAIN_STEP_DB)),
            "a": partial(self.ask, self._toggle_automatic_gain),
            "r": partial(self.ask, show.reset),
            **{str(n): partial(self.ask, partial(show.choose_layout, n)) for n in range(len(LAYOUTS) + 1)},
        }

    def ask(self, call: Callable[[], None]) -> None:
        """Make a call before the next frame."""
        self._asked.append(call)

    def shown(self, frame_size: Size, window_size: Size) -> None:
        """Note the sizes of frame and window in pixels, to convert places of the mouse."""
        self._sizes = frame_size, window_size

    def apply(self, now_s: float) -> None:
        """Make the collected calls in their order.

        Parameters
        ----------
        now_s : monotonic time
        """
        if self._click is not None and now_s - self._click.at_s >= DOUBLE_CLICK_S:
            self._ask_click()
        if self._drag != (0.0, 0.0):
            self.ask(partial(self._show.drag, *self._drag))
            self._drag = (0.0, 0.0)
        # The steps of a fine wheel add up. A remaining fraction waits for the next step.
        steps = int(self._wheel)
        if steps:
            self._wheel -= steps
            self.ask(partial(self._show.wheel, *self._wheel_at, steps))
        asked, self._asked = self._asked, []
        for call in asked:
            call()

    # Keys

    def key(self, name: str, *, repeated: bool = False) -> None:
        """Handle a pressed key.

        Parameters
        ----------
        name : the character of the key, or "escape"
        repeated : whether the key is being held; then only the gain reacts
        """
        call = self._keys.get(name.lower())
        if call is not None and not (repeated and name not in "+=-"):
            call()

    def _toggle_controls(self) -> None:
        self._show.change(controls=not self._show.settings.controls)

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

    # Mouse. Places are pixels of the window, counted from its top left corner.

    def press(self, button: Button, x: float, y: float, now_s: float) -> None:
        """Handle a pressed button. The second press of a double click counts as a press, too."""
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
        """Handle a move. The crosshair follows the left button, the grey window follows the others."""
        if "left" in self._held:
            from_x, from_y = self._held["left"]
            if self._moves_cross or max(abs(x - from_x), abs(y - from_y)) > _STILL_PX:
                # A moving press cannot become a double click, so it need not wait, and only its newest place counts.
                self._moves_cross = True
                self._click = _Press(*self._in_frame(x, y), float("-inf"))
        for button in ("middle", "right"):
            if button in self._held:
                from_x, from_y = self._held[button]
                self._held[button] = x, y
                dx, dy = (x - from_x) * self._scale, (y - from_y) * self._scale
                self._drag = self._drag[0] + dx, self._drag[1] + dy

    def release(self, button: Button) -> None:
        """Handle a released button."""
        self._held.pop(button, None)
        self._moves_cross = False

    def wheel(self, x: float, y: float, steps: float) -> None:
        """Handle a turn of the wheel in notches, positive away from the hand. Fractions add up."""
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
        """Pixels of the frame per pixel of the window."""
        frame, window = self._sizes
        return frame[0] / max(letterbox(frame, window)[2], 1)

    def _in_frame(self, x: float, y: float) -> tuple[float, float]:
        """Convert a place of the window to pixels of the frame."""
        left, top, _, _ = letterbox(*self._sizes)
        return (x - left) * self._scale, (y - top) * self._scale
