"""corticast: brain volumes, electrodes and sound become moving pictures.

A scene holds the inputs and all options of the picture; `frame`, `show`, `render` and `sheet` draw it.

>>> import numpy as np
>>> import corticast as cc
>>> volume = cc.Volume.from_array(np.ones((20, 24, 22)), affine=np.diag([8.0, 8, 8, 1]))
>>> electrodes = cc.Electrodes(("LA1", "LA2"), [(40, 60, 80), (44, 60, 80)])
>>> drive = cc.ArrayDrive([[0.0, 1.0], [0.5, 0.0]], sample_rate=10, names=("LA1", "LA2"))
>>> scene = cc.Scene(volume=volume, electrodes=electrodes, drive=drive, layout="axial")
>>> [panel.name for panel in cc.panels(scene, size=(640, 360))]
['axial']
>>> cc.activity(scene, fps=10).values.tolist()
[[0.0, 0.5], [1.0, 0.0]]

Files are read by `load_volume`, `load_electrodes`, `load_audio`, `load_picture`, `load_recording` and
`load_values`:

>>> scene = cc.Scene(volume=cc.load_volume("sub-01_T1w.nii.gz"))  # doctest: +SKIP
>>> cc.frame(scene, size=(1920, 1080)).shape  # doctest: +SKIP
(1080, 1920, 3)
>>> cc.render(scene, "sweep.mp4", fps=30)  # doctest: +SKIP

Errors are of `corticast.errors`; each has one line that names the argument, the value and the remedy. Importing this
package loads NumPy at most; other libraries are loaded when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from corticast.core.model import saving
from corticast.core.text.face import take_fonts_from
from corticast.core.text.system_faces import SystemFonts, take_system_fonts_from

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import BinaryIO

    from corticast import dsp, errors
    from corticast.app.render.figure import FrameReport, save_frame
    from corticast.app.render.film_file import render
    from corticast.app.render.report import RenderReport
    from corticast.app.render.still import Still, frame, show
    from corticast.app.sheet.sheet import SheetReport, sheet
    from corticast.core.geometry.panels import Panel
    from corticast.core.model.contact_values import ContactValues
    from corticast.core.model.recording import Recording
    from corticast.core.model.scene import Scene
    from corticast.core.model.types import Activity, Electrodes, Picture, PlacedElectrodes, SampledSound, Volume
    from corticast.dsp.bands import LogBands
    from corticast.dsp.drive import ArrayDrive, AudioDrive
    from corticast.dsp.high_gamma import HighGamma
    from corticast.dsp.post import PostDrive
    from corticast.dsp.recorded import HighGammaDrive, VoltageDrive
    from corticast.film.panels import panels
    from corticast.film.saved_scene import load_scene
    from corticast.film.shown_activity import ShownActivity, activity
    from corticast.io.audio import load_audio
    from corticast.io.electrodes import load_electrodes
    from corticast.io.picture import load_picture
    from corticast.io.recording import load_recording
    from corticast.io.values import load_values
    from corticast.io.volume import load_volume

    __version__: str


def _font_content(path: Path) -> bytes:
    from corticast.io.font_file import font_content

    return font_content(path)


def _system_font_files() -> Iterator[Path]:
    from corticast.io.system_fonts import font_files

    return font_files()


def _opened_font(path: Path) -> AbstractContextManager[BinaryIO]:
    from corticast.io.door import opened
    from corticast.io.file_kinds import FONT

    return opened(path, FONT)


take_fonts_from(_font_content)
take_system_fonts_from(SystemFonts(_system_font_files, _opened_font))

_MODULES = {
    "Activity": "corticast.core.model.types",
    "ArrayDrive": "corticast.dsp.drive",
    "AudioDrive": "corticast.dsp.drive",
    "ContactValues": "corticast.core.model.contact_values",
    "Electrodes": "corticast.core.model.types",
    "FrameReport": "corticast.app.render.figure",
    "HighGamma": "corticast.dsp.high_gamma",
    "HighGammaDrive": "corticast.dsp.recorded",
    "LogBands": "corticast.dsp.bands",
    "Panel": "corticast.core.geometry.panels",
    "Picture": "corticast.core.model.types",
    "PlacedElectrodes": "corticast.core.model.types",
    "PostDrive": "corticast.dsp.post",
    "Recording": "corticast.core.model.recording",
    "RenderReport": "corticast.app.render.report",
    "SampledSound": "corticast.core.model.types",
    "Scene": "corticast.core.model.scene",
    "SheetReport": "corticast.app.sheet.sheet",
    "ShownActivity": "corticast.film.shown_activity",
    "Still": "corticast.app.render.still",
    "VoltageDrive": "corticast.dsp.recorded",
    "Volume": "corticast.core.model.types",
    "activity": "corticast.film.shown_activity",
    "frame": "corticast.app.render.still",
    "load_audio": "corticast.io.audio",
    "load_electrodes": "corticast.io.electrodes",
    "load_picture": "corticast.io.picture",
    "load_recording": "corticast.io.recording",
    "load_scene": "corticast.film.saved_scene",
    "load_values": "corticast.io.values",
    "load_volume": "corticast.io.volume",
    "panels": "corticast.film.panels",
    "render": "corticast.app.render.film_file",
    "save_frame": "corticast.app.render.figure",
    "sheet": "corticast.app.sheet.sheet",
    "show": "corticast.app.render.still",
}

__all__ = [
    "Activity",
    "ArrayDrive",
    "AudioDrive",
    "ContactValues",
    "Electrodes",
    "FrameReport",
    "HighGamma",
    "HighGammaDrive",
    "LogBands",
    "Panel",
    "Picture",
    "PlacedElectrodes",
    "PostDrive",
    "Recording",
    "RenderReport",
    "SampledSound",
    "Scene",
    "SheetReport",
    "ShownActivity",
    "Still",
    "VoltageDrive",
    "Volume",
    "__version__",
    "activity",
    "dsp",
    "errors",
    "frame",
    "load_audio",
    "load_electrodes",
    "load_picture",
    "load_recording",
    "load_scene",
    "load_values",
    "load_volume",
    "panels",
    "render",
    "save_frame",
    "sheet",
    "show",
]


def __getattr__(name: str) -> Any:
    if name in ("dsp", "errors"):
        return import_module(f"corticast.{name}")
    if name == "__version__":
        from importlib.metadata import version

        return version("corticast")
    if name not in _MODULES:
        raise AttributeError(f"module 'corticast' has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)


def _save_scene(scene: Scene, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
    """Write a scene file; the writer is imported when the first scene is saved."""
    from corticast.film.saved_scene import save_scene

    save_scene(scene, path, overwrite=overwrite)


# Every import of a module of the package runs this line first.
saving.save_scene = _save_scene


def __dir__() -> list[str]:
    return sorted({name for name in globals() if name.startswith("__")} | set(__all__))
