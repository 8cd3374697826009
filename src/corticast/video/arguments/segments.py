"""ffmpeg's arguments for separately encoded segments of a film, and for joining them."""

from __future__ import annotations

from corticast.video.arguments.film import (
    DECIDED_PRESET,
    SoundFeed,
    encode,
    encode_sound,
    frames_per_key,
    movie_clock,
    png_encoder,
    read_pipes,
    read_sound,
    staged_name,
)
from corticast.video.formats import FilmFormat

# x264's quantiser of key frames settles after so many frames: it is a mean of all quantisers so far, each with 0.95 of
# the next one's weight. 0.95**480 is below the rounding of float32.
_SETTLED_AFTER = 480


def can_cut(film: FilmFormat) -> bool:
    """Whether separately encoded segments equal the frames of the whole film, bit by bit."""
    if film.container == ".mp4":
        return not film.codec.hardware and film.preset == DECIDED_PRESET and film.max_size is None
    return film.container in (".mov", ".png")


def segment_name(film: FilmFormat) -> str:
    """Name of a segment in ffmpeg's working folder. Numbered pictures share one file."""
    return "segment.nut" if film.container == ".png" else f"segment{film.container}"


def encode_segment(film: FilmFormat, first: int, threads: int | None) -> list[str]:
    """Arguments to encode the frames of a segment from pipe:0 exactly as within the whole film.

    An H.264 segment first encodes its first frame many times, until x264 has the state that it would have at this point
    of the film. These packets are dropped.

    Parameters
    ----------
    film : format of the film; `can_cut` must be true
    first : first frame of the segment, a key frame
    threads : threads of the encoder, the same as for the film, since x264's frames depend on them
    """
    assert can_cut(film)
    assert first % frames_per_key(film) == 0
    if film.container == ".png":
        return [*read_pipes(film, None), *png_encoder(film), segment_name(film)]
    arguments = encode(film, None, threads)[:-1]
    if film.container == ".mp4" and first > 0:
        interval = frames_per_key(film)
        n = min(first, -(-_SETTLED_AFTER // interval) * interval)
        lead_s = f"{n}*{film.fps.denominator}/{film.fps.numerator}"
        arguments += ["-vf", f"loop=loop={n}:size=1:start=0"]
        arguments += ["-bsf:v", f"noise=drop=lt(n\\,{n}),setts=pts=PTS-{lead_s}/TB:dts=DTS-{lead_s}/TB"]
    return [*arguments, segment_name(film)]


def join(film: FilmFormat, listing: str, sound: SoundFeed | None) -> list[str]:
    """Arguments to join segments and encode the sound, without changing the frames.

    Parameters
    ----------
    film : format of the film
    listing : file with the list of segments for ffmpeg's concat demuxer
    sound : None for a silent film
    """
    inputs = ["-f", "concat", "-safe", "0", "-auto_convert", "0", "-i", listing]
    if film.container == ".png":
        return [*inputs, "-c", "copy", "-f", "image2", "-start_number", "0", staged_name(film)]
    outputs = ["-c:v", "copy"]
    sound_rate = 1
    if sound is not None:
        inputs += read_sound(sound)
        outputs = [*encode_sound(film, sound), *outputs]
        sound_rate = film.encoded_rate(sound.sample_rate)
    return [*inputs, "-movflags", "+faststart", *movie_clock(film, sound_rate), *outputs, staged_name(film)]
