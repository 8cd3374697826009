"""Kinds of the electrodes of NWB files, as pynwb writes them."""

from datetime import UTC, datetime

import numpy as np
import pytest

from corticast.core.model.types import Electrodes
from corticast.dsp.kinds import DEPTH, OTHER, SURFACE, kinds_of
from corticast.io.recording import load_recording

pynwb = pytest.importorskip("pynwb")


def write(path, groups, kinds=None):
    """A file whose electrode k stands in group k of (name, description), and has kind k."""
    content = pynwb.NWBFile("a test", "test", datetime(2026, 11, 21, tzinfo=UTC))
    device = content.create_device("amplifier")
    made = {name: content.create_electrode_group(name, text, "brain", device) for name, text in dict(groups).items()}
    content.add_electrode_column("label", "names")
    if kinds is not None:
        content.add_electrode_column("type", "kinds")
    for number, (name, _) in enumerate(groups):
        own = {} if kinds is None else {"type": kinds[number]}
        content.add_electrode(group=made[name], label=f"E{number}", location="brain", **own)
    region = content.create_electrode_table_region(list(range(len(groups))), "all")
    data = np.arange(50 * len(groups), dtype=np.int32).reshape(50, -1)
    content.add_acquisition(
        pynwb.ecephys.ElectricalSeries(name="ElectricalSeries", data=data, electrodes=region, rate=100.0)
    )
    with pynwb.NWBHDF5IO(path, "w") as file:
        file.write(content)


GROUPS = [("G", "64-contact grid over the temporal lobe"), ("LA", "left amygdala, depth electrode"), ("X", "contacts")]


@pytest.mark.parametrize(
    ("groups", "kinds", "expected"),
    [
        (GROUPS, None, ("ECOG", "SEEG", "IEEG")),
        (GROUPS, ("SEEG", "strip", "DBS"), ("SEEG", "ECOG", "DBS")),
        (GROUPS, ("n/a", "", "depth"), ("ECOG", "SEEG", "SEEG")),
        ([("grid and depth", "both"), ("A", "a"), ("B", "b")], None, ("IEEG",) * 3),
    ],
)
def test_the_table_and_the_groups_say_kinds(tmp_path, groups, kinds, expected):
    write(tmp_path / "a.nwb", groups, kinds)
    recording = load_recording(tmp_path / "a.nwb")
    assert recording.names == ("E0", "E1", "E2")
    assert recording.kinds == expected
    words = {"ECOG": SURFACE, "SEEG": DEPTH, "DBS": DEPTH, "IEEG": OTHER}
    table = Electrodes(recording.names, np.zeros((3, 3)))
    assert kinds_of(recording, table, np.arange(3)) == tuple(words[kind] for kind in expected)
