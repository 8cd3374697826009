"""There and back: random content, written by other software or by the test, is what each reader of ours gives."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction

import nibabel as nib
import numpy as np
import openpyxl
import pytest
import soundfile
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy.io import savemat
from tests.edf_files import write_edf
from tests.fonts import LATIN, made_font
from tests.fuzz import readers, seeds
from tests.fuzz.in_process import read_in_children, read_in_process
from tests.recordings import raw_of, write_nwb

import corticast as cc
from corticast.core.text.face import read_face
from corticast.io.rename import read_rename
from corticast.io.scene import read_scene_file

# Readers of tests/fuzz/readers.py that a test here is about.
TESTED = set()

SEEDS = st.integers(0, 1 << 20)
# Names as contacts have them, and letters of any script.
LETTERS = st.characters(categories=("Lu", "Ll", "Lo", "Nd"), exclude_characters="\ufeff")
NAMES = st.lists(
    st.builds("{}{}".format, st.text("LRABCäΩ'", min_size=1, max_size=3), st.integers(1, 999)),
    min_size=3,
    max_size=6,
    unique=True,
)
WORDS = st.text(LETTERS | st.sampled_from(" ,;'\"-_()"), min_size=1, max_size=8).map(str.strip).filter(bool)
MM = st.integers(-90_000, 90_000).map(lambda number: number / 1000)


@pytest.fixture(scope="module", autouse=True)
def _in_process():
    before = read_in_process()
    yield
    read_in_children(before)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("ways")


def way_of(*names, **arguments):
    """A test of some readers, with random arguments."""
    TESTED.update(names)
    return lambda test: settings(max_examples=6, database=None)(given(**arguments)(test))


def points(n, seed):
    """Coordinates of contacts, with decimals that text holds. The first one lies far out: mm are mm."""
    places = np.round(np.random.default_rng(seed).uniform(-90, 90, (n, 3)), 3)
    places[0, 0] = 80
    return places


def volts(n_channels, n, seed):
    return np.round(1e3 * np.random.default_rng(seed).standard_normal((n_channels, n)))


def written(path, rows, delimiter="\t", encoding="utf-8"):
    """A table by Python's csv module."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


# Volumes, against nibabel

VOLUMES = {
    "v.nii": nib.Nifti1Image,
    "v2.nii": nib.Nifti2Image,
    "v.nii.gz": nib.Nifti1Image,
    "v.hdr": nib.Nifti1Pair,
    "v.mgh": nib.MGHImage,
}


@way_of(
    *("volume", "volume-gzip", "volume-pair", "mgh"),
    name=st.sampled_from(sorted(VOLUMES)),
    shape=st.tuples(*[st.integers(2, 6)] * 3),
    dtype=st.sampled_from(["u1", "i2", "f4"]),
    scale=st.sampled_from([(1, 0), (0.5, -3)]),
    seed=SEEDS,
)
def test_volumes(folder, name, shape, dtype, scale, seed):
    rng = np.random.default_rng(seed)
    turn, _ = np.linalg.qr(rng.standard_normal((3, 3)))
    affine = np.eye(4)
    affine[:3, :3], affine[:3, 3] = turn * rng.uniform(0.5, 3, 3), rng.uniform(-90, 90, 3)
    if name == "v.mgh":
        dtype = {"u1": ">u1", "i2": ">i2", "f4": ">f4"}[dtype]
    image = VOLUMES[name](rng.integers(0, 200, shape).astype(dtype), affine)
    if name != "v.mgh":
        image.header.set_slope_inter(*scale)
        image.header.set_xyzt_units("mm")
    image.to_filename(folder / name)
    found, wanted = cc.load_volume(folder / name), nib.load(folder / name)
    np.testing.assert_allclose(found.affine, wanted.affine, atol=1e-4)
    np.testing.assert_allclose(found.slope * found.voxels.astype(float) + found.inter, wanted.get_fdata(), atol=1e-5)


# Recordings, against the numbers and against MNE-Python


@way_of("edf", "bdf", suffix=st.sampled_from(["edf", "bdf"]), names=NAMES, n_records=st.integers(1, 4), seed=SEEDS)
def test_edf(folder, suffix, names, n_records, seed):
    import mne

    latin = [name.replace("Ω", "O") for name in names]
    samples = volts(len(set(latin)), 20 * n_records, seed)
    path = write_edf(folder / f"r.{suffix}", dict(zip(dict.fromkeys(latin), samples, strict=True)), n_records)
    found = cc.load_recording(path)
    raw = getattr(mne.io, f"read_raw_{suffix}")(path, preload=True, verbose="error", encoding="latin1")
    assert list(found.names) == raw.ch_names
    assert found.sample_rate == raw.info["sfreq"]
    np.testing.assert_allclose(found.rows(), raw.get_data(), atol=1e-12)


@way_of(
    "sidecars", states=st.lists(st.sampled_from(["good", "bad", "n/a"]), min_size=2, max_size=2), at_s=MM, word=WORDS
)
def test_sidecars(folder, states, at_s, word):
    seeds.edf_with_tables(folder)
    names = ("POL LA1", "EEG LA2-Ref")
    rows = [(name, "SEEG", state) for name, state in zip(names, states, strict=True)]
    written(folder / "sub-1_task-a_channels.tsv", [("name", "type", "status"), *rows])
    written(folder / "sub-1_task-a_events.tsv", [("onset", "duration", "trial_type"), (at_s, 0.5, word)])
    found = cc.load_recording(folder / "sub-1_task-a_ieeg.edf")
    assert found.bad.tolist() == [state == "bad" for state in states]
    assert [(event.onset_s, event.duration_s, event.text) for event in found.events] == [(at_s, 0.5, word)]


@way_of("brainvision", names=NAMES, form=st.sampled_from(["<i2", "<f4"]), seed=SEEDS)
def test_brainvision(folder, names, form, seed):
    seeds.brainvision(folder, (), {"<i2": "INT_16", "<f4": "IEEE_FLOAT_32"}[form])
    samples = volts(len(names), 40, seed).astype(form)
    (folder / "r.eeg").write_bytes(samples.T.tobytes())
    head = (folder / "r.vhdr").read_text("utf-8").split("[Channel Infos]")[0].replace("nels=3", f"nels={len(names)}")
    channels = "\n".join(f"Ch{k}={name},,0.1,µV" for k, name in enumerate(names, 1))
    (folder / "r.vhdr").write_text(f"{head}[Channel Infos]\n{channels}\n", "utf-8")
    found = cc.load_recording(folder / "r.vhdr")
    assert list(found.names) == names
    np.testing.assert_allclose(found.rows(), 1e-7 * samples, rtol=1e-5)


@way_of("fif", names=NAMES, rate=st.integers(10, 2000), seed=SEEDS)
def test_fif(folder, names, rate, seed):
    # FIF has ASCII.
    names = [f"{'abcdefgh'[k]}{ascii(name)[1:-1]}"[:15] for k, name in enumerate(names)]
    samples = 1e-6 * volts(len(names), 50, seed)
    raw_of(samples, names, rate).save(folder / "r_ieeg.fif", overwrite=True, verbose="error")
    found = cc.load_recording(folder / "r_ieeg.fif")
    assert (list(found.names), found.sample_rate) == (names, rate)
    np.testing.assert_allclose(found.rows(), samples, rtol=1e-6)


@way_of("eeglab", in_two=st.booleans(), seed=SEEDS)
def test_eeglab(folder, in_two, seed):
    samples = volts(3, 40, seed)
    if in_two:
        samples.T.astype("<f4").tofile(folder / "r.fdt")
    seeds.eeglab(folder, "r.fdt" if in_two else samples)
    found = cc.load_recording(folder / "r.set")
    assert found.names == seeds.NAMES
    np.testing.assert_allclose(found.rows(), 1e-6 * samples, rtol=1e-6)


@way_of("montage", "head-transform", names=NAMES, seed=SEEDS, inverse=st.booleans())
def test_montages_and_transforms(folder, names, seed, inverse):
    import mne

    # MNE-Python writes other letters as numbers.
    names = [name.replace("Ω", "O").replace("ä", "a") + str(row) for row, name in enumerate(names)]
    pos = points(len(names), seed)
    montage = mne.channels.make_dig_montage(dict(zip(names, pos / 1000, strict=True)), coord_frame="mri")
    montage.save(folder / "m-dig.fif", overwrite=True, verbose="error")
    found = cc.load_electrodes(folder / "m-dig.fif")
    np.testing.assert_allclose(found.pos, pos, atol=1e-4)
    assert (list(found.names), found.space) == (names, "tkras")
    turn = mne.transforms.rotation(*np.random.default_rng(seed).uniform(-1, 1, 3)) + mne.transforms.translation(
        *pos[0] / 1000
    )
    turn -= np.eye(4)
    frames, stored = (("mri", "head"), np.linalg.inv(turn)) if inverse else (("head", "mri"), turn)
    mne.write_trans(folder / "s-trans.fif", mne.transforms.Transform(*frames, stored), overwrite=True, verbose="error")
    np.testing.assert_allclose(readers.transform(folder / "s-trans.fif").matrix, turn, atol=1e-5)


@way_of("persyst", "gdf", "egi", "nihon-kohden", seed=SEEDS)
def test_other_recorders(folder, seed):
    """The seeds of the fuzzer with other samples, in µV times the factor of their headers."""
    seeds.persyst(folder)
    samples = volts(2, 40, seed).astype("<i2")
    (folder / "p.dat").write_bytes(samples.T.tobytes())
    np.testing.assert_allclose(cc.load_recording(folder / "r.lay").rows(), 0.5e-6 * samples, rtol=1e-6)

    seeds.gdf(folder)
    content = (folder / "r.gdf").read_bytes()
    records = samples.reshape(2, 2, 20).transpose(1, 0, 2)
    begin = 256 * 3
    (folder / "r.gdf").write_bytes(content[:begin] + records.tobytes() + records.tobytes() + content[begin + 320 :])
    found = cc.load_recording(folder / "r.gdf").rows()
    np.testing.assert_allclose(np.diff(found), np.diff(np.tile(samples, 2)) * 200e-6 / 4095, atol=1e-11)

    seeds.egi(folder)
    content = (folder / "r.raw").read_bytes()
    wide = volts(4, 40, seed).astype(">i2")
    (folder / "r.raw").write_bytes(content[: -wide.nbytes] + wide.T.tobytes())
    np.testing.assert_allclose(cc.load_recording(folder / "r.raw").rows(), 500e-6 / 2**16 * wide, rtol=1e-6)

    seeds.nihon_kohden(folder)
    content = (folder / "r.EEG").read_bytes()
    stored = volts(3, 30, seed).astype("<i2")
    (folder / "r.EEG").write_bytes(content[: -stored.nbytes] + stored.T.tobytes())
    found = cc.load_recording(folder / "r.EEG")
    assert found.names == ("LA1", "LA2")
    # The file has offset numbers; 3199.902 µV to both sides of zero.
    wanted = (stored[:2].astype("<u2").astype(int) - 0x8000) * 2 * 3199.902e-6 / 65535
    np.testing.assert_allclose(np.diff(found.rows()), np.diff(wanted), rtol=1e-3, atol=1e-9)


@settings(max_examples=2, database=None)
@given(names=NAMES, seed=SEEDS)
def test_nwb(folder, names, seed):
    samples = 1e-6 * volts(len(names), 30, seed)
    write_nwb(folder / "r.nwb", samples, names, 100)
    found = cc.load_recording(folder / "r.nwb")
    assert (list(found.names), found.sample_rate) == (names, 100)
    np.testing.assert_allclose(found.rows(), samples, atol=1e-9)
    pos = points(len(names), seed)
    seeds.nwb_positions(folder, names, pos)
    table = cc.load_electrodes(folder / "e.nwb")
    assert list(table.names) == names
    np.testing.assert_allclose(table.pos, pos, atol=1e-4)


TESTED.update(("nwb", "nwb-positions"))


# Tables


@way_of(
    *("table", "electrodes"),
    names=NAMES,
    delimiter=st.sampled_from("\t;,"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    bad=st.booleans(),
    unit=st.sampled_from(["mm", "m", "cm"]),
    seed=SEEDS,
)
def test_tables_of_electrodes(folder, names, delimiter, encoding, bad, unit, seed):
    pos = points(len(names), seed)
    rows = [(name, *map(repr, map(float, place))) for name, place in zip(names, pos, strict=True)]
    found = cc.load_electrodes(written(folder / "t.csv", [("label", "x", "y", "z"), *rows], delimiter, encoding))
    assert list(found.names) == names
    np.testing.assert_array_equal(found.pos, pos)
    factor = {"mm": 1, "m": 1000, "cm": 10}[unit]
    rows = [(name, *(float(each) / factor for each in place)) for name, place in zip(names, pos, strict=True)]
    path = written(folder / "sub-1_electrodes.tsv", [("name", "x", "y", "z"), *rows])
    system = {"iEEGCoordinateSystem": "ACPC", "iEEGCoordinateUnits": unit}
    (folder / "sub-1_coordsystem.json").write_text(json.dumps(system))
    written(folder / "sub-1_task-a_channels.tsv", [("name", "status"), (names[1], "bad" if bad else "good")])
    found = cc.load_electrodes(path)
    np.testing.assert_allclose(found.pos, pos, atol=1e-9)
    assert (found.frame, found.unit, found.bad.tolist()) == ("ACPC", unit, [k == 1 and bad for k in range(len(names))])


@way_of("activity", "npy", names=NAMES, n=st.integers(2, 9), timed=st.booleans(), seed=SEEDS)
def test_activity(folder, names, n, timed, seed):
    samples = np.random.default_rng(seed).standard_normal((n, len(names)))
    rows = [([f"{row / 4}"] * timed) + list(map(repr, map(float, each))) for row, each in enumerate(samples)]
    found = readers.activity(written(folder / "a.tsv", [["time"] * timed + names, *rows]))
    assert (list(found.names), found.sample_rate) == (names, 4 if timed else None)
    np.testing.assert_array_equal(found.values, samples.T)
    np.save(folder / "a.npy", np.asfortranarray(samples) if timed else samples)
    np.testing.assert_array_equal(readers.activity(folder / "a.npy").values, samples.T)


@way_of("values", names=NAMES, word=WORDS.filter(lambda word: word.lower() != "n/a"), seed=SEEDS)
def test_values(folder, names, word, seed):
    numbers = np.random.default_rng(seed).standard_normal(len(names))
    rows = [(name, repr(float(number)), word) for name, number in zip(names, numbers, strict=True)]
    path = written(folder / "v.tsv", [("name", "t", "network"), *rows])
    (folder / "v.json").write_text(json.dumps({"t": {"Units": word}}))
    found = cc.load_values(path)
    assert (list(found.names), found.columns["network"], found.units["t"]) == (names, (word,) * len(names), word)
    assert [float(cell) for cell in found.columns["t"]] == numbers.tolist()


@way_of("rename", names=NAMES, has_titles=st.booleans())
def test_rename(folder, names, has_titles):
    rows = [(name, f"{name}-new") for name in names]
    assert read_rename(written(folder / "n.tsv", [("channel", "contact")] * has_titles + rows)) == dict(rows)


@way_of(
    *("slicer-points", "slicer-markups", "mgrid", "ielvis", "freesurfer-points"),
    names=NAMES,
    system=st.sampled_from(["RAS", "LPS"]),
    real=st.sampled_from("01"),
    seed=SEEDS,
)
def test_points_of_programs(folder, names, system, real, seed):
    pos = points(len(names), seed)
    stored = pos * ((1, 1, 1) if system == "RAS" else (-1, -1, 1))
    lines = [f"# CoordinateSystem = {system}", "# columns = id,x,y,z,label"]
    lines += [f"{k},{x},{y},{z},{name}" for k, (name, (x, y, z)) in enumerate(zip(names, stored, strict=True))]
    (folder / "F.fcsv").write_text("\n".join(lines), "utf-8")
    listed = [{"label": name, "position": place} for name, place in zip(names, stored.tolist(), strict=True)]
    markups = {"markups": [{"coordinateSystem": system, "controlPoints": listed}]}
    (folder / "F.mrk.json").write_text(json.dumps(markups))
    rows = "".join(f"{x} {y} {z}\n" for x, y, z in pos)
    (folder / "S.LEPTO").write_text(f"a date\nR A S\n{rows}")
    (folder / "S.electrodeNames").write_text("a date\nName, Kind, Hem\n" + "".join(f"{name} D L\n" for name in names))
    (folder / "control.dat").write_text(f"{rows}info\nnumpoints {len(pos)}\nuseRealRAS {real}\n")
    for file in ("F.fcsv", "F.mrk.json", "S.LEPTO", "control.dat"):
        found = cc.load_electrodes(folder / file)
        np.testing.assert_array_equal(found.pos, pos)
        assert list(found.names) == (names if file != "control.dat" else [str(k + 1) for k in range(len(pos))])
    assert found.space == ("world" if real == "1" else "tkras")
    text = f"#vtkpxElectrodeMultiGridSource File\n# Electrode Grid 0\n#Description\nG\n#Dimensions\n {len(pos)} 1\n"
    text += "".join(f"# Electrode {k} 0\n#Position\n {x} {y} {z}\n" for k, (x, y, z) in enumerate(pos))
    (folder / "g.mgrid").write_text(text)
    found = cc.load_electrodes(folder / "g.mgrid")
    np.testing.assert_array_equal(found.pos, pos)
    assert list(found.names) == [f"G{k + 1}" for k in range(len(pos))]


@way_of("spreadsheet", "sheet", "img-pipe", names=NAMES, region=WORDS, seed=SEEDS)
def test_points_that_libraries_read(folder, names, region, seed):
    pos = points(len(names), seed)
    book = openpyxl.Workbook()
    for row in [("name", "x", "y", "z"), *((name, *place) for name, place in zip(names, pos.tolist(), strict=True))]:
        book.active.append(row)
    book.save(folder / "e.xlsx")
    latin = [name.replace("Ω", "O") for name in names]
    cells = np.array([[name, "", "depth"] for name in latin], dtype=object)
    savemat(folder / "E.mat", {"elecmatrix": pos, "eleclabels": cells})
    for file, wanted in (("e.xlsx", names), ("E.mat", latin)):
        found = cc.load_electrodes(folder / file)
        np.testing.assert_array_equal(found.pos, pos)
        assert list(found.names) == wanted


# Scenes, sounds, pictures, fonts, datasets


@way_of("scene", "own-defaults", title=WORDS, fps=st.integers(1, 120), plane=st.tuples(MM, MM, MM))
def test_scenes(folder, title, fps, plane):
    values = {"volume": "a/t1.nii", "title": title, "fps": fps, "plane_mm": list(plane)}
    (folder / "s.toml").write_text(tomli_w.dumps(values), "utf-8")
    found = read_scene_file(folder / "s.toml")
    assert (found.title, Fraction(found.fps), found.plane_mm) == (title, fps, plane)
    assert found.volume == folder / "a" / "t1.nii"
    own = folder / "corticast" / "config.toml"
    own.parent.mkdir(exist_ok=True)
    own.write_text(tomli_w.dumps({"fps": fps}))
    assert readers.own_defaults(own) == {"fps": fps}


@way_of(
    *("sound", "sound-ffmpeg"),
    form=st.sampled_from([("WAV", "PCM_16"), ("WAV", "FLOAT"), ("FLAC", "PCM_24"), ("AIFF", "PCM_16"), ("AU", "ULAW")]),
    n=st.integers(1, 600),
    n_channels=st.integers(1, 3),
    rate=st.sampled_from([8000, 22050, 48000]),
    seed=SEEDS,
)
def test_sounds(folder, form, n, n_channels, rate, seed):
    samples = np.random.default_rng(seed).uniform(-0.9, 0.9, (n, n_channels))
    soundfile.write(folder / "s.wav", samples, rate, format=form[0], subtype=form[1])
    wanted, _ = soundfile.read(folder / "s.wav", dtype="float32", always_2d=True)
    for read in (readers.sound, readers.sound_by_ffmpeg):
        found = read(folder / "s.wav")
        assert (found.sample_rate, found.n_samples, found.n_channels) == (rate, n, n_channels)
        np.testing.assert_allclose(np.concatenate(list(found.blocks(100)), axis=1), wanted.T, atol=1e-6)


@way_of(
    "picture",
    mode=st.sampled_from(["RGB", "L", "P", "RGBA", "1"]),
    size=st.tuples(*[st.integers(1, 20)] * 2),
    seed=SEEDS,
)
def test_pictures(folder, mode, size, seed):
    pixels = np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)
    image = Image.fromarray(pixels).convert(mode)
    image.save(folder / "p.png")
    np.testing.assert_array_equal(cc.load_picture(folder / "p.png").pixels, np.asarray(image.convert("RGB")))


@settings(max_examples=2, database=None)
@given(more=st.sets(st.sampled_from(LATIN), max_size=9))
def test_fonts(folder, more):
    characters = {*"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", *more}
    path = made_font(folder / "f.ttf", characters="".join(sorted(characters)), family="Way Sans")
    face = read_face(path)
    assert face.family == "Way Sans"
    assert set(map(ord, characters)) <= face.characters


TESTED.add("font")


@way_of("dataset", at_s=MM, name=st.text("abcdef123-", min_size=1, max_size=9))
def test_datasets(folder, at_s, name):
    rows = [("onset", "duration", "stim_file"), (at_s, 1, f"stimuli/{name}.wav")]
    film = readers.dataset(written(folder / "sub-01_ses-1_task-a_events.tsv", rows))
    assert (film.onset_s, film.sound) == (at_s, folder / "bids" / "stimuli" / f"{name}.wav")


@way_of("derivative", source=st.sampled_from(["sub-01_ses-1_T1w.nii", "sub-01_ses-2_T1w.nii"]), key=st.booleans())
def test_derivatives(folder, source, key):
    path = folder / "sub-01_ses-1_desc-preproc_T1w.json"
    path.write_text(json.dumps({"Sources" if key else "RawSources": [f"bids:raw:sub-01/anat/{source}"]}))
    found = readers.derivative(path).found
    assert (found.volume.name == "sub-01_ses-1_desc-preproc_T1w.nii") is (source == "sub-01_ses-1_T1w.nii")
    assert (found.error is None) is (source == "sub-01_ses-1_T1w.nii")


@way_of("child-answer", names=NAMES, says=WORDS)
def test_answers_of_children(folder, names, says):
    seeds.answer(folder, facts={"names": names})
    assert readers.answer(folder / "a.bin") == {"names": names}
    seeds.answer(folder, b"e", {"error": "DataError", "message": says})
    assert readers.answer(folder / "a.bin").warnings == (says,)


def test_all_readers_have_a_way():
    assert set(readers.READERS) == TESTED
