"""Join the segments of a film. Only the sound is encoded."""

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
    """Join segments to a film with the same frames, times and sound as a film that is encoded at once.

    Parameters
    ----------
    path : path of the film
    segments : files of all segments, in order
    film : format of the film
    n_frames : number of frames in the whole film
    sound : sound that is cut, or extended with silence, to the film's duration; None for a silent film
    overwrite : replace an existing film

    Returns
    -------
    size of the film in bytes

    Raises
    ------
    OptionError : the film cannot be written to its path
    EncoderError : ffmpeg failed
    DeviceError : ffmpeg is missing or does not start
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
    """Quote a path for the concat demuxer: within quotes, only the quote itself is special."""
    return "'" + str(path.absolute()).replace("'", "'\\''") + "'"
