"""A process that plays: `python -m corticast.audio.playback_process ARGUMENTS`, started by `Playback`."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any

from corticast.audio.in_child import NO_PYAUDIO, Parent, find_index, refusal
from corticast.audio.memory import map_shared
from corticast.audio.playing import PlayingMemory, PlayingShape
from corticast.audio.ring import RingShape

_LOOK_S = 0.05
# A delay beyond this is none that the device has: the host API does not know it.
_MOST_DELAY_S = 10.0


class _Player:
    """Fills the device's blocks.

    Parameters
    ----------
    memory : shared with the parent
    shape : of the sound in it
    position, stop : frames of the source: the first in the ring, and the one after the last
    go_on : PortAudio's word for that
    """

    def __init__(self, memory: PlayingMemory, shape: RingShape, position: int, stop: int, go_on: int) -> None:
        self._memory, self._first, self._stop, self._go_on = memory, position, stop, go_on
        self._frame_bytes = 4 * shape.n_channels
        self._n_given = self._n_taken = 0
        # In place of the host API's own word, where that is none.
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
    parent = Parent()
    try:
        import pyaudio
    except ImportError:
        parent.tell("failed", message=NO_PYAUDIO)
        return
    arguments: dict[str, Any] = parent.arguments
    shape = PlayingShape(RingShape(**arguments["shape"]))
    memory = PlayingMemory(map_shared(arguments["fd"], shape.n_bytes), shape)
    player = _Player(memory, shape.ring, arguments["position"], arguments["stop"], pyaudio.paContinue)
    audio = pyaudio.PyAudio()
    try:
        stream = audio.open(
            rate=arguments["sample_rate"],
            channels=shape.ring.n_channels,
            format=pyaudio.paFloat32,
            output=True,
            output_device_index=find_index(audio, arguments),
            frames_per_buffer=shape.ring.block_size,
            stream_callback=player.give,
        )
    except (OSError, ValueError) as error:
        parent.tell("failed", message=refusal(arguments, shape.ring, error))
        return
    player.latency_s = stream.get_output_latency()
    parent.tell("running", latency_s=player.latency_s)
    while stream.is_active():
        time.sleep(_LOOK_S)
    # At once: to close a device that is gone may take for ever.
    os._exit(0)


if __name__ == "__main__":
    main()
