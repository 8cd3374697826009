"""One encoding under way: ffmpeg, and the threads that feed it."""

from __future__ import annotations

import os
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path

from corticast.core.trace import Trace
from corticast.process.ffmpeg import FfmpegRun
from corticast.video.arguments.film import SoundFeed, encode
from corticast.video.arguments.segments import encode_segment
from corticast.video.formats import FilmFormat
from corticast.video.pipes import FramePipe, SoundPipe
from corticast.video.sound import Sound, interleaved

# In traces: the process that encodes.
FFMPEG = "ffmpeg"


class Encoding:
    """Frames and sound on their way through ffmpeg, which starts at once.

    Parameters
    ----------
    film : the format
    folder : working folder of ffmpeg, in which the film appears
    label : name of the film in messages
    sound : of the film; None for a silent one
    duration_s : of the film, and so of the sound, in seconds
    first : frame of the film that a segment begins with; None for a whole film
    threads : of the encoder, None leaves it to ffmpeg
    trace : records the time of frames and encoder

    Raises
    ------
    DeviceError : there is no ffmpeg, or it does not start
    """

    def __init__(
        self,
        film: FilmFormat,
        *,
        folder: Path,
        label: str,
        sound: Sound | None,
        duration_s: Fraction,
        first: int | None,
        threads: int | None,
        trace: Trace,
    ) -> None:
        assert sound is None or first is None
        self._trace = trace
        self._sound: SoundPipe | None = None
        feed: SoundFeed | None = None
        with ExitStack() as read_ends:

            def pipe() -> tuple[int, int]:
                read_end, write_end = os.pipe()
                read_ends.callback(os.close, read_end)
                return read_end, write_end

            frame_fd, write_end = pipe()
            self._frames = FramePipe(write_end, film.frame_bytes, trace)
            if sound is not None:
                sound_fd, write_end = pipe()
                self._sound = SoundPipe(write_end, interleaved(sound, round(duration_s * sound.sample_rate)))
                feed = SoundFeed(sound_fd, sound.sample_rate, sound.n_channels_encoded, duration_s)
            command = encode(film, feed, threads) if first is None else encode_segment(film, first, threads)
            inherited = [] if feed is None else [feed.fd]
            try:
                self._run = FfmpegRun(command, folder=folder, label=label, stdin=frame_fd, pass_fds=inherited)
                self._frames.start()
                if self._sound is not None:
                    self._sound.start()
            except BaseException:
                # ffmpeg, if it has started, ends with its inputs.
                self._end_pipes()
                raise

    def put(self, frame: memoryview) -> None:
        """Hand over a frame; waits while ffmpeg is behind.

        Raises
        ------
        EncoderError : ffmpeg has failed
        Exception : error while reading the sound
        """
        self._check_pipes()
        self._frames.put(frame)

    def finish(self) -> None:
        """Wait until ffmpeg has encoded all frames.

        Raises
        ------
        EncoderError : ffmpeg has failed
        Exception : error while reading the sound
        """
        self._end_pipes()
        self._check_pipes()
        with self._trace.stage("last frames", FFMPEG):
            self._run.wait()

    def kill(self) -> None:
        """End ffmpeg and the threads at once."""
        self._run.kill()
        self._end_pipes()

    def _end_pipes(self) -> None:
        self._frames.finish()
        if self._sound is not None:
            self._sound.finish()

    def _check_pipes(self) -> None:
        if self._sound is not None and self._sound.error is not None:
            raise self._sound.error
        if self._frames.broken:
            raise self._run.failure()
