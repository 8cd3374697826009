"""A film in parts: where it is cut, the files of the parts, and how they become the film."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from corticast.app.render.film_file import sound_of
from corticast.app.render.flash_lines import flash_lines
from corticast.app.render.flash_samples import read_samples
from corticast.app.render.metering import sample_rate_hz
from corticast.app.render.report import RenderReport, report_of
from corticast.core.flashes import flashes_of
from corticast.core.model.machine import Machine
from corticast.core.model.scene_file import SceneFile
from corticast.core.timing import n_frames_of, parse_fps
from corticast.errors import OptionError
from corticast.film.analysis import Analysis
from corticast.film.opening import open_film
from corticast.film.scene_inputs import film_timing, open_scene
from corticast.io.audio import load_audio
from corticast.video.arguments.film import frames_per_key
from corticast.video.arguments.segments import can_cut, segment_name
from corticast.video.formats import FilmFormat, film_format
from corticast.video.joining import join_segments
from corticast.video.places import film_warnings

# Shorter parts are not worth the frames that are encoded before each of them, at most 16 s of a still picture.
_LEAST_PART_S = 20


def format_of(file: SceneFile, film: Path) -> FilmFormat:
    """Format of a scene's film.

    Raises
    ------
    OptionError : one of the scene's options does not go with the format
    """
    return film_format(
        str(film),
        size=file.size,
        fps=parse_fps(file.rate),
        alpha=file.background == "none",
        encoding=file.encoding,
    )


def why_whole(film: FilmFormat) -> str | None:
    """Reason why a film of that format cannot be cut; None if it can."""
    if can_cut(film):
        return None
    if film.max_size is not None:
        return "--max-size bounds the film as a whole"
    if film.container == ".mp4":
        return f"{film.codec.encoder} by preset {film.preset} remembers earlier frames" if film.preset else "hardware"
    return f"{film.container} is encoded whole"


def cut(film: FilmFormat, n_frames: int, n_parts: int) -> list[range]:
    """Parts of about equal length that begin at key frames; fewer where there are not as many key frames."""
    interval = frames_per_key(film)
    n_keys = -(-n_frames // interval)
    n_parts = min(n_parts, n_keys)
    firsts = [k * n_keys // n_parts * interval for k in range(n_parts)]
    return [range(first, stop) for first, stop in zip(firsts, [*firsts[1:], n_frames], strict=True)]


def worthwhile_parts(n_frames: int, fps: Fraction, n_wanted: int) -> int:
    """Number of parts of a film when none is asked for."""
    return max(1, min(n_wanted, int(n_frames / fps / _LEAST_PART_S)))


def known_length(file: SceneFile) -> int | None:
    """Frames of a scene file's film, where no analysis is needed to know; else None.

    Raises
    ------
    DataError, DeviceError : the sound cannot be opened
    """
    timing = film_timing(file)
    if timing.frames is not None:
        return timing.frames
    if timing.duration is not None:
        return n_frames_of(timing.duration, timing.fps)
    if file.audio is None:
        return None
    sound = load_audio(file.audio)
    return n_frames_of((Fraction(sound.n_samples, sound.sample_rate) - timing.start) / timing.speed, timing.fps)


def parts_folder(film: Path) -> Path:
    """Hidden folder of a film's analysis and finished parts, beside the film or beside the folder of its pictures."""
    beside = film if film.parent.is_dir() or "%" not in film.name else film.parent
    return beside.with_name(f".{beside.name}.segments")


def part_path(film: FilmFormat, folder: Path, digest: str, frames: range) -> Path:
    """File of a part; it exists only complete, and its name holds the digest of the film."""
    return folder / f"{digest[:16]}-{frames.start:08}-{frames.stop:08}{Path(segment_name(film)).suffix}"


def analysis_path(folder: Path, digest: str) -> Path:
    """File of a film's analysis; it exists only complete, and its name holds the digest of the film."""
    return folder / f"{digest[:16]}-analysis.npz"


def join_parts(
    file: SceneFile,
    film: Path,
    parts: Sequence[Path],
    analysis: Analysis,
    *,
    machine: Machine,
    overwrite: bool,
) -> dict[str, Any]:
    """Make a film of its parts.

    Parameters
    ----------
    analysis : of the film
    machine : how the machine is used
    overwrite : whether the film may be replaced

    Returns
    -------
    facts of the film, as `facts_of` gives them, without its renderer

    Raises
    ------
    OptionError, DataError, EncoderError, DeviceError : as `render` does
    """
    kind = format_of(file, film)
    opened = open_film(open_scene(file, machine, analysis=analysis), film_timing(file), analysis=analysis)
    sound = sound_of(opened)
    n_bytes = join_segments(str(film), parts, kind, opened.n_frames, sound=sound, overwrite=overwrite)
    samples, patterns_s = read_samples(parts)
    flashes = flashes_of(samples, float(sample_rate_hz(opened.fps)), patterns_s)
    lines = flash_lines(flashes, is_limited=bool(file.flash_limit), has_activity=opened.has_activity)
    warnings = (*opened.warnings, *film_warnings(str(film), kind, sound), *lines)
    report = report_of(opened, film, size=kind.size, n_frames=opened.n_frames, n_bytes=n_bytes, warnings=warnings)
    return facts_of(replace(report, flashes=flashes))


def facts_of(report: RenderReport) -> dict[str, Any]:
    """Facts of a film, as JSON holds them."""
    return {
        "size": list(report.size),
        "fps": str(report.fps),
        "n_frames": report.n_frames,
        "n_bytes": report.n_bytes,
        "n_contacts": report.n_contacts,
        "n_contacts_near": report.n_contacts_near,
        "share_inside": report.share_inside,
        "n_left_out": report.n_left_out,
        "renderer": report.renderer,
        "warnings": list(report.warnings),
        "flash_gain": report.flash_gain,
        "flashes": None if report.flashes is None else report.flashes.as_json,
        **report.scale,
        **report.columns,
        **report.subjects,
        **({"Names": report.names} if report.names else {}),
        **({"Planes": report.planes} if report.planes else {}),
        "Caption": report.caption,
        "Methods": report.methods,
        "ContactSizes": report.sizes,
    }


def refuse_uncuttable(film: FilmFormat) -> None:
    """Refuse a film that cannot be cut.

    Raises
    ------
    OptionError : the film's format is encoded whole
    """
    reason = why_whole(film)
    if reason is not None:
        raise OptionError(
            f"--segments: {reason}, and its parts would be other frames; leave it out, or write .mp4 at its usual "
            "--preset, .mov or numbered pictures"
        )
