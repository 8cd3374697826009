"""Sound from a device on a continuous time line, even while the device is lost."""

from __future__ import annotations

import os
import time
from collections import deque
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Self

import numpy as np

from corticast.audio.devices import AudioDevice, choose_device, find_again
from corticast.audio.ring import RingShape, SampleRing
from corticast.audio.supervisor import Attempt, StreamState, Supervisor
from corticast.audio.timeline import Piece, TimeLine
from corticast.core.model.types import Float32Array
from corticast.errors import DeviceError
from corticast.process.parent import Child
from corticast.process.shared_memory import create_shared, map_shared

# Sound that waits for a slow reader.
_RING_S = 30.0
# Most sound that one read gives: after a long pause, several reads catch up.
_MOST_READ_S = 10.0
# A larger number says nothing of the device: ALSA's virtual ones claim 32, or 128.
_MOST_CHANNELS = 16
# Used if no device is found.
_SAMPLE_RATE, _N_CHANNELS = 48000, 2


@dataclass(frozen=True)
class CaptureStatus:
    """State of a stream.

    Parameters
    ----------
    state : "opening", "running" or "lost"
    message : one line on a fault that lasts or has just ended; "" without one
    n_blocks : blocks received
    n_lost : samples per channel of silence, in place of lost ones or without a device
    n_late : blocks that came more than 50 ms, and three blocks, later than others
    n_flags : blocks that PortAudio has flagged
    input_latency_s : of the device, as PortAudio reports it; None before it is open
    device : its name
    """

    state: StreamState
    message: str
    n_blocks: int
    n_lost: int
    n_late: int
    n_flags: int
    input_latency_s: float | None
    device: str


class _Recorded:
    """The stream of one process."""

    def __init__(self, memory: memoryview, shape: RingShape) -> None:
        self.ring = SampleRing(memory, shape)
        self.n_taken = 0

    def newest_s(self) -> float | None:
        """Monotonic time at which the newest block arrived, None before the first."""
        _, blocks = self.ring.blocks(max(self.ring.n_blocks - 1, 0))
        return blocks[-1].arrival_s if blocks else None


class Capture:
    """Sound from a device; a context manager, which gives silence while it has no device.

    Parameters
    ----------
    wanted : number or name of the device, see `choose_device`; None is the default device
    sample_rate, n_channels : None takes the device's, or 48000 and 2 without a device at first
    block_size : samples per channel and block
    """

    def __init__(
        self,
        wanted: str | None = None,
        *,
        sample_rate: int | None = None,
        n_channels: int | None = None,
        block_size: int = 512,
    ) -> None:
        self._wanted = wanted
        self._asked = sample_rate, n_channels
        self.sample_rate, self.n_channels = sample_rate or _SAMPLE_RATE, n_channels or _N_CHANNELS
        self.block_size = block_size
        self._supervisor = Supervisor(self._start)
        self._line = TimeLine(self.sample_rate, block_size)
        self._device: AudioDevice | None = None
        self._stream: _Recorded | None = None
        self._pieces: deque[tuple[_Recorded | None, Piece]] = deque()
        self._n_missed = 0
        self.position = 0

    def __enter__(self) -> Self:
        # Without a device the supervisor reports the fault, and tries again.
        with suppress(DeviceError, OSError):
            self._settle(choose_device(self._wanted))
        self._line = TimeLine(self.sample_rate, self.block_size)
        self._supervisor.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._supervisor.close()

    def _settle(self, device: AudioDevice) -> None:
        """Take the device's own rate and channels unless they were given; they never change."""
        sample_rate, n_channels = self._asked
        self.sample_rate = sample_rate or round(device.sample_rate)
        self.n_channels = n_channels or (device.n_channels if device.n_channels <= _MOST_CHANNELS else _N_CHANNELS)
        # Numbers change when devices come and go. A server's names are unique, others may not be.
        if self._wanted is not None and (device.source is not None or not self._wanted.isdigit()):
            self._wanted = device.source or device.name

    def _start(self) -> Attempt[_Recorded]:
        """Find the device and start a process that records from it."""
        device = self._device = find_again(self._wanted, self._device)
        shape = RingShape(int(_RING_S * self.sample_rate), self.n_channels, self.block_size)
        fd = create_shared(shape.n_bytes)
        try:
            child = Child(
                "corticast.audio.capture_process",
                {
                    "fd": fd,
                    "shape": asdict(shape),
                    "sample_rate": self.sample_rate,
                    "index": device.index,
                    "source": device.source,
                    "name": device.name,
                },
                fds=[fd],
                environment={} if device.source is None else {"PULSE_SOURCE": device.source},
            )
            return Attempt(child, _Recorded(map_shared(fd, shape.n_bytes), shape), device)
        finally:
            os.close(fd)

    def read(self) -> Float32Array:
        """Sound since the last read, with silence in place of lost sound or of a missing device.

        Never waits. Call it from one thread.

        Returns
        -------
        (n_channels, n) float32, full scale ±1; n may be 0, and is at most 10 s
        """
        self._take()
        n_left = int(_MOST_READ_S * self.sample_rate)
        parts = []
        while self._pieces and n_left:
            stream, piece = self._pieces.popleft()
            if piece.n > n_left:
                first = None if piece.first is None else piece.first + n_left
                self._pieces.appendleft((stream, Piece(piece.n - n_left, first)))
                piece = Piece(n_left, piece.first)
            parts.append(self._samples(stream, piece))
            n_left -= piece.n
        samples = np.concatenate(parts) if parts else np.zeros((0, self.n_channels), dtype=np.float32)
        self.position += len(samples)
        return np.ascontiguousarray(samples.T)

    def arrival_s(self, position: float) -> float | None:
        """Monotonic time at which the block with a sample arrived in the callback; from any thread.

        Parameters
        ----------
        position : sample of the time line, as `position` counts them

        Returns
        -------
        None for silence, and for samples that arrived more than 30 s ago
        """
        return self._line.arrival_s(position)

    @property
    def status(self) -> CaptureStatus:
        """State of the stream; from any thread."""
        supervisor, line = self._supervisor, self._line
        return CaptureStatus(
            state=supervisor.state,
            message=supervisor.message,
            n_blocks=line.n_blocks,
            n_lost=line.n_lost + self._n_missed,
            n_late=line.n_late,
            n_flags=line.n_flags,
            input_latency_s=supervisor.latency_s,
            device=supervisor.device,
        )

    def _take(self) -> None:
        """Put the blocks that have arrived on the time line."""
        stream = self._supervisor.stream
        if stream is not self._stream:
            self._take_blocks()
            self._queue(self._line.end())
            self._stream = stream
            self._line.begin()
        self._take_blocks()
        # While a device is opened for the first time the time line has not begun.
        if not self._line.is_placed and (self._line.has_begun or self._supervisor.state == "lost"):
            self._queue(self._line.silence_until(time.monotonic()))

    def _take_blocks(self) -> None:
        if self._stream is not None:
            first, blocks = self._stream.ring.blocks(self._stream.n_taken)
            self._stream.n_taken = first + len(blocks)
            for block in blocks:
                self._queue(self._line.add(block))

    def _queue(self, pieces: list[Piece]) -> None:
        self._pieces.extend((self._stream, piece) for piece in pieces)

    def _samples(self, stream: _Recorded | None, piece: Piece) -> Float32Array:
        """(n, n_channels) float32 of a piece; silence where newer samples have replaced it in the ring."""
        samples = np.zeros((piece.n, self.n_channels), dtype=np.float32)
        if stream is not None and piece.first is not None:
            first, there = stream.ring.read(piece.first, piece.first + piece.n)
            samples[first - piece.first :] = there
            self._n_missed += first - piece.first
        return samples
