"""Luminance and saturated red of pixels, worked out where they change."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from corticast.core.color.color import YcbcrEncoding
from corticast.core.model.types import Float32Array, IntpArray, UInt8Array

# A saturated red has R / (R + G + B) >= 0.8 in linear light; its excess is (R - G - B) * 320 (WCAG 2.1).
RED_SHARE, _RED_UNIT = 0.8, 320.0

# IEC 61966-2-1: linear light of the 256 values of sRGB.
_CODES = np.arange(256) / 255
_LINEAR = np.where(_CODES <= 0.04045, _CODES / 12.92, ((_CODES + 0.055) / 1.055) ** 2.4).astype(np.float32)
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)
# Y'CbCr to sRGB, of codes 0..255 both.
_YCBCR = YcbcrEncoding().matrix
_TO_SRGB = np.linalg.inv(_YCBCR[:, :3]).T.astype(np.float32)
_TO_SRGB_OFFSET = (0.5 - 255 * np.linalg.inv(_YCBCR[:, :3]) @ _YCBCR[:, 3]).astype(np.float32)
_ALL = np.ones(3, dtype=np.float32)


def luminance_and_red(pixels: UInt8Array) -> tuple[Float32Array, Float32Array]:
    """Relative luminance 0..1 and the excess of saturated red of pixels.

    Parameters
    ----------
    pixels : (..., 3 or 4) uint8, sRGB

    Returns
    -------
    two arrays of (...) float32; the second is 0 where red is not saturated
    """
    luminance, red = luminance_and_reds(pixels, (RED_SHARE,))
    return luminance, red


def luminance_and_reds(pixels: UInt8Array, red_shares: Sequence[float]) -> tuple[Float32Array, ...]:
    """Relative luminance 0..1, and the excess of saturated red by several bounds of saturation.

    Parameters
    ----------
    pixels : (..., 3 or 4) uint8, sRGB
    red_shares : shares of red in a colour from which on the colour is saturated

    Returns
    -------
    arrays of (...) float32: luminance, and red for each share, 0 where red is not saturated
    """
    linear = np.take(_LINEAR, pixels[..., :3])
    luminance = linear @ _LUMINANCE
    total = linear @ _ALL
    red = linear[..., 0]
    # R - G - B = 2 R - (R + G + B)
    excess = _RED_UNIT * (2 * red - total)
    return luminance, *(np.where(red >= share * total, excess, np.float32(0)) for share in red_shares)


def srgb_of_ycbcr(codes: UInt8Array) -> UInt8Array:
    """Colours of pixels that are given as an encoder gets them.

    Parameters
    ----------
    codes : (..., 3 or 4) uint8, Y', Cb, Cr by BT.709, limited range

    Returns
    -------
    (..., 3) uint8, sRGB
    """
    colours = codes[..., :3].astype(np.float32) @ _TO_SRGB + _TO_SRGB_OFFSET
    # Half a step rounds up.
    return np.clip(colours, 0, 255, out=colours).astype(np.uint8)


class Light:
    """Luminance and red of the cells of samples; little changes from one sample to the next.

    Parameters
    ----------
    red_shares : see `luminance_and_reds`
    is_ycbcr : whether codes are Y', Cb, Cr by BT.709, limited range; else sRGB
    """

    def __init__(self, red_shares: Sequence[float] = (RED_SHARE,), *, is_ycbcr: bool = False) -> None:
        self._red_shares, self._is_ycbcr = tuple(red_shares), is_ycbcr

    def follow(self, codes: UInt8Array, values: Sequence[Float32Array]) -> None:
        """Set the light of samples that follow one another.

        Parameters
        ----------
        codes : (3, b + 1, n) uint8
        values : (b + 1, n) float32 each, luminance and red for each share, see `luminance_and_reds`. The first row
            holds those of the first sample; the others are set
        """
        differs = codes[:, 1:] != codes[:, :-1]
        changed = differs[0] | differs[1] | differs[2]
        b, n = changed.shape
        places = np.flatnonzero(changed)
        light = self._of_neighbours(codes[:, 1:].reshape(3, -1).take(places, axis=1))
        stops = np.searchsorted(places, np.arange(b + 1) * n).tolist()
        for row, (begin, end) in enumerate(pairwise(stops)):
            cells = places[begin:end] - row * n
            for each, own in zip(values, light, strict=True):
                each[row + 1] = each[row]
                each[row + 1, cells] = own[begin:end]

    def of(self, codes: UInt8Array) -> tuple[Float32Array, ...]:
        """Luminance and reds of (n, 3) codes, (n,) each."""
        return luminance_and_reds(srgb_of_ycbcr(codes) if self._is_ycbcr else codes, self._red_shares)

    def _of_neighbours(self, codes: UInt8Array) -> list[Float32Array]:
        """Luminance and reds of (3, m) codes; neighbours of one colour are worked out once."""
        differs = codes[:, 1:] != codes[:, :-1]
        firsts = np.flatnonzero(np.concatenate([[True], differs[0] | differs[1] | differs[2]])[: codes.shape[1]])
        lengths = np.diff(firsts, append=codes.shape[1])
        return [np.repeat(each, lengths) for each in self.of(np.ascontiguousarray(codes.take(firsts, axis=1).T))]


def codes_of_cells(pixels: UInt8Array, cells: IntpArray | None = None) -> UInt8Array:
    """(3, n) uint8, the channels of pixels of (h, w, 3 or 4), or of some of them given by their numbers."""
    flat = pixels.reshape(-1, pixels.shape[-1])
    # A pixel is picked as one number.
    if cells is not None and pixels.shape[-1] == 4 and flat.flags.c_contiguous:
        flat = flat.view(np.uint32)[cells].view(np.uint8)
    elif cells is not None:
        flat = flat[cells]
    return np.ascontiguousarray(flat[:, :3].T)
