"""Opens the data of a scene file, and makes the drive that shows it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corticast.core.model.recording import Recording
from corticast.core.model.scene_file import SceneFile
from corticast.core.model.types import Drive, Electrodes
from corticast.errors import DataError
from corticast.film.drive_options import drive_fields
from corticast.process.threads import granted_threads

if TYPE_CHECKING:
    from corticast.io.activity import ActivityTable


def data_drive(file: SceneFile, path: Path, electrodes: Electrodes, *, threads: int | None = None) -> Drive:
    """The drive that makes activity from a scene file's data.

    Parameters
    ----------
    file : options of the data
    path : the data: a recording, or a table of activity
    electrodes : table whose names an array without names takes
    threads : threads that analyse a recording; None takes all that the machine grants

    Raises
    ------
    DataError : the file cannot be used
    DeviceError : the library that reads the file is not installed
    """
    from corticast.io.recording import is_recording, load_recording

    if is_recording(path):
        recording = load_recording(path, series=file.series, rename=file.rename)
        return _recording_drive(file, recording, file.activity_start or 0.0, threads)
    from corticast.io.activity import load_activity

    table = load_activity(path, rename=file.rename)
    sample_rate = table.rate(file.activity_rate)
    row_names = _row_names(electrodes, table) if table.names is None else None
    start_s = table.start_s if file.activity_start is None else file.activity_start
    if file.activity_kind == "high-gamma":
        names = table.names or row_names or ()
        recording = Recording.of_array(table.values, float(sample_rate), names, name=path.name)
        recording = replace(recording, path=path, rename=file.rename, warnings=table.warnings)
        return _recording_drive(file, recording, start_s, threads)
    from corticast.dsp.drive import ArrayDrive

    return ArrayDrive(
        table.values,
        sample_rate,
        table.names,
        start_s,
        file.activity_scale,
        rests_outside=True,
        name=str(path),
        warnings=table.warnings,
    )


def _row_names(electrodes: Electrodes, table: ActivityTable) -> tuple[str, ...]:
    """Names of the electrodes, for channels without names.

    Raises
    ------
    DataError : there are not as many
    """
    names = electrodes.names
    n_channels, n_samples = table.values.shape
    if n_channels == len(names):
        return names
    remedy = "give one for each row of the table, or a table with names"
    if n_samples == len(names):
        remedy = "exchange the array's axes, for example with array.T: rows are samples"
    of_file = "" if electrodes.path is None else f" of {electrodes.path.name}"
    raise DataError(f"{table.path}: {n_channels} channels without names for {len(names)} electrodes{of_file}; {remedy}")


def _recording_drive(file: SceneFile, recording: Recording, start_s: Fraction | float, threads: int | None) -> Drive:
    from corticast.dsp.recorded import HighGammaDrive, VoltageDrive

    if file.activity_kind == "raw":
        return VoltageDrive(recording, **{**drive_fields(VoltageDrive, file), "start_s": start_s})
    options: dict[str, Any] = {**drive_fields(HighGammaDrive, file), "start_s": start_s}
    return HighGammaDrive(recording, threads=threads or granted_threads(), **options)
