"""Plays a sound, and knows the sample that is heard at a time."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Self

import numpy as np

from corticast.audio.dac_clock import DacClock
from corticast.audio.devices import AudioDevice, find_again
from corticast.audio.playing import PlayingMemory, PlayingShape
from corticast.audio.ring import RingShape
from corticast.audio.supervisor import Attempt, StreamState, Supervisor
from corticast.core.model.types import AudioSource, Float32Array
from corticast.errors import CorticastError
from corticast.process.parent import Child
from corticast.process.shared_memory import create_shared, map_shared

# Sound that is read ahead of the device.
_RING_S = 2.0
# The feeder looks this often for room for another block.
_ROOM_S = 0.02


@dataclass(frozen=True)
class PlaybackStatus:
    """State of a playback.

    Parameters
    ----------
    state : "opening", "running" or "lost"
    message : one line on a fault that lasts or has just ended; "" without one
    n_blocks : blocks that the device has taken
    n_lost : samples per channel of silence, in place of sound that was not read in time
    n_flags : blocks that PortAudio has flagged
    output_latency_s : of the device, as PortAudio reports it; None before it is open
    device : its name
    """

    state: StreamState
    message: str
    n_blocks: int
    n_lost: int
    n_flags: int
    output_latency_s: float | None
    device: str


class _Played:
    """The stream of one process, which begins at a frame of the source."""

    def __init__(self, memory: PlayingMemory, position: int, sample_rate: int) -> None:
        self.memory, self.position = memory, position
        self.clock = DacClock(sample_rate)
        self.n_read = 0

    def newest_s(self) -> float | None:
        """Monotonic time of the newest callback, None before the first."""
        _, blocks = self.memory.read_played(max(self.memory.played.n_written - 1, 0))
        return blocks[-1].arrival_s if blocks else None

    @property
    def n_taken(self) -> int:
        """Frames of the source that the device has taken."""
        _, blocks = self.memory.read_played(max(self.memory.played.n_written - 1, 0))
        return blocks[-1].position + blocks[-1].n - self.position if blocks else 0


class Playback:
    """Plays a sound once; a context manager. Without a device the sound continues unheard, by the monotonic clock.

    Parameters
    ----------
    source : the sound
    wanted : number or name of the device, see `choose_device`; None is the default device
    block_size : samples per channel and block. PortAudio keeps two blocks ahead of the device. Large blocks keep it
        from running dry on a busy machine; the clock accounts for them, so that the picture stays in time
    """

    def __init__(self, source: AudioSource, *, wanted: str | None = None, block_size: int = 4096) -> None:
        self._source, self._wanted = source, wanted
        self._shape = PlayingShape(RingShape(int(_RING_S * source.sample_rate), source.n_channels, block_size))
        self._supervisor = Supervisor(self._start)
        self._feeder = threading.Thread(target=self._feed, name="corticast-playback", daemon=True)
        self._closing = threading.Event()
        self._paused = False
        self._error = ""
        self._lock = threading.RLock()
        self._device: AudioDevice | None = None
        self._stream: _Played | None = None
        self._heard, self._heard_s = 0.0, 0.0
        self._n_blocks = self._n_lost = self._n_flags = 0

    def __enter__(self) -> Self:
        self._supervisor.start()
        self._feeder.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._supervisor.close()
        self._feeder.join()

    def heard(self, now_s: float | None = None) -> float:
        """Position in the source that is heard, in samples; it never goes back. From any thread.

        Parameters
        ----------
        now_s : monotonic time, None for this moment

        Returns
        -------
        position by the clock of the device's converter; `n_samples` at the end
        """
        now_s = time.monotonic() if now_s is None else now_s
        with self._lock:
            self._look()
            heard = self._stream.clock.heard(now_s) if self._stream is not None else None
            if heard is None:
                # Without a device the sound continues unheard; before the first device is open, nothing moves.
                goes_on = self._supervisor.state == "lost" and not self._paused and self._heard_s > 0
                heard = self._heard + goes_on * (now_s - self._heard_s) * self._source.sample_rate
            self._heard = min(max(heard, self._heard), float(self._source.n_samples))
            self._heard_s = max(now_s, self._heard_s)
            return self._heard

    @property
    def is_over(self) -> bool:
        """Whether all has been heard."""
        return self.heard() >= self._source.n_samples

    def pause(self) -> None:
        """Hold the sound; blocks that the device has taken are still heard."""
        self._set_paused(paused=True)

    def resume(self) -> None:
        """Resume the sound."""
        self._set_paused(paused=False)

    @property
    def status(self) -> PlaybackStatus:
        """State of the playback; from any thread."""
        supervisor = self._supervisor
        with self._lock:
            self._look()
            return PlaybackStatus(
                state=supervisor.state,
                message=supervisor.message or self._error,
                n_blocks=self._n_blocks,
                n_lost=self._n_lost,
                n_flags=self._n_flags,
                output_latency_s=supervisor.latency_s,
                device=supervisor.device,
            )

    def _set_paused(self, *, paused: bool) -> None:
        with self._lock:
            self.heard()
            self._paused = paused
            if (stream := self._supervisor.stream) is not None:
                stream.memory.paused.set(int(paused))

    def _look(self) -> None:
        """Take in the records of blocks that the device has taken; under the lock."""
        if (stream := self._supervisor.stream) is not self._stream:
            self._stream = stream
            if stream is not None:
                # The stream may have started before the last change.
                stream.memory.paused.set(int(self._paused))
        if self._stream is not None:
            first, blocks = self._stream.memory.read_played(self._stream.n_read)
            self._stream.n_read = first + len(blocks)
            self._stream.clock.add(blocks)
            self._n_blocks += len(blocks)
            self._n_lost += sum(block.n_missing for block in blocks)
            self._n_flags += sum(block.flags != 0 for block in blocks)

    def _start(self) -> Attempt[_Played]:
        """Find the device and start a process that plays to it, from the position that is heard now."""
        device = self._device = find_again(self._wanted, self._device, "output")
        with self._lock:
            # The position advances even if nobody asks for it.
            position = int(self.heard())
            paused = self._paused
        fd = create_shared(self._shape.n_bytes)
        try:
            memory = PlayingMemory(map_shared(fd, self._shape.n_bytes), self._shape)
            memory.paused.set(int(paused))
            child = Child(
                "corticast.audio.playback_process",
                {
                    "fd": fd,
                    "shape": asdict(self._shape.ring),
                    "sample_rate": self._source.sample_rate,
                    "position": position,
                    "stop": self._source.n_samples,
                    "index": device.index,
                    "source": device.source,
                    "name": device.name,
                },
                fds=[fd],
                environment={} if device.source is None else {"PULSE_SINK": device.source},
            )
            return Attempt(child, _Played(memory, position, self._source.sample_rate), device)
        finally:
            os.close(fd)

    def _feed(self) -> None:
        """Keep the stream's ring full, whichever stream it is; the feeder's own."""
        fed: _Played | None = None
        blocks: Iterator[Float32Array] = iter(())
        while not self._closing.is_set():
            if (stream := self._supervisor.stream) is not fed:
                fed = stream
                blocks = iter(()) if fed is None else self._source.blocks(self._shape.ring.block_size, fed.position)
            if fed is None or not self._has_room(fed) or not self._feed_block(fed, blocks):
                self._closing.wait(_ROOM_S)

    def _has_room(self, stream: _Played) -> bool:
        # While a block is written, the ring holds one block less for certain.
        shape = self._shape.ring
        return stream.memory.sound.n_written - stream.n_taken + 2 * shape.block_size <= shape.n_frames

    def _feed_block(self, stream: _Played, blocks: Iterator[Float32Array]) -> bool:
        """Whether there was another block."""
        try:
            block = next(blocks, None)
        except (CorticastError, OSError) as error:
            # The rest is silence, and the show continues.
            self._error = str(error)
            return False
        if block is not None:
            stream.memory.sound.write(np.ascontiguousarray(block.T).data.cast("B"))
        return block is not None
