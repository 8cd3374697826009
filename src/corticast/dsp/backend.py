"""Array libraries: CuPy on an NVIDIA GPU, else NumPy and SciPy. This is the only module that imports CuPy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from corticast.core.arguments import check_choice
from corticast.core.model.machine import ArrayChoice
from corticast.errors import DeviceError, one_line


@dataclass(frozen=True)
class ArrayBackend:
    """An array library.

    Parameters
    ----------
    name : "numpy" or "cupy"
    xp : the array module
    rfft : real FFT along the last axis; it keeps float32
    """

    name: str
    xp: Any
    rfft: Any

    def to_device(self, array: npt.ArrayLike) -> Any:
        """Copy an array to the memory in which this backend computes."""
        return self.xp.asarray(array)

    def to_host(self, array: Any) -> npt.NDArray[Any]:
        """Copy an array to host memory."""
        return np.asarray(array.get() if self.name == "cupy" else array)


@cache
def _numpy_backend() -> ArrayBackend:
    from scipy.fft import rfft

    return ArrayBackend("numpy", np, rfft)


@cache
def _cupy_backend() -> ArrayBackend | str:
    """Load CuPy; return the reason as text if this fails."""
    try:
        import cupy
        from cupyx.scipy.fft import rfft

        # A missing cuFFT or CUDA compiler only shows in use.
        (rfft(cupy.ones(4, dtype=np.float32)) * 2).get()
    except ImportError as error:
        return f"CuPy cannot be loaded ({one_line(error)}); pip install 'corticast[cuda12]' or 'corticast[cuda13]'"
    except Exception as error:  # the CUDA runtime reports a missing device in many ways
        return f"CUDA does not answer ({one_line(error)}); give --array numpy"
    return ArrayBackend("cupy", cupy, rfft)


def array_backend(choice: ArrayChoice = "auto") -> ArrayBackend:
    """Choose the array library to compute with.

    Parameters
    ----------
    choice : "auto" takes CuPy if a CUDA device answers, else NumPy

    Raises
    ------
    DeviceError : CuPy is required but does not work
    OptionError : unknown choice
    """
    check_choice("--array", choice, get_args(ArrayChoice))
    if choice == "numpy":
        return _numpy_backend()
    found = _cupy_backend()
    if isinstance(found, ArrayBackend):
        return found
    if choice == "cupy":
        raise DeviceError(f"--array cupy: {found}")
    return _numpy_backend()


def cuda_device_name() -> str | None:
    """Name of the CUDA device that computes; None without such a device."""
    found = _cupy_backend()
    if not isinstance(found, ArrayBackend):
        return None
    return str(found.xp.cuda.runtime.getDeviceProperties(0)["name"].decode())
