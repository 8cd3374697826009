"""The summary at the end of a render."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from corticast.app.render.profile import profile_lines
from corticast.app.render.report import RenderReport
from corticast.core.timing import parse_fps
from corticast.film.column_words import column_lines
from corticast.film.scale_facts import scale_line
from corticast.film.subject_words import subject_lines
from corticast.video.bound import Bound, size_text


def _frames(n: int) -> str:
    return f"{n} frame{'s' * (n != 1)}"


def summary_lines(report: RenderReport) -> list[str]:
    """Summarise a render: size, duration, frame rate, bytes, contacts, speed, and the profile if it was recorded."""
    width, height = report.size
    seconds = report.seconds
    lines = [
        f"{report.path}: {width}x{height}, {_frames(report.n_frames)} at {_rate(report.fps)} frames/s, "
        f"{float(report.duration_s):.3f} s, {report.n_bytes / 1e6:.2f} MB",
    ]
    if report.bound is not None:
        lines.append(_bound(report.bound))
    if report.poster_s is not None:
        lines.append(f"poster: the frame at {float(report.poster_s):.4g} s")
    if report.n_contacts:
        lines.append(_contacts(report.n_contacts, report.n_contacts_near, report.share_inside, report.n_left_out))
    lines += subject_lines(report.subjects)
    lines += [report.sizes] * bool(report.sizes)
    lines += _scale(report.scale)
    lines += column_lines(report.columns)
    lines += [report.names] * bool(report.names)
    lines += [report.planes] * bool(report.planes)
    lines += _flash_gain(report.flash_gain)
    lines += _lights(report.caption)
    stages = ", ".join(f"{name} {spent:.2f}" for name, spent in seconds.items() if name != "total")
    lines.append(f"{report.frames_per_second:.1f} frames/s in {seconds['total']:.2f} s ({stages}) on {report.renderer}")
    if report.profile is not None:
        lines += profile_lines(report.profile)
    return lines


def film_lines(path: Path, facts: Mapping[str, Any]) -> list[str]:
    """Summarise a film that several processes have made, see `perform`. Its seconds are the sum over all processes."""
    width, height = facts["size"]
    fps = parse_fps(facts["fps"])
    length_s = facts["n_frames"] / float(fps)
    lines = [
        f"{path}: {width}x{height}, {_frames(facts['n_frames'])} at {_rate(fps)} frames/s, {length_s:.3f} s, "
        f"{facts['n_bytes'] / 1e6:.2f} MB",
    ]
    if facts.get("n_contacts"):
        n_drawn, n_near, n_left_out = facts["n_contacts"], facts["n_contacts_near"], facts.get("n_left_out", 0)
        lines.append(_contacts(n_drawn, n_near, facts["share_inside"], n_left_out))
    lines += subject_lines(facts)
    lines += [facts["ContactSizes"]] if facts.get("ContactSizes") else []
    lines += _scale(facts)
    lines += column_lines(facts)
    lines += [facts["Names"]] if facts.get("Names") else []
    lines += [facts["Planes"]] if facts.get("Planes") else []
    lines += _flash_gain(facts.get("flash_gain", 1.0))
    lines += _lights(facts.get("Caption", ""))
    lines.append(f"{facts['seconds']:.2f} s in all processes together, on {facts['renderer']}")
    return lines


def _bound(bound: Bound) -> str:
    sound = f", sound {bound.sound_bps / 1e3:.0f} kbit/s" if bound.sound_bps else ""
    rate = f"picture up to {bound.picture_bps / 1e6:.3g} Mbit/s{sound}"
    return f"{rate}, so that the film has at most {size_text(bound.max_bytes)}"


def _flash_gain(gain: float) -> list[str]:
    return [] if gain == 1 else [f"flash limit: activity × {gain:.2g}"]


def _lights(caption: str) -> list[str]:
    return [f"caption: {caption}"] if caption else []


def _contacts(n_drawn: int, n_near: int, share_inside: float | None, n_left_out: int) -> str:
    # In views from outside, and wherever depth does not count, all contacts have full strength.
    near = f", {n_near} in the slab of a plane" if n_near != n_drawn else ""
    inside = f", {100 * share_inside:.0f} % inside the volume or picture" if share_inside is not None else ""
    others = f", {n_left_out} not selected" if n_left_out else ""
    return f"{n_drawn} contacts drawn{near}{inside}{others}"


def _scale(facts: Mapping[str, Any]) -> list[str]:
    line = scale_line(facts)
    return [] if line is None else [line]


def _rate(fps: Fraction) -> str:
    return str(fps) if fps.denominator == 1 else f"{fps} ({float(fps):.3f})"
