"""How films are encoded."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EncoderOptions:
    """The encoder of a film, its quality and its effort.

    `video.formats.film_format` holds them against the kind of film, and refuses those that do not suit it.

    Parameters
    ----------
    codec : "vp9" or "av1" for .webm; "h264" for .mp4, or with a hardware encoder "hevc"; None takes the container's
        default
    crf : quality, lower is better; None takes the codec's default
    preset : effort; None takes the codec's default
    encoder : "software", a kind of hardware ("nvenc", "videotoolbox", "qsv" or "vaapi"), or one of its encoders, such
        as "hevc_nvenc"; "auto" takes software, which makes the same film on every machine, with a measured quality
    max_size : largest size of the film in bytes, kept by a bound on the bit rate; None sets no bound
    """

    codec: str | None = None
    crf: float | None = None
    preset: str | None = None
    encoder: str = "auto"
    max_size: int | None = None
