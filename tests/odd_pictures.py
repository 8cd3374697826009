"""Faulty pictures that make Pillow warn; Pillow and changed bytes make them."""

from __future__ import annotations

import struct
import zlib

import numpy as np
from PIL import Image

RGB = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)


def _chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_with(path, *chunks, image=None, **options):
    """A PNG with further chunks behind its header."""
    (image or Image.fromarray(RGB)).save(path, format="PNG", **options)
    content = path.read_bytes()
    # Eight bytes of signature, and the header of 25.
    path.write_bytes(content[:33] + b"".join(_chunk(*each) for each in chunks) + content[33:])
    return path


def exif(*entries, order=b"II*\0"):
    """EXIF data of entries that are (tag, type, count, value or offset)."""
    packed = b"".join(struct.pack("<HHII", *each) for each in entries)
    return order + struct.pack("<IH", 8, len(entries)) + packed + struct.pack("<I", 0)


def png_with_cut_off_exif(path):
    """The directory of the EXIF data announces more entries than follow."""
    return png_with(path, (b"eXIf", exif((0x0112, 3, 1, 6))[:14]))


def png_with_exif_elsewhere(path):
    """An entry lies behind the end."""
    return png_with(path, (b"eXIf", exif((0x010F, 2, 400, 4000), (0x0112, 3, 1, 1))))


def jpeg_with_cut_off_exif(path):
    """The directory of the EXIF data announces more entries than follow."""
    Image.fromarray(RGB).save(path, format="JPEG", exif=b"Exif\0\0" + exif((0x0112, 3, 1, 6))[:14])
    return path


def jpeg_with_exif_elsewhere(path):
    """An entry lies behind the end."""
    entries = exif((0x010F, 2, 400, 4000), (0x0112, 3, 1, 1))
    Image.fromarray(RGB).save(path, format="JPEG", exif=b"Exif\0\0" + entries)
    return path


def png_of_two_animations(path):
    """Two announcements of an animation."""
    return png_with(path, (b"acTL", struct.pack(">II", 2, 0)), (b"acTL", struct.pack(">II", 3, 0)))


def png_of_an_empty_animation(path):
    """An animation of no frame."""
    return png_with(path, (b"acTL", struct.pack(">II", 0, 0)))


def jpeg_of_a_damaged_series(path):
    """A series of pictures (MPO) whose index cannot be read."""
    Image.fromarray(RGB).save(path, format="JPEG")
    content = path.read_bytes()
    index = b"MPF\0" + b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 1) + struct.pack("<HHII", 0xB001, 4, 1, 2)
    index += struct.pack("<I", 0)
    segment = b"\xff\xe2" + struct.pack(">H", len(index) + 2) + index
    path.write_bytes(content[:2] + segment + content[2:])
    return path


def png_of_too_many_pixels(path):
    """Kilobytes that would unpack to 90 megapixels."""
    Image.new("1", (9500, 9500)).save(path)
    return path
