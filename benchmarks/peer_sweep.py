"""The sweep film of a T1w beside the same film by matplotlib, as whole processes, alternating.

matplotlib's side is what a researcher would write: a FuncAnimation of three subplots whose images and titles change
from frame to frame, saved by FFMpegWriter. Both films have the same size, frames, planes and grey window, and both go
through the ffmpeg that imageio-ffmpeg brings.

    python benchmarks/peer_sweep.py [--volume T1w.nii.gz] [--repeats 3] [--json results.json]

needs matplotlib, and nilearn unless a volume is named: pip install 'corticast[bench,demo]'.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import nibabel as nib
import numpy as np
from scipy.ndimage import zoom

from corticast.app.demo import template_path

SIZE = (1800, 600)
FPS = 30
PLANES = (("Sagittal", "y (mm)", "z (mm)"), ("Coronal", "x (mm)", "z (mm)"), ("Axial", "x (mm)", "y (mm)"))


def main() -> None:
    options = parse_arguments()
    if options.write_matplotlib is not None:
        write_matplotlib_film(options.volume, options.write_matplotlib, options.frames)
        return
    with tempfile.TemporaryDirectory() as folder:
        if options.volume is None:
            options.volume = fine_template(Path(folder))
        films = {name: Path(folder) / f"{name}.mp4" for name in ("corticast", "matplotlib")}
        commands = {
            "corticast": corticast_command(options.volume, films["corticast"], options.frames),
            "matplotlib": matplotlib_command(options.volume, films["matplotlib"], options.frames),
        }
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for repeat in range(options.repeats):
            for name, command in commands.items():
                seconds[name].append(timed_run(command))
                check_film(films[name], options.frames)
                print(f"{repeat + 1}/{options.repeats}  {name:<10}  {seconds[name][-1]:7.2f} s", flush=True)
        shape = nib.load(options.volume).shape
    results = summarize(seconds, options.frames)
    print_summary(results)
    if options.json is not None:
        report = {
            "benchmark": "peer_sweep",
            "volume": {"name": options.volume.name, "shape": list(shape)},
            "size": list(SIZE),
            "n_frames": options.frames,
            "n_distinct_frames": len(set(map(tuple, planes_vox(shape, options.frames)))),
            **results,
            "machine": machine_facts(),
        }
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(report, indent=2) + "\n")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--volume", type=Path, help="T1w; by default the MNI152 T1 that nilearn carries, at 0.5 mm")
    parser.add_argument("--frames", type=int, default=360)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write results and machine facts")
    parser.add_argument("--write-matplotlib", type=Path, metavar="FILM", help="write matplotlib's film once, and end")
    options = parser.parse_args()
    return options


def fine_template(folder: Path) -> Path:
    """The MNI152 T1 at half a millimetre: with more slices than frames along every axis, every frame is another."""
    template = nib.load(template_path())
    voxels = zoom(np.asanyarray(template.dataobj), 2, order=1)
    affine = template.affine @ np.diag([0.5, 0.5, 0.5, 1.0])
    path = folder / "mni152_0.5mm_T1w.nii.gz"
    nib.save(nib.Nifti1Image(voxels, affine), path)
    return path


def corticast_command(volume: Path, film: Path, n_frames: int) -> list[str]:
    width, height = SIZE
    # fmt: off
    return [
        str(Path(sys.executable).with_name("corticast")), "render", "--volume", str(volume), "--output", str(film),
        "--size", f"{width}x{height}", "--fps", str(FPS), "--frames", str(n_frames), "--sweep", "full",
        "--overwrite", "--quiet",
    ]
    # fmt: on


def matplotlib_command(volume: Path, film: Path, n_frames: int) -> list[str]:
    own_path = str(Path(__file__).resolve())
    return [
        sys.executable, own_path, "--volume", str(volume), "--frames", str(n_frames), "--write-matplotlib", str(film)
    ]  # fmt: skip


def planes_vox(shape: tuple[int, ...], n_frames: int) -> list[list[int]]:
    """Voxel planes of each frame: of n planes and N frames, frame k shows plane floor(k · n / N)."""
    return [[frame * n // n_frames for n in shape[:3]] for frame in range(n_frames)]


def write_matplotlib_film(volume: Path, film: Path, n_frames: int) -> None:
    """Write the sweep film of a volume with matplotlib."""
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams["animation.ffmpeg_path"] = imageio_ffmpeg.get_ffmpeg_exe()
    from matplotlib import pyplot as plt
    from matplotlib.animation import FFMpegWriter, FuncAnimation

    image = nib.as_closest_canonical(nib.load(volume))
    voxels = np.asanyarray(image.dataobj)
    slices = [np.moveaxis(voxels, axis, 0) for axis in range(3)]
    affine = image.affine
    low, high = np.percentile(voxels[voxels != 0], (0.5, 99.5))
    low = 0 if voxels.min() >= 0 else low
    planes = planes_vox(voxels.shape, n_frames)

    figure, axes = plt.subplots(1, 3, figsize=(SIZE[0] / 100, SIZE[1] / 100), dpi=100)
    pictures = []
    for axis, (name, x_label, y_label) in enumerate(PLANES):
        across, up = (other for other in range(3) if other != axis)
        extent = [
            affine[other, other] * (index - 0.5) + affine[other, 3]
            for other in (across, up)
            for index in (0, voxels.shape[other])
        ]
        first = slices[axis][planes[0][axis]].T
        pictures.append(axes[axis].imshow(first, cmap="gray", origin="lower", extent=extent, vmin=low, vmax=high))
        axes[axis].set(title=name, xlabel=x_label, ylabel=y_label)

    def update(frame: int) -> list[Any]:
        for axis, (name, _, _) in enumerate(PLANES):
            index = planes[frame][axis]
            pictures[axis].set_data(slices[axis][index].T)
            position_mm = affine[axis, axis] * index + affine[axis, 3]
            axes[axis].set_title(f"{name} {'xyz'[axis]} = {position_mm:.0f} mm, slice {index}")
        return pictures

    animation = FuncAnimation(figure, update, frames=n_frames)
    animation.save(film, writer=FFMpegWriter(fps=FPS, codec="h264"), dpi=100)


def timed_run(command: list[str]) -> float:
    """Wall time of a whole process in seconds; its failure ends the benchmark."""
    start = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - start


def check_film(film: Path, n_frames: int) -> None:
    """A film that is not what was asked for has no speed worth reporting."""
    reader = imageio_ffmpeg.read_frames(film)
    size = tuple(next(reader)["source_size"])
    found = sum(1 for _ in reader)
    if size != SIZE or found != n_frames:
        sys.exit(f"{film.name}: {found} frames of {size}, not {n_frames} of {SIZE}")


def summarize(seconds: dict[str, list[float]], n_frames: int) -> dict[str, Any]:
    """Median wall time and frames per second of each side, and how many times faster corticast is."""
    median = {name: statistics.median(values) for name, values in seconds.items()}
    return {
        "sides": {
            name: {"seconds": values, "median_s": median[name], "fps": n_frames / median[name]}
            for name, values in seconds.items()
        },
        "ratio": median["matplotlib"] / median["corticast"],
    }


def print_summary(results: dict[str, Any]) -> None:
    print(f"\n{'':<12}{'median':>10}{'fastest':>10}{'slowest':>10}{'frames/s':>10}")
    for name, side in results["sides"].items():
        row = (side["median_s"], min(side["seconds"]), max(side["seconds"]))
        print(f"{name:<12}" + "".join(f"{value:8.2f} s" for value in row) + f"{side['fps']:10.1f}")
    print(f"corticast is {results['ratio']:.1f} times as fast")


def machine_facts() -> dict[str, Any]:
    """What the numbers depend on."""
    repository = Path(__file__).parents[1]
    doctor = output_of([str(Path(sys.executable).with_name("corticast")), "doctor", "--json"])
    git = ["git", "-C", str(repository)]
    packages = ("corticast", "numpy", "matplotlib", "nibabel", "imageio-ffmpeg")
    return {
        "cpu": cpu_model(),
        "n_cores": os.cpu_count(),
        "system": platform.platform(),
        "gl_renderer": json.loads(doctor)["gl"]["renderer"],
        "python": platform.python_version(),
        "packages": {name: importlib.metadata.version(name) for name in packages},
        "ffmpeg": imageio_ffmpeg.get_ffmpeg_version(),
        "git_commit": output_of([*git, "rev-parse", "HEAD"]),
        "git_dirty": bool(output_of([*git, "status", "--porcelain"])),
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }


def cpu_model() -> str:
    """Name of the processor: platform.processor() knows it on macOS only."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def output_of(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main()
