"""Levels of a sound over time and frequency, for pictures of a given size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from corticast.core.model.types import AudioSource, Float32Array, Float64Array, IntpArray
from corticast.dsp.stft import Stft, StreamingStft
from corticast.errors import DataError

# Levels below are silence: no file of 24 bits holds quieter sound.
FLOOR_DB = -200.0
_N_FFT = 2048
_BLOCK_SIZE = 1 << 16


@dataclass(frozen=True, eq=False)
class Spectrogram:
    """Levels of a stretch of sound.

    Parameters
    ----------
    levels_db : (n_rows, n_columns) float32, dB relative to a sine of full scale, the lowest frequencies first; the mean
        power over the channels, and over the STFT columns and frequencies that a cell covers
    max_hz : upper edge of the highest row in Hz; the lower edge of the lowest one is 0
    start_s, stop_s : ends of the stretch in seconds
    """

    levels_db: Float32Array
    max_hz: float
    start_s: float
    stop_s: float


def spectrogram(
    sound: AudioSource,
    shape: tuple[int, int],
    *,
    max_hz: float | None = None,
    start_s: float = 0.0,
    duration_s: float | None = None,
) -> Spectrogram:
    """Levels of a stretch of sound, by a Hann window of 2048 samples.

    The amplitude of a sine is 2 |X| / sum(window) (Heinzel et al., "Spectrum and spectral density estimation by the
    DFT", 2002), so a sine of full scale whose frequency is one of the STFT has 0 dB. The window may reach beyond the
    ends of the stretch, into sound that the stretch leaves out.

    Parameters
    ----------
    shape : rows and columns; a stretch of fewer samples has fewer columns
    max_hz : None and values above the Nyquist frequency stand for the Nyquist frequency

    Raises
    ------
    DataError : the stretch begins after the sound's end
    """
    first, n_samples = _stretch(sound, start_s, duration_s)
    n_columns = min(shape[1], n_samples)
    hop = int(np.clip(n_samples // n_columns, 1, _N_FFT // 4))
    stft = Stft(sound.sample_rate, _N_FFT, hop, array="numpy")
    nyquist_hz = sound.sample_rate / 2
    top_hz = min(max_hz or nyquist_hz, nyquist_hz)
    cells = _cells(stft.freqs_hz, shape[0], top_hz)
    power, count = np.zeros((shape[0], n_columns)), np.zeros(n_columns)
    for at, columns in _columns(sound, stft, first, n_samples):
        places = np.minimum((at * hop * n_columns) // n_samples, n_columns - 1)
        np.add.at(power.T, places, _rows(columns, cells).T)
        np.add.at(count, places, 1)
    levels = 10 * np.log10(np.maximum(power / count, 10 ** (FLOOR_DB / 10)))
    ends_s = first / sound.sample_rate, (first + n_samples) / sound.sample_rate
    return Spectrogram(levels.astype(np.float32), float(top_hz), *ends_s)


def _stretch(sound: AudioSource, start_s: float, duration_s: float | None) -> tuple[int, int]:
    """First sample of a stretch, and its number of samples."""
    first = round(start_s * sound.sample_rate)
    stop = sound.n_samples
    if duration_s is not None:
        stop = min(stop, first + max(round(duration_s * sound.sample_rate), 1))
    if first >= stop:
        end_s = sound.n_samples / sound.sample_rate
        raise DataError(f"{sound.name}: ends at {end_s:g} s, before --start {start_s:g}; give an earlier --start")
    return first, stop - first


def _columns(sound: AudioSource, stft: Stft, first: int, n_samples: int) -> Iterator[tuple[IntpArray, Float64Array]]:
    """Numbers of STFT columns of a stretch, and their mean power over the channels, (n_freqs, n) float64."""
    hop, half = stft.hop_length, stft.n_fft // 2
    n_before = min(first // hop, -(-half // hop))
    n_wanted = stft.n_columns(n_samples)
    stream: StreamingStft | None = None
    at = -n_before
    for block in sound.blocks(_BLOCK_SIZE, first - n_before * hop, first + n_samples + half):
        stream = stream or StreamingStft(stft, len(block))
        columns = stream.push(block)
        yield from _within(at, columns, n_wanted, stft)
        at += columns.shape[2]
    if stream is not None:
        yield from _within(at, stream.flush(), n_wanted, stft)


def _within(at: int, columns: Float32Array, n_wanted: int, stft: Stft) -> Iterator[tuple[IntpArray, Float64Array]]:
    """The columns of a stretch among some that begin with number `at`."""
    kept = slice(max(-at, 0), max(min(n_wanted - at, columns.shape[2]), 0))
    if kept.start < kept.stop:
        amplitude = np.abs(columns[:, :, kept]).astype(np.float64) * (2 / stft.window_samples.sum(dtype=np.float64))
        # The lowest and the highest frequency have no mirror image.
        amplitude[:, [0, -1]] /= 2
        yield np.arange(at + kept.start, at + kept.stop), (amplitude**2).mean(axis=0)


def _cells(freqs_hz: Float64Array, n_rows: int, max_hz: float) -> list[slice]:
    """Frequencies of each row: those within its edges, else the nearest one."""
    step = freqs_hz[1]
    edges = np.linspace(0, max_hz, n_rows + 1) / step
    cells = []
    for low, high in pairwise(edges):
        begin, end = int(np.ceil(low)), int(np.ceil(high))
        nearest = min(round((low + high) / 2), len(freqs_hz) - 1)
        cells.append(slice(begin, end) if end > begin else slice(nearest, nearest + 1))
    return cells


def _rows(power: Float64Array, cells: list[slice]) -> Float64Array:
    """(n_rows, n) mean power of the frequencies of each row."""
    sums = np.concatenate([np.zeros((1, power.shape[1])), np.cumsum(power, axis=0)])
    begin = np.array([cell.start for cell in cells])
    end = np.array([cell.stop for cell in cells])
    return np.asarray((sums[end] - sums[begin]) / (end - begin)[:, None])
