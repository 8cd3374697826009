"""Sound that takes longer or shorter at the same pitch, by ffmpeg's atempo: a stream in, a stream out."""

from __future__ import annotations

import subprocess
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import numpy as np
import numpy.typing as npt

from corticast.errors import DeviceError, EncoderError
from corticast.process.ffmpeg import quiet_command, spoken
from corticast.video.sound import Sound

_BLOCK_SIZE = 16384

# What one atempo does well; others are made of several.
_LEAST, _MOST = 0.5, 2.0

# atempo gives what lasts (tones, noise) 2 ms too early and what is short (beeps, clicks) 10 ms, in its input's time
# (ffmpeg 9.0.2, 8 to 96 kHz): it is fed so much later that either one is off by as little.
_LEAD_MS = 5
# It keeps what is in its window when its input ends.
_FLUSH_S = 0.3


def stretched(sound: Sound, speed: float) -> Sound:
    """A sound that goes at `speed` times its pace.

    Events of the sound are off by some 5 ms of its own time at most, per halving or doubling.

    Parameters
    ----------
    speed : above 0; 0.25 makes it four times as long
    """
    return Sound(sound.sample_rate, sound.n_channels, _Stretched(sound, speed))


def tempo_filter(speed: float) -> str:
    """Filter of ffmpeg's for a pace."""
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

    def __iter__(self) -> Iterator[npt.NDArray[np.float32]]:
        layout = ["-f", "f32le", "-ar", str(self.sound.sample_rate), "-ac", str(self.sound.n_channels)]
        command = quiet_command([*layout, "-i", "pipe:0", "-af", tempo_filter(self.speed), *layout, "pipe:1"])
        # What it says goes to a file: a pipe that nobody reads would stop it.
        with tempfile.TemporaryFile() as log:
            try:
                process = subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, process_group=0
                )
            except OSError as error:
                raise DeviceError(f"{command[0]}: does not start ({error.strerror})") from None
            assert process.stdin is not None
            assert process.stdout is not None
            feeder = _Feeder(process.stdin, self.sound)
            feeder.start()
            try:
                with process.stdout as output:
                    n_bytes = 4 * self.sound.n_channels
                    while data := output.read(_BLOCK_SIZE * n_bytes):
                        samples = np.frombuffer(data, dtype="<f4", count=len(data) // n_bytes * self.sound.n_channels)
                        yield samples.reshape(-1, self.sound.n_channels).T
                feeder.join()
                if feeder.error is not None:
                    raise feeder.error
                if process.wait() != 0:
                    log.seek(0)
                    said = " / ".join(spoken(line) for line in log.read().splitlines()[-2:])
                    raise EncoderError(f"--speed: ffmpeg could not stretch the sound: {said or 'it said nothing'}")
            finally:
                process.kill()
                process.wait()
                feeder.join()


class _Feeder(threading.Thread):
    """Writes a sound to a pipe, and closes it."""

    def __init__(self, pipe: IO[bytes], sound: Sound) -> None:
        super().__init__(name="corticast-stretch", daemon=True)
        self._pipe, self._sound = pipe, sound
        self.error: Exception | None = None

    def run(self) -> None:
        """Write all blocks; the thread's own."""
        try:
            with self._pipe:
                for block in self._sound.blocks:
                    self._pipe.write(np.ascontiguousarray(block.T, dtype="<f4").tobytes())
        except BrokenPipeError:
            # Nobody wants more.
            pass
        except Exception as error:
            # An unreadable file, for one: it is the reader's to see.
            self.error = error
