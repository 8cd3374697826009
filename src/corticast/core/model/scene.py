"""The scene: what is shown and how, validated once, never changed.

`Look` holds every option of the picture; `Scene` adds what is shown. Keyword arguments bear the
names of the command line's options, and take the same texts ("robust", "6,40", "all") or their
Python values. NumPy and pydantic only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from corticast.core.model.types import AudioSource, Drive, Electrodes, ElectrodesSpace, Picture, Volume
from corticast.errors import OptionError

LayoutName = Literal[
    "ortho", "axial", "coronal", "sagittal", "grid", "lateral", "superior", "inferior", "anterior", "posterior", "3d"
]
Side = Literal["left", "right", "both"]
Render = Literal["auto", "surface", "mip", "glass"]
Convention = Literal["neurological", "radiological"]
SagittalNose = Literal["right", "left"]
Interpolation = Literal["linear", "nearest"]
Sweep = Literal["content", "full", "none"]

# Layouts that show the head from outside, and no slice.
OUTSIDE_LAYOUTS = ("lateral", "superior", "inferior", "anterior", "posterior", "3d")

LABELS = ("letters", "title", "slice", "mm", "colorbar", "clock")


def _numbers(value: Any, count: int, what: str) -> tuple[float, ...]:
    """`count` finite numbers from "a,b" or a sequence."""
    parts = value.split(",") if isinstance(value, str) else value
    try:
        numbers = tuple(float(part) for part in parts)
    except (TypeError, ValueError):
        numbers = ()
    if len(numbers) != count or any(not abs(number) < float("inf") for number in numbers):
        raise ValueError(f"give {what}")
    return numbers


def _read_plane_mm(value: Any) -> Any:
    return None if value is None else _numbers(value, 3, "three numbers X,Y,Z in mm, such as -42,-20,8")


def _read_view(value: Any) -> Any:
    if value is None:
        return None
    azimuth, elevation = _numbers(value, 2, "AZIMUTH,ELEVATION in degrees, such as 150,20")
    if abs(elevation) > 90:
        raise ValueError("the elevation runs from -90 (from below) to 90 (from above)")
    return azimuth, elevation


def _read_window(value: Any) -> Any:
    if value in ("robust", "header"):
        return value
    low, high = _numbers(value, 2, 'LO,HI, such as 0,80, or "robust" or "header"')
    if low >= high:
        raise ValueError("the low end must be below the high end")
    return low, high


def _read_electrode_size(value: Any) -> Any:
    low, high = _numbers(value, 2, "MIN,MAX in pixels at 1080 lines, such as 6,40")
    if not 0 <= low <= high <= 1080 or high == 0:
        raise ValueError("sizes run from 0 to 1080, the smaller one first")
    return low, high


def _read_depth(value: Any) -> Any:
    if value == "all":
        return value
    try:
        depth = float(value)
    except (TypeError, ValueError):
        depth = -1.0
    if not 0 <= depth < float("inf"):
        raise ValueError('give millimetres, such as 10, or "all"')
    return depth


def _read_labels(value: Any) -> Any:
    if isinstance(value, str):
        value = () if value == "none" else [name.strip() for name in value.split(",")]
    if not isinstance(value, Iterable):
        raise ValueError(f"give some of {', '.join(LABELS)}, or none")
    names = frozenset(value)
    unknown = sorted(str(name) for name in names if name not in LABELS)
    if unknown:
        raise ValueError(f"{', '.join(unknown)} is no label; give some of {', '.join(LABELS)}, or none")
    return names


class Look(BaseModel):
    """Every option of the picture.

    Parameters
    ----------
    layout : panels: "ortho" (three slices in a row), "axial", "coronal", "sagittal", "grid" (2 x 2; the fourth is the
        head from outside when there are electrodes), or from outside "lateral", "superior", "inferior", "anterior",
        "posterior" or "3d"
    side : that "lateral" shows: "left", "right" or "both"; None chooses by where the contacts are
    view : azimuth and elevation in degrees of the viewer in "3d" and in "grid": azimuth 0 is right of the head, 90
        before the face, 180 left of it; None chooses by where the contacts are
    spin : degrees per second by which views from outside turn about the vertical, counterclockwise seen from above
    render : how a volume is seen from outside: "surface" (lit), "mip" (maximum intensity), "glass" (translucent), or
        "auto": the surface of extracted brains, heads as glass, the maximum of CTs
    surface_level : scaled value at the surface; None finds it
    plane_mm : world planes x, y, z; None takes the contact nearest the electrodes' centroid, else the box's centre
    sweep : "content", "full" or "none"; None sweeps when there is a volume, nothing to hear or to play, and no plane_mm
    convention : "neurological" (the subject's left is on the left) or "radiological"
    sagittal_nose : side that the nose points to in sagittal panels
    window : scaled values drawn black and white, "robust", or "header"
    interpolation : between voxels
    cmap : colour map of the volume, a name that the cmap library knows
    electrode_cmap : colour map of activity; None chooses by the drive
    electrode_size : sprite diameters in pixels at 1080 lines, at rest and at full activity; None chooses by the drive
    electrode_depth : mm from the plane within which contacts are drawn at full strength, or "all"
    electrodes_space : how positions are to be read; None asks the table
    labels : which of letters, title, slice, mm, colorbar, clock
    title : text above the panels
    background : colour name or #rrggbb, or "none" for transparent
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    layout: LayoutName = "ortho"
    side: Side | None = None
    view: Annotated[tuple[float, float] | None, BeforeValidator(_read_view)] = None
    spin: float = Field(default=0.0, allow_inf_nan=False)
    render: Render = "auto"
    surface_level: float | None = Field(default=None, allow_inf_nan=False)
    plane_mm: Annotated[tuple[float, float, float] | None, BeforeValidator(_read_plane_mm)] = None
    sweep: Sweep | None = None
    convention: Convention = "neurological"
    sagittal_nose: SagittalNose = "right"
    window: Annotated[Literal["robust", "header"] | tuple[float, float], BeforeValidator(_read_window)] = "robust"
    interpolation: Interpolation = "linear"
    cmap: str = "gray"
    electrode_cmap: str | None = None
    electrode_size: Annotated[
        tuple[float, float] | None, BeforeValidator(lambda v: v if v is None else _read_electrode_size(v))
    ] = None
    electrode_depth: Annotated[float | Literal["all"], BeforeValidator(_read_depth)] = 10.0
    electrodes_space: ElectrodesSpace | None = None
    labels: Annotated[frozenset[str], BeforeValidator(_read_labels)] = frozenset(LABELS)
    title: str = ""
    background: str = "black"

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise _option_error(error) from error


def _option_error(error: ValidationError) -> OptionError:
    """The first thing that is wrong in one line: option, value, remedy."""
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    option = "--" + name.replace("_", "-")
    if first["type"] == "extra_forbidden":
        return OptionError(f"{name} is no option of a scene", name)
    message = str(first.get("ctx", {}).get("error") or first["msg"])
    message = message.replace("Input should be", "give").replace("'", '"')
    return OptionError(f"{option} {first['input']}: {message}", name)


class Scene(Look):
    """What is shown and how.

    Parameters
    ----------
    volume : brain volume, from `load_volume`
    image : picture to draw on instead of a volume, from `load_picture`
    electrodes : table, from `load_electrodes`
    drive : makes the electrodes' activity; without one every electrode has activity 1
    audio : sound that the film carries; None takes the drive's own
    sonify : make a sound of the activity, which has none

    Raises
    ------
    OptionError : an option has a wrong name or value, or inputs exclude one another

    See Also
    --------
    Look : the options of the picture
    """

    volume: Volume | None = None
    image: Picture | None = None
    electrodes: Electrodes | None = None
    drive: Drive | None = None
    audio: AudioSource | None = None
    sonify: bool = False

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        if self.volume is not None and self.image is not None:
            raise OptionError("--image: a picture stands instead of a volume; leave one of the two out")
        if self.volume is None and self.image is None and self.electrodes is None:
            raise OptionError("nothing to show; give --volume, --image or --electrodes")
        self._check_views()
        if self.sonify and self.sound is not None:
            raise OptionError("--sonify: makes a sound where there is none; leave it or the sound (--audio) out")
        if self.sonify and (self.drive is None or self.electrodes is None):
            raise OptionError("--sonify: makes a sound of the electrodes' activity; give --electrodes and --activity")

    def _check_views(self) -> None:
        """Refuse options that would do nothing in the layout."""
        of_views = {
            "side": (self.side is not None, ("lateral",)),
            "view": (self.view is not None, ("3d", "grid")),
            "spin": (self.spin != 0, (*OUTSIDE_LAYOUTS, "grid")),
            "render": (self.render != "auto", (*OUTSIDE_LAYOUTS, "grid")),
            "surface_level": (self.surface_level is not None, (*OUTSIDE_LAYOUTS, "grid")),
            "sweep": (self.sweep in ("content", "full"), ("ortho", "axial", "coronal", "sagittal", "grid")),
        }
        for name, (is_given, layouts) in of_views.items():
            if is_given and self.layout not in layouts and self.image is None:
                option = "--" + name.replace("_", "-")
                raise OptionError(
                    f"{option} {getattr(self, name)}: does nothing in the layout {self.layout}; leave it out, or give "
                    f"--layout {', '.join(layouts[:-1])}{' or ' * (len(layouts) > 1)}{layouts[-1]}",
                    name,
                )

    @property
    def is_seen_from_outside(self) -> bool:
        """Whether a panel shows the head from outside."""
        if self.image is not None or (self.electrodes is not None and self.electrodes.pos.shape[1] == 2):
            return False
        return self.layout in OUTSIDE_LAYOUTS or (self.layout == "grid" and self.electrodes is not None)

    @property
    def sound(self) -> AudioSource | None:
        """Sound that is given with the inputs."""
        sound: AudioSource | None = self.audio if self.audio is not None else getattr(self.drive, "audio", None)
        return sound

    @property
    def sweeps(self) -> Literal["content", "full", "none"]:
        """How the planes move once `sweep` is decided."""
        if self.volume is None or self.layout in OUTSIDE_LAYOUTS:
            return "none"
        if self.sweep is not None:
            return self.sweep
        rests = self.sound is not None or self.drive is not None or self.plane_mm is not None or self.spin != 0
        return "none" if rests else "content"
