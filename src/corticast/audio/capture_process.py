"""A process that records: `python -m corticast.audio.capture_process`, started by `Capture`."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any

from corticast.audio.portaudio import find_index, go_first, import_pyaudio, refusal
from corticast.audio.ring import RingShape, SampleRing
from corticast.process.child import Tell, serve
from corticast.process.shared_memory import map_shared

_LOOK_S = 0.05


def main() -> None:
    """Record until the parent or the stream ends."""
    serve(_record)


def _record(task: dict[str, Any], tell: Tell) -> None:
    go_first()
    pyaudio = import_pyaudio()
    shape = RingShape(**task["shape"])
    ring = SampleRing(map_shared(task["fd"], shape.n_bytes), shape)
    write, now, go_on = ring.write, time.monotonic, (None, pyaudio.paContinue)

    def take(block: bytes, _n_frames: int, times: Mapping[str, float], flags: int) -> tuple[None, int]:
        # This process does nothing else: no lock, no allocation, no other thread's Python holds the callback up.
        write(block, now(), times["input_buffer_adc_time"], flags)
        return go_on

    audio = pyaudio.PyAudio()
    try:
        stream = audio.open(
            rate=task["sample_rate"],
            channels=shape.n_channels,
            format=pyaudio.paFloat32,
            input=True,
            input_device_index=find_index(audio, task),
            frames_per_buffer=shape.block_size,
            stream_callback=take,
        )
    except (OSError, ValueError) as error:
        raise refusal(task, shape, error) from error
    tell("running", latency_s=stream.get_input_latency())
    while stream.is_active():
        time.sleep(_LOOK_S)
    # At once: closing a device that is gone may take for ever.
    os._exit(0)


if __name__ == "__main__":
    main()
