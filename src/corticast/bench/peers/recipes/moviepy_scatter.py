"""Electrodes on a picture that follow a sound: a matplotlib scatter, drawn for each frame of a MoviePy film.

The analysis takes ten Morlet wavelets of seven cycles from 400 to 6000 Hz at 11 025 Hz, every 400th magnitude, a 5 Hz
low-pass, and scales from minimum and maximum to (0, 1.6), clipped at 1. An electrode's height in the picture chooses
its wavelet. Sizes are areas of (100 · max(a, 0.01))² points², colours run from red to green. NumPy and SciPy analyse
the sound, which saves this side the seconds that larger libraries take to import.
"""

from __future__ import annotations

import csv
from typing import Any

import numpy as np
import numpy.typing as npt

from corticast.bench.peers.recipes.common import POINTS_PER_INCH, axes_scale, canvas_rgb, read_options, report_scales

_RATE = 11025
_STEP = 400
_N_CYCLES = 7


def analysed(samples: npt.NDArray[Any], rate: int) -> npt.NDArray[np.float64]:
    """(10, n_columns) activity of a mono sound, 11025 / 400 columns per second."""
    from scipy.signal import fftconvolve, filtfilt, firwin, resample_poly

    divisor = int(np.gcd(_RATE, rate))
    sound = resample_poly(samples.astype(np.float64), _RATE // divisor, rate // divisor)
    rows = []
    for centre_hz in np.geomspace(400, 6000, 10):
        # Sound has no frequencies above Nyquist.
        if centre_hz >= _RATE / 2:
            continue
        sigma_s = _N_CYCLES / (2 * np.pi * centre_hz)
        time_s = np.arange(0, 5 * sigma_s, 1 / _RATE)
        time_s = np.concatenate([-time_s[:0:-1], time_s])
        wavelet = np.exp(2j * np.pi * centre_hz * time_s - time_s**2 / (2 * sigma_s**2))
        rows.append(np.abs(fftconvolve(sound, wavelet, mode="same"))[::_STEP])
    taps = np.asarray(firwin(45, 6, window="hamming", fs=_RATE / _STEP), np.float64)
    padlen = min(3 * len(taps), len(rows[0]) - 1)
    smooth = filtfilt(taps, np.ones(1), np.array(rows, np.float64), axis=1, padlen=padlen)
    low, high = smooth.min(axis=1, keepdims=True), smooth.max(axis=1, keepdims=True)
    return np.minimum((smooth - low) / np.maximum(high - low, 1e-12) * 1.6, 1)


def main() -> None:
    """Write the film with its sound."""
    options = read_options()
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt
    from moviepy import AudioFileClip, VideoClip
    from scipy.io import wavfile

    rate, samples = wavfile.read(options.audio)
    activity = analysed(samples if samples.ndim == 1 else samples[:, 0], rate)
    with open(options.electrodes, newline="") as file:
        pos = np.array([(float(row["x_2d"]), float(row["y_2d"])) for row in csv.DictReader(file)])
    rows = np.digitize(pos[:, 1], np.linspace(pos[:, 1].min(), pos[:, 1].max(), len(activity))) - 1

    width, height = options.size
    figure = plt.figure(figsize=(width / POINTS_PER_INCH, height / POINTS_PER_INCH), dpi=POINTS_PER_INCH)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.axis("off")
    axes.imshow(plt.imread(options.image))
    points = axes.scatter(pos[:, 0], pos[:, 1], s=1, c=np.zeros(len(pos)), cmap="RdYlGn", vmin=0, vmax=1)

    def make_frame(time_s: float) -> npt.NDArray[np.uint8]:
        column = min(round(time_s * _RATE / _STEP), activity.shape[1] - 1)
        values = activity[rows, column]
        points.set_sizes((100 * np.maximum(values, 0.01)) ** 2)
        points.set_array(values)
        return canvas_rgb(figure)

    fps = float(options.fps)
    # One microsecond more than the frames' time: MoviePy counts in floats, and would drop a frame.
    duration_s = options.frames / fps + 1e-6
    clip = VideoClip(make_frame, duration=duration_s)
    if options.lossless:
        clip.write_videofile(str(options.output), fps=fps, codec="ffv1", audio=False, logger=None)
        report_scales([axes_scale(axes)])
        return
    sound = AudioFileClip(str(options.audio))
    clip = clip.with_audio(sound.subclipped(0, min(duration_s, sound.duration)))
    clip.write_videofile(str(options.output), fps=fps, logger=None)


if __name__ == "__main__":
    main()
