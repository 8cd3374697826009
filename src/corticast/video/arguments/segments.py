"""The arguments of ffmpeg for segments of a film that are encoded by themselves, and for the film that they make."""

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

# Frames after which x264's quantiser of key frames has settled: it is a mean of all quantisers so far, each weighing
# 0.95 of the next one, and 0.95**480 is below what rounds a quantiser's float32.
_SETTLED_AFTER = 480


def can_cut(film: FilmFormat) -> bool:
    """Whether segments of a film, encoded by themselves, are its frames to the bit."""
    if film.container == ".mp4":
        return not film.codec.hardware and film.preset == DECIDED_PRESET
    return film.container in (".mov", ".png")


def segment_name(film: FilmFormat) -> str:
    """Name of a segment in ffmpeg's working folder; pictures of a sequence stand in one file."""
    return "segment.nut" if film.container == ".png" else f"segment{film.container}"


def encode_segment(film: FilmFormat, first: int, threads: int | None) -> list[str]:
    """Arguments of the run that takes the frames of a segment at pipe:0, and makes of them what they are in the film.

    Before a segment of H.264 its first frame is encoded as often as x264 needs to be in the state that it is in at that
    point of the film; those packets are dropped.

    Parameters
    ----------
    film : its format; `can_cut`
    first : frame of the film that the segment begins with, a key frame
    threads : of the encoder, as for the film: x264's frames depend on it
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
    """Arguments of the run that puts segments one after the other, and encodes the sound; frames are not touched.

    Parameters
    ----------
    film : its format
    listing : file that lists the segments, as ffmpeg's concat demuxer reads it
    sound : None for none
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
