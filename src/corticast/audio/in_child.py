"""What every process that holds a device does: speaks in lines of JSON, and ends when its parent is gone."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from corticast.audio.ring import RingShape

NO_PYAUDIO = (
    "PyAudio is not installed; get it by: pip install 'corticast[live]' "
    "(on Debian and Ubuntu apt install portaudio19-dev first)"
)

_NICENESS = -11


class Parent:
    """The process that has started this one: arguments come from it, events go to it.

    Standard output becomes standard error: host APIs print, and events are to stay lines of JSON.
    """

    def __init__(self) -> None:
        self._events = os.fdopen(os.dup(sys.stdout.fileno()), "w")
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        self.arguments: dict[str, Any] = json.loads(sys.argv[1])
        threading.Thread(target=_end_with_input, daemon=True).start()
        # A block that is late is heard, a frame that is late is hardly seen: first in line, where that is granted.
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, _NICENESS)

    def tell(self, event: str, **facts: Any) -> None:
        """Send an event."""
        try:
            print(json.dumps({"event": event, **facts}), file=self._events, flush=True)
        except BrokenPipeError:
            os._exit(1)


def _end_with_input() -> None:
    """Nothing is ever written to standard input: its end is the parent's, however it came about."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    # At once: a host API may never return from closing a device.
    os._exit(0)


def find_index(audio: Any, arguments: Mapping[str, Any]) -> int | None:
    """PortAudio's number of the device to open, None for its default.

    Parameters
    ----------
    audio : the PyAudio
    arguments : `index`, and `source`, which PulseAudio's client library has taken from the environment
    """
    if arguments["source"] is None:
        index: int | None = arguments["index"]
        return index
    names = [audio.get_device_info_by_index(k)["name"] for k in range(audio.get_device_count())]
    return next((names.index(name) for name in ("pulse", "default") if name in names), None)


def refusal(arguments: Mapping[str, Any], shape: RingShape, error: Exception) -> str:
    """One line on a device that does not open as it was asked to."""
    reason = ", ".join(str(part) for part in error.args if isinstance(part, str)) or type(error).__name__
    return (
        f"{arguments['name']}: does not open with {shape.n_channels} channels at {arguments['sample_rate']} Hz "
        f"({reason}); choose another device"
    )
