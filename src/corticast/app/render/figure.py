"""One frame of a scene as a file, with its size in print."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from corticast.app.render.frame_order import FrameOrder
from corticast.app.render.picture_file import FORMATS, check_picture_path, write_bytes, write_picture
from corticast.app.render.still import take_page, take_still
from corticast.core.arguments import check_path, check_switch, named_arguments
from corticast.core.geometry.print_size import PrintSize, print_size
from corticast.core.geometry.text_sizes import small_texts
from corticast.core.model.machine import Machine
from corticast.core.model.options import table_of
from corticast.core.model.run_options import PrintOptions
from corticast.core.model.scene import Scene, check_scene
from corticast.core.page.parts import Page
from corticast.core.text.face import Face, check_embeddable, face_of
from corticast.core.text.font_faults import hearing_fonts
from corticast.core.timing import Number
from corticast.errors import OptionError, in_python, warn_user
from corticast.film.film import Film
from corticast.film.sizes import Size
from corticast.film.timing import FilmTiming


def _pdf(page: Page) -> bytes:
    from corticast.app.render.page.pdf import pdf_bytes

    return pdf_bytes(page)


def _svg(page: Page) -> bytes:
    from corticast.app.render.page.svg import svg_bytes

    return svg_bytes(page)


# Files that hold texts as text and contacts as shapes. Their libraries are imported when they are needed.
PAGES: dict[str, Callable[[Page], bytes]] = {".pdf": _pdf, ".svg": _svg}

# Files that state no size in print.
_WITHOUT_SIZE = (".webp",)


@dataclass(frozen=True)
class FrameReport:
    """Facts about a written frame.

    Parameters
    ----------
    path : path of the file
    size : width, height in pixels
    dpi, width_mm, height_mm : size in print that the file states; None where it states none
    warnings : one for each fault of an input
    """

    path: Path
    size: Size
    dpi: float | None = None
    width_mm: float | None = None
    height_mm: float | None = None
    warnings: tuple[str, ...] = ()


@named_arguments
def save_frame(
    scene: Scene,
    path: str | os.PathLike[str],
    time: Number | None = None,
    *,
    size: Size = (1920, 1080),
    width_mm: float | None = None,
    dpi: float | None = None,
    overwrite: bool = False,
    fps: Number = 30,
    start: Number = 0,
    duration: Number | None = None,
    frames: int | None = None,
    speed: Number = 1,
    gpu: int | None = None,
    backend: str = "auto",
    threads: int | None = None,
) -> FrameReport:
    """Write one frame of a scene to a file, with its size in print.

    Parameters
    ----------
    scene : volume, picture, contacts, drive and look
    path : path of the file: .png, .tiff, .jpg, .webp, .pdf or .svg. PDF and SVG hold texts as text, in a font that the
        file carries, and contacts as circles, over the pixels of everything else.
    time : seconds from the film's start; None draws a still, as `frame` does
    size : width, height in pixels; with `width_mm` only their ratio counts
    width_mm : width in print; the picture then has `width_mm` / 25.4 · `dpi` pixels across
    dpi : pixels per inch; None takes 300 if `width_mm` is given, and for PDF and SVG
    overwrite : replace an existing file
    fps, start, duration, frames, speed, gpu, backend, threads : as of `frame`

    Raises
    ------
    OptionError, DataError : an argument or an input is wrong; nothing is written
    DeviceError : OpenGL does not work, or cannot hold the volume or the frame

    Warns
    -----
    CorticastWarning : one for each fault of an input, as of `frame`
    """
    check_scene(scene)
    file = check_path("path", path, "the name of a picture, such as figure.png")
    check_switch("overwrite", overwrite)
    table = table_of(PrintOptions)
    try:
        width_mm, dpi = table["width"].read("width_mm", width_mm), table["dpi"].read("dpi", dpi)
        printed = printed_size(file, size, width_mm, dpi)
    except OptionError as error:
        raise OptionError(error.as_typed.replace("--width ", "--width-mm "), error.option) from None
    timing = FilmTiming.of(size=size, fps=fps, start=start, duration=duration, frames=frames, speed=speed)
    order = FrameOrder.of(scene, time, timing, Machine(gpu, backend, threads=threads))
    check_frame_path(file, overwrite=overwrite, option="path")
    report = write_frame(order, file, printed, overwrite=overwrite)[0]
    warn_user(report.warnings)
    return replace(report, warnings=tuple(map(in_python, report.warnings)))


def printed_size(path: Path, size: Size, width_mm: float | None, dpi: float | None) -> PrintSize | None:
    """The size in print that a file states; None for pictures of pixels without a width and a resolution.

    Raises
    ------
    OptionError : a file of this kind states no size
    """
    suffix = path.suffix.lower()
    if width_mm is None and dpi is None and suffix not in PAGES:
        return None
    if suffix in _WITHOUT_SIZE:
        given = "--dpi" if width_mm is None else "--width"
        raise OptionError(f"{given}: {suffix} files state no size in print; give .png, .tiff, .pdf or .svg", given[2:])
    return print_size(size, width_mm, dpi)


def check_frame_path(path: Path, *, overwrite: bool, option: str = "-o") -> None:
    """Check that a frame can be written, before it is drawn; see `check_picture_path`."""
    check_picture_path(path, overwrite=overwrite, option=option, kinds=(*FORMATS, *PAGES))


def _faults_in_page(face: Face) -> tuple[str, ...]:
    """Refuse a font that no page may hold; lines about the faults of others."""
    # Imported for pages.
    from corticast.app.render.page.fonts import page_faults

    check_embeddable(face)
    return page_faults(face)


def write_frame(
    order: FrameOrder, path: Path, printed: PrintSize | None, *, overwrite: bool
) -> tuple[FrameReport, Film]:
    """Draw a frame and write it; see `save_frame`.

    Parameters
    ----------
    order : the frame, not yet in print
    printed : size in print that the file states; None for none
    """
    if printed is None:
        still = take_still(order)
        write_picture(still.pixels, path, overwrite=overwrite)
        return FrameReport(path, order.timing.size, warnings=still.film.warnings), still.film
    is_page = path.suffix.lower() in PAGES
    faults = _faults_in_page(face_of(order.scene)) if is_page else ()
    order, notes = order.in_print(printed)
    if is_page:
        page, film = take_page(order)
        texts = tuple(page.texts)
        check_frame_path(path, overwrite=overwrite)
        # Lines of the font's faults are in `faults` already.
        with hearing_fonts():
            made = PAGES[path.suffix.lower()](page)
        write_bytes(made, path)
    else:
        still = take_still(order)
        film, texts = still.film, still.texts
        write_picture(still.pixels, path, overwrite=overwrite, dpi=printed.dpi)
    notes = (*faults, *(notes if texts else ()), *small_texts(texts, printed))
    warnings = tuple(dict.fromkeys((*film.warnings, *notes)))
    return FrameReport(path, printed.size, printed.dpi, printed.width_mm, printed.height_mm, warnings), film
