"""Films that are made twice: by corticast, and by the recipe of another library."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import nibabel as nib
import numpy as np

from corticast.app.demo import template_path
from corticast.app.frame import frame, panels
from corticast.app.picture_file import write_picture
from corticast.bench.inputs import template, write_song
from corticast.bench.model import SkippedError
from corticast.bench.processes import CORTICAST
from corticast.core.scene import Scene
from corticast.io.picture import load_picture
from corticast.io.volume import load_volume

Size = tuple[int, int]
Inputs = dict[str, Path]

_RECIPES = "corticast.bench.peers.recipes"
# The scatter's picture, and the sound: the film ends before it does.
_PICTURE_SIZE = (1000, 1000)
_SONG_S = 21.0


@dataclass(frozen=True)
class Peer:
    """A film, and what makes it beside corticast.

    Parameters
    ----------
    name : as `corticast bench peers` takes it
    summary : the recipe in a few words
    library : name of the other side
    recipe : module in `recipes`
    needs : modules that must be installed, with what pip calls them
    fps : frames per second
    sizes, lengths : frame sizes; number of frames of the short and of the long film
    quick_sizes, quick_lengths : those of `--quick`
    inputs : writes the input files into a folder, given a volume or None
    options : of corticast beside inputs, size, length and output
    scale_unit : of the panels' scales
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
    options: tuple[str, ...]
    scale_unit: str = "px/mm"
    quick_sizes: tuple[Size, ...] = ((600, 200),)
    quick_lengths: tuple[int, int] = (2, 6)

    def check_installed(self) -> None:
        """See that the recipe's libraries are there.

        Raises
        ------
        SkippedError : one is not installed
        """
        for module, package in self.needs.items():
            if importlib.util.find_spec(module) is None:
                raise SkippedError(f"{package} is not installed; pip install 'corticast[bench]'")

    def peer_command(self, inputs: Inputs, size: Size, n_frames: int, film: Path, *, lossless: bool) -> list[str]:
        """The recipe as a process."""
        command = [sys.executable, "-m", f"{_RECIPES}.{self.recipe}", *self._shared(inputs, size, n_frames, film)]
        return [*command, "--lossless"] if lossless else command

    def corticast_command(self, inputs: Inputs, size: Size, n_frames: int, film: Path) -> list[str]:
        """`corticast render` as a process."""
        shared = self._shared(inputs, size, n_frames, film)
        return [*CORTICAST, "render", *shared, *self.options, "--overwrite", "--quiet"]

    def _shared(self, inputs: Inputs, size: Size, n_frames: int, film: Path) -> list[str]:
        named = [text for name, path in inputs.items() for text in (f"--{name}", str(path))]
        rate = f"{self.fps.numerator}/{self.fps.denominator}"
        length = ["--size", f"{size[0]}x{size[1]}", "--frames", str(n_frames), "--fps", rate]
        return [*named, *length, "--output", str(film)]

    def corticast_scales(self, inputs: Inputs, size: Size) -> list[float]:
        """Pixels that a millimetre, or a pixel of the picture, takes in each of corticast's panels."""
        if "volume" in inputs:
            scene = Scene(volume=load_volume(inputs["volume"]))
        else:
            scene = Scene(image=load_picture(inputs["image"]), labels="none")
        return [float(np.linalg.norm(panel.affine[:, 0])) for panel in panels(scene, size=size)]


def _volume_input(folder: Path, volume: Path | None) -> Inputs:
    """A T1w; by default the template at half a millimetre, so that each of 360 frames shows other planes."""
    if volume is not None:
        return {"volume": volume}
    path = folder / "template_0.5mm_T1w.nii.gz"
    if not path.exists():
        from scipy.ndimage import zoom

        coarse = nib.load(template_path())
        voxels = zoom(np.asanyarray(coarse.dataobj), 2, order=1)
        nib.save(nib.Nifti1Image(voxels, coarse.affine @ np.diag([0.5, 0.5, 0.5, 1.0])), path)
    return {"volume": path}


def _picture_inputs(folder: Path, volume: Path | None) -> Inputs:
    """A picture of a brain with a grid of electrodes, and the demo's song."""
    brain = template() if volume is None else load_volume(volume)
    picture = frame(Scene(volume=brain, layout="sagittal", labels="none", sweep="none"), size=_PICTURE_SIZE)
    write_picture(picture, folder / "brain.png", overwrite=True)
    columns, rows = np.meshgrid(np.linspace(280, 720, 8), np.linspace(240, 680, 8))
    lines = ["name,x_2d,y_2d"]
    lines += [f"E{i},{x:.1f},{y:.1f}" for i, (x, y) in enumerate(zip(columns.flat, rows.flat, strict=True), start=1)]
    (folder / "electrodes.csv").write_text("\n".join(lines) + "\n")
    return {
        "image": folder / "brain.png",
        "electrodes": folder / "electrodes.csv",
        "audio": write_song(folder / "song.wav", _SONG_S),
    }


_NEEDS_MATPLOTLIB = {"matplotlib": "matplotlib"}
_SWEEP = ("--sweep", "full")

PEERS = (
    Peer(
        name="sweep",
        summary="three subplots of a FuncAnimation, saved by ffmpeg",
        library="matplotlib",
        recipe="matplotlib_sweep",
        needs=_NEEDS_MATPLOTLIB,
        fps=Fraction(30),
        sizes=((1800, 600), (3834, 1278)),
        lengths=(60, 360),
        inputs=_volume_input,
        options=_SWEEP,
    ),
    Peer(
        name="scatter",
        summary="a scatter over a picture that follows ten bands of a sound, drawn anew for each frame of MoviePy's",
        library="moviepy",
        recipe="moviepy_scatter",
        needs={**_NEEDS_MATPLOTLIB, "moviepy": "moviepy"},
        fps=Fraction(11025, 400),
        sizes=(_PICTURE_SIZE,),
        # 20 seconds.
        lengths=(92, 552),
        inputs=_picture_inputs,
        # Sprites of up to 100 pixels, as the recipe's: sizes are given for 1080 lines.
        options=("--drive", "post", "--no-labels", "--electrode-size", "0,108"),
        scale_unit="px/px",
        quick_sizes=((200, 200),),
    ),
    Peer(
        name="nilearn",
        summary="plot_anat into a new figure for each frame",
        library="nilearn",
        recipe="nilearn_sweep",
        needs={**_NEEDS_MATPLOTLIB, "nilearn": "nilearn"},
        fps=Fraction(30),
        sizes=((1800, 600),),
        lengths=(15, 75),
        inputs=_volume_input,
        options=_SWEEP,
    ),
    Peer(
        name="pyvista",
        summary="planes cut out of the volume, a screenshot for each frame",
        library="pyvista",
        recipe="pyvista_sweep",
        needs={"pyvista": "pyvista"},
        fps=Fraction(30),
        sizes=((1800, 600),),
        lengths=(15, 75),
        inputs=_volume_input,
        options=_SWEEP,
    ),
)
