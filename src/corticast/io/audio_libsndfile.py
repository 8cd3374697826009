"""Sound files through libsndfile, if it reads them completely."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
import soundfile

from corticast.core.model.types import Float32Array
from corticast.io.audio_file import BLOCK_SIZE, AudioFile, warn_of_non_finite

# The end of the announced length is tested by reading so many samples.
_TAIL = 4096

# Programs write such sizes when they do not know the size yet: 0x7FFFFFFF, 0xFFFFFFFF and their neighbours.
_NO_SIZE = 0x7FFF0000

# An Xing header is trusted if its size differs no more from the file's size. Tags at the end are smaller than this; a
# second song that was appended to the first is larger.
_XING_TOLERANCE = 0.01

# Encodings whose samples do not depend on earlier ones, and FLAC, whose blocks do not. Seeking in other encodings is
# not exact in libsndfile 1.2: MP3 lacks the parts that earlier frames leave to it, Vorbis misses the sample in its last
# page.
_SEEKABLE = ("PCM", "FLOAT", "DOUBLE", "ULAW", "ALAW")

_MAX_OGG_PAGE_BYTES = 65307


class _SoundFile(soundfile.SoundFile):
    """A sound file without hidden seeks.

    soundfile seeks to the current position after every read. An MP3 decoder then continues with different samples.
    """

    def seekable(self) -> bool:
        """Report False to soundfile. `seek` works nevertheless."""
        return False


def open_by_libsndfile(path: Path, head: bytes) -> AudioFile | None:
    """Open a sound with libsndfile; None if libsndfile cannot read it, or not completely."""
    is_mpeg = head.startswith(b"ID3") or (head[0] == 0xFF and head[1:2] >= b"\xe0")
    if is_mpeg and not _xing_is_true(path, head):
        return None
    try:
        with _SoundFile(path) as opened:
            ending = _ogg_ending(path) if opened.format == "OGG" else "whole"
            if ending == "chained" or not _reaches_its_end(opened):
                return None
            # Integers and transform codecs cannot hold NaN or infinity.
            n_non_finite = _count_non_finite(opened) if opened.subtype in ("FLOAT", "DOUBLE") else 0
            return AudioFile(
                path=path,
                sample_rate=opened.samplerate,
                n_channels=opened.channels,
                n_samples=opened.frames,
                format=f"{opened.format} {opened.subtype}",
                warnings=(*warn_of_non_finite(path, n_non_finite), *_warn_cut_off(path, opened, ending)),
                _frames=_libsndfile_frames,
                _has_non_finite=n_non_finite > 0,
            )
    except (soundfile.LibsndfileError, TypeError):
        # soundfile raises TypeError for names such as song.raw, which it takes for headerless files.
        return None


def _libsndfile_frames(path: Path, block_size: int, start: int, end: int) -> Iterator[Float32Array]:
    """Float32Array from `start` to before `end`; fewer if the file ends early."""
    try:
        with _SoundFile(path) as opened:
            if opened.subtype.startswith(_SEEKABLE):
                opened.seek(start)
            else:
                for position in range(0, start, BLOCK_SIZE):
                    opened.read(min(BLOCK_SIZE, start - position), dtype="float32")
            for position in range(start, end, block_size):
                yield opened.read(min(block_size, end - position), dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, OSError):
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


def _count_non_finite(opened: Any) -> int:
    n_non_finite = 0
    while len(frames := opened.read(BLOCK_SIZE, dtype="float32", always_2d=True)):
        n_non_finite += frames.size - int(np.count_nonzero(np.isfinite(frames)))
    return n_non_finite


def _xing_is_true(path: Path, head: bytes) -> bool:
    """Whether an MP3 has a header with the length of the whole file.

    Without this header, libsndfile assumes the first frame's bit rate for all frames, and drops the rest: half of a
    song with a variable rate. The header stands in the first frame, after an ID3v2 tag: "Xing" or "Info", flags,
    number of frames, number of bytes (LAME's description of the info tag, revision 1).
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        if head.startswith(b"ID3") and len(head) == 10:
            # Four bytes of seven bits (ID3v2.4, section 6.2).
            n_tag = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
            stream.seek(n_tag)
            size -= n_tag
        frame = stream.read(256)
    found = re.search(rb"(?:Xing|Info)(.{12})", frame, re.DOTALL)
    if found is None:
        return False
    flags, _, n_bytes = struct.unpack(">3I", found[1])
    return flags & 3 == 3 and abs(size - n_bytes) <= _XING_TOLERANCE * size


def _ogg_ending(path: Path) -> Literal["whole", "cut off", "chained"]:
    """How an Ogg file ends, judged by its last page (RFC 3533, section 6).

    "chained" means that the last page belongs to another stream than the first. libsndfile stops before that page.
    """
    with path.open("rb") as stream:
        first = stream.read(27)
        stream.seek(max(0, path.stat().st_size - 2 * _MAX_OGG_PAGE_BYTES))
        tail = stream.read()
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
