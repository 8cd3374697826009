"""Brainy Jingle Bells: the demo film, made only from this package and nilearn's template brain."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from corticast.app.demo.electrodes import SPACE, demo_electrodes
from corticast.app.demo.song import jingle_bells
from corticast.app.render.film_file import render
from corticast.app.render.film_frames import Progress
from corticast.app.render.report import RenderReport
from corticast.core.model.scene import Scene, changed
from corticast.core.model.types import Electrodes, SampledSound, Volume
from corticast.dsp.drive import AudioDrive
from corticast.errors import DeviceError
from corticast.io.volume import load_volume

_TEMPLATE = Path("datasets", "data", "mni_icbm152_t1_tal_nlin_sym_09a_converted.nii.gz")
_SAMPLE_RATE = 48000


def template_path() -> Path:
    """Path of the MNI152 T1 in nilearn's package, found without importing nilearn.

    Raises
    ------
    DeviceError : nilearn is not installed, or has moved the template
    """
    found = importlib.util.find_spec("nilearn")
    for folder in (found.submodule_search_locations or []) if found is not None else []:
        path = Path(folder) / _TEMPLATE
        if path.is_file():
            return path
    raise DeviceError("the demo's template brain comes with nilearn: pip install 'corticast[demo]'")


@cache
def _brain_and_contacts() -> tuple[Volume, Electrodes]:
    """The template brain and the contacts on its surface, found once in a process: the walk takes half a second."""
    brain = replace(load_volume(template_path(), space=SPACE), name="MNI152 (ICBM 2009a symmetric)")
    return brain, demo_electrodes(brain)


def demo_inputs() -> dict[str, Any]:
    """Fields of a scene with the demo's brain and contacts: a template brain, a grid and two shafts."""
    brain, contacts = _brain_and_contacts()
    return {
        "volume": brain,
        "electrodes": contacts,
        "plane_mm": (-46.0, -21.0, 11.0),
        # Between the spacings of the grid, 10 mm, and of the shafts, 4 mm.
        "electrode_size": ("2mm", "7mm"),
        # The grid is curved: its contacts lie farther from the sagittal plane than the default depth.
        "electrode_depth": 30,
    }


def demo_scene() -> Scene:
    """The scene of the demo: brain, contacts, and a carol that drives them."""
    song = SampledSound(jingle_bells(_SAMPLE_RATE), _SAMPLE_RATE, "Jingle Bells, J. L. Pierpont, 1857")
    return Scene(**demo_inputs(), drive=AudioDrive(song), title="Brainy Jingle Bells")


def render_demo(
    path: str | os.PathLike[str],
    *,
    size: tuple[int, int] = (1280, 720),
    overwrite: bool = False,
    progress: Progress | None = None,
) -> RenderReport:
    """Render the demo film. See `render`."""
    scene = changed(demo_scene(), electrode_style="glow")
    return render(scene, path, size=size, overwrite=overwrite, progress=progress)
