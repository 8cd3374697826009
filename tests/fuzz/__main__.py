"""Fuzz readers of files, one after the other.

    python -m tests.fuzz [READER ...] [--seconds 600] [--folder .fuzz] [-o benchmarks/results/fuzz.json]

Each reader has a process, which gets so many seconds of computing. Inputs that show a fault stay in the folder, with
the text of the fault. Without readers all are fuzzed, the most important first. The exit status is 1 if there are
faults. A second run begins with the inputs that the first one kept.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

_STATE = re.compile(r"^#\d+\s.*?cov: (\d+) ft: (\d+)(?: corp: (\d+))?", re.MULTILINE)
# A reader that ends the process is tried again for the rest of its time.
_MOST_STARTS = 5


def fuzz(name, seconds, folder):
    """Fuzz a reader.

    Returns
    -------
    executions, how many were read and refused, seconds of computing, edges, features, inputs kept, faults
    """
    home = folder / name
    home.mkdir(parents=True, exist_ok=True)
    for old in home.glob("fault-*"):
        old.unlink()
    total = {"executions": 0, "read": 0, "refused": 0, "cpu_s": 0.0, "faults": {}}
    for start in range(_MOST_STARTS):
        (home / "counts.json").unlink(missing_ok=True)
        left_s = seconds - total["cpu_s"]
        command = [sys.executable, "-m", "tests.fuzz.target", name, str(home), f"{left_s:.0f}"]
        with (home / "log.txt").open("w+", errors="replace") as log:
            status = subprocess.run(command, stdout=log, stderr=log, check=False).returncode
            log.seek(0)
            said = log.read()
        if (home / "counts.json").exists():
            counts = json.loads((home / "counts.json").read_text())
            for key in ("executions", "read", "refused", "cpu_s"):
                total[key] = round(total[key] + counts[key], 1)
            for kind, n in counts["faults"].items():
                total["faults"][kind] = total["faults"].get(kind, 0) + n
        if states := _STATE.findall(said):
            total |= dict(
                zip(("edges", "features", "corpus"), map(int, (each or 0 for each in states[-1])), strict=True)
            )
        if "exiting as requested" in said:
            break
        total["faults"][f"ended with status {status}, start {start + 1}"] = 1
        if total["cpu_s"] >= seconds or "counts" not in locals():
            break
    return total


def main():
    """Fuzz the readers of the command line."""
    from tests.fuzz.readers import READERS

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("readers", nargs="*", metavar="READER", help=", ".join(READERS))
    parser.add_argument("--seconds", type=float, default=600, help="of computing for each reader")
    parser.add_argument("--folder", type=Path, default=Path(".fuzz"), help="for inputs, faults and logs")
    parser.add_argument("-o", "--output", type=Path, help="JSON file that gets the figures of these readers")
    given = parser.parse_args()
    unknown = [name for name in given.readers if name not in READERS]
    if unknown:
        parser.error(f"unknown reader {unknown[0]}; give some of {', '.join(READERS)}")
    has_faults = False
    for name in given.readers or READERS:
        found = fuzz(name, given.seconds, given.folder)
        sys.stdout.write(f"{name}: {json.dumps(found)}\n")
        sys.stdout.flush()
        has_faults |= bool(found["faults"])
        if given.output:
            _keep(given.output, name, found)
    return int(has_faults)


def _keep(output, name, found):
    """Put the figures of a reader into the file, beside those of others."""
    content = json.loads(output.read_text()) if output.exists() else {"readers": {}}
    content |= {"python": platform.python_version(), "atheris": version("atheris")}
    content["readers"][name] = {**found, "date": time.strftime("%Y-%m-%d")}
    output.write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
