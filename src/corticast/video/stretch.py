"""Sound that takes longer or shorter at the same pitch, by ffmpeg's atempo: a stream in, a stream out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from corticast.core.model.types import Float32Array
from corticast.errors import EncoderError
from corticast.process.ffmpeg import FfmpegRun
from corticast.video.pipes import ArrayPipe
from corticast.video.sound import Sound

_BLOCK_SIZE = 16384

# One atempo does these factors well; several make the others.
_LEAST, _MOST = 0.5, 2.0

# atempo plays long sounds (tones, noise) 2 ms early and short ones (beeps, clicks) 10 ms early, in its input's time
# (ffmpeg 9.0.2, 8 to 96 kHz). A delay of its input leaves 3 ms too late and 5 ms too early.
_LEAD_MS = 5
# When its input ends, atempo drops the contents of its window: silence goes there.
_FLUSH_S = 0.3


def stretched(sound: Sound, speed: float) -> Sound:
    """A sound at `speed` times its pace.

    Events of the sound are off by some 5 ms of its own time at most, per halving or doubling.

    Parameters
    ----------
    speed : above 0; 0.25 makes it four times as long
    """
    return Sound(sound.sample_rate, sound.n_channels, _Stretched(sound, speed))


def tempo_filter(speed: float) -> str:
    """The filter of ffmpeg's that changes the pace."""
    factors = []
    rest = speed
    while not _LEAST <= rest <= _MOST:
        factors.append(_LEAST if rest < _LEAST else _MOST)
        rest /= factors[-1]
    stages = [f"adelay={_LEAD_MS}:all=1,atempo={factor:.12g}" for factor in [*factors, rest]]
    return f"apad=pad_dur={_FLUSH_S}," + ",".join(stages)


@dataclass(frozen=True, eq=False)
class _Stretched:
    """Blocks of a stretched sound; each iteration is a run of ffmpeg, which ends with it.

    Raises, when it is iterated
    ------
    DeviceError : there is no ffmpeg, or it does not start
    EncoderError : it failed
    Exception : whatever reading the sound has raised
    """

    sound: Sound
    speed: float

    def __iter__(self) -> Iterator[Float32Array]:
        layout = ["-f", "f32le", "-ar", str(self.sound.sample_rate), "-ac", str(self.sound.n_channels)]
        arguments = [*layout, "-i", "pipe:0", "-af", tempo_filter(self.speed), *layout, "pipe:1"]
        read_end, write_end = os.pipe()
        feeder = ArrayPipe(write_end, _interleaved(self.sound), "corticast-stretch")
        try:
            run = FfmpegRun(arguments, label="--speed", stdin=read_end, has_output=True)
        except BaseException:
            feeder.finish()
            raise
        finally:
            os.close(read_end)
        try:
            feeder.start()
            n_bytes = 4 * self.sound.n_channels
            while data := run.output.read(_BLOCK_SIZE * n_bytes):
                samples = np.frombuffer(data, dtype="<f4", count=len(data) // n_bytes * self.sound.n_channels)
                yield samples.reshape(-1, self.sound.n_channels).T
            feeder.finish()
            if feeder.error is not None:
                raise feeder.error
            if run.status() != 0:
                reason = run.last_words or "it gives no reason"
                raise EncoderError(f"--speed: ffmpeg could not stretch the sound: {reason}")
        finally:
            run.kill()
            feeder.finish()


def _interleaved(sound: Sound) -> Iterator[Float32Array]:
    """Blocks of a sound as ffmpeg reads them: (n, n_channels), C-contiguous, none of them empty."""
    for block in sound.blocks:
        if block.size:
            yield np.ascontiguousarray(block.T, dtype="<f4")
