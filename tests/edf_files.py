"""EDF and BDF files written byte by byte, with rates, gaps and faults that writers of others refuse."""

from __future__ import annotations

import numpy as np

# Largest stored value of each format, and its bytes.
_MOST = {"edf": (2**15 - 1, 2), "bdf": (2**23 - 1, 3)}


def write_edf(
    path,
    signals,
    n_records,
    record_s=1.0,
    *,
    onsets=None,
    kind=None,
    annotations=(),
    units=None,
    peak=3200.0,
    n_announced=None,
    n_text=120,
):
    """Write signals as EDF, or as BDF where the name says so.

    Parameters
    ----------
    signals : names with their samples in the unit; their counts give the rates
    n_records, record_s : records, and seconds of each
    onsets : seconds at which the records begin; None without annotations
    kind : word of the header, such as EDF+D
    annotations : (onset, duration or None, text)
    units : units of the signals; None for uV
    peak : largest value that the file can hold
    n_announced : number of records in the header; None for the true one
    n_text : bytes of annotations in a record
    """
    form = path.suffix[1:].lower()
    most, width = _MOST[form]
    names, data = list(signals), [np.asarray(values, dtype=float) for values in signals.values()]
    is_plus = onsets is not None or bool(annotations)
    starts = list(onsets) if onsets is not None else [record * record_s for record in range(n_records)]
    counts = [len(values) // n_records for values in data] + [n_text // width] * is_plus
    labels = names + [f"{form.upper()} Annotations"] * is_plus
    units = list(units or ["uV"] * len(names)) + [""] * is_plus
    kind = (f"{form.upper()}+C" if is_plus else "") if kind is None else kind
    n = len(labels)
    columns = (
        (16, labels),
        (80, [""] * n),
        (8, units),
        (8, [f"{-peak:g}"] * n),
        (8, [f"{peak:g}"] * n),
        (8, [-most] * n),
        (8, [most] * n),
        (80, [""] * n),
        (8, counts),
        (32, [""] * n),
    )
    version = "\xffBIOSEMI" if form == "bdf" else "0"
    file = ((8, version), (80, "X X X X"), (80, "Startdate 01-JAN-2020 X X X"), (8, "01.01.20"), (8, "10.00.00"))
    file += ((8, 256 * (n + 1)), (44, kind), (8, n_records if n_announced is None else n_announced))
    file += ((8, f"{record_s:g}"), (4, n))
    content = [f"{text!s:<{size}}".encode("latin-1") for size, text in file]
    content += [f"{text!s:<{size}}".encode("latin-1") for size, texts in columns for text in texts]
    for record, start in enumerate(starts):
        for values, count in zip(data, counts, strict=False):
            stored = np.round(values[record * count :][:count] / peak * most).astype("<i4")
            content.append(stored.view(np.uint8).reshape(-1, 4)[:, :width].tobytes())
        if is_plus:
            text = f"+{start:.9g}".encode() + b"\x14\x14\x00"
            for onset, duration, words in annotations:
                if record == max(k for k, begin in enumerate(starts) if begin <= onset or k == 0):
                    length = b"" if duration is None else b"\x15" + f"{duration:g}".encode()
                    text += f"+{onset:.9g}".encode() + length + b"\x14" + words.encode() + b"\x14\x00"
            content.append(text.ljust(n_text, b"\0"))
    path.write_bytes(b"".join(content))
    return path


def tones(rng, n_samples, rate, freqs_hz):
    """Microvolts: tones of random phases, and their exact values at any rate."""
    phases = rng.uniform(0, 2 * np.pi, len(freqs_hz))
    time_s = np.arange(n_samples) / rate
    return sum(40 * np.sin(2 * np.pi * freq * time_s + phase) for freq, phase in zip(freqs_hz, phases, strict=True))
