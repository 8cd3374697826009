"""Write frames and sound to a film.

frames -> FramePipe ─┐
                     ├─> ffmpeg -> hidden folder -> (second run of ffmpeg for a GIF) -> the film's name
sound  -> SoundPipe ─┘
"""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

from corticast.core.model.encoder import EncoderOptions
from corticast.core.model.types import UInt8Array
from corticast.core.trace import Trace
from corticast.errors import EncoderError
from corticast.process.ffmpeg import FfmpegRun
from corticast.video.arguments.film import second_run, staged_name
from corticast.video.arguments.segments import segment_name
from corticast.video.bound import Bound, size_text
from corticast.video.codecs import PixFmt
from corticast.video.encoding import FFMPEG, Encoding
from corticast.video.formats import Size, film_format
from corticast.video.pipes import frames_held
from corticast.video.places import Segment, film_target, film_warnings
from corticast.video.probe import require
from corticast.video.sound import Sound
from corticast.video.target import FileTarget, FilmTarget

__all__ = ["Segment", "Sound", "VideoWriter"]


class VideoWriter:
    """Writes a film. It appears under its name only when it is complete.

    This is a context manager. Its constructor checks the options and the place without starting anything. Entering
    starts ffmpeg. Leaving completes the film, or removes all its parts after an error or Ctrl-C. No thread, process or
    hidden file remains.

    Parameters
    ----------
    path : .mp4 (H.264, AAC), .webm (VP9 or AV1, Opus), .mov (ProRes 4444, PCM), .gif, or numbered
        pictures such as frames/%05d.png
    size : width, height in pixels
    fps : frames per second; exact in .mp4 and .mov, to a millisecond per frame in .webm, to a centisecond in .gif
    n_frames : number of frames in the whole film
    sound : sound that is cut, or extended with silence, to the film's duration
    encoding : codec, quality, effort and encoder. A hardware encoder is tested with one frame when the writer is
        entered.
    alpha : whether frames are transparent; colours are straight, not multiplied by alpha
    overwrite : replace an existing film
    segment : write only the `n_frames` frames from the segment's first one on, without sound, into the segment's file;
        `join_segments` makes the film
    threads : threads of the encoder; None lets ffmpeg choose
    trace : records the time of frames and encoder

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
        n_frames: int,
        sound: Sound | None = None,
        encoding: EncoderOptions = EncoderOptions(),
        alpha: bool = False,
        overwrite: bool = False,
        segment: Segment | None = None,
        threads: int | None = None,
        trace: Trace | None = None,
    ) -> None:
        self._label = os.fspath(path)
        film = film_format(self._label, size=size, fps=fps, alpha=alpha, encoding=encoding)
        assert segment is None or film.max_size is None
        self._film = film.bounded(n_frames, None if sound is None else sound.sample_rate)
        self._encoder = encoding.encoder
        self._n_frames = n_frames
        self._sound = sound
        self._threads = threads
        self._trace = trace or Trace()
        self._first = None if segment is None else segment.first
        self._target: FilmTarget
        if segment is not None:
            self._target = FileTarget(os.fspath(segment.path), segment_name(self._film), overwrite=overwrite)
        else:
            self._target = film_target(self._label, self._film, n_frames, overwrite=overwrite)
        self._folder = Path()
        self._encoding: Encoding | None = None
        self._n_written = 0
        self._n_bytes = 0

    @property
    def pix_fmt(self) -> PixFmt:
        """Layout of the frames.

        "yuv420p": planes Y', Cb, Cr one after the other, BT.709, limited range, chroma sited left;
        "rgb0" or "rgba": red, green, blue, and an unused byte or alpha. Row 0 is the top.
        """
        return self._film.pix_fmt

    @property
    def frame_size(self) -> Size:
        """Width, height of the frames for `write`: rounded up to even numbers for "yuv420p", else the wanted size."""
        return self._film.size

    @property
    def frame_bytes(self) -> int:
        """Size of a frame in bytes."""
        return self._film.frame_bytes

    @property
    def frames_held(self) -> int:
        """Number of frames in flight. Each frame must stay unchanged until so many further ones have been written."""
        return frames_held(self.frame_bytes)

    @property
    def bound(self) -> Bound | None:
        """Bit rates that keep the film below its largest size; None without one."""
        return self._film.bound

    @property
    def n_bytes(self) -> int:
        """Size of the film in bytes, after `close`."""
        return self._n_bytes

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warnings about the film, one line each."""
        return film_warnings(self._label, self._film, self._sound)

    def __enter__(self) -> Self:
        """Start ffmpeg.

        Raises
        ------
        OptionError : the folder is not writable
        DeviceError : ffmpeg is missing, or the wanted hardware encoder does not work
        """
        if self._film.codec.hardware:
            with self._trace.stage("try encoder"):
                require(self._film, self._encoder, self._threads)
        try:
            self._folder = self._target.open()
            with self._trace.stage("start ffmpeg"):
                self._encoding = Encoding(
                    self._film,
                    folder=self._folder,
                    label=self._label,
                    sound=self._sound if self._film.has_sound and self._first is None else None,
                    duration_s=self._n_frames / self._film.fps,
                    first=self._first,
                    threads=self._threads,
                    trace=self._trace,
                )
        except BaseException:
            self._target.discard()
            raise
        return self

    def write(self, frame: UInt8Array) -> None:
        """Write the next frame, in the layout of `pix_fmt` and `frame_size`. Waits while ffmpeg is behind.

        Parameters
        ----------
        frame : uint8 of any shape, C-ordered. The frame is not copied: it must stay unchanged until `frames_held`
            further frames have been written.

        Raises
        ------
        EncoderError : ffmpeg failed
        DataError : the sound cannot be read
        """
        assert self._encoding is not None
        assert frame.nbytes == self._film.frame_bytes
        self._encoding.put(frame.reshape(-1).data)
        self._n_written += 1

    def close(self) -> None:
        """Complete the film and put it in place. A second call does nothing.

        Raises
        ------
        EncoderError : ffmpeg failed, or the film cannot be put in place
        DataError : the sound cannot be read
        OptionError : a file with the film's name has appeared and may not be replaced
        """
        if self._encoding is None:
            return
        try:
            assert self._n_written == self._n_frames
            self._encoding.finish()
            arguments = second_run(self._film, self._threads) if self._first is None else None
            if arguments is not None:
                with (
                    self._trace.stage("second run", FFMPEG),
                    FfmpegRun(arguments, folder=self._folder, label=self._label) as run,
                ):
                    run.wait()
            self._check_size()
            self._n_bytes = self._target.publish()
        except BaseException:
            self._abort()
            raise
        self._encoding = None

    def _check_size(self) -> None:
        """Refuse a film that is larger than its bound, before it gets its name."""
        bound = self._film.bound
        if bound is None:
            return
        n_bytes = (self._folder / staged_name(self._film)).stat().st_size
        if n_bytes > bound.max_bytes:
            raise EncoderError(
                f"{self._label}: {size_text(n_bytes)} are more than --max-size {size_text(bound.max_bytes)}; "
                "give a smaller --size, a higher --crf, or a larger --max-size"
            )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self._abort()

    def _abort(self) -> None:
        if self._encoding is not None:
            self._encoding.kill()
            self._encoding = None
            self._target.discard()
