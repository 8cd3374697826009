"""Files of a volume: pairs, compression, and reading with errors of one kind."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedIOBase
from pathlib import Path

import numpy as np

from corticast.core.model.types import UInt8Array
from corticast.errors import DataError, one_line

_GZIP_MAGIC = b"\x1f\x8b"
# Deflate never packs better than 1032 to 1 (zlib's "Technical Details"): a file that claims more is lying.
_GZIP_MAX_RATIO = 1032
_PIECE_BYTES = 1 << 20
# The check sum of a gzip file stands at its end. In a long series the end may lie a gigabyte behind the volume that is
# shown: a check sum further away is not compared.
_CHECKSUM_SEEK_BYTES = 16 << 20

_PAIR_NAME = re.compile(r"(.+)\.(hdr|img)(\.gz)?", re.IGNORECASE)


@contextmanager
def reading(path: Path) -> Iterator[BufferedIOBase]:
    """Open a file, decompressed if its content is gzip.

    Raises
    ------
    DataError : the file cannot be read; errors in the body are converted too
    """
    try:
        with path.open("rb") as stream:
            is_gzip = stream.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
            stream.seek(0)
            yield gzip.GzipFile(fileobj=stream) if is_gzip else stream
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        reason = one_line(error)
        raise DataError(f"{path}: its compressed data are cut off or damaged ({reason}); get the file again") from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or one_line(error)}") from error


def most_bytes(path: Path) -> tuple[int, bool]:
    """Most bytes that a file can hold after decompression, and whether it is compressed.

    Raises
    ------
    DataError : the file cannot be read
    """
    with reading(path) as stream:
        is_compressed = isinstance(stream, gzip.GzipFile)
        return path.stat().st_size * (_GZIP_MAX_RATIO if is_compressed else 1), is_compressed


def is_pair(path: Path) -> bool:
    """Whether a file is one of a .hdr and .img pair, by its suffix."""
    return _PAIR_NAME.fullmatch(path.name) is not None


def header_and_data_path(path: Path) -> tuple[Path, Path]:
    """Files of the header and of the voxels: the file asked for, except for a .hdr and its .img.

    Raises
    ------
    DataError : a .hdr without its .img
    """
    match = _PAIR_NAME.fullmatch(path.name)
    if match is None:
        return path, path
    is_header = match[2].lower() == "hdr"
    partner = _partner(path, match, "img" if is_header else "hdr")
    if partner is None:
        if is_header and path.is_file():
            raise DataError(f"{path}: its voxels are missing; put {match[1]}.img beside it")
        return path, path
    return (path, partner) if is_header else (partner, path)


def _partner(path: Path, match: re.Match[str], suffix: str) -> Path | None:
    """The other file of a .hdr and .img pair: in the same case, gzipped or not."""
    stem, own_suffix, zipped = match[1], match[2], match[3] or ""
    suffix = suffix.upper() if own_suffix.isupper() else suffix
    for ending in (zipped, "" if zipped else ".gz"):
        candidate = path.with_name(f"{stem}.{suffix}{ending}")
        if candidate.is_file():
            return candidate
    return None


def read_block(path: Path, offset: int, n_bytes: int) -> UInt8Array:
    """Read bytes of a file; a near check sum of a gzip file is compared.

    Parameters
    ----------
    offset : of the first byte, after decompression

    Raises
    ------
    DataError : the file is damaged or too short, or memory does not suffice
    """
    try:
        block = np.empty(n_bytes, dtype=np.uint8)
    except MemoryError as error:
        raise DataError(f"{path}: its voxels take {n_bytes} bytes, more than this machine can give") from error
    view = block.data
    # Piece by piece: `GzipFile.readinto` copies all that is read at once.
    with reading(path) as stream:
        stream.seek(offset)
        n_filled = 0
        while n_filled < n_bytes:
            n_read = stream.readinto(view[n_filled : n_filled + _PIECE_BYTES])
            if not n_read:
                raise DataError(f"{path}: ends after {n_filled} of {n_bytes} bytes of voxels; get the file again")
            n_filled += n_read
        if isinstance(stream, gzip.GzipFile):
            for _ in range(_CHECKSUM_SEEK_BYTES // _PIECE_BYTES):
                if not stream.read(_PIECE_BYTES):
                    break
    return block
