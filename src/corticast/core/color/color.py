"""Colour arithmetic: Y'CbCr matrices from their definition, windowing, colour-map look-up.

Each function that has a shader twin names it; parity tests compare the two.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corticast.core.model.types import Float64Array, UInt8Array

# Luma coefficients of ITU-R BT.709-6, item 3.2.
BT709_KR = 0.2126
BT709_KB = 0.0722


@dataclass(frozen=True)
class YcbcrEncoding:
    """R'G'B' to Y'CbCr as an affine map on 8-bit codes.

    Parameters
    ----------
    kr, kb : luma coefficients of red and blue
    limited : 16..235 and 16..240 (True) or 0..255
    """

    kr: float = BT709_KR
    kb: float = BT709_KB
    limited: bool = True

    @property
    def matrix(self) -> Float64Array:
        """(3, 4) float64: codes/255 of Y', Cb, Cr = matrix @ (R', G', B' in 0..1, 1).

        ITU-R BT.709-6, items 3.2 to 3.5: Y' = Kr R' + (1 - Kr - Kb) G' + Kb B', Cb = (B' - Y') / (2 - 2 Kb),
        Cr = (R' - Y') / (2 - 2 Kr), and codes 16 + 219 Y', 128 + 224 C in limited range, 255 Y', 128 + 255 C in full.
        """
        luma = np.array([self.kr, 1 - self.kr - self.kb, self.kb])
        cb = (np.array([0.0, 0.0, 1.0]) - luma) / (2 - 2 * self.kb)
        cr = (np.array([1.0, 0.0, 0.0]) - luma) / (2 - 2 * self.kr)
        luma_scale, chroma_scale, luma_offset = (219.0, 224.0, 16.0) if self.limited else (255.0, 255.0, 0.0)
        linear = np.stack([luma * luma_scale, cb * chroma_scale, cr * chroma_scale])
        offset = np.array([[luma_offset], [128.0], [128.0]])
        return np.hstack([linear, offset]) / 255.0


def rgb_to_ycbcr(rgb: npt.ArrayLike, encoding: YcbcrEncoding | None = None) -> Float64Array:
    """Y'CbCr codes of non-linear RGB, unrounded.

    Twin of `rgb_to_ycbcr` in shaders/lib/color_ycbcr.glsl.

    Parameters
    ----------
    rgb : (..., 3) float in 0..1, non-linear (as stored in a picture)

    Returns
    -------
    (..., 3) float64, 8-bit codes / 255
    """
    matrix = (encoding or YcbcrEncoding()).matrix
    return np.asarray(rgb, dtype=np.float64) @ matrix[:, :3].T + matrix[:, 3]


def grey_of_value(value: npt.ArrayLike, low: float, high: float) -> UInt8Array:
    """Grey level of scaled voxel values: round(255 · clip((v - low) / (high - low), 0, 1)).

    Twin of `window_grey` in shaders/lib/window.glsl. A half rounds up, as GL's conversion to 8 bits does.
    """
    share = np.clip((np.asarray(value, dtype=np.float64) - low) / (high - low), 0.0, 1.0)
    return np.floor(share * 255.0 + 0.5).astype(np.uint8)


def look_up(table: UInt8Array, value: npt.ArrayLike) -> UInt8Array:
    """Colour of values in 0..1 in a colour map's table, nearest entry.

    Twin of `colormap` in shaders/lib/colormap.glsl.

    Parameters
    ----------
    table : (n, 3) uint8, sRGB
    value : (...) float

    Returns
    -------
    (..., 3) uint8
    """
    n = len(table)
    index = np.floor(np.clip(np.asarray(value, dtype=np.float64), 0.0, 1.0) * (n - 1) + 0.5).astype(np.intp)
    return table[index]


def straight_alpha(premultiplied: UInt8Array) -> UInt8Array:
    """Straight colours from premultiplied ones.

    Twin of shaders/pass/straight.frag.

    Parameters
    ----------
    premultiplied : (..., 4) uint8

    Returns
    -------
    (..., 4) uint8, colours rounded; transparent pixels are black
    """
    alpha = premultiplied[..., 3:].astype(np.uint32)
    color = (premultiplied[..., :3] * np.uint32(255) + alpha // 2) // np.maximum(alpha, 1)
    straight = np.concatenate([np.minimum(color, 255), alpha], axis=-1).astype(np.uint8)
    return np.where(alpha > 0, straight, np.uint8(0))
