"""Film formats: choose container, codec and settings from a film's name and the options, and check them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import PurePath

from corticast.core.model.encoder import EncoderOptions
from corticast.core.suggest import did_you_mean
from corticast.errors import OptionError
from corticast.video.bound import Bound, bound_of, size_text
from corticast.video.codecs import FAMILIES, SOFTWARE, Codec, PixFmt, hardware_codecs

Size = tuple[int, int]

# ffmpeg reads frame rates exactly up to this numerator and denominator, and rounds beyond.
_MAX_RATE_TERM = 1_001_000

# Browsers show frames of a GIF for 10 centiseconds if they should last less than 2.
_MAX_GIF_FPS = 50

# Software codecs that keep a bound on their bit rate.
_BOUNDED = ("h264", "vp9", "av1")

_KNOWN = ".mp4, .webm, .mov, .gif, or frames/%05d.png for numbered pictures"


@dataclass(frozen=True)
class FilmFormat:
    """A valid combination of a container, a codec and their settings.

    Parameters
    ----------
    container : extension, such as ".mp4"
    codec : codec of the frames, with the rates of the sound
    size : width, height of the encoded frames in pixels
    wanted : width, height that were asked for
    fps : frames per second
    alpha : whether frames are transparent
    crf, preset : quality and effort, if the codec has them
    max_size : largest size of the film in bytes; None sets no bound
    bound : bit rates that keep the film below this size, once its length is known
    """

    container: str
    codec: Codec
    size: Size
    wanted: Size
    fps: Fraction
    alpha: bool
    crf: float
    preset: str
    max_size: int | None = None
    bound: Bound | None = None

    def bounded(self, n_frames: int, sample_rate: int | None) -> FilmFormat:
        """The format with the bit rates of a film of this length, and with sound of this rate in Hz or without.

        Raises
        ------
        OptionError : no film of this length fits
        """
        if self.max_size is None:
            return self
        rate = None if sample_rate is None or not self.has_sound else self.encoded_rate(sample_rate)
        return replace(self, bound=bound_of(self.max_size, n_frames, self.fps, rate))

    @property
    def pix_fmt(self) -> PixFmt:
        """Layout of frames: planes Y', Cb, Cr, or red, green, blue and a fourth byte. Row 0 is the top."""
        return "rgba" if self.alpha else self.codec.pix_fmt

    @property
    def frame_bytes(self) -> int:
        """Size of a frame in bytes."""
        width, height = self.size
        return width * height * 3 // 2 if self.pix_fmt == "yuv420p" else width * height * 4

    @property
    def has_sound(self) -> bool:
        """Whether the container can hold sound."""
        return self.codec.sound_rates is not None

    def encoded_rate(self, sample_rate: int) -> int:
        """Sample rate in the file in Hz: the sound's own rate, else a multiple or divisor of it, else 48 000."""
        allowed = self.codec.sound_rates
        if not allowed or sample_rate in allowed:
            return sample_rate
        related = (rate for rate in allowed if rate % sample_rate == 0 or sample_rate % rate == 0)
        return next(related, allowed[-1])

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warnings about the format, one line each."""
        found = []
        if self.codec.encoder == "h264" and self.crf == 0:
            found.append("--crf 0 is lossless H.264 (High 4:4:4 Predictive), which many players cannot play")
        if self.size != self.wanted:
            found.append(_size_warning(self))
        return tuple(found)


def film_format(
    path: str,
    *,
    size: Size,
    fps: Fraction,
    alpha: bool = False,
    encoding: EncoderOptions = EncoderOptions(),
) -> FilmFormat:
    """Choose the format of a film from its name and the options.

    Parameters
    ----------
    path : path of the film; its extension decides about the container
    size : width, height in pixels
    fps : frames per second
    alpha : whether frames are transparent
    encoding : codec, quality, effort and encoder

    Returns
    -------
    FilmFormat; its `size` is even if the chroma planes have half the resolution

    Raises
    ------
    OptionError : unknown extension, or an option's value does not suit the format
    """
    container = PurePath(path).suffix.lower()
    if container not in SOFTWARE:
        raise OptionError(f"{path}: unknown kind of film; name it {_KNOWN}")
    chosen = _settle_codec(encoding.codec, container, encoding.encoder)
    if alpha and not chosen.alpha:
        raise OptionError(
            f"{path}: {chosen.encoder} films cannot be transparent; name the film .mov, .webm or frames/%05d.png, "
            "or give a --background"
        )
    _check_fps(fps, container)
    planar = chosen.pix_fmt == "yuv420p" and not alpha
    width, height = size
    return FilmFormat(
        container=container,
        codec=chosen,
        size=(width + width % 2, height + height % 2) if planar else size,
        wanted=size,
        fps=fps,
        alpha=alpha,
        crf=_settle_crf(encoding.crf, container, chosen),
        preset=_settle_preset(encoding.preset, container, chosen),
        max_size=_settle_max_size(encoding.max_size, container, chosen),
    )


def _size_warning(film: FilmFormat) -> str:
    """Line that says how a film of odd sides is written."""
    (width, height), (wide, high) = film.wanted, film.size
    columns = ["column"] if wide != width else []
    rows = ["row"] if high != height else []
    repeated = "the last row and column are" if columns and rows else f"the last {(columns + rows)[0]} is"
    return f"{width}x{height} is written as {wide}x{high}: {film.container} needs even sizes; {repeated} repeated"


def outputs() -> list[tuple[str, str]]:
    """Container and codec of every kind of film with a software encoder."""
    return [(container, codec.name) for container, codecs in SOFTWARE.items() for codec in codecs]


def _settle_codec(name: str | None, container: str, encoder: str) -> Codec:
    if encoder in ("auto", "software"):
        return _software_codec(name, container)
    candidates = hardware_codecs(container)
    if not candidates:
        raise OptionError(
            f"--encoder {encoder}: no hardware encodes {container}; leave --encoder out, or write .mp4 or .webm"
        )
    fitting = [codec for codec in candidates if encoder in (codec.hardware, codec.encoder)]
    if not fitting:
        names = [codec.encoder for codec in candidates]
        mean = did_you_mean(encoder, ["auto", "software", *(codec.hardware for codec in candidates), *names])
        raise OptionError(
            f"--encoder {encoder}: unknown for {container}; {mean}"
            f"give auto, software, {', '.join(FAMILIES)}, or {', '.join(names)}"
        )
    for codec in fitting:
        if name in (None, codec.name):
            return codec
    raise OptionError(
        f"--codec {name}: --encoder {encoder} does not encode it in {container}; "
        f"give --codec {_either(codec.name for codec in fitting)}"
    )


def _software_codec(name: str | None, container: str) -> Codec:
    codecs = SOFTWARE[container]
    for codec in codecs:
        if name in (None, codec.name):
            return codec
    by_hardware = [codec.hardware for codec in hardware_codecs(container) if codec.name == name]
    if by_hardware:
        raise OptionError(f"--codec {name}: only hardware encodes it; give --encoder {_either(by_hardware)}")
    raise OptionError(f"--codec {name}: unknown for {container}; give {_either(codec.name for codec in codecs)}")


def _either(names: Iterable[str]) -> str:
    return " or ".join(dict.fromkeys(names))


def _check_fps(fps: Fraction, container: str) -> None:
    if container == ".gif" and fps > _MAX_GIF_FPS:
        raise OptionError(f"--fps {fps}: a GIF shows at most {_MAX_GIF_FPS} frames per second; lower it, or write .mp4")
    if max(fps.numerator, fps.denominator) > _MAX_RATE_TERM:
        raise OptionError(f"--fps {fps}: not exact in a film; give N/D with both up to {_MAX_RATE_TERM}")


def _settle_crf(crf: float | None, container: str, codec: Codec) -> float:
    allowed = codec.crf
    if allowed is None:
        if crf is not None:
            raise OptionError(f"--crf {crf:g}: {container} has only one quality; leave --crf out")
        return 0.0
    if crf is None:
        return allowed.default
    if not allowed.best <= crf <= allowed.worst or (allowed.whole and crf != int(crf)):
        kind = "a whole number" if allowed.whole else "a number"
        raise OptionError(
            f"--crf {crf:g}: {codec.encoder} takes {kind} from {allowed.best:g} (best) to {allowed.worst:g}; "
            f"the default is {allowed.default:g}"
        )
    return crf


def _settle_max_size(max_size: int | None, container: str, codec: Codec) -> int | None:
    if max_size is not None and (codec.hardware or codec.name not in _BOUNDED):
        kind = f"{codec.encoder} in {container}" if codec.hardware else container
        raise OptionError(
            f"--max-size {size_text(max_size)}: has no bound on the bit rate of {kind}; "
            "write .mp4 or .webm by software, or leave --max-size out",
            "max_size",
        )
    return max_size


def _settle_preset(preset: str | None, container: str, codec: Codec) -> str:
    if preset is None:
        return codec.default_preset
    if not codec.presets:
        raise OptionError(f"--preset {preset}: {codec.hardware or container} has no presets; leave --preset out")
    if preset not in codec.presets:
        raise OptionError(
            f"--preset {preset}: {did_you_mean(preset, codec.presets)}"
            f"{codec.encoder} takes {', '.join(codec.presets)} (fastest first); the default is {codec.default_preset}"
        )
    return preset
