"""Where arrays are computed: CuPy on an NVIDIA GPU, else NumPy and SciPy. The only place that imports CuPy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from corticast.errors import DeviceError, OptionError

ArrayChoice = Literal["auto", "cupy", "numpy"]


@dataclass(frozen=True)
class ArrayBackend:
    """One array library.

    Parameters
    ----------
    name : "numpy" or "cupy"
    xp : the array module
    rfft : real FFT along the last axis that keeps float32
    """

    name: str
    xp: Any
    rfft: Any

    def to_device(self, array: npt.ArrayLike) -> Any:
        """An array where this backend computes."""
        return self.xp.asarray(array)

    def to_host(self, array: Any) -> npt.NDArray[Any]:
        """An array in host memory."""
        return np.asarray(array.get() if self.name == "cupy" else array)


@cache
def _numpy_backend() -> ArrayBackend:
    from scipy.fft import rfft

    return ArrayBackend("numpy", np, rfft)


@cache
def _cupy_backend() -> ArrayBackend | str:
    """CuPy, or why not."""
    try:
        import cupy
        from cupyx.scipy.fft import rfft

        # What cuFFT or the compiler miss shows only when they are used.
        (rfft(cupy.ones(4, dtype=np.float32)) * 2).get()
    except ImportError as error:
        reason = " ".join(str(error).split())
        return f"CuPy cannot be loaded ({reason}); pip install 'corticast[cuda12]' or 'corticast[cuda13]'"
    except Exception as error:  # the CUDA runtime has many ways to say that there is no device
        return f"CUDA does not answer ({' '.join(str(error).split())}); give --array numpy"
    return ArrayBackend("cupy", cupy, rfft)


def array_backend(choice: ArrayChoice = "auto") -> ArrayBackend:
    """The array library to compute with.

    Parameters
    ----------
    choice : "auto" takes CuPy where a CUDA device answers

    Raises
    ------
    DeviceError : CuPy was asked for and cannot be used
    OptionError : there is no such choice
    """
    if choice not in ("auto", "cupy", "numpy"):
        raise OptionError(f"--array {choice}: give auto, cupy or numpy")
    if choice == "numpy":
        return _numpy_backend()
    found = _cupy_backend()
    if isinstance(found, ArrayBackend):
        return found
    if choice == "cupy":
        raise DeviceError(f"--array cupy: {found}")
    return _numpy_backend()


def cuda_device_name() -> str | None:
    """Name of the CUDA device that would be used, None without one."""
    found = _cupy_backend()
    if not isinstance(found, ArrayBackend):
        return None
    return str(found.xp.cuda.runtime.getDeviceProperties(0)["name"].decode())
