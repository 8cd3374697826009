"""Report on this machine: OpenGL, CUDA, encoders, sound devices, and how to install missing parts."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from corticast.errors import CorticastError
from corticast.process.threads import granted_threads

_PACKAGES = (
    "corticast", "numpy", "scipy", "vispy", "PyOpenGL", "glfw", "PySide6-Essentials", "nibabel", "soundfile",
    "imageio-ffmpeg", "nilearn", "PyAudio", "mne", "pymatreader", "pynwb", "distributed", "dask-jobqueue",
)  # fmt: skip

# Extras of the package: their use, and their packages.
_EXTRAS = {
    "ieeg": ("recordings", ("mne", "pymatreader", "pynwb")),
    "cluster": ("films on a cluster", ("distributed", "dask-jobqueue")),
}


def examine(gpu: int | None = None) -> dict[str, Any]:
    """Examine this machine.

    Returns
    -------
    dict with "python", "packages", "threads", "gl", "backends", "cuda", "video", "audio" and "problems", ready for JSON
    """
    report: dict[str, Any] = {
        "python": f"{platform.python_implementation()} {platform.python_version()} on {platform.platform()}",
        "packages": {name: _version(name) for name in _PACKAGES},
        "threads": granted_threads(),
        "gl": _examine_gl(gpu),
        "backends": _examine_backends(),
        "cuda": _examine_cuda(),
        "video": _examine_video(),
        "audio": _examine_audio(),
    }
    report["problems"] = [part["problem"] for part in report.values() if isinstance(part, dict) and "problem" in part]
    return report


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _examine_gl(gpu: int | None) -> dict[str, Any]:
    from corticast.gl.context import OffscreenContext

    try:
        with OffscreenContext(gpu) as context:
            facts = context.facts
    except CorticastError as error:
        return {"problem": error.as_typed}
    return {
        "renderer": facts.renderer,
        "vendor": facts.vendor,
        "version": facts.version,
        "backend": facts.backend,
        "platform": facts.platform,
        "software": facts.is_software,
        "max_texture_size": facts.max_texture_size,
        "max_texture_3d_size": facts.max_texture_3d_size,
    }


def _examine_backends() -> dict[str, Any]:
    """Try all OpenGL backends: the device behind each, or the missing part."""
    from corticast.gl.context import BACKENDS, OffscreenContext

    found: dict[str, Any] = {}
    for name in BACKENDS:
        try:
            with OffscreenContext(backend=name) as context:
                found[name] = {"available": True, "platform": context.facts.platform}
        except CorticastError as error:
            found[name] = {"available": False, "missing": error.as_typed.removeprefix(f"--backend {name}: ")}
    return found


def _examine_cuda() -> dict[str, Any]:
    from corticast.dsp.backend import cuda_device_name

    name = cuda_device_name()
    return {"device": name} if name else {"device": None, "note": "NumPy and SciPy analyse sound"}


def _examine_video() -> dict[str, Any]:
    from corticast.video.encoders import encoder_facts

    try:
        return encoder_facts()
    except CorticastError as error:
        return {"problem": error.as_typed}


def _examine_audio() -> dict[str, Any]:
    """List devices for a live show. A machine without any can still render films."""
    from corticast.audio.devices import list_devices

    try:
        devices = list_devices()
    except CorticastError as error:
        return {"devices": [], "missing": error.as_typed}
    return {"devices": [f"{device.name} ({device.host_api})" for device in devices]}


def _hardware_text(video: dict[str, Any]) -> str:
    """Working hardware encoders. For each kind without any, the reason why its first encoder fails."""
    working = [name.partition("_")[2] for name in video["hardware"]]
    missing: dict[str, str] = {}
    for name, failure in video["hardware_failing"].items():
        missing.setdefault(name.partition("_")[2], failure)
    reasons = [f"no {kind} ({failure})" for kind, failure in missing.items() if kind not in working]
    return ", ".join([*video["hardware"], *reasons])


def lines_of(report: dict[str, Any]) -> list[str]:
    """The report as lines of text."""
    gl, cuda, video, audio = report["gl"], report["cuda"], report["video"], report["audio"]
    lines = [f"corticast {report['packages']['corticast']}, {report['python']}, {report['threads']} threads"]
    if "renderer" in gl:
        kind = "software OpenGL: the CPU draws the frames" if gl["software"] else "GPU"
        lines.append(f"OpenGL   {gl['renderer']} ({kind})")
        lines.append(f"         {gl['version']}, by {gl['backend']} ({gl['platform']})")
        lines.append(
            f"         frames up to {gl['max_texture_size']} pixels a side, "
            f"volumes up to {gl['max_texture_3d_size']} voxels"
        )
    for number, (name, backend) in enumerate(report["backends"].items()):
        heading = "" if number else "backends"
        taken = " (the choice of auto)" if name == gl.get("backend") else ""
        lines.append(f"{heading:<8} {name}{taken}: {backend.get('missing') or backend['platform']}")
    lines.append(f"CUDA     {cuda['device'] or 'none: ' + cuda['note']}")
    if "ffmpeg" in video:
        lines.append(f"ffmpeg   {video['ffmpeg']}")
        lines.append(f"         encoders: {', '.join(video['encoders'])}")
        lines.append(f"         hardware encoders: {_hardware_text(video)}")
    sources = ", ".join(audio["devices"]) or f"none: {audio.get('missing', 'no device found')}"
    lines.append(f"sound in {sources}")
    for number, (extra, (use, names)) in enumerate(_EXTRAS.items()):
        missing = [name for name in names if not report["packages"][name]]
        found = f"no {', '.join(missing)}: pip install 'corticast[{extra}]'" if missing else "ready"
        lines.append(f"{'' if number else 'extras':<8} {use}: {found}")
    packages = ", ".join(f"{name} {number}" for name, number in report["packages"].items() if number)
    lines.append(f"packages {packages}")
    lines.extend(f"PROBLEM  {problem}" for problem in report["problems"])
    return lines
