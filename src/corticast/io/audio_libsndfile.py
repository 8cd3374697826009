"""Sound files through libsndfile, if it reads them completely."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
import soundfile

from corticast.core.model.types import Float32Array
from corticast.io import door
from corticast.io.audio_file import BLOCK_SIZE, AudioFile, is_usable, warn_of_unusable
from corticast.io.door import OpenFile, Stamp
from corticast.io.file_kinds import SOUND

# The end of the announced length is tested by reading so many samples.
_TAIL = 4096

# Programs write such sizes when they do not know the size yet: 0x7FFFFFFF, 0xFFFFFFFF and their neighbours.
_NO_SIZE = 0x7FFF0000

# Encodings whose samples do not depend on earlier ones, and FLAC, whose blocks do not. Seeking in other encodings is
# not exact in libsndfile 1.2: Vorbis misses the sample in its last page.
_SEEKABLE = ("PCM", "FLOAT", "DOUBLE", "ULAW", "ALAW")

_MAX_OGG_PAGE_BYTES = 65307


_Ending = Literal["whole", "cut off", "chained"]


class _SoundFile(soundfile.SoundFile):
    """A sound file without hidden seeks.

    soundfile seeks to the current position after every read. A decoder that needs earlier samples may then continue
    with different ones.
    """

    def seekable(self) -> bool:
        """Report False to soundfile. `seek` works nevertheless."""
        return False


def open_by_libsndfile(path: Path, head: bytes, stamp: Stamp) -> AudioFile | None:
    """Open a sound with libsndfile; None if libsndfile cannot read it, or not completely.

    MPEG sound is left to ffmpeg. libsndfile's decoder of MPEG, mpg123, writes about damaged frames to standard error,
    past Python, so that nobody can report them. (It would also need the length in an Xing header: without this
    header it assumes the first frame's bit rate for all frames, and drops half of a song with a variable rate.)
    """
    if head.startswith(b"ID3") or (head[0] == 0xFF and head[1:2] >= b"\xe0"):
        return None
    try:
        with _opened(path, stamp) as (opened, ending):
            if ending == "chained" or not _reaches_its_end(opened):
                return None
            # Integers and transform codecs cannot hold such samples.
            n_unusable = _count_unusable(opened) if opened.subtype in ("FLOAT", "DOUBLE") else 0
            return AudioFile(
                path=path,
                sample_rate=opened.samplerate,
                n_channels=opened.channels,
                n_samples=opened.frames,
                format=f"{opened.format} {opened.subtype}",
                warnings=(*warn_of_unusable(path, n_unusable), *_warn_cut_off(path, opened, ending)),
                _frames=partial(_libsndfile_frames, stamp),
                _has_unusable=n_unusable > 0,
            )
    except soundfile.LibsndfileError:
        return None


@contextmanager
def _opened(path: Path, stamp: Stamp) -> Iterator[tuple[_SoundFile, _Ending]]:
    """A sound file of libsndfile's, and how it ends."""
    with door.opened(path, SOUND, since=stamp) as file:
        ending: _Ending = _ogg_ending(file) if file.read(4) == b"OggS" else "whole"
        # libsndfile begins where the descriptor stands.
        file.seek(0)
        with _SoundFile(file.fileno(), closefd=False) as opened:
            yield opened, ending


def _libsndfile_frames(stamp: Stamp, path: Path, block_size: int, start: int, end: int) -> Iterator[Float32Array]:
    """Float32Array from `start` to before `end`; fewer if the file ends early."""
    try:
        with _opened(path, stamp) as (opened, _):
            if opened.subtype.startswith(_SEEKABLE):
                opened.seek(start)
            else:
                for position in range(0, start, BLOCK_SIZE):
                    opened.read(min(BLOCK_SIZE, start - position), dtype="float32")
            for position in range(start, end, block_size):
                yield opened.read(min(block_size, end - position), dtype="float32", always_2d=True)
    except soundfile.LibsndfileError:
        return


def _reaches_its_end(opened: Any) -> bool:
    """Whether the last announced samples can be read.

    Streamed FLAC announces the largest possible number. A damaged file holds fewer samples than its header announces.
    """
    n_tail = min(_TAIL, opened.frames)
    try:
        opened.seek(opened.frames - n_tail)
        n_read = len(opened.read(n_tail, dtype="float32", always_2d=True))
        opened.seek(0)
    except soundfile.LibsndfileError:
        return False
    return bool(n_read == n_tail)


def _count_unusable(opened: Any) -> int:
    n_unusable = 0
    while len(frames := opened.read(BLOCK_SIZE, dtype="float32", always_2d=True)):
        n_unusable += frames.size - int(np.count_nonzero(is_usable(frames)))
    return n_unusable


def _ogg_ending(file: OpenFile) -> _Ending:
    """How an Ogg file ends, judged by its last page (RFC 3533, section 6).

    "chained" means that the last page belongs to another stream than the first. libsndfile stops before that page.
    """
    file.seek(0)
    first = file.read(27) or b""
    file.seek(max(0, file.size - 2 * _MAX_OGG_PAGE_BYTES))
    tail = file.read(2 * _MAX_OGG_PAGE_BYTES) or b""
    page = tail[tail.rfind(b"OggS") :]
    if page[14:18] != first[14:18]:
        return "chained"
    n_segments = page[26] if len(page) > 26 else 0
    is_complete = len(page) >= 27 + n_segments + sum(page[27 : 27 + n_segments])
    is_last = len(page) > 5 and bool(page[5] & 4)
    return "whole" if is_complete and is_last else "cut off"


def _warn_cut_off(path: Path, opened: Any, ogg_ending: str) -> tuple[str, ...]:
    if ogg_ending == "cut off":
        return (f"{path.name}: cut off: the end mark is missing; only {_seconds(opened.frames, opened)} are present",)
    # libsndfile takes the end of the file for the end of the sound, and reports this in its log.
    pattern = r"^ *(?:data|SSND|Data Size|Riff size|riff) *: (\d+) \(should be (\d+)\)"
    found = re.search(pattern, opened.extra_info, re.MULTILINE)
    if found is None:
        return ()
    announced, held = int(found[1]), int(found[2])
    if not held < announced < _NO_SIZE or held == 0:
        return ()
    there, whole = _seconds(opened.frames, opened), _seconds(opened.frames * announced / held, opened)
    return (f"{path.name}: cut off: the header announces {whole}, but only {there} are present",)


def _seconds(n_samples: float, opened: Any) -> str:
    return f"{n_samples / opened.samplerate:.3f} s"
