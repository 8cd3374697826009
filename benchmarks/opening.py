"""Seconds and memory of opening files: a T1w, a series of 2 GiB, and an hour of 256 channels as EDF and as BDF.

    python benchmarks/opening.py [--t1w FILE] [--before SRC] [--runs 5] [-o benchmarks/results/opening.json]

Each file is opened in a process of its own, after the import of corticast, and 2 s of all channels are read of a
recording. A figure is the median of the runs: wall seconds, CPU seconds, and the peak of memory above that after the
import (Linux alone). `--before` gives the folder `src` of another version, which opens the same
files in turn. Apart from the T1w, the files are made here; parts without content take no room on the disk.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

import corticast
from corticast.bench.machine import cpu_model

N_CHANNELS, HZ, SECONDS = 256, 512, 3600
SERIES_SHAPE = (256, 256, 128, 128)
MARK_BYTES = 60
CHILD = r"""
import json, re, sys, time
import corticast as cc
import numpy as np

def memory_mb(field):
    return int(re.search(field + r":\s+(\d+)", open("/proc/self/status").read())[1]) / 1024

kind, path = sys.argv[1:]
open("/proc/self/clear_refs", "w").write("5")  # the peak begins anew
before, start, cpu = memory_mb("VmRSS"), time.perf_counter(), time.process_time()
if kind == "volume":
    cc.load_volume(path)
else:
    recording = cc.load_recording(path)
    recording.read(100_000, 101_024, np.arange(256))
used, spent = time.perf_counter() - start, time.process_time() - cpu
print(json.dumps([used, spent, memory_mb("VmHWM") - before]))
"""


def make_series(path: Path) -> None:
    """A series of 2 GiB whose first volume has values."""
    import nibabel as nib

    header = nib.Nifti1Header()
    header.set_data_shape(SERIES_SHAPE)
    header.set_data_dtype(np.int16)
    header.set_sform(np.diag([1, 1, 1.5, 1]), 2)
    header["vox_offset"], header["magic"] = 352, b"n+1\0"
    first = np.random.default_rng(0).integers(0, 1000, SERIES_SHAPE[:3], dtype=np.int16)
    with path.open("wb") as file:
        file.write(header.binaryblock)
        file.seek(352)
        file.write(first.tobytes(order="F"))
        file.truncate(352 + 2 * int(np.prod(SERIES_SHAPE)))


def make_recording(path: Path) -> None:
    """An hour of 256 channels with the marks of records, flat beyond the first one."""
    is_bdf = path.suffix == ".bdf"
    n_bytes = 3 if is_bdf else 2
    low, high = (-(2**23), 2**23 - 1) if is_bdf else (-(2**15), 2**15 - 1)
    names = [*(f"LA{k + 1}" for k in range(N_CHANNELS)), f"{'BDF' if is_bdf else 'EDF'} Annotations"]
    n_samples = [HZ] * N_CHANNELS + [MARK_BYTES // n_bytes]

    def column(width: int, values: list[object]) -> bytes:
        return b"".join(str(value).encode().ljust(width) for value in values)

    n = len(names)
    fixed = [(80, ["X X X X"]), (80, ["Startdate X X X X"]), (8, ["01.01.01"]), (8, ["00.00.00"]), (8, [256 * (n + 1)])]
    fixed += [(44, ["BDF+C" if is_bdf else "EDF+C"]), (8, [SECONDS]), (8, [1]), (4, [n])]
    each = [(16, names), (80, [""] * n), (8, ["uV"] * (n - 1) + [""]), (8, [-3200] * n), (8, [3200] * n)]
    each += [(8, [low] * n), (8, [high] * n), (80, [""] * n), (8, n_samples), (32, [""] * n)]
    version = b"\xffBIOSEMI" if is_bdf else b"0".ljust(8)
    record_bytes = n_bytes * sum(n_samples)
    with path.open("wb") as file:
        file.write(version + b"".join(column(width, values) for width, values in fixed + each))
        begin = file.tell()
        file.write(np.random.default_rng(0).bytes(record_bytes - MARK_BYTES))
        for record in range(SECONDS):
            file.seek(begin + (record + 1) * record_bytes - MARK_BYTES)
            file.write(f"+{record}\x14\x14\0+{record}\x14stimulus {record % 4}\x14\0".encode().ljust(MARK_BYTES, b"\0"))


def figures(kind: str, path: Path, source: Path) -> list[float]:
    """Wall seconds, CPU seconds and MB of one opening."""
    environment = {**os.environ, "PYTHONPATH": str(source)}
    command = [sys.executable, "-W", "ignore", "-c", CHILD, kind, str(path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return [float(figure) for figure in json.loads(done.stdout.splitlines()[-1])]


def main() -> None:
    """Print a line for each file, and write them."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--t1w", type=Path)
    options.add_argument("--before", type=Path)
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("-o", "--output", type=Path)
    given = options.parse_args()
    sources = {"now": Path(corticast.__file__).parents[1], **({"before": given.before} if given.before else {})}
    with tempfile.TemporaryDirectory() as folder:
        series, edf, bdf = (Path(folder, name) for name in ("series.nii", "hour.edf", "hour.bdf"))
        make_series(series)
        make_recording(edf)
        make_recording(bdf)
        files = [("series of 2 GiB", "volume", series), ("EDF", "recording", edf), ("BDF", "recording", bdf)]
        if given.t1w:
            files.insert(0, (given.t1w.name, "volume", given.t1w))
        rows = []
        for name, kind, path in files:
            row: dict[str, object] = {"file": name, "bytes": path.stat().st_size}
            turns = [
                {which: figures(kind, path, source) for which, source in sources.items()} for _ in range(given.runs)
            ]
            for which in sources:
                wall_s, cpu_s, mb = np.median([turn[which] for turn in turns], axis=0)
                row[which] = {"wall_s": round(wall_s, 3), "cpu_s": round(cpu_s, 3), "peak_mb": round(mb, 1)}
            sys.stdout.write(f"{json.dumps(row)}\n")
            rows.append(row)
    if given.output:
        content = {"cpu": cpu_model(), "n_cpus": os.cpu_count(), "n_runs": given.runs, "files": rows}
        given.output.write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
