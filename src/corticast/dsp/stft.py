"""Short-time Fourier transform of whole signals and of streams.

Column p is centred on sample p · hop_length, for p = 0 … ceil(n / hop_length) - 1. The signal is 0 outside its samples.
The phase counts from the first sample of the segment. scipy.signal.ShortTimeFFT with phase_shift=None gives the same
columns for p0=0 and this p1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from corticast.core.arguments import came, check_choice, check_kind, check_real, check_whole, named_arguments, wrong
from corticast.core.model.machine import ArrayChoice
from corticast.core.model.types import Float32Array, Float64Array
from corticast.dsp.backend import ArrayBackend, array_backend
from corticast.errors import DataError

# Windowed samples transformed at a time: so many fit a CPU's cache or fill a GPU.
_BATCH_SAMPLES = {"numpy": 1 << 18, "cupy": 1 << 24}

# Amplitudes of the cosines that make up a window, as in scipy.signal.windows. Importing that module takes longer than
# the analysis of a minute of sound.
_COSINES = {"hann": (0.5, 0.5), "blackmanharris": (0.35875, 0.48829, 0.14128, 0.01168)}


_WANTED = "give real numbers of shape (n_channels, n_samples)"


@named_arguments
@dataclass(frozen=True)
class Stft:
    """Short-time Fourier transform.

    Parameters
    ----------
    sample_rate : samples per second
    n_fft : number of samples in a segment
    hop_length : number of samples from column to column
    window : name or parameters for scipy.signal.get_window, which returns the periodic form
    array : array library: "auto", "cupy" or "numpy"

    Raises
    ------
    OptionError : a parameter is out of range, or the window is unknown
    """

    sample_rate: float
    n_fft: int = 2048
    hop_length: int = 512
    window: Any = "hann"
    array: ArrayChoice = "auto"

    def __post_init__(self) -> None:
        check_real("sample_rate", self.sample_rate, "samples per second, above 0", above=0)
        check_whole("n_fft", self.n_fft, "the number of samples of a segment, 1 or more", low=1)
        check_whole("hop_length", self.hop_length, "the number of samples from column to column, 1 or more", low=1)
        check_choice("--array", self.array, get_args(ArrayChoice))
        try:
            _ = self.window_samples
        except (ValueError, TypeError, AttributeError, LookupError):
            want = f'a window that scipy.signal.get_window knows, such as "hann", or {self.n_fft} numbers'
            raise wrong("window", self.window, want) from None

    @property
    def freqs_hz(self) -> Float64Array:
        """(n_freqs,) frequencies in Hz."""
        return np.arange(self.n_fft // 2 + 1, dtype=np.float64) * float(self.sample_rate / self.n_fft)

    @property
    def column_rate_hz(self) -> float:
        """Columns per second."""
        return self.sample_rate / self.hop_length

    def column_times_s(self, n_columns: int) -> Float64Array:
        """(n_columns,) seconds from the signal's first sample to the middle of each column."""
        return np.arange(n_columns) * self.hop_length / self.sample_rate

    def n_columns(self, n_samples: int) -> int:
        """Number of columns of a signal of `n_samples`."""
        return -(-n_samples // self.hop_length)

    @cached_property
    def backend(self) -> ArrayBackend:
        """The array library."""
        return array_backend(self.array)

    @cached_property
    def window_samples(self) -> Float32Array:
        """(n_fft,) float32, the window."""
        if self.window in _COSINES and self.n_fft > 1:
            phase = np.linspace(-np.pi, np.pi, self.n_fft, endpoint=False)
            cosines = [amplitude * np.cos(k * phase) for k, amplitude in enumerate(_COSINES[self.window])]
            return np.sum(cosines, axis=0).astype(np.float32)
        from scipy.signal import get_window

        return np.asarray(get_window(self.window, self.n_fft, fftbins=True), dtype=np.float32)

    def __call__(self, samples: npt.ArrayLike) -> Any:
        """Transform whole signals.

        Parameters
        ----------
        samples : (n_channels, n_samples) or (n_samples,) real

        Returns
        -------
        (n_channels, n_freqs, n_columns) complex64, on the backend

        Raises
        ------
        DataError : `samples` have more than two dimensions or are not real
        """
        xp = self.backend.xp
        signal = self._signal(samples)
        n_channels, n_samples = signal.shape
        n_columns = self.n_columns(n_samples)
        if not n_columns:
            return xp.zeros((n_channels, self.n_fft // 2 + 1, 0), dtype=np.complex64)
        before = self.n_fft // 2
        length = (n_columns - 1) * self.hop_length + self.n_fft
        padded = xp.zeros((n_channels, max(length, before + n_samples)), dtype=np.float32)
        padded[:, before : before + n_samples] = signal
        return self._columns(padded, n_columns)

    def _signal(self, samples: npt.ArrayLike) -> Any:
        """(n_channels, n_samples) float32, on the backend."""
        try:
            signal = self.backend.to_device(samples)
        except (ValueError, TypeError):
            raise DataError(f"samples {came(samples)}: {_WANTED}") from None
        if signal.ndim not in (1, 2) or signal.dtype.kind not in "fiub":
            raise DataError(f"samples {came(samples if signal.dtype.kind == 'O' else signal)}: {_WANTED}")
        if signal.ndim == 2 and not len(signal):
            raise DataError(f"samples of no channel: {_WANTED}")
        return self.backend.xp.atleast_2d(signal.astype(np.float32, copy=False))

    def _columns(self, padded: Any, n_columns: int) -> Any:
        """Columns of a padded signal. Its first sample is the first sample of column 0."""
        xp = self.backend.xp
        n_channels, (channel, sample) = len(padded), padded.strides
        segments = xp.lib.stride_tricks.as_strided(
            padded, (n_channels, n_columns, self.n_fft), (channel, self.hop_length * sample, sample)
        )
        window = xp.asarray(self.window_samples)
        batch = max(1, _BATCH_SAMPLES[self.backend.name] // (self.n_fft * n_channels))
        if n_columns <= batch:
            return self.backend.rfft(segments * window, axis=-1).swapaxes(1, 2)
        spectra = xp.empty((n_channels, n_columns, self.n_fft // 2 + 1), dtype=np.complex64)
        for first in range(0, n_columns, batch):
            part = slice(first, min(first + batch, n_columns))
            spectra[:, part] = self.backend.rfft(segments[:, part] * window, axis=-1)
        return spectra.swapaxes(1, 2)


@named_arguments
class StreamingStft:
    """The columns of `Stft`, from blocks of any size.

    Parameters
    ----------
    stft : the transform
    n_channels : number of rows of every block
    """

    def __init__(self, stft: Stft, n_channels: int = 1) -> None:
        check_kind("stft", stft, Stft, "an Stft")
        check_whole("n_channels", n_channels, "the number of channels, 1 or more", low=1)
        self._stft = stft
        self._n_channels = n_channels
        self._begin()

    def _begin(self) -> None:
        # Samples for the next columns, beginning with the zeros before the signal.
        shape = self._n_channels, self._stft.n_fft // 2
        self._pending = self._stft.backend.xp.zeros(shape, dtype=np.float32)
        self._n_samples = 0
        self._n_given = 0
        # Hops may be longer than segments: the samples between two columns are skipped, even those still to come.
        self._n_to_skip = 0

    def push(self, block: npt.ArrayLike) -> Any:
        """Take in samples.

        Parameters
        ----------
        block : (n_channels, n) real, n may be 0

        Returns
        -------
        (n_channels, n_freqs, n_columns) complex64, the columns that are now complete

        Raises
        ------
        DataError : the block has another number of channels or is not real
        """
        samples = self._stft._signal(block)
        if len(samples) != self._n_channels:
            raise DataError(f"block of {len(samples)} channels: give the {self._n_channels} channels of this stream")
        self._n_samples += samples.shape[1]
        skipped = min(self._n_to_skip, samples.shape[1])
        self._n_to_skip -= skipped
        self._pending = self._stft.backend.xp.concatenate([self._pending, samples[:, skipped:]], axis=1)
        return self._complete((self._pending.shape[1] - self._stft.n_fft) // self._stft.hop_length + 1)

    def flush(self) -> Any:
        """Return the last columns, whose segments reach beyond the signal. The next `push` begins another signal.

        Returns
        -------
        (n_channels, n_freqs, n_columns) complex64
        """
        left = self._stft.n_columns(self._n_samples) - self._n_given
        length = max(0, left - 1) * self._stft.hop_length + self._stft.n_fft
        missing = max(0, length - self._pending.shape[1])
        self._pending = self._stft.backend.xp.pad(self._pending, ((0, 0), (0, missing)))
        columns = self._complete(left)
        self._begin()
        return columns

    def _complete(self, n_columns: int) -> Any:
        # A column belongs to the signal if its centre does.
        n_columns = max(0, min(n_columns, self._stft.n_columns(self._n_samples) - self._n_given))
        if not n_columns:
            shape = self._n_channels, self._stft.n_fft // 2 + 1, 0
            return self._stft.backend.xp.zeros(shape, dtype=np.complex64)
        columns = self._stft._columns(self._pending, n_columns)
        self._n_given += n_columns
        used = n_columns * self._stft.hop_length
        self._n_to_skip = max(0, used - self._pending.shape[1])
        self._pending = self._pending[:, used:]
        return columns
