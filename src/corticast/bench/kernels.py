"""Benchmarks of analysis: the Fourier transform on both array libraries, transfers, and the analysis of a sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from corticast.bench.clocks import seconds_of
from corticast.bench.inputs import SAMPLE_RATE, noise, write_song
from corticast.bench.model import Benchmark, Environment, Sample, WrongResultError, check_memory
from corticast.bench.processes import python_process
from corticast.core.model.machine import ArrayChoice
from corticast.dsp.backend import ArrayBackend, array_backend
from corticast.dsp.stft import Stft

_IEEG_RATE = 2000
# Number of columns compared with SciPy, and the tolerance relative to the largest value.
_N_CHECKED, _TOLERANCE = 40, 1e-5


def _library(array: ArrayChoice) -> ArrayBackend:
    return array_backend(array)  # its DeviceError names the missing part


def _synchronised(backend: ArrayBackend, action: Callable[[], Any]) -> Callable[[], None]:
    """Run the action until the device has finished, so that its memory is free again."""

    def run() -> None:
        action()
        if backend.name == "cupy":
            backend.xp.cuda.runtime.deviceSynchronize()

    return run


@contextmanager
def _stft(
    environment: Environment, *, array: ArrayChoice, n_fft: int, n_channels: int, n_samples: int
) -> Iterator[Sample]:
    """Short-time Fourier transform of sound that is already on the device; hop = n_fft / 4."""
    transform = Stft(SAMPLE_RATE, n_fft, n_fft // 4, array=array)
    backend = _library(array)
    n_bytes_in = 4 * n_channels * n_samples
    n_bytes_out = 8 * n_channels * (n_fft // 2 + 1) * transform.n_columns(n_samples)
    # The samples, the padded samples, and the spectra.
    check_memory(2 * n_bytes_in + n_bytes_out)
    samples = noise(n_channels, n_samples)
    _check_stft(transform, samples)
    on_device = backend.to_device(samples)
    del samples
    run = _synchronised(backend, lambda: transform(on_device))

    def sample() -> dict[str, float]:
        seconds = seconds_of(run)
        # Any transform must read each sample once and write each spectrum once.
        traffic = (n_bytes_in + n_bytes_out) / seconds / 1e9
        return {"time": 1e3 * seconds, "rate": n_channels * n_samples / seconds / 1e6, "traffic": traffic}

    yield sample


def _check_stft(transform: Stft, samples: Any) -> None:
    from scipy.signal import ShortTimeFFT

    n_fft, hop = transform.n_fft, transform.hop_length
    head = samples[:, : _N_CHECKED * hop + 2 * n_fft][:4]
    found = transform.backend.to_host(transform(head))[..., :_N_CHECKED]
    window = np.asarray(transform.window_samples, dtype=np.float64)
    reference = ShortTimeFFT(window, hop, transform.sample_rate, mfft=n_fft, phase_shift=None)
    expected = reference.stft(head.astype(np.float64), p0=0, p1=found.shape[-1])
    error = float(np.abs(found - expected).max() / np.abs(expected).max())
    if not error < _TOLERANCE:
        raise WrongResultError(f"the transform differs from SciPy's by {error:.2g} of its peak")


@contextmanager
def _transfers(environment: Environment, *, array: ArrayChoice, megabytes: int) -> Iterator[Sample]:
    """Copies of float32 between host and device."""
    backend = _library(array)
    samples = noise(1, megabytes * 10**6 // 4)
    on_device = backend.to_device(samples)
    if not np.array_equal(backend.to_host(on_device), samples):
        raise WrongResultError("the device returned other values than it got")
    to_device = _synchronised(backend, lambda: backend.to_device(samples))
    to_host = _synchronised(backend, lambda: backend.to_host(on_device))

    def sample() -> dict[str, float]:
        gigabytes = samples.nbytes / 1e9
        return {"to_device": gigabytes / seconds_of(to_device), "to_host": gigabytes / seconds_of(to_host)}

    yield sample


@contextmanager
def _analysis(environment: Environment, *, sound_s: float) -> Iterator[Sample]:
    """Band magnitudes of a sound file, in a process of its own on one core."""
    sound = write_song(environment.folder / f"song-{sound_s:g}s.wav", sound_s)

    def sample() -> dict[str, float]:
        spent = python_process("corticast.bench.analysis", [str(sound)], one_core=True)
        if spent.reported["n_columns"] != -(-round(sound_s * SAMPLE_RATE) // spent.reported["hop_length"]):
            raise WrongResultError(f"{spent.reported['n_columns']} columns from {sound_s:g} s of sound")
        return {"time": spent.reported["seconds"], "memory": spent.peak_mib}

    yield sample


_MINUTE = 60 * SAMPLE_RATE
_STFT_SIZES = (
    *({"n_fft": n_fft, "n_channels": 1, "n_samples": _MINUTE} for n_fft in (512, 2048, 8192)),
    {"n_fft": 2048, "n_channels": 16, "n_samples": _MINUTE},
    # An hour of sound, and ten minutes of a 256-channel recording at 2 kHz.
    {"n_fft": 2048, "n_channels": 1, "n_samples": 60 * _MINUTE},
    {"n_fft": 512, "n_channels": 256, "n_samples": 600 * _IEEG_RATE},
)

BENCHMARKS = (
    Benchmark(
        "kernels.stft",
        _stft,
        {"time": "ms", "rate": "Msamples/s", "traffic": "GB/s"},
        cases=tuple({"array": array, **size} for size in _STFT_SIZES for array in ("numpy", "cupy")),
        quick=tuple({"array": a, "n_fft": 512, "n_channels": 1, "n_samples": SAMPLE_RATE} for a in ("numpy", "cupy")),
    ),
    Benchmark(
        "kernels.transfers",
        _transfers,
        {"to_device": "GB/s", "to_host": "GB/s"},
        cases=tuple({"array": "cupy", "megabytes": size} for size in (1, 16, 256)),
        quick=({"array": "cupy", "megabytes": 1},),
    ),
    Benchmark(
        "kernels.analysis",
        _analysis,
        {"time": "s", "memory": "MiB"},
        cases=({"sound_s": 60}, {"sound_s": 3600}),
        quick=({"sound_s": 2},),
        warms_up=False,
    ),
)
