"""Counts the flashes of frames as a viewer's eye gets them: nothing of the limiter is used here.

Success criterion 2.3.1 of WCAG 2.2: a pair of opposing changes of relative luminance by 0.1 or more, the darker state
below 0.80, is a flash; no more than three a second may take up more than a quarter of some 10 degrees of the visual
field, which are a third of the width and height of a picture that fills the screen. Each pixel's changes are counted by
itself, and those of one second together need not coincide: that is stricter than the criterion.
"""

from __future__ import annotations

import numpy as np


def luminance(frames: np.ndarray) -> np.ndarray:
    """Relative luminance, float32, of (..., 3) uint8 sRGB."""
    code = np.arange(256) / 255
    linear = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4).astype(np.float32)
    return linear[frames] @ np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)


def opposing_changes(values: np.ndarray) -> np.ndarray:
    """(n_frames, ...) bool, where the luminance of a pixel has come 0.1 away from its last peak or valley."""
    changes = np.zeros(values.shape, dtype=bool)
    valley, peak = values[0].copy(), values[0].copy()
    # 1 after a rise, -1 after a fall, 0 before either.
    heading = np.zeros(values[0].shape, dtype=np.int8)
    for index, now in enumerate(values):
        np.minimum(valley, now, out=valley)
        np.maximum(peak, now, out=peak)
        rise = (heading != 1) & (now - valley >= 0.1) & (valley < 0.8)
        fall = (heading != -1) & (peak - now >= 0.1) & (now < 0.8)
        heading[rise], heading[fall] = 1, -1
        changes[index] = turned = rise | fall
        valley[turned] = peak[turned] = now[turned]
    return changes


def largest_share(mask: np.ndarray) -> float:
    """Share of a (height, width) mask in the window of a third of the sides that holds most of it."""
    height, width = mask.shape[0] // 3, mask.shape[1] // 3
    sums = np.zeros((mask.shape[0] + 1, mask.shape[1] + 1))
    sums[1:, 1:] = mask.cumsum(axis=0).cumsum(axis=1)
    inside = sums[height:, width:] - sums[:-height, width:] - sums[height:, :-width] + sums[:-height, :-width]
    return float(inside.max()) / (height * width)


def flashes_per_second(frames: np.ndarray, fps: float) -> int:
    """The most flashes within one second that more than a quarter of some window goes through.

    Parameters
    ----------
    frames : (n_frames, height, width, 3) uint8, sRGB
    fps : frames per second
    """
    changes = opposing_changes(luminance(frames))
    n_second = round(fps)
    count = np.zeros(changes.shape[1:], dtype=np.int32)
    most = 0
    for index, change in enumerate(changes):
        count += change
        if index >= n_second:
            count -= changes[index - n_second]
        while largest_share(count // 2 > most) > 0.25:
            most += 1
    return most
