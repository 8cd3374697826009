"""Small changes of contacts that ring out, in a film of the default quality, against a lossless film."""

from fractions import Fraction

import numpy as np
import pytest
from tests.films import decoded

import corticast as cc
from corticast.app.demo.demo import demo_inputs
from corticast.core.model.types import Electrodes

pytestmark = pytest.mark.gl

SIZE = (1280, 720)
N_FRAMES, FPS = 30, 30


def scene():
    """Some contacts of the demo's grid; after a stroke each frame is a little darker than the one before."""
    brain = demo_inputs()
    table = brain["electrodes"]
    rows = [row for row in range(64) if row % 8 % 3 == row // 8 % 3 == 0]
    few = Electrodes(tuple(table.names[row] for row in rows), table.pos[rows], space=table.space)
    times = np.arange(N_FRAMES) / FPS % 1
    values = np.tile(np.exp(-times / 0.15), (len(few.names), 1))
    drive = cc.ArrayDrive(values, FPS, few.names, full_scale=1.0)
    look = {"layout": "lateral", "electrode_size": (14.0, 45.0), "labels": ()}
    return cc.Scene(volume=brain["volume"], electrodes=few, drive=drive, **look)


def test_contacts_that_ring_out_are_as_dark_as_they_were_drawn(tmp_path):
    lumas = {}
    for crf in (0, None):
        path = tmp_path / f"{crf}.mp4"
        cc.render(scene(), path, size=SIZE, fps=Fraction(FPS), frames=N_FRAMES, crf=crf)
        planes = decoded(path, "yuv420p", shape=SIZE[::-1])[:, : SIZE[0] * SIZE[1]]
        lumas[crf] = planes.reshape(N_FRAMES, *SIZE[::-1]).astype(float)
    panel = cc.panels(scene(), size=SIZE)[0]
    errors = []
    for x, y in np.round(panel.pixel_of(scene().electrodes.pos)).astype(int):
        drawn, shown = (luma[20:, y - 4 : y + 5, x - 4 : x + 5].mean(axis=(1, 2)) for luma in lumas.values())
        errors.append(np.abs(shown - drawn))
    # In codes of luma; silence and 2 per cent of full scale differ by less than one.
    assert np.mean(errors) < 0.3
