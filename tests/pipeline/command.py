"""The command line in a process of its own, and the scene of its usual inputs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import corticast as cc

CORTICAST = Path(sys.executable).with_name("corticast")


def run(*arguments, **options):
    return subprocess.run([CORTICAST, *map(str, arguments)], capture_output=True, text=True, timeout=120, **options)


def scene_of(inputs, **options):
    audio = cc.load_audio(inputs / "song.wav")
    return cc.Scene(
        volume=cc.load_volume(inputs / "sub-01_T1w.nii.gz"),
        electrodes=cc.load_electrodes(inputs / "sub-01_electrodes.tsv"),
        drive=cc.AudioDrive(audio, array="numpy"),
        **options,
    )
