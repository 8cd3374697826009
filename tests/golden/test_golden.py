"""Pictures that were looked at once, and are drawn the same ever since.

Compared on Mesa's llvmpipe, within one level; on other renderers they are drawn, and that is all.
After an intended change: `pytest tests/golden --regenerate-golden`, and look at the pictures again.
"""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import corticast as cc
from tests.golden.phantom import phantom_head

pytestmark = pytest.mark.gl

FOLDER = Path(__file__).parent
SIZE = (640, 360)


def straight_grid(zoom_mm=2.0):
    affine = np.diag([zoom_mm, zoom_mm, zoom_mm, 1.0])
    affine[:3, 3] = -80, -108, -76
    return affine, tuple(round(extent / zoom_mm) + 1 for extent in (160, 214, 162))


def turned_grid():
    """Oblique, sheared and anisotropic, stored from anterior to posterior first."""
    cosine, sine = np.cos(0.3), np.sin(0.3)
    affine = np.eye(4)
    affine[:3, :3] = np.array([[cosine, -sine, 0], [sine, cosine, 0.15], [0, 0, 1]]) @ np.diag([2, 2, 5])
    affine[:3, :3] = affine[:3, [1, 0, 2]] * (-1, 1, 1)
    affine[:3, 3] = -115, 70, -76
    return affine, (108, 95, 33)


def contacts():
    """A grid over the left side, a shaft into the right; two channels are bad."""
    grid = [(-60.0 - 0.02 * (y + 10) ** 2 / 10, y, z) for z in (-6.0, 8.0, 22.0) for y in np.arange(-50.0, 31.0, 10.0)]
    shaft = [(20.0 + 5 * k, 8.0 + 2.5 * k, 12.0 + 2 * k) for k in range(8)]
    pos = np.array(grid + shaft)
    names = tuple([f"G{k + 1}" for k in range(len(grid))] + [f"R{k + 1}" for k in range(len(shaft))])
    return cc.Electrodes(names, pos, bad=np.isin(names, ["G5", "R3"]))


def rising(table, low=0.0):
    """Activity from `low` to 1 along the table."""
    values = np.linspace(low, 1, len(table.names))
    return cc.ArrayDrive(np.stack([values, values], axis=1), 1.0, table.names)


def picture():
    rows, columns = np.mgrid[0:150, 0:220]
    shades = [columns * 255 / 219, rows * 255 / 149, np.full(rows.shape, 90.0)]
    rgb = np.stack(shades, axis=-1).astype(np.uint8)
    rgb[20:40, 30:60] = 250, 250, 250
    return cc.Picture(rgb)


def scene(**options):
    table = contacts()
    volume = phantom_head(*straight_grid())
    return cc.Scene(volume=volume, electrodes=table, drive=rising(table), **{"window": (0, 1000), **options})


def turned(**options):
    """A still of the oblique phantom."""
    volume = phantom_head(*turned_grid())
    return cc.Scene(volume=volume, plane_mm=(34, 26, 22), window=(0, 1000), sweep="none", **options)


def of_picture():
    table = cc.Electrodes(("a", "b", "c"), np.array([[44.0, 29.0], [110.0, 75.0], [200.5, 130.0]]), "picture")
    return cc.Scene(image=picture(), electrodes=table, drive=rising(table), title="A picture")


def signed():
    table = contacts()
    return cc.Scene(
        volume=phantom_head(*straight_grid()), electrodes=table, drive=rising(table, -1.0), layout="sagittal",
        electrode_depth="all", electrode_size=(10, 60), plane_mm=(-40, -8, 12), background="white",
        labels="colorbar,mm", window=(0, 1000),
    )  # fmt: skip


SCENES = {
    "ortho": lambda: scene(title="Phantom", plane_mm=(34, 26, 22)),
    "ortho_radiological": lambda: scene(convention="radiological", sagittal_nose="left", plane_mm=(34, 26, 22)),
    "grid": lambda: scene(layout="grid", title="Phantom, four cells", window=(0, 900)),
    "oblique_nearest": lambda: turned(interpolation="nearest", cmap="viridis"),
    "oblique_linear": turned,
    "sides_unknown": lambda: cc.Scene(
        volume=phantom_head(*straight_grid(4.0), sided=False), layout="axial", plane_mm=(0, 0, 22), sweep="none"
    ),
    "lateral": lambda: scene(layout="lateral", side="both", render="surface", surface_level=300, title="Both sides"),
    "glass": lambda: scene(layout="3d", view=(-150, 25), render="glass"),
    "maximum": lambda: scene(layout="superior", render="mip"),
    "picture": of_picture,
    "signed": signed,
}  # fmt: skip


def beside_each_other(golden, drawn):
    """Golden, drawn, and where they differ, brightened so that one level shows."""
    difference = np.abs(golden.astype(int) - drawn).max(axis=2)
    shown = np.where(difference > 0, np.clip(64 + 16 * difference, 0, 255), 0)[:, :, None].repeat(3, axis=2)
    return Image.fromarray(np.concatenate([golden, drawn, shown.astype(np.uint8)], axis=0))


@pytest.mark.parametrize("name", SCENES)
def test_golden(name, current_gl, request):
    shown = SCENES[name]()
    drawn = cc.frame(shown, time=None if shown.drive is None else 0, size=SIZE)
    current_gl.make_current()
    path = FOLDER / f"{name}.png"
    if request.config.getoption("--regenerate-golden"):
        Image.fromarray(drawn).save(path, optimize=True)
    if "llvmpipe" not in current_gl.facts.renderer:
        pytest.skip(f"drawn, not compared: golden pictures are llvmpipe's, this is {current_gl.facts.renderer}")
    golden = np.asarray(Image.open(path).convert("RGB"))
    difference = np.abs(golden.astype(int) - drawn).max(axis=2)
    if difference.max() > 1:
        folder = request.config.rootpath / "golden-differences"
        folder.mkdir(exist_ok=True)
        beside_each_other(golden, drawn).save(folder / f"{name}.png")
        rows, columns = np.nonzero(difference > 1)
        pytest.fail(
            f"{name}: {len(rows)} pixels differ by up to {difference.max()} levels, columns {columns.min()}–"
            f"{columns.max()}, rows {rows.min()}–{rows.max()}; golden, drawn and difference are in "
            f"{folder.name}/{name}.png. If the change is intended: pytest tests/golden --regenerate-golden"
        )


def test_every_picture_has_its_scene():
    assert {path.stem for path in FOLDER.glob("*.png")} == set(SCENES)
