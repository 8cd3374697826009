"""Codecs: the options of each software and hardware encoder.

The defaults of `--crf` and `--preset` come from measurements on slice films with electrodes at 1920×1080 and 30 frames
per second on two cores (ffmpeg 9.0.2; luma PSNR, median over the frames):

- H.264 superfast, crf 18: 80 to 105 frames per second, 2 to 4 Mbit/s, 51 to 55 dB. The settings in arguments/film.py
  gain a fifth to a third of these frames per second. veryfast at crf 16 is as good and a quarter smaller, but takes one
  and a half times as long. With qcomp=1, which came later, crf 17 makes files of 0.9 to 1.1 times that size, and the
  worst frames have 0.8 dB less to 1.2 dB more. Since small dark changes are kept, the default is crf 20: files are 1.10
  to 1.16 times as large, median PSNR is 0.6 to 1.3 dB higher, and CPU time is 0.88 to 1.08 of the one before.
- VP9 speed 6, crf 20: 45 frames per second, 2 Mbit/s, 53 to 55 dB. Speed 4 is a tenth smaller and takes five times as
  long.
- AV1 speed 8, crf 20: 22 frames per second, 2 Mbit/s, 52 to 53 dB.

Hardware encoders use the same numbers on their own scales. These defaults have not been measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PixFmt = Literal["yuv420p", "rgb0", "rgba"]


@dataclass(frozen=True)
class Crf:
    """Values of --crf: best and worst quality, the default, and whether only whole numbers count."""

    best: float
    worst: float
    default: float
    whole: bool = False


@dataclass(frozen=True)
class Codec:
    """A way to encode film.

    Parameters
    ----------
    name : name for --codec
    pix_fmt : pixel format of opaque frames
    alpha : whether frames may be transparent
    crf : values of --crf; None if the codec has one quality
    presets : values of --preset, the fastest first
    default_preset : preset without --preset
    sound_rates : sample rates of encoded sound in Hz; empty allows any rate, None means no sound
    hardware : kind of hardware encoder, such as "nvenc"; empty for software
    """

    name: str
    pix_fmt: PixFmt
    alpha: bool = False
    crf: Crf | None = None
    presets: tuple[str, ...] = ()
    default_preset: str = ""
    sound_rates: tuple[int, ...] | None = None
    hardware: str = ""

    @property
    def encoder(self) -> str:
        """Name of the encoder in messages. For hardware this is also ffmpeg's name."""
        return f"{self.name}_{self.hardware}" if self.hardware else self.name


_X264_PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")
_AAC_RATES = (44100, 48000)
_OPUS_RATES = (48000,)

# Codecs by container, the default first. AAC allows further rates from 7350 to 96 000 Hz, but not every player does.
# Opus has one rate.
SOFTWARE: dict[str, tuple[Codec, ...]] = {
    ".mp4": (
        Codec(
            "h264",
            "yuv420p",
            crf=Crf(0, 51, 20),
            presets=_X264_PRESETS,
            default_preset="superfast",
            sound_rates=_AAC_RATES,
        ),
    ),
    ".webm": (
        Codec(
            "vp9",
            "yuv420p",
            alpha=True,
            crf=Crf(0, 63, 20, whole=True),
            presets=tuple("876543210"),
            default_preset="6",
            sound_rates=_OPUS_RATES,
        ),
        Codec(
            "av1",
            "yuv420p",
            crf=Crf(1, 63, 20, whole=True),
            presets=("12", "11", "10", *"9876543210"),
            default_preset="8",
            sound_rates=_OPUS_RATES,
        ),
    ),
    ".mov": (Codec("prores", "rgb0", alpha=True, sound_rates=()),),
    ".gif": (Codec("gif", "rgb0"),),
    ".png": (Codec("png", "rgb0", alpha=True),),
}

# The fastest first.
_NVENC_PRESETS = ("p1", "p2", "p3", "p4", "p5", "p6", "p7")
_QSV_PRESETS = ("veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")

# Per kind of hardware: presets, default preset, and codecs with their values of --crf.
_HARDWARE: dict[str, tuple[tuple[str, ...], str, dict[str, Crf]]] = {
    # With 0, NVENC would choose the quality.
    "nvenc": (_NVENC_PRESETS, "p4", {"h264": Crf(1, 51, 18), "hevc": Crf(1, 51, 18), "av1": Crf(1, 63, 20)}),
    "videotoolbox": ((), "", {"h264": Crf(0, 51, 18), "hevc": Crf(0, 51, 18)}),
    "qsv": (
        _QSV_PRESETS,
        "medium",
        {
            name: Crf(1, 51, default, whole=True)
            for name, default in (("h264", 18), ("hevc", 18), ("vp9", 20), ("av1", 20))
        },
    ),
    "vaapi": (
        (),
        "",
        {
            "h264": Crf(1, 51, 18, whole=True),
            "hevc": Crf(1, 51, 18, whole=True),
            "vp9": Crf(1, 63, 20, whole=True),
            "av1": Crf(1, 63, 20, whole=True),
        },
    ),
}

FAMILIES = tuple(_HARDWARE)
_IN_CONTAINER = {".mp4": (("h264", "hevc"), _AAC_RATES), ".webm": (("vp9", "av1"), _OPUS_RATES)}


def hardware_codecs(container: str) -> tuple[Codec, ...]:
    """Codecs of a container that hardware may encode, the container's default codec first."""
    names, sound_rates = _IN_CONTAINER.get(container, ((), ()))
    return tuple(
        Codec(
            name,
            "yuv420p",
            crf=crfs[name],
            presets=presets,
            default_preset=default_preset,
            sound_rates=sound_rates,
            hardware=family,
        )
        for name in names
        for family, (presets, default_preset, crfs) in _HARDWARE.items()
        if name in crfs
    )
