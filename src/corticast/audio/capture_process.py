"""A process that records: `python -m corticast.audio.capture_process ARGUMENTS`, started by `Capture`."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping

from corticast.audio.in_child import NO_PYAUDIO, Parent, find_index, refusal
from corticast.audio.memory import map_shared
from corticast.audio.ring import RingShape, SampleRing

_LOOK_S = 0.05


def main() -> None:
    """Record until the parent or the stream ends."""
    parent = Parent()
    try:
        import pyaudio
    except ImportError:
        parent.tell("failed", message=NO_PYAUDIO)
        return
    arguments = parent.arguments
    shape = RingShape(**arguments["shape"])
    ring = SampleRing(map_shared(arguments["fd"], shape.n_bytes), shape)
    write, now, go_on = ring.write, time.monotonic, (None, pyaudio.paContinue)

    def take(block: bytes, _n_frames: int, times: Mapping[str, float], flags: int) -> tuple[None, int]:
        # A process of its own, and nothing else in it runs: no lock, no allocation, no other thread's Python.
        write(block, now(), times["input_buffer_adc_time"], flags)
        return go_on

    audio = pyaudio.PyAudio()
    try:
        stream = audio.open(
            rate=arguments["sample_rate"],
            channels=shape.n_channels,
            format=pyaudio.paFloat32,
            input=True,
            input_device_index=find_index(audio, arguments),
            frames_per_buffer=shape.block_size,
            stream_callback=take,
        )
    except (OSError, ValueError) as error:
        parent.tell("failed", message=refusal(arguments, shape, error))
        return
    parent.tell("running", latency_s=stream.get_input_latency())
    while stream.is_active():
        time.sleep(_LOOK_S)
    # At once: to close a device that is gone may take for ever.
    os._exit(0)


if __name__ == "__main__":
    main()
