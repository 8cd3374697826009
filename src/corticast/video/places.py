"""Places of films and their segments, and warnings about films."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from corticast.video.arguments.film import staged_name
from corticast.video.formats import FilmFormat
from corticast.video.sound import Sound
from corticast.video.target import FileTarget, FilmTarget, SequenceTarget


@dataclass(frozen=True)
class Segment:
    """A separately encoded part of a film.

    Parameters
    ----------
    path : path of the segment's file
    first : first frame of the segment, a key frame of the film
    """

    path: Path
    first: int


def film_target(path: str, film: FilmFormat, n_frames: int, *, overwrite: bool) -> FilmTarget:
    """The place of a whole film.

    Raises
    ------
    OptionError : the film cannot be written to this path
    """
    if film.container == ".png":
        return SequenceTarget(path, staged_name(film), n_frames, overwrite=overwrite)
    return FileTarget(path, staged_name(film), overwrite=overwrite)


def film_warnings(path: str, film: FilmFormat, sound: Sound | None) -> tuple[str, ...]:
    """Warnings about a film of this format with this sound, one line each."""
    found = list(film.warnings)
    if sound is None:
        return tuple(found)
    if not film.has_sound:
        return (*found, f"{path}: {film.container} films have no sound; the sound was left out")
    if sound.n_channels_encoded != sound.n_channels:
        found.append(f"the film has one channel, the average of the sound's {sound.n_channels} channels")
    rate = film.encoded_rate(sound.sample_rate)
    if rate < sound.sample_rate:
        found.append(f"the film has sound at {rate} Hz instead of {sound.sample_rate} Hz, as players expect")
    return tuple(found)
