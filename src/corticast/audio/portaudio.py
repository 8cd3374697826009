"""What every process that holds a device needs of PortAudio; only these processes import PyAudio."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from corticast.audio.ring import RingShape
from corticast.errors import DeviceError

_NICENESS = -11


def import_pyaudio() -> Any:
    """The module pyaudio.

    Raises
    ------
    DeviceError : PyAudio is not installed
    """
    try:
        import pyaudio
    except ImportError:
        raise DeviceError(
            "PyAudio is not installed; get it by: pip install 'corticast[live]' "
            "(on Debian and Ubuntu apt install portaudio19-dev first)"
        ) from None
    return pyaudio


def go_first() -> None:
    """Run before other processes, where the system permits: a late block is heard, a late frame is hardly seen."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, _NICENESS)


def find_index(audio: Any, task: Mapping[str, Any]) -> int | None:
    """PortAudio's number of the device to open, None for its default.

    Parameters
    ----------
    audio : the PyAudio
    task : `index`, and `source`, which PulseAudio's client library has read from the environment
    """
    if task["source"] is None:
        index: int | None = task["index"]
        return index
    names = [audio.get_device_info_by_index(k)["name"] for k in range(audio.get_device_count())]
    return next((names.index(name) for name in ("pulse", "default") if name in names), None)


def refusal(task: Mapping[str, Any], shape: RingShape, error: Exception) -> DeviceError:
    """The error for a device that does not open as asked.

    Parameters
    ----------
    task : `name` and `sample_rate` of the device
    shape : of its ring
    error : PortAudio's
    """
    reason = ", ".join(str(part) for part in error.args if isinstance(part, str)) or type(error).__name__
    return DeviceError(
        f"{task['name']}: does not open with {shape.n_channels} channels at {task['sample_rate']} Hz "
        f"({reason}); choose another device"
    )
