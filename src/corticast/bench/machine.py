"""Facts that figures depend on: machine, renderer, versions, commit."""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from corticast.bench.model import Environment
from corticast.dsp.backend import array_backend, cuda_device_name
from corticast.errors import DeviceError
from corticast.gl.context import OffscreenContext
from corticast.process.ffmpeg import version as ffmpeg_version
from corticast.process.threads import granted_threads

_PACKAGES = (
    "corticast", "numpy", "scipy", "vispy", "PyOpenGL", "nibabel", "imageio-ffmpeg", "Pillow", "matplotlib", "moviepy",
    "nilearn", "pyvista", "vtk", "cupy-cuda12x", "cupy-cuda13x",
)  # fmt: skip

# Figures can only be compared if all of these facts are equal.
SAME_MACHINE = ("cpu", "threads", "gl_renderer", "cuda_device")


def machine_facts(environment: Environment) -> dict[str, Any]:
    """Facts about this machine and installation, ready for JSON."""
    return {
        "cpu": cpu_model(),
        "n_cores": os.cpu_count(),
        "threads": environment.threads or granted_threads(),
        "memory_gib": _memory_gib(),
        "system": platform.platform(),
        **_gl_facts(environment),
        **_cuda_facts(),
        "python": platform.python_version(),
        "packages": {name: number for name in _PACKAGES if (number := _version(name)) is not None},
        "ffmpeg": ffmpeg_version(),
        **_commit(),
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }


def _gl_facts(environment: Environment) -> dict[str, Any]:
    try:
        with OffscreenContext(environment.gpu, environment.backend, threads=environment.threads) as context:
            facts = context.facts
    except DeviceError as error:
        return {"gl_renderer": None, "gl_missing": str(error)}
    return {
        "gl_renderer": facts.renderer,
        # The version also names the driver.
        "gl_version": facts.version,
        "gl_vendor": facts.vendor,
        "gl_backend": f"{facts.backend} ({facts.platform})",
        "gl_is_software": facts.is_software,
    }


def _cuda_facts() -> dict[str, Any]:
    name = cuda_device_name()
    if name is None:
        return {"cuda_device": None}
    runtime = array_backend("cupy").xp.cuda.runtime
    return {
        "cuda_device": name,
        "cuda_driver": int(runtime.driverGetVersion()),
        "cuda_runtime": int(runtime.runtimeGetVersion()),
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _memory_gib() -> float | None:
    try:
        n_bytes = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
    return round(n_bytes / 2**30, 1)


def cpu_model() -> str:
    """Name of the processor."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    # platform.processor() knows the name only on macOS.
    return names[0] if names else platform.processor() or platform.machine()


def _commit() -> dict[str, Any]:
    """Commit of the checkout that holds this package; empty for an installed wheel."""
    root = Path(__file__).resolve().parents[3]
    if not (root / ".git").exists():
        return {}

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(root), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    try:
        return {"commit": git("rev-parse", "HEAD"), "has_changes": bool(git("status", "--porcelain"))}
    except (OSError, subprocess.CalledProcessError):
        return {}
