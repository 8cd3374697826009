"""A show that draws a pattern and notes its calls, in a real window: `python -m tests.live.window_double qt`.

All events go to stdout, one line of JSON each.
"""

import json
import sys
import time
from dataclasses import dataclass, replace

import numpy as np

from corticast.app.live.settings import LiveSettings


@dataclass(frozen=True)
class Status:
    text: str = "60 fps  ·  48 ms  ·  0 lost"
    message: str = ""
    device: str = "Monitor of Null Output (pulse)"
    level_db: float = -18.0
    paused: bool = False
    capturing: bool = False


def pattern(size):
    """(height, width, 4) uint8: no two corners alike, every pixel unlike its neighbours, opaque."""
    y, x = np.mgrid[: size[1], : size[0]]
    red = x * 200 // size[0] + 55 * (x % 2)
    green = y * 200 // size[1] + 55 * (y % 2)
    return np.stack([red, green, (x // 16 + y // 16) % 2 * 90, np.full_like(x, 255)], axis=-1).astype(np.uint8)


class Show:
    """Draws `pattern`, uploaded as the texture of a target."""

    can_change_gain = True

    def __init__(self, *, fixed=None, message="", breaks="", ends_after=None, **settings):
        self.settings = LiveSettings(**settings)
        self._status = Status(message=message, capturing=bool(fixed))
        self._fixed, self._breaks, self._ends_after = fixed, breaks, ends_after
        self._target = None
        self._level_db = -40.0
        self.n_drawn = self.n_finished = self.n_upkeep = 0
        self.band_edges_hz = np.geomspace(400, 6000, 11)

    def tell(self, what, *values):
        sys.stdout.write(json.dumps([what, *values]) + "\n")
        sys.stdout.flush()

    def attach(self, context, size):
        if self._breaks == "attach":
            from corticast.errors import DeviceError

            raise DeviceError("the volume is too large for this renderer; choose a smaller one")
        self._context = context
        self._set_size(size)
        self.tell("attach", *size, context.facts.backend, context.facts.platform)

    def _set_size(self, size):
        from corticast.gl.target import Target

        self._size = size
        self._target = Target(self._context, self._fixed or size)
        self._target.texture.set_data(pattern(self._target.size))

    def resize(self, size):
        self._set_size(size)
        self.tell("resize", *size)

    def detach(self):
        from corticast.gl import calls

        self._target = None
        self.tell("detach", self.n_drawn, self.n_finished, self.n_upkeep, calls.glGetError())

    def draw(self):
        self.n_drawn += 1
        if self._breaks == "draw" and self.n_drawn % 2:
            raise RuntimeError("frames are out of luck")
        if self.n_drawn == 10:
            self.tell("drawn")
        # Binds the target, as a frame does, and draws nothing over the pattern.
        with self._target.bound():
            pass
        return self._target

    def finished(self, now_s):
        self.n_finished += 1

    def upkeep(self):
        self.n_upkeep += 1
        self.tell("upkeep", self.n_upkeep, self.n_drawn)

    @property
    def status(self):
        self._level_db = -30 + 24 * np.sin(time.monotonic() * 2)
        return replace(self._status, level_db=self._level_db)

    @property
    def spectrum(self):
        phase = time.monotonic() * 1.5 + np.linspace(0, 5, 10)
        return (0.5 + 0.5 * np.sin(phase)).astype(np.float32) ** 2

    @property
    def is_over(self):
        return self._ends_after is not None and self.n_drawn >= self._ends_after

    def change(self, **settings):
        self.settings = replace(self.settings, **settings)
        self.tell("change", settings)

    def click(self, x, y):
        self.tell("click", round(x, 2), round(y, 2))

    def wheel(self, x, y, steps):
        self.tell("wheel", round(x, 2), round(y, 2), steps)

    def drag(self, dx, dy):
        self.tell("drag", round(dx, 2), round(dy, 2))

    def reset(self):
        self.tell("reset")

    def toggle_pause(self):
        self.tell("pause")

    def choose_layout(self, number):
        self.tell("layout", number)


def main(library, options):
    if library == "qt":
        from corticast.app.live.window.qt.opening import run
    else:
        from corticast.app.live.window.plain import run
    import logging

    logging.basicConfig(level=logging.ERROR)
    size = tuple(options.pop("size", (640, 480)))
    screen, full_screen = options.pop("screen", None), options.pop("full_screen", False)
    if "fixed" in options:
        options["fixed"] = tuple(options["fixed"])
    show = Show(**options)
    try:
        run(show, size=size, screen=screen, full_screen=full_screen, title="corticast test")
    except KeyboardInterrupt:
        show.tell("interrupted")
        return 130
    show.tell("closed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], json.loads(sys.argv[2]) if sys.argv[2:] else {}))
