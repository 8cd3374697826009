"""Files of a volume: pairs, compression, and reading with errors of one kind."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corticast.core.model.types import UInt8Array
from corticast.errors import DataError, one_line
from corticast.io.door import PIECE_BYTES, OpenFile, Stamp, empty_array, opened, read_into
from corticast.io.file_kinds import VOLUME, size_in_words

_GZIP_MAGIC = b"\x1f\x8b"
# Deflate never packs better than 1032 to 1 (zlib's "Technical Details"): a file that claims more is lying.
_GZIP_MAX_RATIO = 1032
# Masks of a few labels pack 500 to 1, and are smaller than this: 512 × 512 × 512 in float64, with a header.
_LARGE_BYTES, _MOST_RATIO = (1 << 30) + (1 << 20), 200
# The check sum of a gzip file stands at its end. In a long series the end may lie a gigabyte behind the volume that is
# shown: a check sum further away is not compared.
_CHECKSUM_SEEK_BYTES = 16 << 20

_PAIR_NAME = re.compile(r"(.+)\.(hdr|img)(\.gz)?", re.IGNORECASE)


@contextmanager
def reading(path: Path, since: Stamp | None = None) -> Iterator[OpenFile | gzip.GzipFile]:
    """Open a file, decompressed if its content is gzip.

    Parameters
    ----------
    since : stamp of an earlier opening, which must still hold

    Raises
    ------
    DataError : the file cannot be read; errors in the body are converted too
    """
    with opened(path, VOLUME, since=since) as file:
        is_gzip = file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
        file.seek(0)
        try:
            yield gzip.GzipFile(fileobj=file) if is_gzip else file
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            reason = one_line(error, 100)
            raise DataError(
                f"{path}: its compressed data are cut off or damaged ({reason}); get the file again"
            ) from error


def most_bytes(path: Path) -> tuple[int, bool, Stamp]:
    """Most bytes that a file can hold after decompression, whether it is compressed, and its stamp.

    Raises
    ------
    DataError : the file cannot be read
    """
    with opened(path, VOLUME) as file:
        is_compressed = file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
        return file.size * (_GZIP_MAX_RATIO if is_compressed else 1), is_compressed, file.stamp


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
        # A link without content is refused when it is opened.
        if candidate.is_file() or candidate.is_symlink():
            return candidate
    return None


def _check_ratio(path: Path, n_bytes: int) -> None:
    """Refuse a large volume in a gzip file too small for measured values: such a file only fills the memory.

    Raises
    ------
    DataError : as above
    """
    packed_bytes = path.stat().st_size
    if n_bytes > _LARGE_BYTES and n_bytes > _MOST_RATIO * packed_bytes:
        raise DataError(
            f"{path}: packs {size_in_words(n_bytes)} into {size_in_words(packed_bytes)}, as no scanner's values do; "
            "if the content is right, decompress the file by gunzip"
        )


def read_block(path: Path, offset: int, n_bytes: int, since: Stamp | None = None) -> UInt8Array:
    """Read bytes of a file; a near check sum of a gzip file is compared.

    Parameters
    ----------
    offset : of the first byte, after decompression
    since : stamp of the file, which must still hold

    Raises
    ------
    DataError : the file is damaged or too short, or memory does not suffice
    """
    block = empty_array(path, n_bytes, "its voxels")
    with reading(path, since) as stream:
        if isinstance(stream, gzip.GzipFile):
            _check_ratio(path, offset + n_bytes)
        stream.seek(offset)
        n_filled = read_into(stream, block.data)
        if n_filled < n_bytes:
            raise DataError(f"{path}: ends after {n_filled} of {n_bytes} bytes of voxels; get the file again")
        if isinstance(stream, gzip.GzipFile):
            for _ in range(_CHECKSUM_SEEK_BYTES // PIECE_BYTES):
                if not stream.read(PIECE_BYTES):
                    break
    return block
