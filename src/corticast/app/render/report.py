"""Facts about a written film."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from corticast.app.render.notebook import film_html
from corticast.app.render.profile import Profile, profile_of
from corticast.core.flashes import Flashes
from corticast.core.trace import Trace
from corticast.film.column_words import column_facts
from corticast.film.film import Film
from corticast.film.name_words import names_line
from corticast.film.plane_words import planes_line
from corticast.film.scale_facts import scale_facts
from corticast.film.size_words import sizes_line
from corticast.film.sizes import Size
from corticast.film.subject_words import subject_facts
from corticast.film.words import activity_map, caption_of, methods_of
from corticast.video.bound import Bound

# Stages of a report; those within them are for profiles.
_STAGES = ("open", "draw", "convert", "read", "encode", "finish")


@dataclass(frozen=True)
class RenderReport:
    """Facts about a written film, and the time of its making.

    Parameters
    ----------
    path : path of the film
    size : width, height of the file in pixels; odd sides of .mp4 and .webm are written one pixel larger
    fps : frames per second
    n_frames : number of written frames
    n_bytes : size of the file, or of all pictures of a sequence
    seconds : time per stage: "open" (inputs, OpenGL, upload), "draw", "convert" (to the encoder's format), "read" (from
        OpenGL), "encode" (waiting for the encoder), "finish" (its last frames, muxing), "total"
    n_contacts, n_contacts_near : number of drawn contacts, and of those within the depth of a plane
    share_inside : share of the drawn contacts inside the volume or the picture; None without either
    n_left_out : contacts that `select` and `exclude` leave out
    renderer : OpenGL renderer
    warnings : warnings, one line each
    flashes : flashes of the frames, by WCAG 2.3.1 and ITU-R BT.1702; None if they were not measured
    flash_gain : factor on the activity, by the flash limit; 1 without one
    profile : time of each stage per frame; None unless requested
    scale : full scale, colour map, and how many values lie beyond, see `scale_facts`; empty without activity
    columns : what columns show as colours and sizes, see `column_facts`; empty without any
    subjects : contacts of each of several subjects, see `subject_facts`; empty for one
    names : how many contacts bear their names, in one line; "" without names
    planes : default planes that have moved inwards, and slices of mosaics, in one line; "" without any
    caption : what the lights are, in one line; "" without a caption
    methods : how the lights came about, in sentences for a paper's methods; "" without activity
    sizes : diameters of the contacts, in one line; "" without contacts
    bound : bit rates that kept the film below `max_size`; None without one
    poster_s : second of the film that the poster shows; None without a poster
    """

    path: Path
    size: Size
    fps: Fraction
    n_frames: int
    n_bytes: int
    seconds: dict[str, float] = field(default_factory=dict)
    n_contacts: int = 0
    n_contacts_near: int = 0
    share_inside: float | None = None
    renderer: str = ""
    warnings: tuple[str, ...] = ()
    flashes: Flashes | None = None
    flash_gain: float = 1.0
    profile: Profile | None = None
    scale: Mapping[str, Any] = field(default_factory=dict)
    caption: str = ""
    methods: str = ""
    n_left_out: int = 0
    sizes: str = ""
    bound: Bound | None = None
    columns: Mapping[str, Any] = field(default_factory=dict)
    names: str = ""
    planes: str = ""
    poster_s: Fraction | None = None
    subjects: Mapping[str, Any] = field(default_factory=dict)

    @property
    def duration_s(self) -> Fraction:
        """Duration in seconds."""
        return self.n_frames / self.fps

    @property
    def frames_per_second(self) -> float:
        """Frames rendered per second of whole time."""
        return self.n_frames / self.seconds["total"]

    def _repr_html_(self) -> str:
        """The film with its facts, for a notebook."""
        width, height = self.size
        rate = f"{float(self.fps):.5g} frames per second"
        length = f"{self.n_frames} frames, {float(self.duration_s):.4g} s, {self.n_bytes / 2**20:.1f} MiB"
        return film_html(self.path, width, f"{self.path}: {width}x{height}, {rate}, {length}")


def report_of(
    film: Film, path: Path, *, size: Size, n_frames: int, n_bytes: int, warnings: tuple[str, ...]
) -> RenderReport:
    """Report of a film whose file has this size, without the renderer and the seconds."""
    n_contacts, n_near = film.n_contacts()
    return RenderReport(
        path=path,
        size=size,
        fps=film.fps,
        n_frames=n_frames,
        n_bytes=n_bytes,
        n_contacts=n_contacts,
        n_contacts_near=n_near,
        flash_gain=film.gain,
        share_inside=film.placed.share_inside if film.placed is not None else None,
        n_left_out=film.placed.n_left_out if film.placed is not None else 0,
        warnings=warnings,
        scale=scale_facts(film.activity, activity_map(film), film.values_beyond),
        columns=column_facts(film),
        subjects=subject_facts(film.placed),
        names=names_line(film, size=size),
        planes=planes_line(film, size),
        caption=caption_of(film),
        methods=methods_of(film),
        sizes=sizes_line(film),
    )


def measured(report: RenderReport, trace: Trace) -> RenderReport:
    """The report with the seconds of its film, and with their profile if the trace keeps all stages."""
    seconds = {name: trace.seconds(name) for name in _STAGES} | {"total": trace.elapsed_s}
    return replace(report, seconds=seconds, profile=profile_of(trace, report.n_frames) if trace.keeps else None)
