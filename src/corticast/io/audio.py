"""Sound files: libsndfile reads the formats that it reads completely, ffmpeg decodes all others."""

from __future__ import annotations

import os
import re

from corticast.core.arguments import check_path, named_arguments
from corticast.errors import DataError
from corticast.io.audio_ffmpeg import open_by_ffmpeg
from corticast.io.audio_file import REMEDY, AudioFile
from corticast.io.audio_libsndfile import open_by_libsndfile
from corticast.io.door import opened
from corticast.io.file_kinds import SOUND

# ffmpeg would read the files that such a text names.
_HEAD_BYTES = 4096
_PLAYLIST = re.compile(rb"^#EXTM3U|^ffconcat|^\[playlist\]|<(MPD|SmoothStreamingMedia|CompositionPlaylist)\b")

__all__ = ["AudioFile", "load_audio"]


@named_arguments
def load_audio(path: str | os.PathLike[str]) -> AudioFile:
    """Open a sound file, or the sound of a video. The content decides about the format, not the name.

    libsndfile reads WAV, AIFF, FLAC, Ogg and similar files. ffmpeg decodes MP3, and formats that libsndfile does not
    know or would cut short. ffmpeg then decodes the file once right away to count the samples, since containers only
    estimate their length.

    Parameters
    ----------
    path : sound or video; the first of several sound tracks is taken

    Raises
    ------
    DataError : the file is missing, damaged, without sound, or without samples
    DeviceError : ffmpeg is needed but does not run
    """
    path = check_path("path", path, "a sound file, such as WAV or MP3 (for an array: SampledSound(samples, rate))")
    with opened(path, SOUND) as file:
        head = file.read(_HEAD_BYTES) or b""
        stamp = file.stamp
    if not head:
        raise DataError(f"{path}: the file is empty; {REMEDY}")
    if _PLAYLIST.search(head):
        raise DataError(f"{path}: a playlist, which names other files; give one of these files")
    sound = open_by_libsndfile(path, head, stamp) or open_by_ffmpeg(path, stamp)
    if sound.n_samples == 0:
        raise DataError(f"{path}: the sound has no samples; {REMEDY}")
    return sound
