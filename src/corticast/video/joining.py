"""Segments of a film become the film; only its sound is encoded."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from corticast.process.ffmpeg import FfmpegRun
from corticast.video.arguments.film import SoundFeed
from corticast.video.arguments.segments import join
from corticast.video.formats import FilmFormat
from corticast.video.pipes import SoundPipe
from corticast.video.places import film_target
from corticast.video.sound import Sound, interleaved


def join_segments(
    path: str, segments: Sequence[Path], film: FilmFormat, n_frames: int, *, sound: Sound | None, overwrite: bool
) -> int:
    """Make a film of its segments: frames, times and sound are those of the film that is encoded at once.

    Parameters
    ----------
    path : of the film
    segments : files of all its segments, in order
    film : its format
    n_frames : of the whole film
    sound : cut, or filled with silence, to the film's duration; None for none
    overwrite : replace what exists

    Returns
    -------
    bytes of the film

    Raises
    ------
    OptionError : the place cannot be used
    EncoderError : ffmpeg failed
    DeviceError : there is no ffmpeg, or it does not start
    DataError : the sound cannot be read
    """
    target = film_target(path, film, n_frames, overwrite=overwrite)
    folder = target.open()
    try:
        (folder / "segments.txt").write_text("".join(f"file {_quoted(segment)}\n" for segment in segments))
        if sound is None or not film.has_sound:
            with FfmpegRun(join(film, "segments.txt", None), folder=folder, label=path) as run:
                run.wait()
        else:
            _join_with_sound(path, folder, film, n_frames, sound)
        return target.publish()
    finally:
        target.discard()


def _join_with_sound(path: str, folder: Path, film: FilmFormat, n_frames: int, sound: Sound) -> None:
    duration_s = n_frames / film.fps
    read_end, write_end = os.pipe()
    feed = SoundFeed(read_end, sound.sample_rate, sound.n_channels_encoded, duration_s)
    pipe = SoundPipe(write_end, interleaved(sound, round(duration_s * sound.sample_rate)))
    try:
        run = FfmpegRun(join(film, "segments.txt", feed), folder=folder, label=path, pass_fds=[read_end])
    except BaseException:
        pipe.finish()
        raise
    finally:
        os.close(read_end)
    with run:
        pipe.start()
        try:
            run.wait()
        finally:
            run.kill()
            pipe.finish()
        if pipe.error is not None:
            raise pipe.error


def _quoted(path: Path) -> str:
    """A path as the concat demuxer reads it: within quotes all is itself, but for a quote."""
    return "'" + str(path.absolute()).replace("'", "'\\''") + "'"
