"""Tests of this machine's encoders for `corticast doctor`."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from corticast.core.model.encoder import EncoderOptions
from corticast.errors import EncoderError
from corticast.process.ffmpeg import executable, version
from corticast.video.formats import outputs
from corticast.video.probe import hardware_failures
from corticast.video.sound import Sound
from corticast.video.writer import VideoWriter

_SIZE = (64, 64)
_N_FRAMES = 2


def encoder_facts() -> dict[str, Any]:
    """Try every kind of film on two tiny frames, and every hardware encoder on one.

    Returns
    -------
    dict ready for JSON: "ffmpeg" (version and path), "encoders" (kinds of film that work, such as ".mp4 h264"),
    "failing" (kind -> error), "hardware" (hardware encoders that work, such as "h264_nvenc") and "hardware_failing"
    (encoder -> error)

    Raises
    ------
    DeviceError : ffmpeg is missing or does not run
    """
    working: list[str] = []
    failing: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="corticast-") as folder:
        for container, codec in outputs():
            try:
                _try_out(Path(folder), container, codec)
                working.append(f"{container} {codec}")
            except EncoderError as error:
                failing[f"{container} {codec}"] = str(error)
    hardware = hardware_failures()
    return {
        "ffmpeg": f"{version()} ({executable()})",
        "encoders": working,
        "failing": failing,
        "hardware": [name for name, failure in hardware.items() if failure is None],
        "hardware_failing": {name: failure for name, failure in hardware.items() if failure is not None},
    }


def _try_out(folder: Path, container: str, codec: str) -> None:
    name = "%d.png" if container == ".png" else f"{codec}{container}"
    sound = Sound(48000, 1, iter([np.zeros((1, 4800), np.float32)]))
    with VideoWriter(
        folder / name, size=_SIZE, fps=Fraction(25), n_frames=_N_FRAMES, sound=sound, encoding=EncoderOptions(codec)
    ) as writer:
        frame = np.zeros(writer.frame_bytes, np.uint8)
        for _ in range(_N_FRAMES):
            writer.write(frame)
