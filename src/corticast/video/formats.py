"""Film formats: what each container and codec takes, and the settings of one film.

The defaults of `--crf` and `--preset` come from measurements on slice films with electrodes at
1920×1080 and 30 frames a second on two cores (ffmpeg 9.0.2; luma PSNR, median over the frames):

- H.264 superfast, crf 18: 80 to 105 frames a second, 2 to 4 Mbit/s, 51 to 55 dB. veryfast at crf 16
  is as good and a quarter smaller, but takes one and a half times as long.
- VP9 speed 6, crf 20: 45 frames a second, 2 Mbit/s, 53 to 55 dB. Speed 4 is a tenth smaller and
  takes five times as long.
- AV1 speed 8, crf 20: 22 frames a second, 2 Mbit/s, 52 to 53 dB.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePath
from typing import Literal

from corticast.errors import OptionError

PixFmt = Literal["yuv420p", "rgb0", "rgba"]
Size = tuple[int, int]

# ffmpeg reads a frame rate exactly up to this numerator and denominator, and rounds beyond.
_MAX_RATE_TERM = 1_001_000

# Frames of a GIF that are to last less than 2 centiseconds are shown for 10 by browsers.
_MAX_GIF_FPS = 50

_KNOWN = ".mp4, .webm, .mov, .gif, or numbered pictures such as frames/%05d.png"


@dataclass(frozen=True)
class Crf:
    """What --crf takes: best and worst quality, the default, and whether it is a whole number."""

    best: float
    worst: float
    default: float
    whole: bool = False


@dataclass(frozen=True)
class Codec:
    """One way to encode film.

    Parameters
    ----------
    name : as --codec takes it
    pix_fmt : of opaque frames
    alpha : whether frames may be transparent
    crf : what --crf takes, None for nothing
    presets : what --preset takes, the fastest first
    default_preset : taken without --preset
    sound_rates : sample rates in Hz that sound is encoded at, empty for any, None when there is no sound
    """

    name: str
    pix_fmt: PixFmt
    alpha: bool = False
    crf: Crf | None = None
    presets: tuple[str, ...] = ()
    default_preset: str = ""
    sound_rates: tuple[int, ...] | None = None


_X264_PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")

# Codecs by container, the default first. AAC also knows other rates, from 7350 to 96 000 Hz, but not every player
# does; Opus has one.
_CODECS: dict[str, tuple[Codec, ...]] = {
    ".mp4": (
        Codec(
            "h264",
            "yuv420p",
            crf=Crf(0, 51, 18),
            presets=_X264_PRESETS,
            default_preset="superfast",
            sound_rates=(44100, 48000),
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
            sound_rates=(48000,),
        ),
        Codec(
            "av1",
            "yuv420p",
            crf=Crf(1, 63, 20, whole=True),
            presets=("12", "11", "10", *"9876543210"),
            default_preset="8",
            sound_rates=(48000,),
        ),
    ),
    ".mov": (Codec("prores", "rgb0", alpha=True, sound_rates=()),),
    ".gif": (Codec("gif", "rgb0"),),
    ".png": (Codec("png", "rgb0", alpha=True),),
}


@dataclass(frozen=True)
class FilmFormat:
    """A container, a codec and their settings, all valid.

    Parameters
    ----------
    container : extension, such as ".mp4"
    codec : how frames and sound are encoded
    size : width, height in pixels of the frames that are written
    fps : frames per second
    alpha : whether frames are transparent
    crf, preset : quality and effort, where the codec has them
    """

    container: str
    codec: Codec
    size: Size
    fps: Fraction
    alpha: bool
    crf: float
    preset: str

    @property
    def pix_fmt(self) -> PixFmt:
        """What frames must be: planes Y', Cb, Cr, or red, green, blue and a fourth byte; row 0 is the top."""
        return "rgba" if self.alpha else self.codec.pix_fmt

    @property
    def frame_bytes(self) -> int:
        """Bytes of a frame."""
        width, height = self.size
        return width * height * 3 // 2 if self.pix_fmt == "yuv420p" else width * height * 4

    @property
    def has_sound(self) -> bool:
        """Whether the container has sound."""
        return self.codec.sound_rates is not None

    def encoded_rate(self, sample_rate: int) -> int:
        """Sample rate in Hz in the file: that of the sound, else a multiple or a part of it, else 48 000."""
        allowed = self.codec.sound_rates
        if not allowed or sample_rate in allowed:
            return sample_rate
        related = (rate for rate in allowed if rate % sample_rate == 0 or sample_rate % rate == 0)
        return next(related, allowed[-1])

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know of the format."""
        if self.codec.name == "h264" and self.crf == 0:
            return ("--crf 0 is lossless H.264 (High 4:4:4 Predictive), which many players do not take",)
        return ()


def film_format(
    path: str,
    *,
    size: Size,
    fps: Fraction,
    alpha: bool = False,
    codec: str | None = None,
    crf: float | None = None,
    preset: str | None = None,
) -> FilmFormat:
    """Settle the format of a film from its name and the options.

    Parameters
    ----------
    path : of the film; its extension names the container
    size : width, height in pixels
    fps : frames per second
    alpha : whether frames are transparent
    codec : one of the container's, None for its default
    crf, preset : quality and effort, None for the codec's default

    Returns
    -------
    FilmFormat; its `size` is even where chroma planes have half of it

    Raises
    ------
    OptionError : the extension is not known, or the format does not take an option's value
    """
    container = PurePath(path).suffix.lower()
    if container not in _CODECS:
        raise OptionError(f"{path}: not a known kind of film; name it {_KNOWN}")
    chosen = _settle_codec(codec, container)
    if alpha and not chosen.alpha:
        raise OptionError(
            f"{path}: {chosen.name} cannot be transparent; name the film .mov, .webm or frames/%05d.png, "
            "or give a --background"
        )
    _check_fps(fps, container)
    planar = chosen.pix_fmt == "yuv420p" and not alpha
    width, height = size
    return FilmFormat(
        container=container,
        codec=chosen,
        size=(width + width % 2, height + height % 2) if planar else size,
        fps=fps,
        alpha=alpha,
        crf=_settle_crf(crf, container, chosen),
        preset=_settle_preset(preset, container, chosen),
    )


def outputs() -> list[tuple[str, str]]:
    """Container and codec of every kind of film."""
    return [(container, codec.name) for container, codecs in _CODECS.items() for codec in codecs]


def _settle_codec(name: str | None, container: str) -> Codec:
    codecs = _CODECS[container]
    for codec in codecs:
        if name in (None, codec.name):
            return codec
    raise OptionError(f"--codec {name}: {container} takes {' or '.join(codec.name for codec in codecs)}")


def _check_fps(fps: Fraction, container: str) -> None:
    if container == ".gif" and fps > _MAX_GIF_FPS:
        raise OptionError(f"--fps {fps}: a GIF shows at most {_MAX_GIF_FPS} frames a second; give less, or write .mp4")
    if max(fps.numerator, fps.denominator) > _MAX_RATE_TERM:
        raise OptionError(f"--fps {fps}: no exact rate for a film; give N/D with both up to {_MAX_RATE_TERM}")


def _settle_crf(crf: float | None, container: str, codec: Codec) -> float:
    allowed = codec.crf
    if allowed is None:
        if crf is not None:
            raise OptionError(f"--crf {crf:g}: {container} has one quality; leave --crf out")
        return 0.0
    if crf is None:
        return allowed.default
    if not allowed.best <= crf <= allowed.worst or (allowed.whole and crf != int(crf)):
        kind = "a whole number" if allowed.whole else "a number"
        raise OptionError(
            f"--crf {crf:g}: {codec.name} takes {kind} from {allowed.best:g} (best) to {allowed.worst:g}; "
            f"the default is {allowed.default:g}"
        )
    return crf


def _settle_preset(preset: str | None, container: str, codec: Codec) -> str:
    if preset is None:
        return codec.default_preset
    if not codec.presets:
        raise OptionError(f"--preset {preset}: {container} has none; leave --preset out")
    if preset not in codec.presets:
        raise OptionError(
            f"--preset {preset}: {codec.name} takes {', '.join(codec.presets)} (fastest first); "
            f"the default is {codec.default_preset}"
        )
    return preset
