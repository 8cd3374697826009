"""Faulty recordings that make MNE-Python, edfio or pynwb warn; these libraries and changed bytes make them."""

from __future__ import annotations

import shutil

import numpy as np

from tests.recordings import raw_of, write_recording

NAMES = ("LA1", "LA2", "LA3", "LA4")
RATE = 500


def volts(n=4 * RATE, seed=0):
    """(4, n) volts of noise."""
    return 20e-6 * np.random.default_rng(seed).standard_normal((len(NAMES), n))


def whole(path):
    """A recording without faults in the format of its name."""
    return write_recording(path, volts(), NAMES, RATE)


def patched(path, offset, text):
    """Overwrite bytes of a file."""
    content = bytearray(path.read_bytes())
    content[offset : offset + len(text)] = text.encode("latin-1")
    path.write_bytes(content)
    return path


def _field(n_signals, before, width, channel):
    """Place of a channel's field in the header of an EDF: the fields of all channels stand together."""
    return 256 + n_signals * before + width * channel


def _n_signals(path):
    return int(path.read_bytes()[252:256])


def edf_of_another_length(path):
    """The header announces a hundred records."""
    return patched(whole(path), 236, f"{100:<8}")


def edf_that_was_cut_off(path):
    """Two of four seconds, and half a record."""
    n_samples_bytes = {".edf": 2, ".bdf": 3}[whole(path).suffix]
    content = path.read_bytes()
    n_record = (len(content) - 256 * (1 + _n_signals(path))) // 4
    assert n_record >= RATE * len(NAMES) * n_samples_bytes
    path.write_bytes(content[: len(content) - 2 * n_record + n_record // 2])
    return path


def edf_that_was_not_closed(path):
    """The number of records is -1."""
    return patched(whole(path), 236, f"{-1:<8}")


def edf_padded_with_zeros(path):
    """Zeros in place of blanks behind the number of records and their length; a hundred records are announced."""
    return patched(whole(path), 236, f"{100:\0<8}{1:\0<8}")


def edf_without_digital_range(path):
    """Digital minimum and maximum of the second channel are equal."""
    n = _n_signals(whole(path))
    maximum = path.read_bytes()[_field(n, 128, 8, 1) :][:8].decode()
    return patched(path, _field(n, 120, 8, 1), maximum)


def edf_without_physical_range(path):
    """Physical minimum and maximum of the second channel are equal."""
    n = _n_signals(whole(path))
    maximum = path.read_bytes()[_field(n, 112, 8, 1) :][:8].decode()
    return patched(path, _field(n, 104, 8, 1), maximum)


def edf_without_a_date(path):
    """The date has no such day."""
    return patched(whole(path), 168, "99.99.99")


def edf_without_record_length(path):
    """The length of a record is 0."""
    return patched(whole(path), 244, f"{0:<8}")


def edf_with_filters_that_cannot_be(path):
    """A high-pass above the low-pass, for all channels."""
    n = _n_signals(whole(path))
    for channel in range(n):
        patched(path, _field(n, 136, 80, channel), f"{'HP:200Hz LP:50Hz':<80}")
    return path


def edf_with_different_filters(path):
    """A high-pass that differs in the first channel."""
    n = _n_signals(whole(path))
    for channel in range(n):
        patched(path, _field(n, 136, 80, channel), f"{'HP:5Hz LP:200Hz' if channel == 0 else 'HP:1Hz LP:200Hz':<80}")
    return path


def edf_with_equal_names(path):
    """Two channels of one name."""
    return patched(whole(path), 256 + 16, f"{NAMES[0]:<16}")


def edf_of_two_rates(path):
    """A channel with half the rate of the others."""
    import edfio

    samples = volts() * 1e6
    signals = [edfio.EdfSignal(samples[k], RATE, label=NAMES[k], physical_dimension="uV") for k in range(3)]
    signals.append(edfio.EdfSignal(samples[3, ::2], RATE / 2, label=NAMES[3], physical_dimension="uV"))
    edfio.Edf(signals).write(path)
    return path


def brainvision(path, *, header=(), common=(), channels=(), comment=(), markers=True):
    """A BrainVision recording written by hand."""
    samples = (volts() / 1e-7).astype("<i2")
    path.with_suffix(".eeg").write_bytes(samples.T.tobytes())
    marks = [
        "Brain Vision Data Exchange Marker File, Version 1.0",
        "[Common Infos]",
        f"DataFile={path.stem}.eeg",
        "[Marker Infos]",
        "Mk1=Stimulus,S 1,400,1,0",
    ]
    if markers:
        path.with_suffix(".vmrk").write_text("\n".join(marks) + "\n")
    lines = [
        *(header or ("Brain Vision Data Exchange Header File Version 1.0",)),
        "[Common Infos]",
        f"DataFile={path.stem}.eeg",
        *(common or (f"MarkerFile={path.stem}.vmrk",)),
        "DataFormat=BINARY",
        "DataOrientation=MULTIPLEXED",
        f"NumberOfChannels={len(NAMES)}",
        f"SamplingInterval={1e6 / RATE:g}",
        "[Binary Infos]",
        "BinaryFormat=INT_16",
        "[Channel Infos]",
        *(f"Ch{k}={name},,0.1,µV" for k, name in enumerate(NAMES, 1)),
        *channels,
        *comment,
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def brainvision_without_markers(path):
    """The marker file is missing."""
    return brainvision(path, common=("MarkerFile=old-name.vmrk",), markers=False)


def brainvision_renamed(path):
    """The marker file is named by an old name, and lies there under the new one."""
    return brainvision(path, common=("MarkerFile=old-name.vmrk",))


def brainvision_with_few_positions(path):
    """Coordinates of half the channels."""
    return brainvision(path, channels=("[Coordinates]", "Ch1=1,90,0", "Ch2=1,45,0", "Ch3=0,0,0", "Ch4=0,0,0"))


def fif_cut_off(path):
    """The last tenth of the samples is missing, and with it the directory of the file."""
    raw_of(volts(20 * RATE), NAMES, RATE).save(path, overwrite=True, verbose="error")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 9 // 10])
    return path


def fif_of_any_name(path):
    """A name that MNE-Python does not like."""
    plain = path.with_name("plain_ieeg.fif")
    whole(plain)
    return shutil.move(plain, path)


def eeglab(path, *, events=(), kinds=None):
    """An EEGLAB file with its samples."""
    from scipy.io import savemat

    places = np.zeros(len(NAMES), dtype=[("labels", "O"), ("type", "O"), ("X", "O"), ("Y", "O"), ("Z", "O")])
    for k, name in enumerate(NAMES):
        places[k] = (name, (kinds or ["EEG"] * len(NAMES))[k], 0.1 * k, 0.2, 0.3)
    marks = np.zeros(len(events), dtype=[("type", "O"), ("latency", "O"), ("duration", "O")])
    for k, (text, latency) in enumerate(events):
        marks[k] = (text, latency, 1.0)
    samples = volts() * 1e6
    content = {
        "data": samples,
        "srate": float(RATE),
        "nbchan": len(NAMES),
        "pnts": samples.shape[1],
        "trials": 1,
        "xmin": 0.0,
        "xmax": samples.shape[1] / RATE,
        "chanlocs": places,
        "event": marks,
        "epoch": [],
        "setname": "odd",
        "chaninfo": {"nosedir": "+X"},
    }
    savemat(path, {"EEG": content})
    return path


def eeglab_with_breaks(path):
    """A boundary event amid the recording."""
    return eeglab(path, events=(("seen", 100.0), ("boundary", 700.5)))


def eeglab_with_late_events(path):
    """Events behind the last sample."""
    return eeglab(path, events=(("seen", 100.0), ("late", 90000.0), ("later", 95000.0)))


def eeglab_of_unknown_kinds(path):
    """Channels of a kind that MNE-Python does not know."""
    return eeglab(path, events=(("seen", 100.0),), kinds=["hippocampus"] * len(NAMES))


def eeglab_with_an_event_without_onset(path):
    """An event whose latency is NaN."""
    return eeglab(path, events=(("seen", 100.0), ("lost", float("nan"))))


def nwb(path, change):
    """An NWB file, changed by h5py."""
    import h5py

    whole(path)
    with h5py.File(path, "r+") as file:
        change(file, file["acquisition/ElectricalSeries"])
    return path


def _replace(group, name, values):
    attributes = dict(group[name].attrs)
    del group[name]
    group[name] = values
    group[name].attrs.update(attributes)


def nwb_with_turned_axes(path):
    """Rows are channels."""
    return nwb(path, lambda _, series: _replace(series, "data", series["data"][:].T))


def nwb_of_other_electrodes(path):
    """A column more than electrodes."""
    return nwb(path, lambda _, series: _replace(series, "data", np.zeros((2000, 5), dtype="i4")))


def nwb_of_other_times(path):
    """Fewer time stamps than samples."""

    def change(_, series):
        del series["starting_time"]
        stamps = series.create_dataset("timestamps", data=np.arange(1900) / RATE)
        stamps.attrs.update({"interval": np.int32(1), "unit": "seconds"})

    return nwb(path, change)


def nwb_without_a_time_zone(path):
    """A date without a time zone."""

    def change(file, _):
        del file["session_start_time"]
        file["session_start_time"] = "2026-11-21T10:00:00"

    return nwb(path, change)


def nwb_of_rate_0(path):
    """No samples per second."""
    return nwb(path, lambda _, series: series["starting_time"].attrs.modify("rate", 0.0))


def nwb_with_a_broken_link(path):
    """A link to a file that is missing."""
    import h5py

    return nwb(path, lambda file, _: file["acquisition"].__setitem__("far", h5py.ExternalLink("far.nwb", "/data")))
