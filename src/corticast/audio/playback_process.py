"""A process that plays: `python -m corticast.audio.playback_process`, started by `Playback`."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any

from corticast.audio.playing import PlayingMemory, PlayingShape
from corticast.audio.portaudio import find_index, go_first, import_pyaudio, refusal
from corticast.audio.ring import RingShape
from corticast.process.child import Tell, serve
from corticast.process.shared_memory import map_shared

_LOOK_S = 0.05
# No device has a longer delay: a host API that reports one does not know it.
_MOST_DELAY_S = 10.0


class _Player:
    """Fills the device's blocks.

    Parameters
    ----------
    memory : shared with the parent
    shape : of the sound in it
    position, stop : frames of the source: the first in the ring, and the one after the last
    go_on : PortAudio's code for a stream that continues
    """

    def __init__(self, memory: PlayingMemory, shape: RingShape, position: int, stop: int, go_on: int) -> None:
        self._memory, self._first, self._stop, self._go_on = memory, position, stop, go_on
        self._frame_bytes = 4 * shape.n_channels
        self._n_given = self._n_taken = 0
        # Stands in where the host API reports no delay.
        self.latency_s = 0.0

    def give(self, _input: None, n_frames: int, times: Mapping[str, float], flags: int) -> tuple[bytes, int]:
        """PortAudio's callback."""
        now_s = time.monotonic()
        sound, taken = self._memory.sound, self._n_taken
        position = self._first + taken
        n_wanted = 0 if self._memory.paused.get() else min(n_frames, self._stop - position)
        n = min(n_wanted, sound.n_written - taken)
        _, frames = sound.read(taken, taken + n)
        delay_s = times["output_buffer_dac_time"] - times["current_time"]
        if not 0 < delay_s < _MOST_DELAY_S:
            delay_s = self.latency_s
        self._memory.played.write(self._n_given, position, n, n_wanted - n, now_s + delay_s, now_s, flags)
        self._n_taken += n
        self._n_given += n_frames
        return frames.tobytes() + bytes((n_frames - n) * self._frame_bytes), self._go_on


def main() -> None:
    """Play until the parent or the stream ends."""
    serve(_play)


def _play(task: dict[str, Any], tell: Tell) -> None:
    go_first()
    pyaudio = import_pyaudio()
    shape = PlayingShape(RingShape(**task["shape"]))
    memory = PlayingMemory(map_shared(task["fd"], shape.n_bytes), shape)
    player = _Player(memory, shape.ring, task["position"], task["stop"], pyaudio.paContinue)
    audio = pyaudio.PyAudio()
    try:
        stream = audio.open(
            rate=task["sample_rate"],
            channels=shape.ring.n_channels,
            format=pyaudio.paFloat32,
            output=True,
            output_device_index=find_index(audio, task),
            frames_per_buffer=shape.ring.block_size,
            stream_callback=player.give,
        )
    except (OSError, ValueError) as error:
        raise refusal(task, shape.ring, error) from error
    player.latency_s = stream.get_output_latency()
    tell("running", latency_s=player.latency_s)
    while stream.is_active():
        time.sleep(_LOOK_S)
    # At once: closing a device that is gone may take for ever.
    os._exit(0)


if __name__ == "__main__":
    main()
