"""The picture of a spectrogram."""

from __future__ import annotations

import math

import numpy as np

from corticast.app.plots.canvas import Canvas, round_ticks
from corticast.core.color import colormaps
from corticast.core.model.types import AudioSource, Float32Array, IntpArray, UInt8Array
from corticast.core.text.metrics import shortened, text_width_px
from corticast.dsp.spectrogram import FLOOR_DB, Spectrogram, spectrogram
from corticast.errors import OptionError

# Room in sizes of the text: above the field, below it, and at the frame's edge. Width of the bar and gap before it.
_ABOVE, _BELOW, _EDGE, _BAR, _GAP = 2.4, 3.4, 0.8, 0.9, 1.2
_LEAST_FIELD_PX = 16
# Titles of the bar and of the axis at the left.
_LEVEL = "dB re full-scale sine"
_FREQUENCY = "Frequency (Hz)"


def spectrogram_picture(
    sound: AudioSource,
    size: tuple[int, int],
    *,
    max_hz: float | None = None,
    start_s: float = 0.0,
    duration_s: float | None = None,
    range_db: float = 80.0,
    cmap: str = "viridis",
    background: str = "white",
    title: str = "",
) -> UInt8Array:
    """Draw the spectrogram of a stretch of sound, with its axes and the bar of its levels.

    The brightest colour stands for the loudest cell, rounded up to 1 dB; levels below the range have the darkest one.

    Parameters
    ----------
    size : width, height in pixels
    max_hz : upper end of the axis, at most the Nyquist frequency; None takes the Nyquist frequency
    range_db : from the darkest to the brightest colour
    cmap : colour map
    background : name of a colour, #rrggbb, or "none"

    Returns
    -------
    (height, width, 3 or 4) uint8, sRGB

    Raises
    ------
    OptionError : a colour is unknown, or the picture is too small for its texts
    DataError : the stretch begins after the sound's end
    """
    canvas = Canvas(size, background)
    colours = colormaps.table(cmap)
    text = canvas.text_px
    left, right = (text_width_px(widest, text) + 2.2 * text for widest in ("20000", "−100"))
    bar_px = round(_BAR * text)
    x, y = round(left), round(_ABOVE * text)
    width = size[0] - x - round(right + _GAP * text) - bar_px
    height = size[1] - y - round(_BELOW * text)
    if min(width, height) < _LEAST_FIELD_PX:
        raise OptionError(f"--size {size[0]}x{size[1]}: too small for a spectrogram; give 320x200 or more", "size")
    if max_hz is not None and max_hz > sound.sample_rate / 2:
        most = f"above half of the sample rate of {sound.name}; give up to {sound.sample_rate / 2:g}"
        raise OptionError(f"--max-hz {max_hz:g}: {most}", "max_hz")
    found = spectrogram(sound, (height, width), max_hz=max_hz, start_s=start_s, duration_s=duration_s)
    high_db = float(math.ceil(found.levels_db.max())) if found.levels_db.max() > FLOOR_DB else 0.0
    low_db = high_db - range_db
    field, bar = (x, y, width, height), (size[0] - round(right) - bar_px, y, bar_px, height)
    canvas.field(field, colours[_steps(found.levels_db[::-1], low_db, high_db)])
    canvas.field(bar, colours[::-1, None])
    _write_axes(canvas, field, found)
    canvas.ticks_right(bar, round_ticks(low_db, high_db, 6))
    canvas.text(size[0] - _EDGE * text, y - 0.7 * text, _LEVEL, "rb")
    begin, end = _EDGE * text + text_width_px(_FREQUENCY, text), size[0] - _EDGE * text - text_width_px(_LEVEL, text)
    if title:
        canvas.text((begin + end) / 2, y - 0.7 * text, shortened(title, max(end - begin - 2 * text, 1.0), text), "mb")
    return canvas.pixels


def _steps(levels_db: Float32Array, low_db: float, high_db: float) -> IntpArray:
    """Entries of a map of 256 colours."""
    share = np.clip((levels_db - low_db) / (high_db - low_db), 0.0, 1.0)
    return np.asarray(np.floor(share * (colormaps.N_COLOURS - 1) + 0.5), dtype=np.intp)


def _write_axes(canvas: Canvas, field: tuple[int, int, int, int], found: Spectrogram) -> None:
    x, y, width, height = field
    canvas.ticks_left(field, round_ticks(0, found.max_hz, max(2, round(height / (3 * canvas.text_px)))))
    canvas.ticks_below(field, round_ticks(found.start_s, found.stop_s, max(2, round(width / (6 * canvas.text_px)))))
    canvas.text(_EDGE * canvas.text_px, y - 0.7 * canvas.text_px, _FREQUENCY, "lb")
    canvas.text(x + width / 2, y + height + 3.1 * canvas.text_px, "Time (s)", "mb")
