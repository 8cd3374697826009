"""Start a process and report its time and memory. This module runs as a small process of its own.

    python -m corticast.bench.launch all|one COMMAND ...

On Linux, the peak memory of a process is never below that of its parent, so a large process cannot measure its
children.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time


def main() -> None:
    """Run the command on all cores or on one; report its resource usage and exit status as JSON."""
    if sys.argv[1] == "one" and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    began = time.perf_counter()
    process = subprocess.Popen(sys.argv[2:])
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu_s = usage.ru_utime + usage.ru_stime
    report = {"seconds": seconds, "cpu": cpu_s, "peak": usage.ru_maxrss, "status": process.returncode}
    sys.stdout.write(f"\n{json.dumps(report)}\n")


if __name__ == "__main__":
    main()
