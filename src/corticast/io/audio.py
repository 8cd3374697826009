"""Opens sound files: libsndfile reads what it reads whole, ffmpeg decodes the rest."""

from __future__ import annotations

import os
from pathlib import Path

from corticast.errors import DataError
from corticast.io.audio_ffmpeg import open_by_ffmpeg
from corticast.io.audio_file import REMEDY, AudioFile
from corticast.io.audio_libsndfile import open_by_libsndfile

__all__ = ["AudioFile", "load_audio"]


def load_audio(path: str | os.PathLike[str]) -> AudioFile:
    """Open a sound file, or the sound of a video; contents count, not the name.

    WAV, AIFF, FLAC, Ogg, MP3 and their kin are read by libsndfile. What it does not know, or would cut short, is
    decoded by ffmpeg, once right away to count its samples: containers only estimate their length.

    Parameters
    ----------
    path : sound or video; of several sound tracks the first is taken

    Raises
    ------
    DataError : the file is missing, damaged beyond reading, no sound, or a sound without samples
    DeviceError : ffmpeg is needed and does not run
    """
    path = Path(path)
    try:
        with path.open("rb") as stream:
            head = stream.read(10)
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}; {REMEDY}") from error
    if not head:
        raise DataError(f"{path}: the file is empty; {REMEDY}")
    sound = open_by_libsndfile(path, head) or open_by_ffmpeg(path)
    if sound.n_samples == 0:
        raise DataError(f"{path}: a sound without samples; give one that lasts")
    return sound
