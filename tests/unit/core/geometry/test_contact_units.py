"""Contacts stand at their place in mm, whatever unit their table states; a unit that is only one of two is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest

from corticast.core.geometry.placement import place
from corticast.core.model.scene import Scene
from corticast.core.model.types import Electrodes, Volume
from corticast.errors import DataError, OptionError
from corticast.film.saved_scene import file_of
from corticast.io.electrodes import load_electrodes

ANGLES = np.arange(12) * np.pi / 6
# A ring around a human head, in mm.
RING_MM = np.stack([75 * np.cos(ANGLES), 95 * np.sin(ANGLES), np.full(12, 40.0)], axis=1)
NAMES = tuple(f"E{k}" for k in range(12))
# In mm, by the definition of SI.
SI = {"m": 1000, "cm": 10, "mm": 1, "um": 0.001}


def head(length_mm=192.0):
    affine = np.diag([length_mm / 48] * 3 + [1.0])
    affine[:3, 3] = -length_mm / 2
    return Volume(np.zeros((48, 60, 48), np.uint8, order="F"), affine, name="head", space="native")


def written(folder, values, declared, key="iEEG"):
    """A BIDS table of values, with a coordsystem.json that declares a unit."""
    rows = "".join(f"{name}\t{x:.9g}\t{y:.9g}\t{z:.9g}\n" for name, (x, y, z) in zip(NAMES, values, strict=False))
    path = folder / "sub-1_electrodes.tsv"
    path.write_text(f"name\tx\ty\tz\n{rows}")
    said = {f"{key}CoordinateSystem": "Other", f"{key}CoordinateUnits": declared}
    (folder / "sub-1_coordsystem.json").write_text(json.dumps(said if declared else {}))
    return path


# The unit of the values, and the declared one. Between these two no other unit fits a head.
WRONG = [
    ("m", "mm"), ("um", "mm"), ("mm", "m"), ("cm", "m"), ("um", "m"), ("mm", "cm"), ("um", "cm"), ("m", "cm"),
    ("m", "um"), ("cm", "um"), ("mm", "um"), ("um", ""),
]  # fmt: skip


@pytest.mark.parametrize(("true", "declared"), WRONG)
def test_a_wrong_unit_is_found_and_reported(tmp_path, true, declared):
    placed = place(load_electrodes(written(tmp_path, RING_MM / SI[true], declared)), volume=head())
    np.testing.assert_allclose(placed.pos, RING_MM, atol=1e-6)
    notes = [text for text in (*placed.table.warnings, *placed.warnings) if f"they are taken as {true}" in text]
    assert len(notes) == 1
    assert f"in {declared or 'mm'} " in notes[0]


@pytest.mark.parametrize(("true", "declared"), WRONG)
def test_a_wrong_unit_is_found_without_a_volume(tmp_path, true, declared):
    placed = place(load_electrodes(written(tmp_path, RING_MM / SI[true], declared)))
    np.testing.assert_allclose(placed.pos, RING_MM, atol=1e-6)
    assert sum("they are taken as" in text for text in (*placed.table.warnings, *placed.warnings)) == 1


@pytest.mark.parametrize("word", ["m", "cm", "mm", "um", "µm", "μm", "Meters", "metre", "centimetres", "millimeters",
                                  "Millimetre", "micrometers", "micrometre", "microns", "(mm)"])  # fmt: skip
def test_right_units_in_any_spelling_are_kept(tmp_path, word):
    unit = {"m": "m", "c": "cm", "(": "mm"}.get(word[0].lower(), "um")
    unit = "mm" if word.lower().startswith(("mm", "milli")) else "um" if word.lower().startswith("micro") else unit
    placed = place(load_electrodes(written(tmp_path, RING_MM / SI[unit], word)), volume=head())
    np.testing.assert_allclose(placed.pos, RING_MM, atol=1e-6)
    assert not [text for text in (*placed.table.warnings, *placed.warnings) if "taken as" in text]


@pytest.mark.parametrize("declared", ["mm", ""])
def test_centimetres_as_mm_may_be_either_and_are_refused(tmp_path, declared):
    path = written(tmp_path, RING_MM / 10, declared, "EEG")
    with pytest.raises(DataError, match="say which by electrodes_unit mm or cm"):
        place(load_electrodes(path), volume=head())
    np.testing.assert_allclose(place(load_electrodes(path, unit="cm"), volume=head()).pos, RING_MM)
    as_mm = place(load_electrodes(path, unit="mm"), volume=head())
    np.testing.assert_allclose(as_mm.pos, RING_MM / 10)


def test_a_mouse_in_micrometres(tmp_path):
    pos_mm = np.array([[0.93, 2.91, -2.71], [-0.91, 2.91, -2.86]])
    for declared in ("um", ""):
        placed = place(load_electrodes(written(tmp_path, pos_mm * 1000, declared)), volume=head(12.0))
        np.testing.assert_allclose(placed.pos, pos_mm)
    # Millimetres of a mouse are declared as metres: in cm they lie outside the mouse.
    placed = place(load_electrodes(written(tmp_path, pos_mm, "m")), volume=head(12.0))
    np.testing.assert_allclose(placed.pos, pos_mm)


def test_positions_of_python_too():
    for factor in (1e-3, 1e3):
        placed = place(Electrodes(NAMES, RING_MM * factor), volume=head())
        np.testing.assert_allclose(placed.pos, RING_MM)
        assert any("which alone fits head" in text for text in placed.warnings)


def test_a_montage_of_mne_in_mm_is_found():
    channels = pytest.importorskip("mne.channels")
    for scale in (1e-3, 1):
        montage = channels.make_dig_montage(dict(zip(NAMES, RING_MM * scale, strict=True)), coord_frame="ras")
        placed = place(load_electrodes(montage), volume=head())
        np.testing.assert_allclose(placed.pos, RING_MM)
    with pytest.raises(OptionError, match="unit cm: does nothing with a DigMontage"):
        load_electrodes(montage, unit="cm")


def test_shafts_near_the_origin_are_millimetres():
    """Leads of a deep nucleus stand within 20 mm of the commissures."""
    leads = np.array([[side * (11 + k), -3 + k, -5 + 2 * k] for side in (-1, 1) for k in range(4)], dtype=float)
    placed = place(Electrodes(NAMES[:8], leads, frame="native"), volume=head())
    np.testing.assert_array_equal(placed.pos, leads)
    assert placed.warnings == ()


def test_a_unit_is_saved_with_the_scene(tmp_path):
    table = load_electrodes(written(tmp_path, RING_MM / 10, "mm"), unit="cm")
    file = file_of(Scene(electrodes=table))
    assert (file.electrodes_unit, file.electrodes) == ("cm", [tmp_path / "sub-1_electrodes.tsv"])


def test_a_unit_of_voxels_is_refused(tmp_path):
    path = written(tmp_path, RING_MM + 100, "mm")
    with pytest.raises(OptionError, match="does nothing for voxel positions"):
        load_electrodes(path, space="voxel", unit="cm")
    with pytest.raises(OptionError, match="unit"):
        load_electrodes(path, unit="inch")
