"""The arguments of ffmpeg for encoders that are hardware.

Their frames are in order of display (no B-frames): the film's first frame is at time 0 whatever the driver makes of
reordering, and hardware gains less by them than software. Groups are closed, so that a player may start at each key
frame.
"""

from __future__ import annotations

from corticast.video.formats import FilmFormat

# ffmpeg's name for the device that frames are uploaded to; the first that can be had.
_VAAPI_DEVICE = ["-init_hw_device", "vaapi=frames", "-filter_hw_device", "frames"]

# Quantisers of VP9 and AV1 go to 255, --crf as in libvpx and SVT-AV1 to 63.
_STEPS_PER_CRF = 4


def device_options(film: FilmFormat) -> list[str]:
    """Options that stand before all inputs: the device that the frames go to, where it has to be named."""
    return _VAAPI_DEVICE if film.codec.hardware == "vaapi" else []


def hardware_options(film: FilmFormat) -> list[str]:
    """Options of the encoder, the name of the output left out."""
    order = ["-bf", "0", "-flags", "+cgop"]
    profile = ["-profile:v", "high"] if film.codec.name == "h264" else []
    # The mark that Apple's players ask of HEVC.
    tag = ["-tag:v", "hvc1"] if film.codec.name == "hevc" else []
    return ["-c:v", film.codec.encoder, *_FAMILIES[film.codec.hardware](film), *profile, *order, *tag]


def _nvenc(film: FilmFormat) -> list[str]:
    # Without a bit rate of 0 the quality would be capped by a default of 2 Mbit/s.
    quality = ["-rc", "vbr", "-cq", f"{film.crf:g}", "-b:v", "0"]
    return ["-preset", film.preset, *quality, "-pix_fmt", "yuv420p"]


def _videotoolbox(film: FilmFormat) -> list[str]:
    # Its quality runs from 1 to 100, the best.
    return ["-q:v", str(max(1, round(100 * (1 - film.crf / 51)))), "-pix_fmt", "nv12"]


def _qsv(film: FilmFormat) -> list[str]:
    return ["-preset", film.preset, "-global_quality", f"{film.crf:g}", "-pix_fmt", "nv12"]


def _vaapi(film: FilmFormat) -> list[str]:
    if film.codec.name in ("h264", "hevc"):
        quality = ["-qp", f"{film.crf:g}"]
    else:
        quality = ["-global_quality", f"{_STEPS_PER_CRF * film.crf:g}"]
    return ["-vf", "format=nv12,hwupload", "-rc_mode", "CQP", *quality]


_FAMILIES = {"nvenc": _nvenc, "videotoolbox": _videotoolbox, "qsv": _qsv, "vaapi": _vaapi}
