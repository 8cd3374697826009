"""The package as users get it: a wheel, with its shaders in it."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.gl, pytest.mark.slow]

ROOT = Path(__file__).parents[2]

CODE = """
import numpy as np, corticast as cc
from corticast.gl.shaders import shader_dir
print(cc.__file__); print(shader_dir())
volume = cc.Volume(np.full((5, 6, 7), 9, np.uint8), np.eye(4))
print(cc.frame(cc.Scene(volume=volume, labels="none", layout="axial", window=(0, 9)), size=(5, 6)).min())
"""


def test_a_wheel_draws_a_frame(tmp_path):
    build = [sys.executable, "-m", "pip", "wheel", str(ROOT), "--no-deps", "--no-build-isolation", "-q", "-w", tmp_path]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("corticast-*.whl")
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    environment = {**os.environ, "PYTHONPATH": str(site)}
    done = subprocess.run(
        [sys.executable, "-c", CODE], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    package, shaders, darkest = done.stdout.split()
    assert Path(package).parent == site / "corticast"
    assert Path(shaders) == site / "corticast" / "shaders"
    assert darkest == "255"
    assert (site / "corticast" / "py.typed").is_file()
