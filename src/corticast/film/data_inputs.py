"""Opens the data of a scene file, and makes the drive that shows it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from corticast.core.model.recording import Recording
from corticast.core.model.types import Drive
from corticast.errors import DataError, OptionError
from corticast.io.scene import SceneFile
from corticast.process.threads import granted_threads

if TYPE_CHECKING:
    from corticast.io.activity import ActivityTable

_OF_DATA = (
    *("activity_rate", "activity_start", "activity_scale", "activity_kind"),
    *("reference", "line_hz", "high_gamma", "baseline"),
)
_OF_SOUND = ("drive", "bands", "assign", "scale")
_OF_HIGH_GAMMA = ("line_hz", "high_gamma", "baseline")


def check_data_options(file: SceneFile) -> None:
    """Refuse options that would do nothing.

    Raises
    ------
    OptionError : one belongs to data where there is none, or to sound where data moves the electrodes
    """
    if file.activity is None:
        _refuse(file, _OF_DATA, "is for data; give --activity FILE, or leave it out")
        return
    if file.electrodes is None:
        raise OptionError(f"--activity {file.activity}: needs the contacts that show it; give --electrodes")
    _refuse(file, _OF_SOUND, "is for sound, and --activity moves the electrodes; leave one of the two out")


def idle_options(file: SceneFile) -> tuple[str, ...]:
    """Options that were given and do not go with a scene's inputs, which `open_scene` refuses for that."""
    idle = _OF_DATA if file.activity is None else _OF_SOUND
    if file.activity is None or file.audio is not None:
        idle = (*idle, "sonify")
    return tuple(name for name in idle if name in file.model_fields_set)


def data_drive(file: SceneFile, *, threads: int | None = None) -> Drive:
    """What makes activity of a scene file's data.

    Parameters
    ----------
    threads : that analyse a recording; None takes what the machine grants

    Raises
    ------
    DataError : the file cannot be used
    OptionError : an option does not go with it
    DeviceError : what reads it is not installed
    """
    from corticast.io.recording import is_recording, load_recording

    assert file.activity is not None
    if is_recording(file.activity):
        if file.activity_rate is not None:
            raise OptionError(f"--activity-rate: {file.activity.name} is a recording and says its rate; leave it out")
        return _recording_drive(file, load_recording(file.activity), file.activity_start, threads)
    from corticast.io.activity import load_activity

    table = load_activity(file.activity)
    sample_rate = table.rate(file.activity_rate)
    row_names = _row_names(file, table) if table.names is None else None
    start_s = file.activity_start if "activity_start" in file.model_fields_set else table.start_s
    if file.activity_kind == "high-gamma":
        names = table.names or row_names or ()
        recording = Recording.of_array(table.values, float(sample_rate), names, name=file.activity.name)
        return _recording_drive(file, recording, start_s, threads)
    _refuse(file, ("reference", "smoothing_hz", *_OF_HIGH_GAMMA), "is for recordings, or --activity-kind high-gamma")
    from corticast.dsp.drive import ArrayDrive

    return ArrayDrive(
        table.values,
        sample_rate,
        table.names,
        start_s,
        file.activity_scale,
        rests_outside=True,
        name=str(file.activity),
    )


def _row_names(file: SceneFile, table: ActivityTable) -> tuple[str, ...]:
    """Names of the electrodes, for channels that have none.

    Raises
    ------
    DataError : there are not as many
    """
    from corticast.io.electrodes import load_electrodes

    assert file.electrodes is not None
    names = load_electrodes(file.electrodes, space="picture" if file.image is not None else None).names
    n_channels, n_samples = table.values.shape
    if n_channels == len(names):
        return names
    remedy = "give one for each row of the table, or a table with names"
    if n_samples == len(names):
        remedy = "exchange the array's axes, such as by array.T: rows are samples"
    raise DataError(
        f"{table.path}: {n_channels} channels without names for {len(names)} electrodes of {file.electrodes.name}; "
        f"{remedy}"
    )


def _recording_drive(file: SceneFile, recording: Recording, start_s: Fraction | float, threads: int | None) -> Drive:
    from corticast.dsp.recorded import HighGammaDrive, VoltageDrive

    given = file.model_fields_set
    options: dict[str, Any] = {"start_s": start_s, "full_scale": file.activity_scale}
    if file.activity_kind == "raw":
        _refuse(file, _OF_HIGH_GAMMA, "is for high gamma, and --activity-kind is raw; leave one of the two out")
        options |= {name: getattr(file, name) for name in ("reference", "smoothing_hz") if name in given}
        return VoltageDrive(recording, **options)
    return HighGammaDrive(
        recording,
        reference=file.reference,
        line_hz=None if file.line_hz == "none" else file.line_hz,
        high_gamma=file.high_gamma,
        baseline=file.baseline,
        smoothing_hz=file.smoothing_hz,
        threads=threads or granted_threads(),
        **options,
    )


def _refuse(file: SceneFile, names: tuple[str, ...], why: str) -> None:
    wrong = next((name for name in names if name in file.model_fields_set), None)
    if wrong is not None:
        raise OptionError(f"--{wrong.replace('_', '-')}: {why}")
