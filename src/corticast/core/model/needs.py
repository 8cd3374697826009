"""What options need in order to count, each need once, by name."""

from __future__ import annotations

from corticast.core.model.kinds import one_of
from corticast.core.model.labels import labels_of
from corticast.core.model.layout_words import SLICE_PLANES, Word
from corticast.core.model.layouts import OUTSIDE_LAYOUTS, VIEWS, expression, has_views, layouts_with, shows, words_in
from corticast.core.model.options import Facts, Need
from corticast.core.model.scouts import scouts_in


def _plane_of_sheet(facts: Facts) -> str:
    return str(facts["sheet_plane"] or "axial")


def shown(*cells: str, bare: bool = False) -> Need:
    """Layouts that have one of some slices and views, and pages of these slices.

    Parameters
    ----------
    bare : whether only panels count behind which no @ stands, and which thus show the film's plane or the scene's view
    """
    names = layouts_with(cells, bare=bare)
    sheets = tuple(cell for cell in cells if cell in SLICE_PLANES)

    def holds(facts: Facts) -> bool:
        if facts.product == "sheet":
            return _plane_of_sheet(facts) in sheets
        if facts.image or facts["layout"] is None:
            return False
        scouts = () if bare else scouts_in(facts["layout"], labels_of(facts))
        return shows(facts["layout"], cells, bare=bare) or not set(scouts).isdisjoint(cells)

    def lack(facts: Facts) -> str:
        if facts.product == "sheet":
            return f"on a sheet of {_plane_of_sheet(facts)} slices"
        return "on a picture" if facts.image else f"in the layout {facts['layout']}"

    def remedy(facts: Facts) -> str:
        if facts.product == "sheet":
            return f"give --sheet-plane {one_of(sheets)}" if sheets else ""
        return "" if facts.image else f"give --layout {one_of(names)}"

    return Need(holds, lack, remedy)


def labelled(label: str) -> Need:
    """Pictures that draw a label; sheets have their own labels, and a window its title."""
    return Need(
        lambda facts: facts.product in ("sheet", "show") or label in labels_of(facts),
        f"where --labels leave the {label} out",
        f"give --labels with {label}",
    )


def _is_seen_from_outside(facts: Facts) -> bool:
    return not facts.image and has_views(facts["layout"], contacts=facts.electrodes)


def _lacks_picture(facts: Facts) -> bool:
    """Whether the panels of a layout do not fit the scene's picture or its lack: a picture stands alone."""
    picture = Word("image")
    return expression(facts["layout"]) != picture if facts.image else picture in words_in(facts["layout"])


def _why_not_outside(facts: Facts) -> str:
    if facts.image:
        return "on a picture"
    return f"in the layout {facts['layout']}" + (" without electrodes" if has_views(facts["layout"]) else "")


def _has_slab(facts: Facts) -> bool:
    # In views it says whether contacts behind the head are dimmed.
    in_views = _is_seen_from_outside(facts) and facts.volume and facts["electrode_depth"] == "all"
    return SLICES.holds(facts) or in_views


def _may_have_ghosts(facts: Facts) -> bool:
    if facts["electrode_depth"] == "all":
        return False
    # Volumes of colours are drawn as glass, through which every contact is seen.
    is_solid = facts["render"] == "surface" or (facts["render"] == "auto" and not facts.coloured)
    return SLICES.holds(facts) or (_is_seen_from_outside(facts) and facts.volume and is_solid)


def _why_no_ghosts(facts: Facts) -> str:
    if facts["electrode_depth"] == "all":
        return "where --electrode-depth all draws every contact at full strength"
    text = SLICES.lack if isinstance(SLICES.lack, str) else SLICES.lack(facts)
    return f"{text} with --render {facts['render']}" if facts["render"] in ("mip", "glass") else text


def _shows_greys(facts: Facts) -> bool:
    """Whether a panel shows the grey values of the volume by their scale: a slice, or a maximum."""
    if not facts.volume or facts.coloured:
        return False
    is_maximum = facts["render"] == "mip" or (facts["render"] == "auto" and facts.maximum)
    return SLICES.holds(facts) or (_is_seen_from_outside(facts) and is_maximum)


def _has_time(facts: Facts) -> bool:
    drives = facts.electrodes and (facts.sound or facts.data)
    return facts.sound or drives or (facts.product != "still" and "clock" in labels_of(facts))


def _is_analysed(facts: Facts) -> bool:
    """Whether a recording, or a table that is taken for one, is analysed."""
    return facts.data and (facts["activity_kind"] == "high-gamma" or facts.recording)


def _is_smoothed(facts: Facts) -> bool:
    return _is_analysed(facts) if facts.data else facts.sound and facts["drive"] != "post"


def _is_printed(facts: Facts) -> bool:
    """Whether a picture has a size in print, as all pages have."""
    given = facts["width"] is not None or facts["dpi"] is not None
    return facts.product is None or given or str(facts["output"]).lower().endswith((".pdf", ".svg"))


def _has_texts(facts: Facts) -> bool:
    """Whether a picture has labels, or names beside contacts, which are drawn without labels too."""
    return bool(labels_of(facts)) or (facts.product != "sheet" and facts.electrodes and facts["names"] is not None)


_ANALYSED = "give --activity-kind high-gamma"

VOLUME = Need(lambda facts: facts.volume, "without a volume", "give --volume")
CONTACTS = Need(lambda facts: facts.electrodes, "without electrodes", "give --electrodes")
VIEW = Need(
    _is_seen_from_outside,
    _why_not_outside,
    lambda facts: "" if facts.image else f"give --layout {one_of(OUTSIDE_LAYOUTS)}",
)
SLICES = shown(*SLICE_PLANES, "shaft")
FILM_PLANES = shown(*SLICE_PLANES, bare=True)
SEEN = shown(*VIEWS)
ARRANGED = Need(
    lambda facts: not _lacks_picture(facts),
    lambda facts: "on a picture" if facts.image else "without a picture",
    lambda facts: "" if facts.image else "give --image",
)
SHAFTED = Need(
    lambda facts: facts.electrodes or not shows(facts["layout"], ("shaft",)),
    "without electrodes",
    "give --electrodes",
)
POINTS = Need(
    lambda facts: not str(facts["font_size"] or "").endswith("pt") or _is_printed(facts),
    "without a size in print",
    lambda facts: f"give {'--width or --dpi' if facts.product in ('frame', 'still') else 'pixels, such as 40'}",
)
RESTING = Need(
    lambda facts: facts.product not in ("film", "frame") or facts["sweep"] not in ("content", "full"),
    "where the planes sweep",
    "leave --sweep out",
)
WINDOWED = Need(lambda facts: not facts.coloured or SLICES.holds(facts), "for a volume of colours seen from outside")
MAPPED = Need(lambda facts: not facts.coloured or VIEW.holds(facts), "for slices of a volume of colours")
TWO_COLOURS = Need(
    lambda facts: any(".." in (facts[name] or "") for name in ("cmap", "electrode_cmap")),
    "without a map of two colours",
    "give --electrode-cmap LOW..HIGH, such as red..green",
)
SLAB = Need(_has_slab, SLICES.lack, SLICES.remedy)
GHOSTS = Need(_may_have_ghosts, _why_no_ghosts)
FITTED = Need(lambda facts: facts["fit"] != "volume", "with --fit volume", "give --fit head")
CAPTIONED = Need(lambda facts: bool(labels_of(facts)), "where --labels none leaves all texts out", "give --labels")
TEXTED = Need(_has_texts, "where --labels none leaves all texts out", "give --labels or --names")
TIME = Need(_has_time, "without sound, activity and clock", "give --audio or --activity")
LEVELLED = Need(lambda facts: facts["render"] != "mip", "with --render mip", "give --render surface")
MOVED = Need(lambda facts: facts.sound or facts.data, "where no contact moves", "give --audio or --activity")
STATIC = Need(
    lambda facts: not (facts.sound or facts.data),
    "where sound or activity gives contacts their colour and size",
    "leave sound and activity out",
)
COLOURED = Need(
    lambda facts: facts["color_by"] is not None or facts["values"] is not None,
    "without values as colours",
    "give --color-by or --values",
)
BARRED = Need(lambda facts: facts.electrodes or _shows_greys(facts), "where no colour bar or legend stands")
NO_DATA = Need(lambda facts: not facts.data, "where --activity moves the electrodes", "leave --activity out")
TURNING = Need(lambda facts: bool(facts["spin"]), "where no view turns", "give --spin DEG_PER_S")
NO_INTERVAL = Need(lambda facts: facts["interval"] is None, "beside --interval", "leave --interval out")
SOUND = Need(lambda facts: facts.sound, "without sound", "give --audio")
NO_SOUND = Need(lambda facts: not facts.sound, "where there is sound", "leave --audio out")
PLAYED = Need(lambda facts: facts.product != "show" or facts.plays, "for captured sound", "play a file by --audio")
RECORDED = Need(
    lambda facts: facts.product != "show" or facts["record"] is not None,
    "where the show is not recorded",
    "give --record FILE",
)
BANDS = Need(lambda facts: facts["drive"] != "post", "with --drive post", "leave --drive out")
IN_SPACE = Need(
    lambda facts: not facts.image and facts["electrodes_space"] not in ("voxel", "picture"),
    "for voxels and for pixels of a picture",
)
UNREAD = Need(
    lambda facts: not facts.image and facts["electrodes_space"] is None,
    lambda facts: "on a picture" if facts.image else f"with --electrodes-space {facts['electrodes_space']}",
    lambda facts: "" if facts.image else "leave --electrodes-space out",
)
HAS_DATA = Need(lambda facts: facts.data, "without data", "give --activity")
NAMED = Need(lambda facts: not str(facts["activity"]).lower().endswith(".npy"), "for an array, which names no channels")
IN_NWB = Need(lambda facts: str(facts["activity"]).lower().endswith(".nwb"), "for files of formats other than NWB")
TABLE = Need(lambda facts: not facts.recording, "for a recording, which says its rate")
ANALYSED = Need(_is_analysed, "for a table of activity", _ANALYSED)
HIGH_GAMMA = Need(
    lambda facts: facts["activity_kind"] != "raw", "with --activity-kind raw", "leave --activity-kind out"
)
NO_BAND = Need(lambda facts: facts["band"] is None, "with --band", "leave --band out")
SMOOTH = Need(
    lambda facts: (
        facts["smoothing_hz"] not in ("none", None)
        or (facts["smoothing_hz"] is None and not (facts.data and facts["activity_kind"] == "raw"))
    ),
    "without smoothing",
    "give --smoothing-hz 5",
)
SMOOTHED = Need(
    _is_smoothed,
    lambda facts: "for a table of activity" if facts.data else "with --drive post",
)

# Sound moves the electrodes.
DRIVEN = (CONTACTS, NO_DATA, SOUND)
