"""ffmpeg's arguments for hardware encoders.

Frames stay in display order (no B-frames). So the film begins at time 0 with every driver, and hardware gains less from
reordering than software does. Groups of frames are closed, so players may start at each key frame.
"""

from __future__ import annotations

from corticast.video.formats import FilmFormat

# ffmpeg's name for the device that receives the frames: the first one that works.
_VAAPI_DEVICE = ["-init_hw_device", "vaapi=frames", "-filter_hw_device", "frames"]

# VP9 and AV1 have quantisers up to 255, but --crf goes to 63, as in libvpx and SVT-AV1.
_STEPS_PER_CRF = 4


def device_options(film: FilmFormat) -> list[str]:
    """Options before all inputs: the device that receives the frames, if the encoder needs one."""
    return _VAAPI_DEVICE if film.codec.hardware == "vaapi" else []


def hardware_options(film: FilmFormat) -> list[str]:
    """Options for the encoder, without the name of the output."""
    order = ["-bf", "0", "-flags", "+cgop"]
    profile = ["-profile:v", "high"] if film.codec.name == "h264" else []
    # Apple's players need this tag for HEVC.
    tag = ["-tag:v", "hvc1"] if film.codec.name == "hevc" else []
    return ["-c:v", film.codec.encoder, *_FAMILIES[film.codec.hardware](film), *profile, *order, *tag]


def _nvenc(film: FilmFormat) -> list[str]:
    # Without a bit rate of 0, a default of 2 Mbit/s would limit the quality.
    quality = ["-rc", "vbr", "-cq", f"{film.crf:g}", "-b:v", "0"]
    return ["-preset", film.preset, *quality, "-pix_fmt", "yuv420p"]


def _videotoolbox(film: FilmFormat) -> list[str]:
    # The quality of VideoToolbox runs from 1 to 100 (best).
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
