"""The scene: its content and its look, checked once, never changed.

Keyword arguments bear the names of the command line's options, and take the values that their types name. The texts of
a command line and of scene files, such as "6,40" for a pair, are read too. Importing this module loads no NumPy: the
command line is made of it.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from corticast.core.arguments import check_kind, named_arguments, short_repr
from corticast.core.color.themes import THEMES, Theme, ThemeName
from corticast.core.model import saving
from corticast.core.model.kinds import (
    Choice,
    Diameters,
    Either,
    File,
    FontSize,
    Names,
    Number,
    Numbers,
    Patterns,
    Switch,
    Tables,
    Text,
    Thing,
    one_of,
)
from corticast.core.model.label_needs import LABEL_NEEDS
from corticast.core.model.labels import LABELS, default_labels_text, drawn_labels, labels_of
from corticast.core.model.layout_kind import LayoutKind
from corticast.core.model.layout_words import SLICE_PLANES
from corticast.core.model.layouts import LAYOUTS, LayoutName, shows, words_in
from corticast.core.model.map_names import with_middle
from corticast.core.model.needs import (
    ARRANGED,
    BARRED,
    CAPTIONED,
    COLOURED,
    CONTACTS,
    FILM_PLANES,
    FITTED,
    GHOSTS,
    HAS_DATA,
    LEVELLED,
    MAPPED,
    NO_SOUND,
    POINTS,
    RESTING,
    SEEN,
    SHAFTED,
    SLAB,
    SLICES,
    STATIC,
    TEXTED,
    TURNING,
    TWO_COLOURS,
    VIEW,
    VOLUME,
    WINDOWED,
    labelled,
    shown,
)
from corticast.core.model.options import (
    ELECTRODES,
    INPUTS,
    OUTSIDE,
    PICTURE,
    SOUND,
    Facts,
    Product,
    checked,
    option,
    read_values,
    table_of,
)
from corticast.core.suggest import did_you_mean
from corticast.errors import OptionError

if TYPE_CHECKING:
    from corticast.core.model.contact_values import ContactValues
    from corticast.core.model.types import AudioSource, BoolArray, Drive, Electrodes, ElectrodesSpace, Picture, Volume

Side = Literal["left", "right", "both"]
Render = Literal["auto", "surface", "mip", "glass"]
Convention = Literal["neurological", "radiological"]
SagittalNose = Literal["right", "left"]
Interpolation = Literal["linear", "nearest"]
ElectrodeStyle = Literal["disc", "glow", "ball", "ring"]
Sweep = Literal["content", "full", "none"]
Ghosts = Literal["on", "off"]

# Options of the film that a scene file describes, as `render` and `frame` take them.
FILM_OPTIONS = ("size", "fps", "start", "duration", "frames", "speed", "flash_limit")

# A contact sheet has its own slices, and neither time nor activity.
_STILLS: tuple[Product, ...] = ("film", "frame", "still")
_NOT_SHEETS: tuple[Product, ...] = ("film", "frame", "still", "show")

# A scene has the data in its drive.
_HAS_DATA = replace(HAS_DATA, remedy="give --drive")
_SIDES = {"l": "left", "r": "right", "lh": "left", "rh": "right", "all": "both"}


def _check_view(azimuth: float, elevation: float) -> str:
    return "the elevation runs from -90 (from below) to 90 (from above)" if abs(elevation) > 90 else ""


def _check_window(low: float, high: float) -> str:
    return "the low end must be below the high end" if low >= high else ""


def _usual_theme(facts: Facts) -> ThemeName:
    """Theme that a scene has by default; see `PostDrive`."""
    return "post" if facts["drive"] == "post" and facts.electrodes and facts.sound and not facts.data else "dark"


def _theme(facts: Facts) -> Theme:
    return THEMES[facts["theme"] or _usual_theme(facts)]


def _theme_background(facts: Facts) -> str:
    return _theme(facts).background


def _theme_ghosts(facts: Facts) -> str:
    return "on" if _theme(facts).ghosts else "off"


def _usual_sizes(facts: Facts) -> tuple[float, float] | str | None:
    """Diameters that contacts have by default; see `contact_sizes` and `PostDrive`."""
    if not facts.electrodes:
        return None
    return (0.0, 100.0) if facts.sound and facts["drive"] == "post" and not facts.data else "auto"


@checked
@dataclass(frozen=True, kw_only=True, eq=False, match_args=False)
class PictureOptions:
    """Options of the picture, which scenes and scene files share."""

    layout: LayoutName | str = option(
        "ortho",
        f"Panels, such as 'left / axial@-20,0,20', or a name: {one_of(LAYOUTS)}.",
        LayoutKind(),
        PICTURE,
        products=_NOT_SHEETS,
        needs=(ARRANGED, SHAFTED),
        synonyms=("panels", "display_mode", "arrangement"),
    )
    side: Side | None = option(
        None,
        "Side that lateral shows: left, right or both.",
        Choice("SIDE", ("left", "right", "both"), _SIDES),
        OUTSIDE,
        default_text="where contacts are",
        products=_NOT_SHEETS,
        needs=(shown("lateral"),),
        synonyms=("hemisphere", "hemi"),
    )
    view: tuple[float, float] | None = option(
        None,
        "Viewer of 3d and grid, in degrees: 0,0 is right of the head, 90,0 in front of the face.",
        Numbers("AZIMUTH,ELEVATION", 2, "give AZIMUTH,ELEVATION in degrees, such as 150,20", _check_view),
        OUTSIDE,
        default_text="where contacts are",
        products=_NOT_SHEETS,
        needs=(shown("3d", bare=True), VIEW),
        synonyms=("camera", "angle", "azimuth", "elevation", "viewpoint"),
    )
    spin: float = option(
        0.0,
        "Turn of views from outside about the vertical, in degrees per second, counterclockwise seen from above.",
        Number("DEG_PER_S", example="30"),
        OUTSIDE,
        products=_NOT_SHEETS,
        needs=(SEEN, VIEW),
        harmless=(0.0,),
        synonyms=("rotate", "rotation", "turn", "orbit"),
    )
    seamless: bool = option(
        False,
        "Turn views by whole turns, as near to --spin as the film's length allows, so that the last frame leads into "
        "the first.",
        Switch(),
        OUTSIDE,
        products=("film", "frame"),
        needs=(SEEN, VIEW, TURNING),
        synonyms=("loop", "looped"),
        live=False,
    )
    render: Render = option(
        "auto",
        "Volume seen from outside: surface (lit), mip (maximum intensity), glass (translucent) or auto.",
        Choice(
            "NAME",
            ("auto", "surface", "mip", "glass"),
            {"maximum": "mip", "transparent": "glass", "translucent": "glass", "mesh": "surface", "solid": "surface"},
        ),
        OUTSIDE,
        products=_NOT_SHEETS,
        needs=(SEEN, VIEW, VOLUME),
        harmless=("auto",),
        synonyms=("style", "rendering", "shading"),
    )
    surface_level: float | None = option(
        None,
        "Scaled value of the volume at its surface.",
        Number("VALUE", example="60"),
        OUTSIDE,
        default_text="found in the volume",
        products=_NOT_SHEETS,
        needs=(SEEN, VIEW, VOLUME, LEVELLED),
        synonyms=("isovalue", "isosurface", "level", "iso"),
    )
    plane_mm: tuple[float, float, float] | None = option(
        None,
        "World planes in mm.",
        Numbers("X,Y,Z", 3, "give three numbers X,Y,Z in mm, such as -42,-20,8"),
        PICTURE,
        default_text="near the electrodes, else the middle",
        products=_NOT_SHEETS,
        needs=(FILM_PLANES, RESTING),
        synonyms=("cut_coords", "slice", "slices", "cuts", "coordinates", "position", "plane"),
    )
    sweep: Sweep | None = option(
        None,
        "Run through slices: content (no empty margins), full or none.",
        Choice("EXTENT", ("content", "full", "none"), {"all": "full", "whole": "full", "off": "none"}),
        PICTURE,
        default_text="content without sound, activity and --plane-mm",
        products=("film", "frame", "show"),
        needs=(FILM_PLANES, VOLUME),
        harmless=("none",),
        synonyms=("scroll", "animate", "scan"),
        live=False,
    )
    fit: Literal["head", "volume"] = option(
        "head",
        "What panels show: the head with its contacts (of a brain by --mask, the brain), or the volume's whole box.",
        Choice("EXTENT", ("head", "volume"), {"brain": "head", "content": "head", "box": "volume", "full": "volume"}),
        PICTURE,
        products=_NOT_SHEETS,
        needs=(VOLUME,),
        harmless=("head",),
        synonyms=("crop", "zoom", "extent", "field_of_view", "fov", "bounding_box"),
    )
    convention: Convention = option(
        "neurological",
        "Side of the subject's left: neurological (on the left) or radiological.",
        Choice("NAME", ("neurological", "radiological"), {"neuro": "neurological", "radio": "radiological"}),
        PICTURE,
        needs=(shown("axial", "coronal", "shaft"),),
        synonyms=("orientation", "radiological", "neurological", "flip"),
    )
    sagittal_nose: SagittalNose = option(
        "right",
        "Side that the nose points to in sagittal panels: right or left.",
        Choice("SIDE", ("right", "left"), _SIDES),
        PICTURE,
        needs=(shown("sagittal", "shaft"),),
        synonyms=("nose",),
    )
    window: Literal["auto", "robust", "header"] | tuple[float, float] = option(
        "auto",
        "Values drawn black and white: LO,HI, auto (white matter is light), robust (0.5 to 99.5 %) or header.",
        Either("LO,HI", ("auto", "robust", "header"), Numbers("LO,HI", 2, "give LO,HI, such as 0,80", _check_window)),
        PICTURE,
        needs=(VOLUME, WINDOWED),
        synonyms=("vmin", "vmax", "clim", "range", "contrast", "levels", "min", "max", "brightness"),
    )
    interpolation: Interpolation | Literal["auto"] = option(
        "auto",
        "Between voxels of a slice: linear, nearest, or auto (linear, and nearest for labels).",
        Choice("NAME", ("auto", "linear", "nearest"), {"none": "nearest", "trilinear": "linear", "bilinear": "linear"}),
        PICTURE,
        needs=(VOLUME, SLICES),
        synonyms=("interp", "smooth", "resampling", "resampling_interpolation"),
    )
    cmap: str | None = option(
        None,
        "Colour map of the volume: a name, or two colours such as black..gold.",
        Text("NAME"),
        PICTURE,
        default_text="the theme's: gray or gray-print; its signed map for t, z and r of both signs",
        needs=(VOLUME, MAPPED),
        synonyms=("color_map", "colour_map", "colormap", "colourmap", "palette", "lut"),
    )
    electrode_cmap: str | None = option(
        None,
        "Colour map of activity or groups: a name, or two colours such as red..green.",
        Text("NAME"),
        ELECTRODES,
        default_text="the theme's, by whether values have a sign",
        needs=(CONTACTS,),
        synonyms=("electrode_color_map", "electrode_colormap", "activity_cmap", "contact_cmap"),
    )
    cmap_mid: float | None = option(
        None,
        "Width of the middle of a map of two colours: the share in which colours are less than half way to an end.",
        Number("SHARE", low=0.01, high=0.99, example="0.8"),
        PICTURE,
        default_text="0.5, straight arms",
        needs=(TWO_COLOURS,),
        synonyms=("mid", "middle", "spread", "sep"),
    )
    electrode_size: Literal["auto", "table"] | tuple[float, float] | tuple[str, str] | None = option(
        None,
        "Diameters of contacts: auto (by the spacing of neighbours in space), MIN,MAX at rest and at full activity in "
        "pixels at 1080 lines or in mm (1mm,4mm), or table (by the exposed area in its column size).",
        Either("MIN,MAX|auto|table", ("auto", "table"), Diameters()),
        ELECTRODES,
        default_text="auto",
        settled=_usual_sizes,
        products=_NOT_SHEETS,
        needs=(CONTACTS,),
        synonyms=("marker_size", "node_size", "radius", "contact_size", "electrode_radius", "diameter"),
    )
    electrode_style: ElectrodeStyle = option(
        "disc",
        "Look of contacts: disc, glow (light around it that grows with activity), ball (lit) or ring.",
        Choice(
            "NAME",
            ("disc", "glow", "ball", "ring"),
            {"halo": "glow", "sphere": "ball", "circle": "ring", "hollow": "ring", "dot": "disc", "flat": "disc"},
        ),
        ELECTRODES,
        products=_NOT_SHEETS,
        needs=(CONTACTS,),
        harmless=("disc",),
        synonyms=("marker", "marker_style", "contact_style", "shape", "glow", "halo", "sphere"),
    )
    electrode_depth: float | Literal["auto", "all"] = option(
        "auto",
        "Distance from a plane in mm within which contacts are drawn at full strength: a number, all, or auto: "
        "10, and less in proportion where the volume is shorter than 150 mm; in a mosaic to the middle between slices; "
        "at a default plane that moved into the head, as far out as before.",
        Either("MM|auto|all", ("auto", "all"), Number("MM", low=0, example="10")),
        ELECTRODES,
        products=_NOT_SHEETS,
        needs=(CONTACTS, SLAB),
        synonyms=("depth", "slab", "thickness", "slice_thickness"),
    )
    ghosts: Ghosts | None = option(
        None,
        "Contacts away from slices or under a surface, small and dim: on or off.",
        Choice("on|off", ("on", "off"), {"yes": "on", "true": "on", "no": "off", "false": "off", "none": "off"}),
        ELECTRODES,
        default_text="on, or off with --theme print",
        settled=_theme_ghosts,
        products=_NOT_SHEETS,
        needs=(CONTACTS, GHOSTS),
        synonyms=("ghost", "dim_contacts", "off_plane", "show_ghosts"),
    )
    electrodes_space: ElectrodesSpace | None = option(
        None,
        "Space of the electrodes' positions: world, tkras, voxel or picture.",
        Choice(
            "SPACE",
            ("world", "tkras", "voxel", "picture"),
            {"ras": "world", "scanner": "world", "mm": "world", "freesurfer": "tkras", "surface": "tkras"}
            | {"ijk": "voxel", "index": "voxel", "pixel": "picture", "pixels": "picture", "mni": "world"},
        ),
        ELECTRODES,
        default_text="what the table says",
        needs=(CONTACTS,),
        synonyms=("space", "coordinate_space", "coordinate_frame", "coordsystem"),
    )
    select: tuple[str, ...] | None = option(
        None,
        "Contacts that are drawn, by names or patterns, case as written: 'G*,LA1'. Reference, bands and scale stay "
        "those of all contacts.",
        Patterns(),
        ELECTRODES,
        default_text="all",
        needs=(CONTACTS,),
        synonyms=("pick", "picks", "include", "only"),
    )
    exclude: tuple[str, ...] | None = option(
        None,
        "Contacts that are not drawn, by names or patterns.",
        Patterns(),
        ELECTRODES,
        default_text="none",
        needs=(CONTACTS,),
        synonyms=("drop", "omit", "deselect", "hide", "bads"),
    )
    color_by: str | None = option(
        None,
        "Column of the table of electrodes, or of --values, whose numbers or words colour contacts at rest.",
        Text("COLUMN"),
        ELECTRODES,
        default_text="the group; of several subjects the subject; or the one column of --values",
        products=_STILLS,
        needs=(CONTACTS, STATIC),
        synonyms=("colour_by", "color", "colour", "hue", "c", "color_column"),
        live=False,
    )
    size_by: str | None = option(
        None,
        "Column whose magnitudes are the diameters of contacts at rest, between the two of --electrode-size.",
        Text("COLUMN"),
        ELECTRODES,
        default_text="one size",
        products=_STILLS,
        needs=(CONTACTS, STATIC),
        synonyms=("scale_by", "size_column", "s"),
        live=False,
    )
    threshold: float | None = option(
        None,
        "Magnitude below which contacts are small and grey.",
        Number("VALUE", above=0, example="2.5"),
        ELECTRODES,
        default_text="none",
        products=_STILLS,
        needs=(CONTACTS, STATIC, COLOURED),
        synonyms=("thr", "thresh", "cutoff"),
        live=False,
    )
    symmetric: bool = option(
        False,
        "Colours symmetric about 0 for values of one sign too.",
        Switch(),
        ELECTRODES,
        products=_STILLS,
        needs=(CONTACTS, STATIC, COLOURED),
        synonyms=("symmetric_cbar", "diverging", "zero_centred", "center_zero"),
        live=False,
    )
    bar_title: str = option(
        "",
        "Title of the colour bar or the legend.",
        Text(),
        PICTURE,
        default_text="the quantity or the column, with its unit; none for groups",
        products=_NOT_SHEETS,
        needs=(labelled("colorbar"), BARRED),
        harmless=("",),
        synonyms=("colorbar_title", "cbar_title", "colorbar_label", "cbar_label", "bar_label"),
    )
    names: Literal["all", "group"] | tuple[str, ...] | None = option(
        None,
        "Names beside contacts: all, group (one for each), or names and patterns such as 'LA*,G1'. Names without room "
        "are left out and counted.",
        Either("all|group|NAMES", ("all", "group"), Patterns()),
        ELECTRODES,
        default_text="none",
        products=_NOT_SHEETS,
        needs=(CONTACTS,),
        synonyms=("contact_names", "electrode_names", "name_contacts", "show_names", "channel_names"),
    )
    labels: Collection[str] | None = option(
        None,
        f"Labels: some of {', '.join(LABELS)}, or none.",
        Names("NAMES", tuple(LABELS)),
        PICTURE,
        default_text=f"{default_labels_text(LABELS)}; with talk and mosaic cuts too",
        products=_NOT_SHEETS,
        # Of these labels a sheet has the bar in mm.
        reaches=lambda facts: facts.product == "sheet" and "scale" in labels_of(facts),
        needs_of=LABEL_NEEDS,
        settled=labels_of,
        synonyms=("annotate", "annotations", "text", "captions", "colorbar", "letters"),
    )
    title: str = option(
        "",
        "Text above the panels.",
        Text(),
        PICTURE,
        needs=(labelled("title"),),
        harmless=("",),
        synonyms=("heading", "name"),
    )
    caption: str = option(
        "auto",
        "Line at the foot that says what the lights are: auto, none or a text.",
        Text("auto|none|TEXT"),
        PICTURE,
        products=_NOT_SHEETS,
        needs=(CAPTIONED,),
        harmless=("none",),
        synonyms=("subtitle", "footer", "footnote", "legend", "description"),
    )
    font_size: float | str | None = option(
        None,
        "Size of captions, which all texts follow: points in print, such as 8pt, or pixels at 1080 lines.",
        FontSize("SIZE"),
        PICTURE,
        default_text="30",
        products=_NOT_SHEETS,
        needs=(TEXTED, POINTS),
        synonyms=("fontsize", "text_size", "font_px", "font_pt", "label_size"),
    )
    font: Path | None = option(
        None,
        "Font of all texts: a .ttf or .otf file.",
        File(),
        PICTURE,
        default_text="Roboto",
        needs=(TEXTED,),
        synonyms=("typeface", "font_file", "font_family", "fontname", "fontfamily"),
    )
    theme: ThemeName | None = option(
        None,
        "Ground and the colours that suit it: dark, light, print (for paper) or post.",
        Choice("NAME", tuple(THEMES), {"black": "dark", "white": "light", "paper": "print", "blog": "post"}),
        PICTURE,
        default_text="dark, or post with --drive post",
        settled=_usual_theme,
        synonyms=("look", "colors", "colours", "skin", "template"),
    )
    background: str | None = option(
        None,
        "Colour behind the panels, a name or #rrggbb, or none for transparent.",
        Text("COLOR"),
        PICTURE,
        default_text="the theme's: black or white",
        settled=_theme_background,
        synonyms=("bg", "background_color", "bgcolor", "black_bg", "facecolor", "transparent"),
    )


@checked
@dataclass(frozen=True, kw_only=True, match_args=False)
class Scene(PictureOptions):
    """The content and the look of a picture or film.

    Parameters
    ----------
    layout : Panels, such as 'left / axial@-20,0,20', or a name: ortho, grid, sagittal, coronal, axial, lateral, 3d,
        superior, inferior, anterior, posterior, talk or mosaic. [ortho]
    side : Side that lateral shows: left, right or both. [where contacts are]
    view : Viewer of 3d and grid, in degrees: 0,0 is right of the head, 90,0 in front of the face. [where contacts are]
    spin : Turn of views from outside about the vertical, in degrees per second, counterclockwise seen from above. [0]
    seamless : Turn views by whole turns, as near to spin as the film's length allows, so that the last frame leads into
        the first.
    render : Volume seen from outside: surface (lit), mip (maximum intensity), glass (translucent) or auto. [auto]
    surface_level : Scaled value of the volume at its surface. [found in the volume]
    plane_mm : World planes in mm. [near the electrodes, else the middle]
    sweep : Run through slices: content (no empty margins), full or none. [content without sound, activity and plane_mm]
    fit : What panels show: the head with its contacts (of a brain by mask, the brain), or the volume's whole box.
        [head]
    convention : Side of the subject's left: neurological (on the left) or radiological. [neurological]
    sagittal_nose : Side that the nose points to in sagittal panels: right or left. [right]
    window : Values drawn black and white: LO,HI, auto (white matter is light), robust (0.5 to 99.5 %) or header. [auto]
    interpolation : Between voxels of a slice: linear, nearest, or auto (linear, and nearest for labels). [auto]
    cmap : Colour map of the volume: a name, or two colours such as black..gold. [the theme's: gray or gray-print; its
        signed map for t, z and r of both signs]
    electrode_cmap : Colour map of activity or groups: a name, or two colours such as red..green. [the theme's, by
        whether values have a sign]
    cmap_mid : Width of the middle of a map of two colours: the share in which colours are less than half way to an end.
        [0.5, straight arms]
    electrode_size : Diameters of contacts: auto (by the spacing of neighbours in space), MIN,MAX at rest and at full
        activity in pixels at 1080 lines or in mm (1mm,4mm), or table (by the exposed area in its column size). [auto]
    electrode_style : Look of contacts: disc, glow (light around it that grows with activity), ball (lit) or ring.
        [disc]
    electrode_depth : Distance from a plane in mm within which contacts are drawn at full strength: a number, all, or
        auto: 10, and less in proportion where the volume is shorter than 150 mm; in a mosaic to the middle between
        slices; at a default plane that moved into the head, as far out as before. [auto]
    ghosts : Contacts away from slices or under a surface, small and dim: on or off. [on, or off with theme print]
    electrodes_space : Space of the electrodes' positions: world, tkras, voxel or picture. [what the table says]
    select : Contacts that are drawn, by names or patterns, case as written: 'G*,LA1'. Reference, bands and scale stay
        those of all contacts. [all]
    exclude : Contacts that are not drawn, by names or patterns. [none]
    color_by : Column of the table of electrodes, or of values, whose numbers or words colour contacts at rest. [the
        group; of several subjects the subject; or the one column of values]
    size_by : Column whose magnitudes are the diameters of contacts at rest, between the two of electrode_size. [one
        size]
    threshold : Magnitude below which contacts are small and grey. [none]
    symmetric : Colours symmetric about 0 for values of one sign too.
    bar_title : Title of the colour bar or the legend. [the quantity or the column, with its unit; none for groups]
    names : Names beside contacts: all, group (one for each), or names and patterns such as 'LA*,G1'. Names without room
        are left out and counted. [none]
    labels : Labels: some of letters, cube, title, slice, mm, colorbar, clock, scale, cuts, or none. [letters, cube,
        title, slice, mm, colorbar, clock; with talk and mosaic cuts too]
    title : Text above the panels.
    caption : Line at the foot that says what the lights are: auto, none or a text. [auto]
    font_size : Size of captions, which all texts follow: points in print, such as 8pt, or pixels at 1080 lines. [30]
    font : Font of all texts: a .ttf or .otf file. [Roboto]
    theme : Ground and the colours that suit it: dark, light, print (for paper) or post. [dark, or post with drive post]
    background : Colour behind the panels, a name or #rrggbb, or none for transparent. [the theme's: black or white]
    volume : Brain volume, from load_volume.
    mask : Brain that is shown in place of the head, above 0 in a volume of any grid, from load_volume.
    image : Picture to draw on instead of a volume, from load_picture.
    electrodes : Table of electrodes, from load_electrodes, or a list of those of several subjects.
    values : Values of contacts, from load_values, joined by name.
    drive : Makes the electrodes' activity; without one they have the colour of their group.
    audio : Sound that the film carries; by default the drive's own.
    sonify : Make a sound of the activity of a scene without sound.

    Raises
    ------
    OptionError : an option is unknown, has a wrong value or would do nothing, or inputs exclude one another
    """

    volume: Volume | None = option(
        None,
        "Brain volume, from load_volume.",
        Thing("Volume", ("voxels", "affine"), "corticast.load_volume"),
        INPUTS,
    )
    mask: Volume | None = option(
        None,
        "Brain that is shown in place of the head, above 0 in a volume of any grid, from load_volume.",
        Thing("Volume", ("voxels", "affine"), "corticast.load_volume"),
        INPUTS,
        needs=(VOLUME, FITTED),
    )
    image: Picture | None = option(
        None,
        "Picture to draw on instead of a volume, from load_picture.",
        Thing("Picture", ("pixels",), "corticast.load_picture"),
        INPUTS,
    )
    electrodes: Electrodes | None = option(
        None,
        "Table of electrodes, from load_electrodes, or a list of those of several subjects.",
        Tables("Electrodes", ("names", "pos"), "corticast.load_electrodes"),
        INPUTS,
    )
    values: ContactValues | None = option(
        None,
        "Values of contacts, from load_values, joined by name.",
        Thing("ContactValues", ("names", "columns", "rows_of"), "corticast.load_values"),
        INPUTS,
        needs=(CONTACTS, STATIC),
    )
    drive: Drive | None = option(
        None,
        "Makes the electrodes' activity; without one they have the colour of their group.",
        Thing("Drive", ("activity",), "corticast.AudioDrive, HighGammaDrive or ArrayDrive"),
        SOUND,
    )
    audio: AudioSource | None = option(
        None,
        "Sound that the film carries; by default the drive's own.",
        Thing("AudioSource", ("blocks", "sample_rate"), "corticast.load_audio"),
        INPUTS,
    )
    sonify: bool = option(
        False,
        "Make a sound of the activity of a scene without sound.",
        Switch(),
        SOUND,
        needs=(_HAS_DATA, NO_SOUND, CONTACTS),
    )

    # Of the film that a scene file describes: arguments of `render` and `frame`.
    film_options: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    def __post_init__(self) -> None:
        if self.volume is not None and self.image is not None:
            raise OptionError("--image: a picture stands instead of a volume; leave one of the two out", "image")
        if self.volume is None and self.image is None and self.electrodes is None:
            raise OptionError("nothing to show; give --volume, --image or --electrodes")
        self._check_film_options()
        self._check_groups()
        cases = (self.facts,)
        for name, each in table_of(Scene).items():
            value = getattr(self, name)
            why = None if value == each.default else each.why_idle(value, cases)
            if why is not None:
                raise OptionError(f"{each.as_typed(name, value)}: {why}", name)
        if self.electrodes is not None and (self.select or self.exclude):
            # Imported where contacts are selected.
            from corticast.core.model.selection import selected

            selected(self.electrodes, self.select, self.exclude)
        if self.electrodes is not None and isinstance(self.names, tuple):
            from corticast.core.model.selection import matching

            named = matching(self.electrodes, self.names, "--names", ("all", "group"))
            self._check_named(named)
        has_values = self.drive is not None
        if self.shows_columns:
            # Imported where columns are looked up.
            from corticast.core.model.column_look import look_of

            look = look_of(self)
            has_values = look is not None and look.colours is not None and not look.colours.words
        if self.font is not None:
            # Imported where there is a font to read.
            from corticast.core.text.face import read_face

            read_face(self.font)
        if (self.cmap, self.electrode_cmap, self.background) != (None, None, None):
            # Imported where there is a name to look up.
            from corticast.core.color.colormaps import check_colours

            check_colours(self.volume_map, self.contact_map, self.background, has_activity=has_values)

    __repr__ = short_repr

    def _check_groups(self) -> None:
        """Refuse shafts that the table of electrodes lacks."""
        shafts = [word for word in words_in(self.layout) if word.name == "shaft"]
        if not shafts or self.electrodes is None:
            return
        # Imported where there is a name to look up: the groups load NumPy.
        from corticast.core.model.groups import groups_of

        groups = zip(groups_of(self.electrodes), self.electrodes.has_position.tolist(), strict=True)
        known = tuple(dict.fromkeys(group for group, has_position in groups if has_position))
        for group in (str(each) for word in shafts for each in word.at):
            if group not in known:
                remedy = did_you_mean(group, known).rstrip() or f"give some of {', '.join(known)}"
                raise OptionError(f"{layout_as_typed(self.layout)}: unknown group {group}; {remedy}", "layout")

    def _check_named(self, named: BoolArray) -> None:
        """Refuse names of contacts that no picture draws.

        Parameters
        ----------
        named : (n_contacts,) bool, contacts that `names` matches
        """
        from corticast.core.matching import some
        from corticast.core.model.selection import selected

        assert self.electrodes is not None
        drawn = selected(self.electrodes, self.select, self.exclude) & self.electrodes.has_position
        if not (named & drawn).any():
            kept = [name for name, is_drawn in zip(self.electrodes.names, drawn.tolist(), strict=True) if is_drawn]
            text = table_of(PictureOptions)["names"].as_typed("names", self.names)
            raise OptionError(f"{text}: names no contact that is drawn; give some of {some(kept)}", "names")

    def _check_film_options(self) -> None:
        check_kind("film_options", self.film_options, Mapping, "the film_options of a scene from load_scene")
        unknown = next((name for name in self.film_options if name not in FILM_OPTIONS), None)
        if unknown is not None:
            remedy = f"{did_you_mean(unknown, FILM_OPTIONS)}give {one_of(FILM_OPTIONS)}"
            raise OptionError(f"film_options {unknown}: unknown option of a film; {remedy}")

    @named_arguments
    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """Write a scene file, with every value that decides the picture.

        Parameters
        ----------
        path : TOML
        overwrite : replace a file that exists

        Raises
        ------
        OptionError : an argument cannot be used, an input was made or changed in memory, or the file exists or cannot
            be written
        """
        saving.save_scene(self, path, overwrite=overwrite)

    @property
    def facts(self) -> Facts:
        """What decides which options count."""
        return Facts(
            volume=self.volume is not None,
            coloured=self.volume is not None and self.volume.is_rgb,
            maximum=self._has_maximum,
            image=self.is_flat,
            electrodes=self.electrodes is not None,
            sound=self.sound is not None,
            data=self.drive is not None and getattr(self.drive, "audio", None) is None,
            values={name: getattr(self, name) for name in (*table_of(PictureOptions), "values")},
        )

    @property
    def _has_maximum(self) -> bool:
        """Whether views without a --render show a maximum; slices beside them leave the question open."""
        if self.volume is None or shows(self.layout, (*SLICE_PLANES, "shaft")):
            return True
        # Imported where there is a volume: it loads NumPy.
        from corticast.core.geometry.head import render_of
        from corticast.core.geometry.masked import seen_volume

        return render_of("auto", seen_volume(self.volume, self.mask)) == "mip"

    @property
    def theme_name(self) -> ThemeName:
        """Name of the theme: the scene's own, else that of its drive."""
        usual: ThemeName = getattr(self.drive, "theme", "dark")
        return self.theme or usual

    @property
    def shown_labels(self) -> frozenset[str]:
        """Labels that are drawn: the scene's own, else those of its layout."""
        return frozenset(drawn_labels(self.labels, self.layout))

    @property
    def volume_map(self) -> str | None:
        """Full name of the volume's colour map, with the width of its middle; None for that of the theme."""
        return None if self.cmap is None else with_middle(self.cmap, self.cmap_mid)

    @property
    def diverges(self) -> bool:
        """Whether the volume holds values of both signs about 0, so that its map and window have 0 in the middle."""
        if self.volume is None:
            return False
        # Imported where there is a volume: it loads NumPy.
        from corticast.core.geometry.statistics import diverges

        return diverges(self.volume)

    @property
    def drawn_interpolation(self) -> Interpolation:
        """Between voxels of a slice: nothing lies between two labels."""
        if self.interpolation != "auto":
            return self.interpolation
        return "nearest" if self.volume is not None and self.volume.meaning.is_labels else "linear"

    @property
    def shows_columns(self) -> bool:
        """Whether columns give contacts at rest their colour or their size."""
        if self.electrodes is None or self.drive is not None:
            return False
        named = self.color_by is not None or self.size_by is not None or self.values is not None
        # Contacts of several subjects have the colours of their subjects.
        return named or bool(self.electrodes.subjects)

    @property
    def contact_map(self) -> str | None:
        """Full name of the contacts' colour map, with the width of its middle; None for the default."""
        return None if self.electrode_cmap is None else with_middle(self.electrode_cmap, self.cmap_mid)

    @property
    def is_flat(self) -> bool:
        """Whether contacts stand on a picture, or on its plane."""
        return self.image is not None or (self.electrodes is not None and self.electrodes.pos.shape[1] == 2)

    @property
    def is_seen_from_outside(self) -> bool:
        """Whether a panel shows the head from outside."""
        return VIEW.holds(self.facts)

    @property
    def sound(self) -> AudioSource | None:
        """Sound that is given with the inputs."""
        sound: AudioSource | None = self.audio if self.audio is not None else getattr(self.drive, "audio", None)
        return sound

    @property
    def sweeps(self) -> Literal["content", "full", "none"]:
        """How the planes move once `sweep` is decided."""
        if self.volume is None or not shows(self.layout, SLICE_PLANES, bare=True):
            return "none"
        if self.sweep is not None:
            return self.sweep
        turns = self.spin != 0 and self.is_seen_from_outside
        rests = self.sound is not None or self.drive is not None or self.plane_mm is not None or turns
        return "none" if rests else "content"


def layout_as_typed(layout: str) -> str:
    """The option --layout with a value, for messages."""
    return table_of(PictureOptions)["layout"].as_typed("layout", layout)


def has_caption(scene: Scene, *, is_fed: bool = False) -> bool:
    """Whether a line at the foot says what the lights are: with a text, or where contacts show anything on a head.

    Parameters
    ----------
    is_fed : whether activity may come from elsewhere, as in a show, whose contacts at rest say nothing
    """
    if scene.caption == "none" or not scene.shown_labels:
        return False
    drives = scene.electrodes is not None and scene.drive is not None
    return scene.caption != "auto" or drives or scene.shows_columns or (shows_groups(scene) and not is_fed)


def shows_groups(scene: Scene) -> bool:
    """Whether contacts on a head have the colours of their groups, since nothing drives them."""
    return scene.electrodes is not None and scene.volume is not None and scene.drive is None and not scene.shows_columns


def check_scene(scene: Any) -> None:
    """Refuse a value that is no scene.

    Raises
    ------
    OptionError : the value cannot be used
    """
    check_kind("scene", scene, Scene, "a Scene, or load_scene(path)")


def changed(scene: Scene, **values: Any) -> Scene:
    """The same scene with other values; options that do nothing then are kept.

    Raises
    ------
    OptionError : a value cannot be used
    """
    other = copy.copy(scene)
    for name, value in read_values(Scene, values).items():
        object.__setattr__(other, name, value)
    return other
