"""Starts a process and tells what it needed: run as a small process of its own.

    python -m corticast.bench.launch all|one COMMAND ...

On Linux the peak memory of a process is never below that of the process it was started from, which is why a large one
cannot measure it itself.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time


def main() -> None:
    """Run the command on all cores or on one; tell rusage and the exit status as JSON."""
    if sys.argv[1] == "one" and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    began = time.perf_counter()
    process = subprocess.Popen(sys.argv[2:])
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu_s = usage.ru_utime + usage.ru_stime
    told = {"seconds": seconds, "cpu": cpu_s, "peak": usage.ru_maxrss, "status": process.returncode}
    sys.stdout.write(f"\n{json.dumps(told)}\n")


if __name__ == "__main__":
    main()
