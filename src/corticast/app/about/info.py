"""Facts about files, in a few lines each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np

from corticast.core.matching import some
from corticast.core.model.recording import Recording
from corticast.core.model.subjects import own_columns
from corticast.core.model.types import Electrodes
from corticast.errors import DataError, InputError

_VOLUME_SUFFIXES = (".nii", ".nii.gz", ".mgz", ".mgh", ".hdr", ".img", ".hdr.gz", ".img.gz")
_PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg")


def describe(path: str | Path) -> list[str]:
    """Describe a file in a few lines: shape, zooms, orientation, units, duration, channels.

    Raises
    ------
    DataError : the file is missing, damaged, or of an unknown type; the text names the known types
    """
    from corticast.io.door import check_exists
    from corticast.io.file_kinds import ANY
    from corticast.io.mne_formats import way_to_convert
    from corticast.io.readers import READERS
    from corticast.io.recording import is_recording

    file = Path(path)
    if why := way_to_convert(file):
        raise DataError(f"{file}: {why}")
    check_exists(file, ANY)
    name = file.name.lower()
    if name.endswith(_VOLUME_SUFFIXES):
        return _describe_volume(file)
    if is_recording(file):
        # FIF and NWB files may hold contacts alone.
        others = [_describe_electrodes] if name.endswith(tuple(READERS)) else []
        return _first_or(file, _describe_recording, *others)
    if name.endswith(".npy"):
        return _describe_activity(file)
    if name.endswith(tuple(READERS)):
        return _describe_table(file)
    if name.endswith(_PICTURE_SUFFIXES):
        return _describe_picture(file)
    if name.endswith(".toml"):
        return _describe_scene(file)
    return _first_that_opens(file, _describe_audio, _describe_volume)


def _first_or(file: Path, reader: Callable[[Path], list[str]], *others: Callable[[Path], list[str]]) -> list[str]:
    """Facts by the first reader that can read a file; the error of the first one if none can."""
    try:
        return reader(file)
    except InputError:
        for other in others:
            with suppress(InputError):
                return other(file)
        raise


def _first_that_opens(file: Path, *readers: Callable[[Path], list[str]]) -> list[str]:
    from corticast.io.readers import READERS

    for reader in readers:
        try:
            return reader(file)
        except InputError:
            continue
    suffixes = ", ".join(READERS)
    raise DataError(
        f"{file}: unknown file type; give a volume, an electrode table ({suffixes}), a recording, a picture, a scene, "
        "or sound that ffmpeg decodes"
    )


def _numbers(values: object, pattern: str = "{:g}", separator: str = " x ") -> str:
    return separator.join(pattern.format(float(value)) for value in np.asarray(values).ravel())


def _describe_volume(file: Path) -> list[str]:
    from corticast.io.volume_header import volume_facts

    facts = volume_facts(file)
    ends = zip("xyz", facts.world_box_mm[0], facts.world_box_mm[1], strict=True)
    lines = [
        f"{file}: {facts.format}",
        f"  voxels       {' x '.join(map(str, facts.shape))}, {facts.dtype_name}",
        f"  zooms        {_numbers(facts.zooms_mm)} mm",
        f"  units        {facts.length_unit}, {facts.time_unit} (from the header)",
        f"  orientation  {facts.orientation}, oblique {facts.oblique_deg:.1f} deg",
        f"  world box    {', '.join(f'{axis} {low:g}..{high:g}' for axis, low, high in ends)} mm",
        f"  values       {facts.meaning.quantity}",
        f"  scaling      value = {facts.slope:g} * stored + {facts.inter:g}",
    ]
    if facts.n_volumes > 1:
        lines.insert(2, f"  volumes      {facts.n_volumes} (choose one with --time-index)")
    return lines + _notes(facts.warnings)


def _describe_recording(file: Path) -> list[str]:
    from corticast.io.recording import load_recording

    recording = load_recording(file)
    kinds = ", ".join(f"{count} {kind}" for kind, count in Counter(recording.kinds).items())
    bad = [name for name, is_bad in zip(recording.names, recording.bad, strict=True) if is_bad]
    texts = Counter(event.text for event in recording.events)
    return [
        f"{file}: recording, {recording.format}",
        f"  duration     {recording.duration_s:.3f} s, {recording.n_samples} samples",
        f"  sample rate  {recording.sample_rate:g} Hz{_own_rates(recording)}",
        f"  channels     {len(recording.names)} ({kinds}): {some(recording.names)}",
        f"  bad          {some(bad) or 'none'}",
        f"  unit         {recording.unit or 'unknown'}",
        f"  events       {len(recording.events)}{': ' if texts else ''}{some(list(texts))}",
        *_notes(recording.all_warnings),
    ]


def _own_rates(recording: Recording) -> str:
    """The rates at which channels are stored, where these differ."""
    counts = Counter(recording.stored_hz)
    rates = ", ".join(f"{count} channels of {rate:g} Hz" for rate, count in sorted(counts.items()))
    return f" ({rates})" if len(counts) > 1 else ""


def _describe_activity(file: Path) -> list[str]:
    from corticast.io.activity import load_activity

    table = load_activity(file)
    n_channels, n_samples = table.values.shape
    rate = "unknown (give --activity-rate)" if table.sample_rate is None else f"{float(table.sample_rate):g} Hz"
    names = f": {some(table.names)}" if table.names is not None else ", without names"
    return [
        f"{file}: activity table, {table.values.dtype}",
        f"  samples      {n_samples}",
        f"  sample rate  {rate}",
        f"  contacts     {n_channels}{names}",
        *_notes(table.warnings),
    ]


def _describe_table(file: Path) -> list[str]:
    # A file that is no activity table either was meant as an electrode table.
    return _first_or(file, _describe_electrodes, _describe_activity)


def _describe_electrodes(file: Path) -> list[str]:
    from corticast.core.geometry.placement import place
    from corticast.io.electrodes import load_electrodes

    table = load_electrodes(file)
    notes = [*table.warnings]
    try:
        placed = place(table) if table.space in (None, "world") else None
    except InputError as error:
        placed = None
        notes.append(error.as_typed.removeprefix(f"{file}: "))
    if placed is not None:
        table = placed.table
        notes += [text.removeprefix(f"{file}: ") for text in placed.warnings]
    usable = table.pos[table.has_position]
    picture = table.pos.shape[1] == 2
    axes = ("column", "row") if picture else ("x", "y", "z")
    unit = "pixels" if picture else _unit_of(table)
    extent = ", ".join(
        f"{axis} {low:g}..{high:g}" for axis, low, high in zip(axes, usable.min(0), usable.max(0), strict=True)
    )
    return [
        f"{file}: electrode table",
        f"  contacts     {len(table.names)}, {len(usable)} with a position, {int(table.bad.sum())} bad",
        *([f"  subjects     {', '.join(dict.fromkeys(table.subjects))}"] if table.subjects else []),
        f"  space        {table.frame or table.space or 'unknown'}",
        *([f"  read as      {table.rule}"] if table.rule else []),
        f"  extent       {extent} {unit}",
        *([f"  read from    {table.unit}"] if unit == "mm" and table.unit != "mm" else []),
        f"  columns      {', '.join(own_columns(table)) or 'no others'}",
        *_notes(tuple(notes)),
    ]


def _unit_of(table: Electrodes) -> str:
    if table.space != "voxel":
        return "mm"
    return "mm from the first voxel" if table.from_first_voxel else "voxels"


def _describe_picture(file: Path) -> list[str]:
    from corticast.io.picture import load_picture

    picture = load_picture(file)
    height, width = picture.pixels.shape[:2]
    return [f"{file}: picture", f"  size         {width} x {height} pixels", *_notes(picture.warnings)]


def _describe_audio(file: Path) -> list[str]:
    from corticast.io.audio import load_audio

    sound = load_audio(file)
    return [
        f"{file}: sound, {sound.format}",
        f"  duration     {float(sound.duration_s):.3f} s, {sound.n_samples} samples",
        f"  sample rate  {sound.sample_rate} Hz",
        f"  channels     {sound.n_channels}",
        *_notes(sound.warnings),
    ]


def _describe_scene(file: Path) -> list[str]:
    from corticast.io.scene import read_scene_file

    scene = read_scene_file(file)
    inputs = [
        name for name in ("volume", "image", "electrodes", "audio", "activity") if getattr(scene, name) is not None
    ]
    return [
        f"{file}: scene",
        *(f"  {name:<12} {getattr(scene, name)}" for name in inputs),
        f"  film         {scene.size[0]}x{scene.size[1]}, {scene.rate} frames per second, layout {scene.layout}",
    ]


def _notes(warnings: tuple[str, ...]) -> list[str]:
    return [f"  note         {text}" for text in warnings]
