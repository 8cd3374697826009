"""The arguments of ffmpeg that make a film of a given format."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from corticast.video.arguments.hardware import device_options, hardware_options
from corticast.video.formats import FilmFormat

_RGB_TO_YCBCR = "scale=out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd+full_chroma_int"
# In 256ths of a luma pixel; left to itself ffmpeg would put chroma samples in the middle of four pixels.
_SITED_LEFT = ":out_h_chr_pos=0:out_v_chr_pos=128"
_TAG_FRAMES = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"

# Said of the input: said of the output, newer versions of ffmpeg tag half of it and convert the frames.
_PLANAR_TAGS = ["-color_range", "tv", "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709"]
_LEFT_TAG = ["-chroma_sample_location", "left"]
_PLANAR_TAGS += _LEFT_TAG

# The fastest compression writes 65 frames a second at 1920×1080 where the default writes 22; files are a third larger.
_FAST_PNG = ["-c:v", "png", "-pred", "up", "-compression_level", "1"]

# x264 looks at every frame twice to choose its type, to find cuts and to find fades. Slice films have neither, and on
# them it chooses as a fixed pattern does: without the second look they take three quarters of the CPU time and are 1 %
# larger at most, at the same SSIM. Slower presets need what it finds for more than this; ultrafast has none of it.
#
# With qcomp=1 a frame's quantiser depends on its type and its number only, not on what came before: a segment of a film
# can be encoded as it is within the whole. At equal size, on six films of 360 to 1080 lines, SSIM was 0.09 dB lower to
# 0.21 dB higher than with x264's 0.6, and mean PSNR 0 to 0.7 dB higher.
WITHOUT_DECISIONS = "b-adapt=0:scenecut=0:weightp=0:qcomp=1"
# The preset that they are for.
DECIDED_PRESET = "superfast"

_SOUND_CODECS = {
    ".mp4": ["-c:a", "aac", "-b:a", "192k"],
    ".webm": ["-c:a", "libopus", "-b:a", "160k"],
    ".mov": ["-c:a", "pcm_s24le"],
}


def staged_name(film: FilmFormat) -> str:
    """Name of the film in ffmpeg's working folder; pictures are numbered from 0."""
    return "%09d.png" if film.container == ".png" else f"film{film.container}"


@dataclass(frozen=True)
class SoundFeed:
    """Interleaved float32 sound that comes through an inherited file descriptor.

    Parameters
    ----------
    fd : read end of its pipe
    sample_rate : samples per second and channel
    n_channels : in the pipe
    duration_s : of the film, in seconds; None where its end is that of the sound
    """

    fd: int
    sample_rate: int
    n_channels: int
    duration_s: Fraction | None


def encode(film: FilmFormat, sound: SoundFeed | None, threads: int | None) -> list[str]:
    """Arguments of the run that takes the frames at pipe:0.

    Parameters
    ----------
    film : its format
    sound : None for none
    threads : of the encoder, None leaves it to ffmpeg
    """
    encoder = _hardware if film.codec.hardware else _ENCODERS[film.codec.name]
    outputs = [*_threads(threads), *encoder(film)]
    sound_rate = 1
    if sound is not None:
        outputs = [*encode_sound(film, sound), *outputs]
        sound_rate = film.encoded_rate(sound.sample_rate)
    if film.container in (".mp4", ".mov"):
        outputs = ["-movflags", "+faststart", *movie_clock(film, sound_rate), *outputs]
    return [*read_pipes(film, sound), *outputs]


def read_pipes(film: FilmFormat, sound: SoundFeed | None) -> list[str]:
    """Options of the inputs: frames at pipe:0, and the sound where there is one."""
    width, height = film.size
    tags = _PLANAR_TAGS if film.pix_fmt == "yuv420p" else []
    rate = f"{film.fps.numerator}/{film.fps.denominator}"
    layout = ["-f", "rawvideo", "-pix_fmt", film.pix_fmt, "-s", f"{width}x{height}", "-framerate", rate]
    inputs = [*device_options(film), *layout, *tags, "-i", "pipe:0"]
    return inputs if sound is None else [*inputs, *read_sound(sound)]


def read_sound(sound: SoundFeed) -> list[str]:
    """Options of the input that the sound is."""
    return ["-f", "f32le", "-ar", str(sound.sample_rate), "-ac", str(sound.n_channels), "-i", f"pipe:{sound.fd}"]


def encode_sound(film: FilmFormat, sound: SoundFeed) -> list[str]:
    """Options that take frames and sound from their inputs, and encode the sound."""
    options = ["-map", "0:v", "-map", "1:a", *_SOUND_CODECS[film.container]]
    rate = film.encoded_rate(sound.sample_rate)
    if rate == sound.sample_rate:
        return options
    resample = f"aresample={rate}"
    if sound.duration_s is not None:
        # What comes out of a resampler may be a sample short or long.
        n_encoded = round(sound.duration_s * rate)
        resample += f",apad=whole_len={n_encoded},atrim=end_sample={n_encoded}"
    return [*options, "-af", resample]


def movie_clock(film: FilmFormat, sound_rate: int) -> list[str]:
    """Options of an MP4 or MOV file whose clock divides both frames and samples.

    With ffmpeg 7's milliseconds the sound ends up to 1 ms early.
    """
    timescale = math.lcm(film.fps.numerator, sound_rate)
    return ["-movie_timescale", str(timescale)] if timescale < 2**31 else []


def second_run(film: FilmFormat, threads: int | None) -> list[str] | None:
    """Arguments of the run that makes the film of what the first one wrote, None when that is the film."""
    if film.container != ".gif":
        return None
    # Without dithering the film is nearer to its source on grey slices (55 against 54 dB) and smaller, and what rests
    # is still.
    inputs = [*_threads(threads), "-i", "frames.nut", "-i", "palette.png"]
    return [*inputs, "-filter_complex", "[0:v][1:v]paletteuse=dither=none", staged_name(film)]


def _threads(threads: int | None) -> list[str]:
    return [] if threads is None else ["-threads", str(threads)]


def frames_per_key(film: FilmFormat) -> int:
    """Frames from one key frame to the next."""
    # One a second, so that a player seeks at once: 5 to 15 % larger than with none but the first.
    return max(1, round(film.fps))


def _key_frames(film: FilmFormat) -> list[str]:
    return ["-g", str(frames_per_key(film))]


def _hardware(film: FilmFormat) -> list[str]:
    return [*hardware_options(film), *_key_frames(film), staged_name(film)]


def _h264(film: FilmFormat) -> list[str]:
    encoder = ["-c:v", "libx264", "-preset", film.preset, "-crf", f"{film.crf:g}", *_key_frames(film)]
    if film.preset == DECIDED_PRESET:
        encoder += ["-x264-params", WITHOUT_DECISIONS]
    return [*encoder, "-pix_fmt", "yuv420p", staged_name(film)]


def _vp9(film: FilmFormat) -> list[str]:
    # libvpx has two searches; from speed 5 on the "realtime" one is far faster for the same picture.
    search = "good" if int(film.preset) < 5 else "realtime"
    encoder = ["-c:v", "libvpx-vp9", "-deadline", search, "-cpu-used", film.preset]
    parallel = ["-row-mt", "1", "-tile-columns", "2"]
    quality = ["-crf", f"{film.crf:g}", "-b:v", "0", *_key_frames(film)]
    pixels = [*_ycbcr("yuva420p", _SITED_LEFT), *_LEFT_TAG] if film.alpha else ["-pix_fmt", "yuv420p"]
    return [*encoder, *parallel, *quality, *pixels, staged_name(film)]


def _av1(film: FilmFormat) -> list[str]:
    encoder = ["-c:v", "libsvtav1", "-preset", film.preset, "-crf", f"{film.crf:g}", *_key_frames(film)]
    return [*encoder, "-pix_fmt", "yuv420p", staged_name(film)]


def _prores(film: FilmFormat) -> list[str]:
    # A fixed quantiser: 27 frames a second at 1920×1080 and above 68 dB, where ffmpeg's search for one that meets a
    # bit rate gives 6.
    encoder = ["-c:v", "prores_ks", "-profile:v", "4444", "-vendor", "apl0", "-qscale:v", "2"]
    alpha = ["-alpha_bits", "16" if film.alpha else "0"]
    pixels = _ycbcr("yuva444p10le" if film.alpha else "yuv444p10le")
    return [*encoder, *alpha, *pixels, staged_name(film)]


def _ycbcr(pix_fmt: str, siting: str = "") -> list[str]:
    """Options that convert RGB frames; left to itself ffmpeg would use BT.601."""
    return ["-vf", f"{_RGB_TO_YCBCR}{siting},format={pix_fmt},{_TAG_FRAMES}"]


def _png(film: FilmFormat) -> list[str]:
    return [*png_encoder(film), "-f", "image2", "-start_number", "0", staged_name(film)]


def png_encoder(film: FilmFormat) -> list[str]:
    """Options that encode pictures."""
    return [*_FAST_PNG, "-pix_fmt", "rgba" if film.alpha else "rgb24"]


def _gif(film: FilmFormat) -> list[str]:
    # One palette for the whole film, else colours flicker; what moves weighs most in it. The frames wait as PNG in a
    # file, so that memory does not grow with the film.
    split = "[0:v]format=rgb24,split[frames][seen];[seen]palettegen=stats_mode=diff[palette]"
    palette = ["-map", "[palette]", "-f", "image2", "-update", "1", "palette.png"]
    return ["-filter_complex", split, *palette, "-map", "[frames]", *_FAST_PNG, "frames.nut"]


_ENCODERS = {"h264": _h264, "vp9": _vp9, "av1": _av1, "prores": _prores, "png": _png, "gif": _gif}
