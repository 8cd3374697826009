"""Analyse one sound file and report the time. This module runs as a process of its own, on one core.

python -m corticast.bench.analysis SOUND
"""

from __future__ import annotations

import json
import sys
import time

from corticast.dsp.drive import AudioDrive
from corticast.io.audio import load_audio


def main() -> None:
    """Report the seconds of reading and analysis, and the size of the result, as one line of JSON."""
    drive = AudioDrive(load_audio(sys.argv[1]), array="numpy")
    began = time.perf_counter()
    n_columns = drive.magnitudes.shape[1]
    seconds = time.perf_counter() - began
    report = {"seconds": seconds, "n_columns": n_columns, "hop_length": drive.stft.hop_length}
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
