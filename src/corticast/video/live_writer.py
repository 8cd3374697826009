"""Capture of a live show to a file.

show -> FrameQueue -> pipe ─┐
                            ├─> ffmpeg -> show.partial.mp4 ── at the end ──> ffmpeg -> show.mp4
hear -> SoundQueue -> pipe ─┘

The show never waits for its capture. The partial file plays whatever happens to ffmpeg or corticast: it remains after
a kill, or if completing the film fails.

A repeated frame costs x264 three fifths of a new one (superfast, 1280×720: 4.0 against 6.5 ms of CPU time). A slow
encoder may still fall behind in time, but not in memory. `n_waiting` reports how far, and a kill then loses as much.
"""

from __future__ import annotations

import math
import os
import threading
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from corticast.core.model.encoder import EncoderOptions
from corticast.core.model.types import Float32Array, UInt8Array
from corticast.errors import CorticastError, EncoderError, OptionError
from corticast.process.ffmpeg import FfmpegRun
from corticast.video.arguments.film import SoundFeed, staged_name
from corticast.video.arguments.live import capture, complete
from corticast.video.formats import Size, film_format
from corticast.video.lending import enlarge
from corticast.video.live_queues import FrameQueue, SoundQueue, most_frames
from corticast.video.pipes import ArrayPipe, SoundPipe
from corticast.video.probe import require
from corticast.video.sound import Sound, interleaved
from corticast.video.target import FileTarget

# Duration of sound that may wait for the encoder. Sound is small, and waits while frames are late.
_SOUND_S = 30

# The show comes first: frames are drawn in time, and the encoder repeats frames when it is late.
_NICENESS = 5


class LiveWriter:
    """Captures a live show: frames at a constant rate, and sound.

    This is a context manager. Its constructor checks the options and the place without starting anything. Entering
    starts ffmpeg. Leaving completes the film, even after an error or Ctrl-C. No thread, process or hidden file remains.

    One thread may call `show`, and another one `hear`.

    Parameters
    ----------
    path : path of the film, .mp4 (H.264, AAC)
    size : width, height in pixels
    fps : frames per second, kept exactly
    sample_rate : sample rate of the sound in Hz
    n_channels : channels of the sound; more than two are averaged into one
    encoding : quality, effort and encoder; see `VideoWriter`
    overwrite : replace an existing film and an existing partial file
    threads : threads of the encoder; None for all cores

    Attributes
    ----------
    partial : file beside the film that grows during the show
    n_frames : number of frames in the film so far
    n_repeated : number of repeated frames, because the next one was late
    n_dropped : number of frames replaced by their predecessor, because the encoder was behind
    n_silenced : number of samples replaced by silence, because the encoder was behind
    failure : error that has ended the capture early; None without an error

    Raises
    ------
    OptionError : an option is wrong, or the film cannot be written to its path
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        size: Size,
        fps: Fraction,
        sample_rate: int,
        n_channels: int,
        encoding: EncoderOptions = EncoderOptions(),
        overwrite: bool = False,
        threads: int | None = None,
    ) -> None:
        self._label = os.fspath(path)
        self._film = film_format(self._label, size=size, fps=fps, encoding=encoding)
        if self._film.container != ".mp4":
            raise OptionError(f"{self._label}: live shows are captured as .mp4; give a name that ends in .mp4")
        self._encoder = encoding.encoder
        self._sample_rate = sample_rate
        self._n_channels = n_channels
        self._n_channels_encoded = Sound(sample_rate, n_channels, ()).n_channels_encoded
        self._overwrite = overwrite
        self._threads = threads
        self._target = FileTarget(self._label, staged_name(self._film), overwrite=overwrite)
        final = Path(os.path.realpath(path))
        self.partial = final.with_name(f"{final.stem}.partial{final.suffix}")
        if os.path.lexists(self.partial) and not overwrite:
            raise self._partial_exists()
        self._watcher = threading.Thread(target=self._watch, name="corticast-capture", daemon=True)
        self._is_open = False
        self._is_ending = False
        self.failure: CorticastError | None = None
        self.n_frames = self.n_repeated = self.n_dropped = self.n_silenced = 0
        self._n_samples = 0

    @property
    def frame_size(self) -> Size:
        """Width, height of the frames for `show`: the wanted size, rounded up to even numbers."""
        return self._film.size

    @property
    def wanted_size(self) -> Size:
        """Width, height of the picture: the wanted size, odd sides too."""
        return self._film.wanted

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warnings about the film's format, one line each."""
        return self._film.warnings

    @property
    def frame_bytes(self) -> int:
        """Size of a frame in bytes."""
        return self._film.frame_bytes

    @property
    def n_waiting(self) -> int:
        """Number of frames that wait for the encoder, including repeats. The partial file lacks these."""
        return self._frames.n_waiting

    def __enter__(self) -> Self:
        """Start ffmpeg.

        Raises
        ------
        OptionError : the folder is not writable, or another capture has made the partial file
        DeviceError : ffmpeg is missing, or the wanted hardware encoder does not work
        """
        if self._film.codec.hardware:
            require(self._film, self._encoder, self._threads)
        self._reserve_partial()
        try:
            self._start()
        except BaseException:
            self._keeps_partial()
            raise
        self._is_open = True
        return self

    def _reserve_partial(self) -> None:
        """Create the partial file, so that no other capture takes its name."""
        # ffmpeg empties the file when the first frame arrives.
        is_new = 0 if self._overwrite else os.O_EXCL
        try:
            os.close(os.open(self.partial, os.O_WRONLY | os.O_CREAT | is_new, 0o666))
        except FileExistsError:
            raise self._partial_exists() from None
        except OSError as error:
            raise OptionError(
                f"{self._label}: cannot write {self.partial} ({error.strerror}); give another folder"
            ) from None

    def _partial_exists(self) -> OptionError:
        return OptionError(
            f"{self._label}: {self.partial} exists, left by an interrupted capture; "
            "rename it to keep it, or give --overwrite to replace it"
        )

    def _start(self) -> None:
        self._frames = FrameQueue(self.frame_bytes, most_frames(self.frame_bytes, self._film.fps))
        self._sound = SoundQueue(self._n_channels_encoded, _SOUND_S * self._sample_rate)
        with ExitStack() as read_ends:

            def pipe() -> tuple[int, int]:
                read_end, write_end = os.pipe()
                read_ends.callback(os.close, read_end)
                return read_end, write_end

            frame_fd, write_end = pipe()
            enlarge(write_end)
            self._frame_pipe = ArrayPipe(write_end, self._frames, "corticast-frames")
            sound_fd, write_end = pipe()
            self._sound_pipe = SoundPipe(write_end, self._sound)
            feed = SoundFeed(sound_fd, self._sample_rate, self._n_channels_encoded, duration_s=None)
            command = capture(self._film, feed, self._threads, self.partial)
            try:
                self._run = FfmpegRun(
                    command,
                    folder=self.partial.parent,
                    label=self._label,
                    stdin=frame_fd,
                    pass_fds=[sound_fd],
                    niceness=_NICENESS,
                )
            except BaseException:
                self._frame_pipe.finish()
                self._sound_pipe.finish()
                raise
        for thread in (self._frame_pipe, self._sound_pipe, self._watcher):
            thread.start()

    def show(self, frame: UInt8Array, n_repeats: int = 1) -> None:
        """Capture the next frame. Never waits for the encoder, and never raises its errors.

        Parameters
        ----------
        frame : uint8 of any shape, C-ordered, `frame_bytes` in all: planes Y', Cb, Cr one after the other, BT.709,
            limited range, chroma sited left, row 0 at the top. The frame is copied.
        n_repeats : number of times to write the frame; 1 if the frame is in time. Picture and sound must stay within
            seconds of each other: half a minute of sound may wait for its frames, further sound becomes silence.
        """
        if not self._is_open or self.failure is not None or n_repeats == 0:
            return
        assert frame.nbytes == self._film.frame_bytes
        if not self._frames.put(frame.reshape(-1), n_repeats):
            self.n_dropped += 1
        self.n_frames += n_repeats
        self.n_repeated += n_repeats - 1

    def hear(self, samples: Float32Array) -> None:
        """Capture the next samples. Never waits for the encoder, and never raises its errors.

        Parameters
        ----------
        samples : (n_channels, n) float32, full scale is ±1. The samples are copied.
        """
        n_samples = samples.shape[1]
        if not self._is_open or self.failure is not None:
            return
        for block in interleaved(Sound(self._sample_rate, self._n_channels, (samples,)), n_samples):
            # A single NaN would make AAC end the whole film.
            block[np.isnan(block)] = 0.0
            if not self._sound.put(block):
                self.n_silenced += n_samples
        self._n_samples += n_samples

    def close(self) -> Path:
        """Write all waiting frames and sound, and put the completed film in place.

        The shorter of picture and sound is extended, with its last frame or with silence. A second call does nothing.

        Returns
        -------
        the film

        Raises
        ------
        EncoderError : ffmpeg failed, or the film cannot be put in place; the text names the partial file
        OptionError : a file with the film's name has appeared and may not be replaced
        """
        if self._is_open:
            self._is_open = False
            try:
                self._end_show()
                if self.failure is None:
                    self._publish()
            except BaseException:
                self._run.kill()
                self._join()
                self.failure = self._with_partial(EncoderError(f"{self._label}: interrupted before it was complete"))
                raise
        if self.failure is not None:
            raise self.failure
        return Path(self._label)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._is_open and kind is not None and self.n_frames == 0:
            self._discard()
        elif self._is_open:
            self.close()

    def _discard(self) -> None:
        """End a capture without frames: a show that never began leaves no film."""
        self._is_open = False
        self._is_ending = True
        self._run.kill()
        self._join()
        self.partial.unlink(missing_ok=True)

    def _end_show(self) -> None:
        """Extend the shorter of picture and sound, and wait until everything is encoded or has failed."""
        n_whole = max(1, math.floor(self._n_samples * self._film.fps / self._sample_rate))
        if self.n_frames == 0:
            self._frames.put(_black(self._film.size), n_whole)
        elif n_whole > self.n_frames:
            self._frames.repeat(n_whole - self.n_frames)
        self.n_frames = max(n_whole, self.n_frames)
        n_missing = round(self.n_frames / self._film.fps * self._sample_rate) - self._n_samples
        if n_missing > 0:
            self._sound.put_silence(n_missing)
        self._is_ending = True
        self._frames.end()
        self._sound.end()
        self._join()
        is_written = not (self._frame_pipe.broken or self._sound_pipe.broken or self.n_waiting)
        if self.failure is None and not is_written:
            self.failure = self._with_partial(self._run.failure())

    def _join(self) -> None:
        self._frame_pipe.finish()
        self._sound_pipe.finish()
        self._watcher.join()

    def _watch(self) -> None:
        """Wait for the end of ffmpeg, then close both queues. Runs in the watching thread."""
        try:
            self._run.wait()
            if not self._is_ending:
                raise self._run.failure()
        except EncoderError as error:
            self.failure = self._with_partial(error)
        self._frames.abandon()
        self._sound.abandon()

    def _publish(self) -> None:
        """Make a plain film from the partial file; on failure, keep the error."""
        try:
            folder = self._target.open()
            arguments = complete(self._film, self.partial, self._sample_rate)
            with FfmpegRun(arguments, folder=folder, label=self._label) as run:
                run.wait()
            self._target.publish()
        except CorticastError as error:
            self.failure = self._with_partial(error)
        else:
            self.partial.unlink(missing_ok=True)
        finally:
            self._target.discard()

    def _with_partial(self, error: CorticastError) -> CorticastError:
        """Add the path of the partial file to an error, if the file holds anything."""
        if not self._keeps_partial():
            return error
        longer = type(error)(f"{error.as_typed}; the capture until then is in {self.partial}")
        for note in getattr(error, "__notes__", ()):
            longer.add_note(note)
        return longer

    def _keeps_partial(self) -> bool:
        """Whether the partial file holds anything. An empty one is removed."""
        try:
            if self.partial.stat().st_size > 0:
                return True
            self.partial.unlink()
        except OSError:
            # Somebody else has removed the file.
            return False
        return False


def _black(size: Size) -> UInt8Array:
    """Planes of a black frame."""
    n_pixels = size[0] * size[1]
    return np.repeat(np.array([16, 128], np.uint8), [n_pixels, n_pixels // 2])
