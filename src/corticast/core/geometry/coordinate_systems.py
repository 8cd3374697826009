"""Names of coordinate systems, as BIDS, MNE-Python, FreeSurfer, iELVis and RAVE write them, and what each one means."""

from __future__ import annotations

from typing import Literal

from corticast.core.model.types import ElectrodesSpace

# Beginnings of coordinate systems' names, by the head that they belong to (BIDS 1.10, appendix "Coordinate systems",
# fMRIPrep and NIfTI). All MNI templates fit each other within millimetres. Talairach's brain is up to a centimetre
# smaller.
_FAMILIES = {
    "native": ("native", "scanras", "scanner", "individual", "acpc", "fsnative", "orig", "t1w", "t2w"),
    "MNI": ("mni", "icbm", "ixi549", "fsaverage", "fslr", "colin27", "nihpd", "oasis30"),
    "Talairach": ("talairach",),
}

# Head coordinates by their axes: Neuromag's x runs to the right ear, and that of CTF and others to the nose.
_TO_THE_RIGHT = frozenset({"head", "captrak", "elektaneuromag", "neuromag", "neuromagelektamegin", "chietiitab"})
_TO_THE_NOSE = frozenset({"ctf", "ctf_head", "4dbti", "kityokogawa", "scs", "brainstorm", "eeglab", "eeglab-hj"})

# Names of other programs for positions in surface RAS and in world millimetres.
_SURFACE_RAS = frozenset({"fsnative", "lepto", "pial", "tkras", "tkrras", "tkr", "surfaceras", "surface ras", "fstkr"})
_VOXELS = frozenset({"voxel", "voxels", "ijk"})
_OTHER_NAMES = {"t1": "T1w", "scannerras": "ScanRAS", "scanner ras": "ScanRAS"}

# Systems that hold on one surface or in one image alone, and the remedy.
_NO_VOLUME = {
    **dict.fromkeys(("inf", "inflated", "infl"), ("on an inflated surface", "LEPTO or PIAL")),
    **dict.fromkeys(("sphere", "sphere.reg", "fsphere"), ("on a sphere", "LEPTO or PIAL")),
    **dict.fromkeys(("flat", "patch"), ("on a flat map", "LEPTO or PIAL")),
    **dict.fromkeys(("leptovox", "pialvox"), ("in voxels of an image that is not named", "LEPTO or PIAL")),
    "postimpraw": ("before the correction for brain shift, in the space of a CT", "LEPTO or PIAL"),
}


def space_of_system(name: str) -> tuple[ElectrodesSpace, str | None]:
    """How to read positions in a coordinate system, and its name; None for systems that only count in an image."""
    known = name.strip().casefold()
    if known == "pixels":
        return "picture", None
    if known in _VOXELS:
        return "voxel", None
    if known in _SURFACE_RAS:
        return "tkras", "fsnative"
    return "world", _OTHER_NAMES.get(known, name.strip())


def is_system(name: str) -> bool:
    """Whether a text is the name of a known coordinate system, and nothing else."""
    known = name.strip().casefold()
    if known in _SURFACE_RAS | _VOXELS | set(_OTHER_NAMES) or place_of_surface(known) or head_axes(known):
        return known != "head"
    family = family_of(known)
    # Names of templates have generations at their end. Other words may begin like a name of the subject's own space.
    return family == "MNI" or (family is not None and known in (*_FAMILIES["native"], *_FAMILIES["Talairach"]))


def family_of(frame: str) -> str | None:
    """The head that a coordinate system belongs to; None for unknown names."""
    name = frame.casefold()
    return next((family for family, beginnings in _FAMILIES.items() if name.startswith(beginnings)), None)


def head_axes(frame: str | None) -> Literal["right", "nose"] | None:
    """Where the x axis of head coordinates runs; None for systems that are no head coordinates."""
    name = (frame or "").casefold()
    if name in _TO_THE_RIGHT:
        return "right"
    return "nose" if name in _TO_THE_NOSE else None


def place_of_surface(frame: str | None) -> tuple[str, str] | None:
    """Where positions stand that have no place in a volume, and what to give instead; None for other systems."""
    return _NO_VOLUME.get((frame or "").casefold())


def is_of_a_ct(frame: str | None) -> bool:
    """Whether positions count in the CT alone on which they were marked."""
    return (frame or "").casefold() == "ct"
