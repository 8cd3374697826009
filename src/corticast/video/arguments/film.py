"""ffmpeg's arguments for a film of a given format."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from corticast.video.arguments.hardware import device_options, hardware_options
from corticast.video.formats import FilmFormat

_RGB_TO_YCBCR = "scale=out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd+full_chroma_int"
# In 256ths of a luma pixel. ffmpeg's default would place chroma samples in the middle of four pixels.
_SITED_LEFT = ":out_h_chr_pos=0:out_v_chr_pos=128"
_TAG_FRAMES = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"

# These tags belong to the input. As output options, newer versions of ffmpeg tag only half and convert the frames.
_PLANAR_TAGS = ["-color_range", "tv", "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709"]
_LEFT_TAG = ["-chroma_sample_location", "left"]
_PLANAR_TAGS += _LEFT_TAG

# The fastest compression writes 65 frames per second at 1920×1080, the default writes 22. Files are a third larger.
_FAST_PNG = ["-c:v", "png", "-pred", "up", "-compression_level", "1"]

# x264 looks at every frame a second time to choose its type and to find cuts and fades. Slice films have no cuts or
# fades, and x264 then chooses like a fixed pattern. Without the second look, films take three quarters of the CPU time
# and are at most 1 % larger at the same SSIM. Slower presets use the second look for more; ultrafast takes none.
#
# With qcomp=1, a frame's quantiser depends only on its type and number, not on earlier frames. So a segment can be
# encoded exactly as within the whole film. At equal size, on six films of 360 to 1080 lines, SSIM was 0.09 dB lower to
# 0.21 dB higher than with x264's default 0.6, and mean PSNR was 0 to 0.7 dB higher.
WITHOUT_DECISIONS = "b-adapt=0:scenecut=0:weightp=0:qcomp=1"

# x264 drops changes below two thirds of a step of its quantiser, and has larger steps in blocks with texture. So a
# contact that rings out over a brain kept its last colour: of drums at 60 beats a minute, the rank correlation of the
# values read back with the true ones was 0.863. Now each change rounds, and dark blocks have finer steps than bright
# ones: 0.997, at crf 20 in place of 17. Slower presets decide by trellis what to drop, which ends with these settings.
# x264 also drops blocks with few changes of one step, such as the last one to a contact's rest: 0.986 on another film,
# 0.996 where these are kept. A strength of 0.8 in place of 0.6 gives the bytes back: two films with slices have 1.5 %
# more and 0.7 % fewer at the same SSIM, one without slices 3.7 % more.
# Finer steps of chroma keep the worst pixel of outlines within 10 levels (12 without), and films grow by 2 %.
FINE_STEPS = "trellis=0:deadzone-inter=0:no-dct-decimate=1:aq-mode=3:aq-strength=0.8:chroma-qp-offset=-1"
# Frames between two others have coarser steps. Without them films are larger, and take less CPU time.
_WITHOUT_B_FRAMES = "bframes=0"
# The preset that takes these settings.
DECIDED_PRESET = "superfast"

# x264 keeps its highest rate. Films by libvpx have up to 20 % more bits than asked for, and by SVT-AV1 up to 2 % more.
_VP9_SHARE, _AV1_SHARE = 0.75, 0.95

_SOUND_CODECS = {
    ".mp4": ["-c:a", "aac", "-b:a", "192k"],
    ".webm": ["-c:a", "libopus", "-b:a", "160k"],
    ".mov": ["-c:a", "pcm_s24le"],
}


def staged_name(film: FilmFormat) -> str:
    """Name of the film in ffmpeg's working folder. Pictures are numbered from 0."""
    return "%09d.png" if film.container == ".png" else f"film{film.container}"


@dataclass(frozen=True)
class SoundFeed:
    """Interleaved float32 sound from an inherited file descriptor.

    Parameters
    ----------
    fd : read end of the pipe
    sample_rate : samples per second and channel
    n_channels : number of channels in the pipe
    duration_s : duration of the film in seconds; None if the film ends with the sound
    """

    fd: int
    sample_rate: int
    n_channels: int
    duration_s: Fraction | None


def encode(film: FilmFormat, sound: SoundFeed | None, threads: int | None) -> list[str]:
    """Arguments to encode frames from pipe:0.

    Parameters
    ----------
    film : format of the film
    sound : None for a silent film
    threads : threads of the encoder; None lets ffmpeg choose
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
    """Options for the inputs: frames from pipe:0, and the sound if any."""
    width, height = film.size
    tags = _PLANAR_TAGS if film.pix_fmt == "yuv420p" else []
    rate = f"{film.fps.numerator}/{film.fps.denominator}"
    layout = ["-f", "rawvideo", "-pix_fmt", film.pix_fmt, "-s", f"{width}x{height}", "-framerate", rate]
    inputs = [*device_options(film), *layout, *tags, "-i", "pipe:0"]
    return inputs if sound is None else [*inputs, *read_sound(sound)]


def read_sound(sound: SoundFeed) -> list[str]:
    """Options for the sound input."""
    return ["-f", "f32le", "-ar", str(sound.sample_rate), "-ac", str(sound.n_channels), "-i", f"pipe:{sound.fd}"]


def encode_sound(film: FilmFormat, sound: SoundFeed) -> list[str]:
    """Options to map frames and sound, and to encode the sound."""
    options = ["-map", "0:v", "-map", "1:a", *_SOUND_CODECS[film.container]]
    if film.bound is not None:
        options += ["-b:a", str(film.bound.sound_bps)]
    rate = film.encoded_rate(sound.sample_rate)
    if rate == sound.sample_rate:
        return options
    resample = f"aresample={rate}"
    if sound.duration_s is not None:
        # A resampler may return one sample more or less.
        n_encoded = round(sound.duration_s * rate)
        resample += f",apad=whole_len={n_encoded},atrim=end_sample={n_encoded}"
    return [*options, "-af", resample]


def movie_clock(film: FilmFormat, sound_rate: int) -> list[str]:
    """Options for an MP4 or MOV clock that divides both frames and samples.

    With ffmpeg 7's default of milliseconds, the sound ends up to 1 ms early.
    """
    timescale = math.lcm(film.fps.numerator, sound_rate)
    return ["-movie_timescale", str(timescale)] if timescale < 2**31 else []


def second_run(film: FilmFormat, threads: int | None) -> list[str] | None:
    """Arguments for the second run, which makes the film from the first run's files; None if one run suffices."""
    if film.container != ".gif":
        return None
    # Without dithering, grey slices are closer to their source (55 against 54 dB), files are smaller, and still parts
    # stay still.
    inputs = [*_threads(threads), "-i", "frames.nut", "-i", "palette.png"]
    return [*inputs, "-filter_complex", "[0:v][1:v]paletteuse=dither=none", staged_name(film)]


def _threads(threads: int | None) -> list[str]:
    return [] if threads is None else ["-threads", str(threads)]


def frames_per_key(film: FilmFormat) -> int:
    """Frames from one key frame to the next."""
    # One key frame per second, so that players seek at once. Files are 5 to 15 % larger than with only the first one.
    return max(1, round(film.fps))


def _key_frames(film: FilmFormat) -> list[str]:
    return ["-g", str(frames_per_key(film))]


def _hardware(film: FilmFormat) -> list[str]:
    return [*hardware_options(film), *_key_frames(film), staged_name(film)]


def _h264(film: FilmFormat) -> list[str]:
    encoder = ["-c:v", "libx264", "-preset", film.preset, "-crf", f"{film.crf:g}", *_key_frames(film)]
    if film.bound is not None:
        encoder += ["-maxrate", str(film.bound.picture_bps), "-bufsize", str(film.bound.saved_bits)]
    settings = [FINE_STEPS, _WITHOUT_B_FRAMES, *[WITHOUT_DECISIONS] * (film.preset == DECIDED_PRESET)]
    return [*encoder, "-x264-params", ":".join(settings), "-pix_fmt", "yuv420p", staged_name(film)]


def _vp9(film: FilmFormat) -> list[str]:
    # libvpx has two searches. From speed 5 on, "realtime" is far faster for the same picture.
    search = "good" if int(film.preset) < 5 else "realtime"
    encoder = ["-c:v", "libvpx-vp9", "-deadline", search, "-cpu-used", film.preset]
    parallel = ["-row-mt", "1", "-tile-columns", "2"]
    # With a bit rate, the quality is kept as long as the rate allows.
    most_bps = 0 if film.bound is None else round(_VP9_SHARE * film.bound.picture_bps)
    quality = ["-crf", f"{film.crf:g}", "-b:v", str(most_bps), *_key_frames(film)]
    pixels = [*_ycbcr("yuva420p", _SITED_LEFT), *_LEFT_TAG] if film.alpha else ["-pix_fmt", "yuv420p"]
    return [*encoder, *parallel, *quality, *pixels, staged_name(film)]


def _av1(film: FilmFormat) -> list[str]:
    encoder = ["-c:v", "libsvtav1", "-preset", film.preset, "-crf", f"{film.crf:g}", *_key_frames(film)]
    if film.bound is not None:
        most_bps = round(_AV1_SHARE * film.bound.picture_bps)
        encoder += ["-maxrate", str(most_bps), "-bufsize", str(film.bound.saved_bits)]
    return [*encoder, "-pix_fmt", "yuv420p", staged_name(film)]


def _prores(film: FilmFormat) -> list[str]:
    # A fixed quantiser encodes 27 frames per second at 1920×1080 with over 68 dB. ffmpeg's search for a quantiser that
    # meets a bit rate encodes 6.
    encoder = ["-c:v", "prores_ks", "-profile:v", "4444", "-vendor", "apl0", "-qscale:v", "2"]
    alpha = ["-alpha_bits", "16" if film.alpha else "0"]
    pixels = _ycbcr("yuva444p10le" if film.alpha else "yuv444p10le")
    return [*encoder, *alpha, *pixels, staged_name(film)]


def _ycbcr(pix_fmt: str, siting: str = "") -> list[str]:
    """Options to convert RGB frames. ffmpeg's default would be BT.601."""
    return ["-vf", f"{_RGB_TO_YCBCR}{siting},format={pix_fmt},{_TAG_FRAMES}"]


def _png(film: FilmFormat) -> list[str]:
    return [*png_encoder(film), "-f", "image2", "-start_number", "0", staged_name(film)]


def png_encoder(film: FilmFormat) -> list[str]:
    """Options to encode pictures."""
    return [*_FAST_PNG, "-pix_fmt", "rgba" if film.alpha else "rgb24"]


def _gif(film: FilmFormat) -> list[str]:
    # One palette serves the whole film, else colours flicker. Moving parts weigh most in the palette. The frames wait
    # as PNG in a file, so memory does not grow with the film.
    split = "[0:v]format=rgb24,split[frames][seen];[seen]palettegen=stats_mode=diff[palette]"
    palette = ["-map", "[palette]", "-f", "image2", "-update", "1", "palette.png"]
    return ["-filter_complex", split, *palette, "-map", "[frames]", *_FAST_PNG, "frames.nut"]


_ENCODERS = {"h264": _h264, "vp9": _vp9, "av1": _av1, "prores": _prores, "png": _png, "gif": _gif}
