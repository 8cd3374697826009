"""Where films and their segments are written, and what is to be said of films."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from corticast.video.arguments.film import staged_name
from corticast.video.formats import FilmFormat
from corticast.video.sound import Sound
from corticast.video.target import FileTarget, FilmTarget, SequenceTarget


@dataclass(frozen=True)
class Segment:
    """A part of a film that is encoded by itself.

    Parameters
    ----------
    path : of its file
    first : frame of the film that it begins with, a key frame
    """

    path: Path
    first: int


def film_target(path: str, film: FilmFormat, n_frames: int, *, overwrite: bool) -> FilmTarget:
    """Place of a whole film.

    Raises
    ------
    OptionError : it cannot be written there
    """
    if film.container == ".png":
        return SequenceTarget(path, staged_name(film), n_frames, overwrite=overwrite)
    return FileTarget(path, staged_name(film), overwrite=overwrite)


def film_warnings(path: str, film: FilmFormat, sound: Sound | None) -> tuple[str, ...]:
    """What a person should know of a film of that format with that sound."""
    found = list(film.warnings)
    if sound is None:
        return tuple(found)
    if not film.has_sound:
        return (*found, f"{path}: {film.container} has no sound; the sound is left out")
    if sound.n_channels_encoded != sound.n_channels:
        found.append(f"the sound's {sound.n_channels} channels are averaged into one for the film")
    rate = film.encoded_rate(sound.sample_rate)
    if rate < sound.sample_rate:
        found.append(f"sound of {sound.sample_rate} Hz is at {rate} Hz in the film, as players expect")
    return tuple(found)
