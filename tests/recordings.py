"""A recording whose every burst is known, as an array and in the formats of recorders."""

from __future__ import annotations

import numpy as np

SAMPLE_RATE = 1000
DURATION_S = 12.0
BURST_HZ = 100.0
# When the bursts are, middle and half their width in seconds; between two frames of 30 a second.
BURSTS_S = np.array([2.017, 4.55, 7.283, 9.9])
BURST_HALF_S = 0.2
NAMES = tuple(f"{shaft}{number}" for shaft in ("LA", "RA", "G") for number in range(1, 7))
# Contacts that burst.
ACTIVE = ("LA2", "LA3", "RA5", "G1", "G6")


def pink_noise(rng, n_channels, n_samples):
    """Noise whose power falls with 1 / f, of standard deviation 1."""
    spectrum = np.fft.rfft(rng.standard_normal((n_channels, n_samples)))
    spectrum[:, 1:] /= np.sqrt(np.arange(1, spectrum.shape[1]))
    spectrum[:, 0] = 0
    noise = np.fft.irfft(spectrum, n_samples)
    return noise / noise.std(axis=1, keepdims=True)


def synthetic_volts(seed=3, line_hz=None):
    """(18, 12000) volts: pink noise of 20 µV on all channels, bursts of 80 µV at 100 Hz on five of them."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(int(DURATION_S * SAMPLE_RATE)) / SAMPLE_RATE
    volts = 20e-6 * pink_noise(rng, len(NAMES), len(time_s))
    envelope = np.zeros(len(time_s))
    for middle_s in BURSTS_S:
        away = np.clip(np.abs(time_s - middle_s) / BURST_HALF_S, 0, 1)
        envelope += np.cos(np.pi / 2 * away) ** 2
    for number, name in enumerate(ACTIVE):
        phase = 2.0 * number  # neighbours do not cancel
        volts[NAMES.index(name)] += 80e-6 * envelope * np.sin(2 * np.pi * BURST_HZ * time_s + phase)
    if line_hz is not None:
        volts += 30e-6 * np.sin(2 * np.pi * line_hz * time_s)
    return volts


def raw_of(volts, names=NAMES, sample_rate=SAMPLE_RATE, kinds="seeg"):
    """The same for MNE."""
    import mne

    return mne.io.RawArray(volts.copy(), mne.create_info(list(names), sample_rate, kinds), verbose="error")


def write_recording(path, volts=None, names=NAMES, sample_rate=SAMPLE_RATE, kinds="seeg"):
    """Write a recording in the format that its name says, by software that is not corticast's."""
    volts = synthetic_volts() if volts is None else volts
    suffix = path.suffix
    if suffix == ".nwb":
        write_nwb(path, volts, names, sample_rate)
        return path
    raw = raw_of(volts, names, sample_rate, kinds)
    if suffix == ".fif":
        raw.save(path, overwrite=True, verbose="error")
    elif suffix == ".bdf":
        raw.export(path, fmt="bdf", overwrite=True, verbose="error")
    elif suffix == ".set":
        raw.export(path, fmt="eeglab", overwrite=True, verbose="error")
    else:
        raw.export(path, overwrite=True, verbose="error")
    return path


def write_nwb(path, volts, names, sample_rate):
    """Microvolts as integers, with the factor that makes them volts."""
    from datetime import UTC, datetime

    import pynwb

    content = pynwb.NWBFile("a test", "test", datetime(2026, 11, 21, tzinfo=UTC))
    device = content.create_device("amplifier")
    group = content.create_electrode_group("all", "depths", "brain", device)
    content.add_electrode_column("label", "names")
    for name in names:
        content.add_electrode(group=group, label=name, location="brain")
    region = content.create_electrode_table_region(list(range(len(names))), "all")
    nanovolts = np.round(volts * 1e9).T.astype(np.int32)
    series = pynwb.ecephys.ElectricalSeries(
        name="ElectricalSeries", data=nanovolts, electrodes=region, rate=float(sample_rate), conversion=1e-9
    )
    content.add_acquisition(series)
    with pynwb.NWBHDF5IO(path, "w") as file:
        file.write(content)


def electrode_table(path, names=NAMES):
    """A table of contacts in three rows, 10 mm apart, in a volume of 80 x 60 x 30 mm."""
    lines = ["name\tx\ty\tz"]
    lines += [f"{name}\t{10 + 12 * (index % 6)}\t{10 + 18 * (index // 6)}\t15" for index, name in enumerate(names)]
    path.write_text("\n".join(lines) + "\n")
    return path
