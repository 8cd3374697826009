"""corticast: brain volumes, electrodes and sound become moving pictures.

>>> import corticast as cc
>>> scene = cc.Scene(volume=cc.load_volume("sub-01_T1w.nii.gz"))  # doctest: +SKIP
>>> cc.render(scene, "sweep.mp4")  # doctest: +SKIP

Importing this package loads NumPy at most; everything else is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corticast import dsp, errors
    from corticast.app.export import RenderReport, render
    from corticast.app.frame import frame, panels
    from corticast.app.sheet import SheetReport, sheet
    from corticast.core.recording import Recording
    from corticast.core.scene import Scene
    from corticast.core.types import Activity, Electrodes, Picture, SampledSound, Volume
    from corticast.dsp.bands import LogBands
    from corticast.dsp.drive import ArrayDrive, AudioDrive
    from corticast.dsp.high_gamma import HighGamma
    from corticast.dsp.post import PostDrive
    from corticast.dsp.recorded import HighGammaDrive, VoltageDrive
    from corticast.io.audio import load_audio
    from corticast.io.electrodes import load_electrodes
    from corticast.io.picture import load_picture
    from corticast.io.recording import load_recording
    from corticast.io.volume import load_volume

    __version__: str

_MODULES = {
    "Activity": "corticast.core.types",
    "ArrayDrive": "corticast.dsp.drive",
    "AudioDrive": "corticast.dsp.drive",
    "Electrodes": "corticast.core.types",
    "HighGamma": "corticast.dsp.high_gamma",
    "HighGammaDrive": "corticast.dsp.recorded",
    "LogBands": "corticast.dsp.bands",
    "Picture": "corticast.core.types",
    "PostDrive": "corticast.dsp.post",
    "Recording": "corticast.core.recording",
    "RenderReport": "corticast.app.export",
    "SampledSound": "corticast.core.types",
    "Scene": "corticast.core.scene",
    "SheetReport": "corticast.app.sheet",
    "VoltageDrive": "corticast.dsp.recorded",
    "Volume": "corticast.core.types",
    "frame": "corticast.app.frame",
    "load_audio": "corticast.io.audio",
    "load_electrodes": "corticast.io.electrodes",
    "load_picture": "corticast.io.picture",
    "load_recording": "corticast.io.recording",
    "load_volume": "corticast.io.volume",
    "panels": "corticast.app.frame",
    "render": "corticast.app.export",
    "sheet": "corticast.app.sheet",
}

__all__ = [
    "Activity",
    "ArrayDrive",
    "AudioDrive",
    "Electrodes",
    "HighGamma",
    "HighGammaDrive",
    "LogBands",
    "Picture",
    "PostDrive",
    "Recording",
    "RenderReport",
    "SampledSound",
    "Scene",
    "SheetReport",
    "VoltageDrive",
    "Volume",
    "__version__",
    "dsp",
    "errors",
    "frame",
    "load_audio",
    "load_electrodes",
    "load_picture",
    "load_recording",
    "load_volume",
    "panels",
    "render",
    "sheet",
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


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
