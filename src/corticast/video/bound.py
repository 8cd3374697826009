"""Bit rates that keep a film below a given size."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from corticast.core.text.numbers import number
from corticast.errors import OptionError

# Bytes that MP4 and WebM need beside pictures and sound: for the file, and for each frame and packet of sound.
_FILE_BYTES, _FRAME_BYTES, _PACKET_BYTES, _PACKET_SAMPLES = 6000, 32, 24, 960
# Share of the bytes that is planned: encoders of sound do not keep their rate exactly.
_PLANNED = 0.97
# Share of a film that its sound may take, and bit rates of sound in bits per second.
_SOUND_SHARE, _SOUND_BPS, _LEAST_SOUND_BPS = 0.25, 192_000, 32_000
# Seconds of picture that the encoder may save up for a busy moment, at its highest rate.
_SAVED_S = 0.5
# Below, x264 cannot encode even still pictures of 320x180.
_LEAST_PICTURE_BPS = 20_000


@dataclass(frozen=True)
class Bound:
    """Bit rates of a film of limited size.

    Parameters
    ----------
    max_bytes : largest size of the film
    picture_bps : highest rate of the picture, in bits per second
    sound_bps : rate of the sound; 0 without sound
    """

    max_bytes: int
    picture_bps: int
    sound_bps: int

    @property
    def saved_bits(self) -> int:
        """Size of the encoder's buffer."""
        return round(self.picture_bps * _SAVED_S)


def bound_of(max_bytes: int, n_frames: int, fps: Fraction, sound_rate_hz: int | None) -> Bound:
    """The bit rates with which a film fits.

    Parameters
    ----------
    max_bytes : largest size of the film
    sound_rate_hz : sample rate of its sound; None without sound

    Raises
    ------
    OptionError : no film of this length fits
    """
    duration_s = float(n_frames / fps)
    n_packets = 0 if sound_rate_hz is None else duration_s * sound_rate_hz / _PACKET_SAMPLES
    beside = _FILE_BYTES + _FRAME_BYTES * n_frames + _PACKET_BYTES * n_packets
    bits = 8 * (_PLANNED * max_bytes - beside)
    sound_bps = 0
    if sound_rate_hz is not None:
        sound_bps = round(min(max(_SOUND_SHARE * bits / duration_s, _LEAST_SOUND_BPS), _SOUND_BPS))
    picture_bps = (bits - sound_bps * duration_s) / (duration_s + _SAVED_S)
    if picture_bps < _LEAST_PICTURE_BPS:
        least_sound_bps = _LEAST_SOUND_BPS if sound_rate_hz is not None else 0
        least_bits = _LEAST_PICTURE_BPS * (duration_s + _SAVED_S) + least_sound_bps * duration_s
        # The sound has its share of larger films only.
        least = (least_bits / 8 / (1 - _SOUND_SHARE * bool(sound_bps)) + beside) / _PLANNED
        raise OptionError(
            f"--max-size {size_text(max_bytes)}: too small for {number(duration_s)} s of film; "
            f"give {size_text(_rounded_up(least))} or more",
            "max_size",
        )
    return Bound(max_bytes, int(picture_bps), sound_bps)


def _rounded_up(n_bytes: float) -> int:
    """A number of bytes with two digits, not below the given one."""
    step: int = 10 ** max(len(str(int(n_bytes))) - 2, 0)
    return math.ceil(n_bytes / step) * step


def size_text(n_bytes: int) -> str:
    """A number of bytes as a person writes it: 10MB."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if n_bytes >= factor:
            return f"{n_bytes / factor:.6g}{unit}"
    return str(n_bytes)
