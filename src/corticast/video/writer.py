"""Frames and sound to a file.

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

import numpy as np
import numpy.typing as npt

from corticast.core.trace import Recorder
from corticast.process.ffmpeg import FfmpegRun
from corticast.video.arguments.film import second_run
from corticast.video.arguments.segments import segment_name
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
    """Writes a film; it appears under its name only when it is complete.

    A context manager. Making it checks the options and the place, and starts nothing; entering it
    starts ffmpeg; leaving it completes the film, or, after an error or Ctrl-C, removes what there
    is of it. No thread, process or hidden file outlives it.

    Parameters
    ----------
    path : .mp4 (H.264, AAC), .webm (VP9 or AV1, Opus), .mov (ProRes 4444, PCM), .gif, or numbered
        pictures such as frames/%05d.png
    size : width, height in pixels
    fps : frames per second; exact in .mp4 and .mov, to a millisecond per frame in .webm, to a centisecond in .gif
    n_frames : how many frames will be written
    sound : cut, or filled with silence, to the film's duration
    codec : "vp9" or "av1" for .webm; None takes the container's default
    crf, preset : quality and effort; None takes the codec's default
    encoder : "software", a kind of hardware such as "nvenc", or one of its encoders such as "h264_nvenc"; "auto" takes
        software. Hardware is tried out, by one frame, when the writer is entered.
    alpha : frames are transparent, colours not multiplied by alpha (straight)
    overwrite : replace what exists
    segment : only that many frames of the film, from the one that the segment begins with, are written into the
        segment's file, without sound; `join` makes the film of all segments
    threads : of the encoder, None leaves it to ffmpeg
    recorder : of the time that frames and their encoder take

    Raises
    ------
    OptionError : an option or the place cannot be used
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        size: Size,
        fps: Fraction,
        n_frames: int,
        sound: Sound | None = None,
        codec: str | None = None,
        crf: float | None = None,
        preset: str | None = None,
        encoder: str = "auto",
        alpha: bool = False,
        overwrite: bool = False,
        segment: Segment | None = None,
        threads: int | None = None,
        recorder: Recorder | None = None,
    ) -> None:
        self._label = os.fspath(path)
        self._film = film_format(
            self._label, size=size, fps=fps, alpha=alpha, codec=codec, crf=crf, preset=preset, encoder=encoder
        )
        self._encoder = encoder
        self._n_frames = n_frames
        self._sound = sound
        self._threads = threads
        self._recorder = recorder or Recorder()
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
        """What frames must be.

        "yuv420p": planes Y', Cb, Cr one after the other, BT.709, limited range, chroma sited left;
        "rgb0" or "rgba": red, green, blue, and a byte that is not looked at, or alpha. Row 0 is the top.
        """
        return self._film.pix_fmt

    @property
    def frame_size(self) -> Size:
        """Width, height of the frames that `write` takes: even for "yuv420p", else as asked."""
        return self._film.size

    @property
    def frame_bytes(self) -> int:
        """Bytes of a frame."""
        return self._film.frame_bytes

    @property
    def frames_held(self) -> int:
        """How many frames may be on their way: each must stay as it is until as many further ones have followed."""
        return frames_held(self.frame_bytes)

    @property
    def n_bytes(self) -> int:
        """Bytes of the film, once it is closed."""
        return self._n_bytes

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know of the film."""
        return film_warnings(self._label, self._film, self._sound)

    def __enter__(self) -> Self:
        """Start ffmpeg.

        Raises
        ------
        OptionError : the folder cannot be written to
        DeviceError : there is no ffmpeg, or the hardware encoder that was asked for does not work
        """
        if self._film.codec.hardware:
            with self._recorder.stage("try encoder"):
                require(self._film, self._encoder, self._threads)
        try:
            self._folder = self._target.open()
            with self._recorder.stage("start ffmpeg"):
                self._encoding = Encoding(
                    self._film,
                    folder=self._folder,
                    label=self._label,
                    sound=self._sound if self._film.has_sound and self._first is None else None,
                    duration_s=self._n_frames / self._film.fps,
                    first=self._first,
                    threads=self._threads,
                    recorder=self._recorder,
                )
        except BaseException:
            self._target.discard()
            raise
        return self

    def write(self, frame: npt.NDArray[np.uint8]) -> None:
        """Hand over the next frame, as `pix_fmt` and `frame_size` say; waits while ffmpeg is behind.

        Parameters
        ----------
        frame : uint8 of any shape, C-ordered. Nothing is copied: it must stay as it is until `frames_held` further
            ones have been handed over.

        Raises
        ------
        EncoderError : ffmpeg has died
        DataError : the sound cannot be read
        """
        assert self._encoding is not None
        assert frame.nbytes == self._film.frame_bytes
        self._encoding.put(frame.reshape(-1).data)
        self._n_written += 1

    def close(self) -> None:
        """Complete the film and put it in place; nothing happens when that is done.

        Raises
        ------
        EncoderError : ffmpeg has died, or the film cannot be put in place
        DataError : the sound cannot be read
        OptionError : something has appeared under the film's name, and may not be replaced
        """
        if self._encoding is None:
            return
        try:
            assert self._n_written == self._n_frames
            self._encoding.finish()
            arguments = second_run(self._film, self._threads) if self._first is None else None
            if arguments is not None:
                with (
                    self._recorder.stage("second run", FFMPEG),
                    FfmpegRun(arguments, folder=self._folder, label=self._label) as run,
                ):
                    run.wait()
            self._n_bytes = self._target.publish()
        except BaseException:
            self._abort()
            raise
        self._encoding = None

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
