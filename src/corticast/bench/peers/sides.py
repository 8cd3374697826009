"""Films that both sides make: corticast, and the recipe of another library."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from corticast.bench.model import SkippedError
from corticast.bench.peers.inputs import PICTURE_SIZE, Inputs, brain_input, picture_inputs, volume_input
from corticast.bench.processes import CORTICAST
from corticast.core.geometry.panels import Panel, ViewPanel
from corticast.core.model.scene import Scene, changed
from corticast.film.panels import panels
from corticast.io.picture import load_picture
from corticast.io.volume import load_volume

Size = tuple[int, int]

_RECIPES = "corticast.bench.peers.recipes"


@dataclass(frozen=True)
class Peer:
    """A film for corticast and for another library.

    Parameters
    ----------
    name : name for `corticast bench peers`
    summary : the recipe in a few words
    library : name of the other library
    recipe : module in `recipes`
    needs : modules that must be installed, with their names for pip
    fps : frames per second
    sizes, lengths : frame sizes; numbers of frames of the short and the long film
    quick_sizes, quick_lengths : sizes and lengths for `--quick`
    inputs : writes the input files into a folder, given a volume or None
    look : options of corticast's scene by field name
    options : further options of corticast
    recipe_options : further options of the recipe
    least_alike : least mean SSIM between the frames of both sides; None if their layouts differ
    scale_unit : unit of the panels' scales
    """

    name: str
    summary: str
    library: str
    recipe: str
    needs: dict[str, str]
    fps: Fraction
    sizes: tuple[Size, ...]
    lengths: tuple[int, int]
    inputs: Callable[[Path, Path | None], Inputs]
    look: Mapping[str, str]
    options: tuple[str, ...] = ()
    recipe_options: tuple[str, ...] = ()
    least_alike: float | None = None
    scale_unit: str = "px/mm"
    quick_sizes: tuple[Size, ...] = ((600, 200),)
    quick_lengths: tuple[int, int] = (2, 6)

    def check_installed(self) -> None:
        """Check that the libraries of the recipe are installed.

        Raises
        ------
        SkippedError : a library is missing
        """
        for module, package in self.needs.items():
            if importlib.util.find_spec(module) is None:
                raise SkippedError(f"{package} is not installed; pip install 'corticast[bench]'")

    def peer_command(self, inputs: Inputs, size: Size, n_frames: int, film: Path, *, lossless: bool) -> list[str]:
        """Command of the recipe."""
        command = [sys.executable, "-m", f"{_RECIPES}.{self.recipe}", *self._shared(inputs, size, n_frames, film)]
        command += [*self.recipe_options, *self._camera_options(inputs, size)]
        return [*command, "--lossless"] if lossless else command

    def corticast_command(self, inputs: Inputs, size: Size, n_frames: int, film: Path) -> list[str]:
        """Command of `corticast render`."""
        shared = self._shared(inputs, size, n_frames, film)
        look = [text for name, value in self.look.items() for text in (f"--{name.replace('_', '-')}", value)]
        return [*CORTICAST, "render", *shared, *look, *self.options, "--overwrite", "--quiet"]

    def _shared(self, inputs: Inputs, size: Size, n_frames: int, film: Path) -> list[str]:
        named = [text for name, path in inputs.items() for text in (f"--{name}", str(path))]
        rate = f"{self.fps.numerator}/{self.fps.denominator}"
        length = ["--size", f"{size[0]}x{size[1]}", "--frames", str(n_frames), "--fps", rate]
        return [*named, *length, "--output", str(film)]

    def corticast_scales(self, inputs: Inputs, size: Size) -> list[float]:
        """Pixels per millimetre, or per pixel of the picture, in each of corticast's panels."""
        return [float(np.linalg.norm(panel.affine[:, 0])) for panel in self._panels(inputs, size)]

    @property
    def turns(self) -> bool:
        """Whether the head turns, so that every frame must differ from the one before."""
        return "spin" in self.look

    def _panels(self, inputs: Inputs, size: Size) -> tuple[Panel, ...]:
        if "volume" in inputs:
            return panels(changed(Scene(volume=load_volume(inputs["volume"])), **self.look), size=size)
        return panels(changed(Scene(image=load_picture(inputs["image"])), **self.look), size=size)

    def _camera_options(self, inputs: Inputs, size: Size) -> list[str]:
        """Position, turn and scale of corticast's camera, so that the recipe's brain fills as many pixels."""
        if not self.turns:
            return []
        (panel,) = self._panels(inputs, size)
        assert isinstance(panel, ViewPanel)
        centre = ",".join(f"{value:.6f}" for value in panel.camera.centre_mm)
        camera = {"centre-mm": centre, "view": self.look["view"], "spin": self.look["spin"]}
        return [f"--{name}={text}" for name, text in {**camera, "px-per-mm": f"{panel.pixels_per_mm:.6f}"}.items()]


_NEEDS_MATPLOTLIB = {"matplotlib": "matplotlib"}
_SWEEP = {"sweep": "full"}

# VTK's mappers: "smart" takes the OpenGL ray caster if there is any OpenGL; the other one runs on the CPU.
_SMART, _FIXED_POINT = "smart", "fixed_point"


def _spin(name: str, mapper: str, lengths: tuple[int, int]) -> Peer:
    """A brain that turns by 3 degrees per frame, starting from its left side.

    Both halves of the brain look alike, so a short film is representative of a full turn.
    """
    render = name.partition("_")[0]
    # The largest values are equal by definition. A lit surface and shaded fog share outline and folds.
    blending, least_alike = {"surface": ("composite", 0.6), "mip": ("maximum", 0.9)}[render]
    return Peer(
        name=f"spin.{name}",
        summary=f"add_volume with the {mapper} mapper, {blending}, one frame at each step of the camera",
        library="pyvista",
        recipe="pyvista_spin",
        needs={"pyvista": "pyvista", "imageio": "imageio"},
        fps=Fraction(30),
        sizes=((1280, 720),),
        lengths=lengths,
        inputs=brain_input,
        look={"layout": "3d", "view": "180,20", "spin": "90", "render": render, "labels": "none"},
        recipe_options=("--mapper", mapper, "--blending", blending),
        least_alike=least_alike,
        quick_sizes=((320, 180),),
        quick_lengths=(2, 4),
    )


PEERS = (
    Peer(
        name="sweep",
        summary="three subplots of a FuncAnimation, saved with ffmpeg",
        library="matplotlib",
        recipe="matplotlib_sweep",
        needs=_NEEDS_MATPLOTLIB,
        fps=Fraction(30),
        sizes=((1800, 600), (3834, 1278)),
        lengths=(60, 360),
        inputs=volume_input,
        look=_SWEEP,
    ),
    Peer(
        name="scatter",
        summary="a scatter over a picture that follows ten bands of a sound, drawn for each frame of MoviePy",
        library="moviepy",
        recipe="moviepy_scatter",
        needs={**_NEEDS_MATPLOTLIB, "moviepy": "moviepy"},
        fps=Fraction(11025, 400),
        sizes=(PICTURE_SIZE,),
        # 20 seconds.
        lengths=(92, 552),
        inputs=picture_inputs,
        # Sprites of up to 100 pixels, as in the recipe. Sizes refer to 1080 lines.
        look={"labels": "none", "electrode_size": "0,108"},
        options=("--drive", "post"),
        scale_unit="px/px",
        quick_sizes=((200, 200),),
    ),
    Peer(
        name="nilearn",
        summary="plot_anat draws a new figure for each frame",
        library="nilearn",
        recipe="nilearn_sweep",
        needs={**_NEEDS_MATPLOTLIB, "nilearn": "nilearn"},
        fps=Fraction(30),
        sizes=((1800, 600),),
        lengths=(15, 75),
        inputs=volume_input,
        look=_SWEEP,
    ),
    Peer(
        name="pyvista",
        summary="planes cut from the volume, a screenshot for each frame",
        library="pyvista",
        recipe="pyvista_sweep",
        needs={"pyvista": "pyvista"},
        fps=Fraction(30),
        sizes=((1800, 600),),
        lengths=(15, 75),
        inputs=volume_input,
        look=_SWEEP,
    ),
    _spin("surface", _SMART, (4, 16)),
    _spin("surface_cpu", _FIXED_POINT, (15, 60)),
    _spin("mip", _SMART, (15, 60)),
    _spin("mip_cpu", _FIXED_POINT, (15, 60)),
)
