"""A contact sheet: a page of slices with contacts, to check before rendering a film."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import get_args

import numpy as np

from corticast.app.render.picture_file import check_picture_path, write_picture
from corticast.app.sheet.header import Contacts
from corticast.app.sheet.page import contacts_of, page_of
from corticast.core.arguments import check_choice, check_path, check_switch, check_whole, named_arguments
from corticast.core.color.color import straight_alpha
from corticast.core.color.themes import theme_of
from corticast.core.geometry.head_window import head_window
from corticast.core.geometry.placement import placed_of, selected_of
from corticast.core.geometry.sheet_grid import SheetCell, SheetPlane
from corticast.core.model.machine import Machine
from corticast.core.model.scene import Scene, check_scene
from corticast.core.model.types import UInt8Array, Volume
from corticast.core.text.face import face_of, in_face
from corticast.errors import OptionError, in_python
from corticast.film.blank import warn_of_blank
from corticast.film.sizes import Size, check_size
from corticast.gl.context import OffscreenContext, check_backend
from corticast.passes.sheet import Page, draw_page

_WIDTH = 2400
_MOST_SLICES = 400


@dataclass(frozen=True, eq=False)
class SheetReport:
    """Facts about a written sheet.

    Parameters
    ----------
    path : path of the picture
    size : width, height in pixels
    cells : the slices, and the contacts on each
    n_contacts, n_shown : contacts with a position, and the number of them on the page
    share_inside : share of the contacts inside the volume; None without contacts
    groups : number of contacts on the page per electrode group, or per subject where there are several
    disc_px : diameter of a contact in pixels
    renderer : OpenGL renderer
    warnings : warnings, which stand on the page, too
    """

    path: Path
    size: Size
    cells: tuple[SheetCell, ...]
    n_contacts: int = 0
    n_shown: int = 0
    share_inside: float | None = None
    groups: dict[str, int] = field(default_factory=dict)
    disc_px: float = 0.0
    renderer: str = ""
    warnings: tuple[str, ...] = ()


def check_sheet_options(*, plane: str = "axial", slices: int = 20, prefix: str = "--sheet-") -> None:
    """Check the options of `sheet` before anything is opened.

    Parameters
    ----------
    prefix : of the options' names in messages

    Raises
    ------
    OptionError : unknown plane, or a number of slices out of range
    """
    check_choice(f"{prefix}plane", plane, get_args(SheetPlane))
    check_whole(f"{prefix}slices", slices, f"1 to {_MOST_SLICES}", low=1, high=_MOST_SLICES)


@named_arguments
def sheet(
    scene: Scene,
    path: str | os.PathLike[str],
    *,
    size: Size | None = None,
    plane: SheetPlane = "axial",
    slices: int = 20,
    overwrite: bool = False,
    gpu: int | None = None,
    backend: str = "auto",
    threads: int | None = None,
) -> SheetReport:
    """Draw a page of slices with contacts.

    The slices spread evenly over the contacts, or over the brain if there are no contacts. Each contact stands once, on
    the nearest slice, in the colour of its electrode group ("LA" for "LA3"), or of its subject where there are several.
    Channels marked bad are hollow. The sheet does not show activity, and ignores the scene's layout, planes, times and
    sound.

    Parameters
    ----------
    scene : scene with a volume
    path : path of the picture, such as sheet.png
    size : width, height in pixels; None makes a page 2400 wide and as high as its content
    plane : "axial", "coronal" or "sagittal"
    slices : largest number of slices; a smaller volume has fewer
    overwrite : replace an existing file
    gpu : index of the GPU
    backend : "egl", or "glfw" or "pyside6" for a hidden window's OpenGL; "auto" takes the first that works
    threads : threads of a software renderer; None takes all that the machine grants

    Raises
    ------
    OptionError, DataError : an argument or an input is wrong; nothing is written
    DeviceError : OpenGL does not work, or cannot hold the volume or the page
    """
    check_scene(scene)
    file = check_path("path", path, "the name of a picture, such as sheet.png")
    check_switch("overwrite", overwrite)
    check_sheet_options(plane=plane, slices=slices, prefix="")
    if size is not None:
        check_size(size)
    machine = Machine(gpu, backend, threads=threads)
    report = write_sheet(scene, file, machine, size=size, plane=plane, slices=slices, overwrite=overwrite)
    return replace(report, warnings=tuple(map(in_python, report.warnings)))


def write_sheet(
    scene: Scene,
    file: Path,
    machine: Machine,
    *,
    size: Size | None = None,
    plane: SheetPlane = "axial",
    slices: int = 20,
    overwrite: bool = False,
) -> SheetReport:
    """Draw a page of slices with contacts; see `sheet`.

    Parameters
    ----------
    machine : place and threads of the drawing

    Raises
    ------
    OptionError : the file is there already or has no ending of a picture, the scene has no volume, or the page has no
        room for the slices
    DataError : the scene cannot be read or placed
    DeviceError : there is no such renderer here
    """
    check_picture_path(file, overwrite=overwrite, option="--sheet")
    volume = scene.volume
    if volume is None:
        raise OptionError("--sheet: needs a volume for its slices; give --volume")
    check_backend(machine.backend, machine.gpu)
    placed = selected_of(scene, placed_of(scene))
    window = head_window(volume, scene.window)
    contacts = contacts_of(volume, placed)
    warnings = _warnings_of(scene, volume, contacts)
    with in_face(face_of(scene)):
        page = page_of(
            scene,
            volume,
            window,
            contacts,
            warnings,
            plane=plane,
            n_slices=slices,
            width=size[0] if size is not None else _WIDTH,
            height=size[1] if size is not None else None,
        )
    picture, renderer = _draw(scene, volume, window, page, machine)
    write_picture(picture, file, overwrite=overwrite, option="--sheet")
    return SheetReport(
        path=file,
        size=page.size,
        cells=tuple(page.cells),
        n_contacts=int(placed.drawn.sum()) if placed is not None else 0,
        n_shown=len(contacts.shown) if contacts is not None else 0,
        share_inside=placed.share_inside if placed is not None else None,
        groups=contacts.counts if contacts is not None else {},
        disc_px=page.contacts.diameter_px,
        renderer=renderer,
        warnings=warnings,
    )


def _warnings_of(scene: Scene, volume: Volume, contacts: Contacts | None) -> tuple[str, ...]:
    """Warnings about the inputs, and about contacts that the page does not show, each once."""
    warnings = [*volume.warnings, *warn_of_blank(volume), *face_of(scene).warnings]
    if scene.electrodes is not None:
        warnings += scene.electrodes.warnings
    if contacts is not None:
        warnings += contacts.placed.warnings
        away = sorted(set(np.flatnonzero(contacts.placed.drawn)) - set(contacts.shown))
        if away:
            names = ", ".join(contacts.placed.table.names[row] for row in away[:8]) + (", ..." if len(away) > 8 else "")
            lie = "1 contact lies" if len(away) == 1 else f"{len(away)} contacts lie"
            warnings.append(f"{lie} more than 20 mm outside the volume, and not on the sheet: {names}")
    return tuple(dict.fromkeys(warnings))


def _draw(
    scene: Scene, volume: Volume, window: tuple[float, float], page: Page, machine: Machine
) -> tuple[UInt8Array, str]:
    """The picture of a page, and the OpenGL renderer that drew the picture."""
    theme = theme_of(scene)
    with OffscreenContext(machine.gpu, machine.backend, threads=machine.threads) as context:
        context.check_size("--size", page.size)
        with in_face(face_of(scene)):
            pixels = draw_page(context, volume, window, page, theme=theme, interpolation=scene.drawn_interpolation)
        renderer = context.facts.renderer
    return (straight_alpha(pixels) if theme.is_transparent else np.ascontiguousarray(pixels[:, :, :3])), renderer
