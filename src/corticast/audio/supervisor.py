"""Keeps a process that holds a device running: starts it, watches it, and starts another when it is lost."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

from corticast.audio.devices import AudioDevice
from corticast.errors import CorticastError
from corticast.process.parent import Child

_log = logging.getLogger("corticast.audio")

StreamState = Literal["opening", "running", "lost"]

# A stream is lost after this time without a block.
_SILENT_S = 1.0
# The first samples may take long: 2 s from the monitor of a null sink, more with Bluetooth.
_FIRST_BLOCK_S = 6.0
_BETWEEN_ATTEMPTS_S = 1.0
# The process is looked at this often.
_LOOK_S = 0.1
# The message that a device is back stays for this time.
_BACK_S = 5.0


class Stream(Protocol):
    """A stream, seen from the parent."""

    def newest_s(self) -> float | None:
        """Monotonic time of the newest block, None before the first."""


S = TypeVar("S", bound=Stream)


@dataclass(frozen=True)
class Attempt(Generic[S]):
    """A process that has been started, its stream and its device."""

    child: Child
    stream: S
    device: AudioDevice


class Supervisor(threading.Thread, Generic[S]):
    """Keeps a stream open in a process of its own; a thread, whose attributes may be read from any other.

    Parameters
    ----------
    start : finds the device and starts the process; raises DeviceError if it cannot

    Attributes
    ----------
    stream : of the process that runs, None without one
    state : of the stream
    message : one line on a fault that lasts or has just ended; "" without one
    device : name of the last device
    latency_s : of the device, as PortAudio reports it
    """

    def __init__(self, start: Callable[[], Attempt[S]]) -> None:
        super().__init__(name="corticast-audio", daemon=True)
        self._start = start
        self._closing = threading.Event()
        self.stream: S | None = None
        self.state: StreamState = "opening"
        self.device = ""
        self.latency_s: float | None = None
        self._message, self._message_until_s = "", float("inf")

    @property
    def message(self) -> str:
        """One line on a fault that lasts or has just ended; "" without one."""
        return self._message if time.monotonic() < self._message_until_s else ""

    def close(self) -> None:
        """End the process and the thread."""
        self._closing.set()
        if self.ident is not None:
            self.join()

    def run(self) -> None:
        """Keep the stream open until `close`; the thread's own."""
        while not self._closing.is_set():
            began_s = time.monotonic()
            try:
                self._attempt()
            except (CorticastError, OSError) as error:
                self._lose(str(error))
            except Exception as error:
                # The show continues, whatever happens to a device.
                _log.debug("the sound device", exc_info=True)
                self._lose(f"the sound device: {type(error).__name__} {error}")
            self._closing.wait(max(0.0, began_s + _BETWEEN_ATTEMPTS_S - time.monotonic()))

    def _attempt(self) -> None:
        """Open the stream, and watch it until it is lost or `close` is called."""
        attempt = self._start()
        with attempt.child:
            self.device = attempt.device.name
            self.stream = attempt.stream
            if reason := self._watch(attempt):
                self._lose(reason)
        self.stream = None

    def _watch(self, attempt: Attempt[S]) -> str:
        """Watch a process until it is lost; the reason, "" when `close` was called."""
        name, began_s = attempt.device.name, time.monotonic()
        while not self._closing.is_set():
            for event in attempt.child.events(_LOOK_S):
                self.latency_s = event["latency_s"]
            if attempt.child.has_closed or not attempt.child.is_running:
                return f"{name}: the stream has ended; trying again every second"
            newest_s = attempt.stream.newest_s()
            if newest_s is None:
                if time.monotonic() - began_s > _FIRST_BLOCK_S:
                    return f"{name}: no sound arrives; trying again"
            elif time.monotonic() - newest_s > _SILENT_S:
                return f"{name}: no block for {_SILENT_S:g} s; trying again"
            elif self.state != "running":
                self._found(name)
        return ""

    def _found(self, name: str) -> None:
        if self.state == "lost":
            self._message, self._message_until_s = f"{name} is back", time.monotonic() + _BACK_S
            _log.info("%s", self._message)
        self.state = "running"

    def _lose(self, reason: str) -> None:
        if reason != self._message:
            _log.warning("%s", reason)
        self._message, self._message_until_s = reason, float("inf")
        self.state = "lost"
        self.stream = None
