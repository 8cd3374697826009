"""What belongs together in a BIDS dataset, and where films are cut."""

import json
import os
import shutil
from fractions import Fraction

import pytest

from corticast.app.batch.bids.plan import dropped_options, plan_dataset, tidy_folders
from corticast.app.batch.films import scene_digest
from corticast.app.batch.order import FilmOrder, sidecar_path
from corticast.app.batch.segments import cut, parts_folder, worthwhile_parts
from corticast.app.batch.tasks import AnalysisTask, FilmTask, JoinTask, PartTask, ScaleTask, perform
from corticast.app.batch.travel import packed, unpacked
from corticast.app.batch.workplace import Workplace
from corticast.app.render.film_file import Part
from corticast.app.render.flash_samples import samples_path
from corticast.core.model.machine import Machine
from corticast.core.model.own_defaults import with_own_defaults
from corticast.core.model.scene_file import SceneFile, marked
from corticast.errors import OptionError
from corticast.film.idle import idle_options
from corticast.io.dataset import film_inputs
from corticast.io.scene import facts_of
from corticast.video.formats import film_format


def tree(root, *names):
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    return root


def names_of(films):
    return ["_".join(f"{key}-{value}" for key, value in film.entities.items()) for film in films]


@pytest.mark.parametrize(
    ("volume", "tables", "chosen"),
    [
        ("T1w", ["space-MNI152NLin2009aSym", "space-ScanRAS", "space-ACPC"], "space-ScanRAS"),
        ("T1w", ["space-MNI152Lin", "space-ACPC", "space-fsnative"], "space-ACPC"),
        ("T1w", ["space-Other", "space-MNI152Lin"], "space-Other"),
        ("T1w", ["space-MNI152Lin"], "space-MNI152Lin"),
        ("T1w", ["space-Pixels"], None),
        ("T1w", [], None),
        ("space-MNI305_T1w", ["space-ScanRAS", "space-MNI152Lin", "space-MNI305"], "space-MNI305"),
        ("space-MNI305_T1w", ["space-ScanRAS", "space-MNI152Lin"], "space-MNI152Lin"),
    ],
)  # fmt: skip
def test_the_table_whose_space_fits_is_taken(tmp_path, volume, tables, chosen):
    names = [f"sub-01/ieeg/sub-01_{table}_electrodes.tsv" for table in tables]
    tree(tmp_path, f"sub-01/anat/sub-01_{volume}.nii.gz", *names)
    (film,) = film_inputs(tmp_path)
    expected = None if chosen is None else tmp_path / f"sub-01/ieeg/sub-01_{chosen}_electrodes.tsv"
    assert film.electrodes == expected


def test_the_coordinate_system_of_a_table_counts_where_its_name_says_nothing(tmp_path):
    tree(tmp_path, "sub-01/anat/sub-01_T1w.nii", "sub-01/ieeg/sub-01_electrodes.tsv",
         "sub-01/ieeg/sub-01_space-Other_electrodes.tsv")  # fmt: skip
    system = tmp_path / "sub-01/ieeg/sub-01_coordsystem.json"
    system.write_text(json.dumps({"iEEGCoordinateSystem": "MNI152Lin"}))
    (film,) = film_inputs(tmp_path)
    assert film.electrodes is not None
    assert "space-Other" in film.electrodes.name


def test_one_film_per_recording_named_by_bids_order(tmp_path):
    tree(
        tmp_path,
        "sub-02/ses-a/anat/sub-02_ses-a_acq-hi_T1w.nii.gz",
        "sub-02/ses-a/ieeg/sub-02_ses-a_electrodes.tsv",
        "sub-02/ses-a/ieeg/sub-02_ses-a_task-talk_run-2_ieeg.vhdr",
        "sub-02/ses-a/ieeg/sub-02_ses-a_task-talk_run-2_ieeg.eeg",
        "sub-02/ses-a/ieeg/sub-02_ses-a_task-talk_run-1_ieeg.edf",
        "sub-02/ses-a/ieeg/sub-02_ses-a_task-rest_ieeg.nwb",
    )
    films = film_inputs(tmp_path)
    assert sorted(names_of(films)) == [
        "sub-02_ses-a_task-rest_acq-hi",
        "sub-02_ses-a_task-talk_acq-hi_run-1",
        "sub-02_ses-a_task-talk_acq-hi_run-2",
    ]
    assert {film.recording.suffix for film in films} == {".vhdr", ".edf", ".nwb"}
    assert [film.recording.name for film in film_inputs(tmp_path, tasks=["task-rest"])] == [
        "sub-02_ses-a_task-rest_ieeg.nwb"
    ]


def test_runs_of_the_t1w_and_of_the_recording_are_distinguished(tmp_path):
    tree(
        tmp_path,
        *(f"sub-1/anat/sub-1_run-{run}_T1w.nii.gz" for run in (1, 2)),
        *(f"sub-1/ieeg/sub-1_task-x_run-{run}_ieeg.edf" for run in (1, 2)),
    )
    films = film_inputs(tmp_path)
    assert len(set(names_of(films))) == 4
    # Without a table of contacts nothing shows a recording.
    assert all(film.recording is None and "no table" in film.warnings[0] for film in films)
    assert not any(film.error for film in films)


def test_a_t1w_of_a_session_without_recordings_takes_those_of_sessions_without_t1w(tmp_path):
    tree(
        tmp_path,
        "sub-1/ses-pre/anat/sub-1_ses-pre_T1w.nii.gz",
        "sub-1/ses-post/ieeg/sub-1_ses-post_electrodes.tsv",
        "sub-2/ses-pre/anat/sub-2_ses-pre_T1w.nii.gz",
        "sub-2/ses-post/anat/sub-2_ses-post_T1w.nii.gz",
        "sub-2/ses-post/ieeg/sub-2_ses-post_electrodes.tsv",
    )
    films = dict(zip(names_of(film_inputs(tmp_path)), film_inputs(tmp_path), strict=True))
    assert set(films) == {"sub-1_ses-post", "sub-2_ses-pre", "sub-2_ses-post"}
    assert films["sub-1_ses-post"].volume.name == "sub-1_ses-pre_T1w.nii.gz"
    assert films["sub-1_ses-post"].electrodes is not None
    assert films["sub-2_ses-pre"].electrodes is None
    assert set(names_of(film_inputs(tmp_path, sessions=["pre"]))) == {"sub-2_ses-pre"}


def test_the_first_sound_of_the_events_is_heard(tmp_path):
    tree(tmp_path, "sub-1/anat/sub-1_T1w.nii", "sub-1/ieeg/sub-1_electrodes.tsv", "sub-1/ieeg/sub-1_task-x_ieeg.edf")
    events = tmp_path / "sub-1/ieeg/sub-1_task-x_events.tsv"
    events.write_text("onset\tduration\tstim_file\n0.5\t1\tface.png\n2.25\t3\tstimuli/a/song.wav\n9\t3\tb.flac\n")
    (film,) = film_inputs(tmp_path)
    assert film.sound == tmp_path / "stimuli/a/song.wav"
    assert film.onset_s == 2.25
    assert "2 sounds" in film.warnings[0]
    events.write_text("onset\tduration\tstim_file\nsoon\t1\ta.wav\n")
    (film,) = film_inputs(tmp_path)
    assert "line 2" in film.error
    assert film.entities == {"sub": "1", "task": "x"}


def test_a_film_begins_with_the_sound_that_the_recording_has_heard(tmp_path):
    root = tree(
        tmp_path / "raw",
        "sub-1/anat/sub-1_T1w.nii",
        "sub-1/ieeg/sub-1_electrodes.tsv",
        "sub-1/ieeg/sub-1_task-x_ieeg.edf",
        "sub-1/ieeg/sub-1_task-y_ieeg.edf",
        "stimuli/song.wav",
    )
    events = root / "sub-1/ieeg/sub-1_task-x_events.tsv"
    events.write_text("onset\tduration\tstim_file\n2.25\t3\tsong.wav\n")
    plan = plan_dataset(root, tmp_path / "out", SceneFile(layout="axial"), made_with="")
    with_sound, without = (film.scene for film in plan.films)
    assert with_sound.activity == root / "sub-1/ieeg/sub-1_task-x_ieeg.edf"
    assert with_sound.activity_start == -2.25
    assert with_sound.audio == root / "stimuli/song.wav"
    assert "activity_start" not in without.given
    assert without.audio is None
    assert {with_sound.layout, without.layout} == {"axial"}


@pytest.mark.parametrize("name", ["../../secret.wav", "/etc/secret.wav", "stimuli/../secret.wav"])
def test_events_name_no_sound_outside_the_stimuli(tmp_path, name):
    tree(tmp_path, "sub-1/anat/sub-1_T1w.nii", "sub-1/ieeg/sub-1_task-x_ieeg.edf", "stimuli/song.wav")
    events = tmp_path / "sub-1/ieeg/sub-1_task-x_events.tsv"
    events.write_text(f"onset\tduration\tstim_file\n2.25\t3\t{name}\n")
    (film,) = film_inputs(tmp_path)
    assert film.sound is None
    assert film.error.startswith(f"{events}: names a file outside stimuli/, ")


def test_a_dataset_goes_on_past_files_that_are_not_regular(tmp_path):
    root = tree(tmp_path / "raw", *(f"sub-{n}/anat/other" for n in (1, 2)), "sub-3/anat/sub-3_T1w.nii.gz")
    os.mkfifo(root / "sub-1/anat/sub-1_T1w.nii.gz")
    (root / "sub-2/anat/sub-2_T1w.nii.gz").mkdir()
    films = plan_dataset(root, tmp_path / "out", SceneFile(), made_with="").films
    assert [film.error and film.error.partition(": ")[2] for film in films] == [
        "is a pipe; save its content as a file",
        "is a folder; give a file in the folder",
        None,
    ]


def test_a_link_without_content_is_reported(tmp_path):
    root = tree(tmp_path / "raw", "sub-1/anat/other")
    (root / ".datalad").mkdir()
    (root / "sub-1/anat/sub-1_T1w.nii.gz").symlink_to("../.git/annex/objects/key")
    (film,) = plan_dataset(root, tmp_path / "out", SceneFile(), made_with="").films
    assert film.error.endswith(
        f"a link whose content is not here; `datalad get {root}/sub-1/anat/sub-1_T1w.nii.gz` fetches it"
    )


@pytest.mark.parametrize(
    ("chosen", "reported"),
    [
        ({"subjects": ["7"]}, "participant_label 7"),
        ({"sessions": ["x"]}, "session x"),
        ({"tasks": ["x"]}, "task x"),
    ],
)
def test_what_is_not_in_a_dataset_is_named(tmp_path, chosen, reported):
    tree(tmp_path, "sub-1/anat/sub-1_T1w.nii.gz")
    with pytest.raises(OptionError, match=reported):
        film_inputs(tmp_path, **chosen)


def test_a_folder_without_t1w_is_no_dataset(tmp_path):
    with pytest.raises(OptionError, match="no T1w"):
        film_inputs(tmp_path)
    with pytest.raises(OptionError, match="no such folder"):
        film_inputs(tmp_path / "none")


@pytest.mark.parametrize("n_frames", [1, 29, 30, 31, 1245, 5400])
@pytest.mark.parametrize("n_parts", [1, 2, 3, 6, 40])
@pytest.mark.parametrize("fps", [Fraction(30), Fraction(30000, 1001), Fraction(1, 2)])
def test_parts_are_the_film_and_begin_at_its_key_frames(n_frames, n_parts, fps):
    parts = cut(film_format("a.mp4", size=(2, 2), fps=fps), n_frames, n_parts)
    assert [k for part in parts for k in part] == list(range(n_frames))
    assert all(part.start % max(1, round(fps)) == 0 for part in parts)
    assert 1 <= len(parts) <= n_parts
    assert all(parts)


def test_parts_wait_beside_their_film(tmp_path):
    assert parts_folder(tmp_path / "film.mp4") == tmp_path / ".film.mp4.segments"
    # Another run may have tidied the folder away while it was empty.
    assert parts_folder(tmp_path / "sub-1" / "film.mp4") == tmp_path / "sub-1" / ".film.mp4.segments"
    assert parts_folder(tmp_path / "frames" / "%05d.png") == tmp_path / ".frames.segments"


def test_short_films_are_not_cut_unasked():
    assert worthwhile_parts(30 * 30, Fraction(30), 4) == 1
    assert worthwhile_parts(180 * 30, Fraction(30), 4) == 4


def order_in(folder, **more):
    scene = SceneFile(volume=folder / "a.nii", size="320x180", labels="slice,mm", window="0,80", title="ä\n", start=0.1)
    return FilmOrder(scene, folder / "film.mp4", Machine(array="numpy", threads=1), 2, "versions", **more)


@pytest.mark.parametrize("sheet", [None, "sheet.png"])
def test_every_task_travels_as_json(tmp_path, sheet):
    sheet = None if sheet is None else tmp_path / sheet
    order = order_in(tmp_path, overwrite=True, sheet=sheet, sheet_options={"slices": 3}, sidecar={"SceneDigest": "z"})
    analysis = tmp_path / "analysis.npz"
    for task in (
        FilmTask(order),
        FilmTask(order, analysis),
        AnalysisTask(order, analysis),
        ScaleTask(order),
        PartTask(order, analysis, Part(tmp_path / "part.mp4", range(30, 60))),
        JoinTask(order, analysis, (tmp_path / "x.mp4", tmp_path / "y.mp4"), {"renderer": "y", "seconds": 1.5}),
    ):
        assert unpacked(json.loads(json.dumps(packed(task)))) == task


def test_only_the_task_that_ends_a_film_puts_its_files_beside_it(tmp_path, monkeypatch):
    """All tasks find the film of an earlier run; the last one adds the sheet that is missing."""
    drawn = []
    monkeypatch.setattr("corticast.app.batch.tasks.made_with", lambda: "versions")
    monkeypatch.setattr(FilmOrder, "_draw_sheet", lambda self, sheet: drawn.append(sheet))
    order = order_in(tmp_path, sheet=tmp_path / "sheet.png", sidecar={"SceneDigest": "z"})
    rendering = {"n_frames": 20, "seconds": 1}
    order.film.write_bytes(b"")
    sidecar_path(order.film).write_text(json.dumps({"SceneDigest": "z", "Rendering": rendering}))
    analysis = tmp_path / "analysis.npz"
    part = PartTask(order, analysis, Part(tmp_path / "part.mp4", range(10)))
    for task, n_drawn in ((AnalysisTask(order, analysis), 0), (part, 0), (JoinTask(order, analysis, ()), 1)):
        assert perform(task, lambda *_: None) == rendering
        assert len(drawn) == n_drawn
    part.part.path.write_bytes(b"")
    samples_path(part.part.path).write_text("[[], []]")
    assert perform(part, lambda *_: None) == {"n_frames": 10}
    perform(FilmTask(order), lambda *_: None)
    assert drawn == [order.sheet] * 2
    order.sheet.write_bytes(b"")
    perform(FilmTask(order), lambda *_: None)
    assert len(drawn) == 2


def test_a_scenes_digest_follows_what_it_shows(tmp_path):
    for folder in ("here", "there"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.nii").write_bytes(b"one")
    here, there = (SceneFile(volume=tmp_path / folder / "a.nii") for folder in ("here", "there"))
    assert scene_digest(here, "1") == scene_digest(there, "1")
    assert scene_digest(here, "1") != scene_digest(here, "2")
    assert scene_digest(here, "1") != scene_digest(SceneFile(volume=here.volume, title="t"), "1")
    (tmp_path / "there" / "a.nii").write_bytes(b"two")
    assert scene_digest(here, "1") != scene_digest(there, "1")


@pytest.mark.parametrize(
    "beside",
    [
        "sub-1/sub-1_space-T1w_coordsystem.json",
        "sub-1/ieeg/sub-1_task-x_channels.tsv",
        "sub-1/ieeg/sub-1_task-x_events.tsv",
        "sub-1/ieeg/sub-1_task-x_ieeg.eeg",
        "sub-1/ieeg/other name.vmrk",
    ],
)
def test_a_scenes_digest_follows_what_is_read_along(tmp_path, beside):
    tree(tmp_path, "sub-1/ieeg/sub-1_space-T1w_electrodes.tsv", beside)
    header = tmp_path / "sub-1/ieeg/sub-1_task-x_ieeg.vhdr"
    header.write_text("[Common Infos]\nDataFile=$b.eeg\nMarkerFile=other name.vmrk\n")
    scene = SceneFile(electrodes=tmp_path / "sub-1/ieeg/sub-1_space-T1w_electrodes.tsv", activity=header)
    before = scene_digest(scene, "1")
    assert scene_digest(scene, "1") == before
    (tmp_path / beside).write_text("changed")
    assert scene_digest(scene, "1") != before


@pytest.mark.parametrize(("name", "half"), [("a.set", "a.fdt"), ("a.hdr", "a.img"), ("a.img", "a.hdr")])
def test_a_scenes_digest_follows_both_halves_of_an_input(tmp_path, name, half):
    tree(tmp_path, name, half)
    scene = SceneFile(volume=tmp_path / name)
    before = scene_digest(scene, "1")
    (tmp_path / half).write_text("changed")
    assert scene_digest(scene, "1") != before


def test_a_scenes_digest_follows_the_middle_of_a_large_file(tmp_path):
    large = tmp_path / "a.nii"
    with large.open("wb") as file:
        file.truncate(65 << 20)
    os.utime(large, ns=(0, 0))
    before = scene_digest(SceneFile(volume=large), "1")
    with large.open("r+b") as file:
        file.seek(32 << 20)
        file.write(b"changed")
    assert scene_digest(SceneFile(volume=large), "1") != before


@pytest.mark.parametrize("options", [{"activity_start": 3}, {"activity": "a.edf"}, {"activity_rate": 10}])
def test_inputs_and_their_times_are_the_datasets(tmp_path, options):
    root = tree(tmp_path / "raw", "sub-1/anat/sub-1_T1w.nii")
    with pytest.raises(OptionError, match=f"{next(iter(options))}: bids finds"):
        plan_dataset(root, tmp_path / "out", SceneFile(**options), made_with="")
    assert not (tmp_path / "out").exists()


def test_sheets_that_cannot_be_are_refused_before_any_film(tmp_path):
    root = tree(tmp_path / "raw", "sub-1/anat/sub-1_T1w.nii")
    for options, reported in (({"slices": 0}, "sheet_slices 0"), ({"plane": "x"}, "sheet_plane x")):
        with pytest.raises(OptionError, match=reported):
            plan_dataset(root, tmp_path / "out", SceneFile(), made_with="", sheet_options=options)
    assert not (tmp_path / "out").exists()


def mixed(tmp_path):
    """Subjects with everything, with a recording alone, with a sound alone, and with neither."""
    root = tmp_path / "raw"
    for subject, has_recording, has_sound in (("1", True, True), ("2", True, False), ("3", False, True)):
        ieeg = f"sub-{subject}/ieeg/sub-{subject}"
        tree(root, f"sub-{subject}/anat/sub-{subject}_T1w.nii", f"{ieeg}_electrodes.tsv", "stimuli/song.wav")
        tree(root, *[f"{ieeg}_task-x_ieeg.edf"] * has_recording)
        if has_sound:
            (root / f"{ieeg}_task-x_events.tsv").write_text("onset\tduration\tstim_file\n2\t3\tsong.wav\n")
    return tree(root, "sub-4/anat/sub-4_T1w.nii")


def test_own_defaults_stand_in_the_sidecar_and_are_dropped_in_silence(tmp_path):
    scene = with_own_defaults(SceneFile(layout="axial"), {"convention": "radiological", "electrode_cmap": "bwr"}, None)
    plan = plan_dataset(mixed(tmp_path), tmp_path / "out", scene, made_with="")
    assert [film.sidecar["OwnDefaults"] for film in plan.films] == [["convention", "electrode_cmap"]] * 3 + [
        ["convention"]
    ]
    assert [film.sidecar["Warnings"] for film in plan.films] == [[], [], [], []]
    assert dropped_options(scene, plan) == ()


def test_options_are_dropped_where_they_do_not_go_with_the_inputs(tmp_path):
    given = {"reference": "bipolar", "scale": "global", "sonify": True, "layout": "axial"}
    plan = plan_dataset(mixed(tmp_path), tmp_path / "out", SceneFile(**given), made_with="")
    kept = [film.scene.given & set(given) for film in plan.films]
    assert kept == [
        {"reference", "layout"},
        {"reference", "sonify", "layout"},
        {"scale", "layout"},
        {"layout"},
    ]
    for film in plan.films:
        assert idle_options(film.scene, [facts_of(film.scene, "film")]) == {}
    reported = [film.sidecar["Warnings"] for film in plan.films]
    assert reported[1] == ["--scale: left out, because it does not suit these inputs"]
    assert [len(warnings) for warnings in reported] == [2, 1, 2, 3]
    assert dropped_options(SceneFile(**given), plan) == (
        "--reference: left out of 2 of 4 films, whose inputs it does not suit",
        "--scale: left out of 3 of 4 films, whose inputs it does not suit",
        "--sonify: left out of 3 of 4 films, whose inputs it does not suit",
    )


def typed_scene(**values):
    return marked(SceneFile(**values), typed=frozenset(values))


@pytest.mark.parametrize("made", [typed_scene, SceneFile], ids=["command line", "scene file"])
@pytest.mark.parametrize(("name", "value", "plane"), [
    ("convention", "radiological", "axial"), ("sagittal_nose", "left", "sagittal"), ("interpolation", "nearest", None),
])  # fmt: skip
def test_options_that_count_on_the_sheet_alone_stay(tmp_path, made, name, value, plane):
    root = tree(tmp_path / "raw", "sub-1/anat/sub-1_T1w.nii")
    scene = made(layout="lateral", **{name: value})
    options = {} if plane is None else {"plane": plane}
    (film,) = plan_dataset(root, tmp_path / "out", scene, made_with="", sheet_options=options).films
    assert getattr(film.scene, name) == value
    assert film.sidecar["Warnings"] == []


def test_an_option_that_counts_on_no_sheet_is_refused(tmp_path):
    root = tree(tmp_path / "raw", "sub-1/anat/sub-1_T1w.nii")
    scene = typed_scene(layout="lateral", sagittal_nose="left")
    for options in (None, {}, {"plane": "coronal"}):
        with pytest.raises(OptionError, match="sagittal_nose left: does nothing in any film"):
            plan_dataset(root, tmp_path / "out", scene, made_with="", sheet_options=options)


def test_a_part_of_a_dataset_takes_the_options_of_the_whole(tmp_path):
    """Each job of a cluster has one label, and all have the same options."""
    root, options = mixed(tmp_path), {"reference": "bipolar", "layout": "axial"}
    chosen = {"subjects": ["4"]}
    plan = plan_dataset(root, tmp_path / "out", typed_scene(**options), made_with="", **chosen)
    assert plan.films[0].scene.given >= {"layout"}
    assert "reference" not in plan.films[0].scene.given
    left_out = ("--reference: left out of 1 of 1 films, whose inputs it does not suit",)
    assert dropped_options(typed_scene(**options), plan) == left_out
    for with_recording in ("sub-1", "sub-2"):
        shutil.rmtree(root / with_recording)
    with pytest.raises(OptionError, match="reference bipolar: does nothing in any film of the dataset"):
        plan_dataset(root, tmp_path / "out", typed_scene(**options), made_with="", **chosen)


def test_options_of_the_run_are_judged_by_the_whole_dataset(tmp_path):
    judged = []
    plan_dataset(mixed(tmp_path), tmp_path / "out", SceneFile(), made_with="", subjects=["4"], check=judged.extend)
    assert [facts.sound for facts in judged] == [True, False, True, False]


def test_a_run_leaves_the_folders_of_others_alone(tmp_path):
    out = tmp_path / "out"
    own, others = out / "sub-1/ses-a/ieeg/film.mp4", out / "sub-2/ieeg"
    for folder in (own.parent, others):
        folder.mkdir(parents=True)
    tidy_folders(out, [own])
    assert others.is_dir()
    assert not (out / "sub-1").exists()


def test_runs_may_begin_a_dataset_together(tmp_path):
    root = tree(tmp_path / "raw", "sub-1/anat/sub-1_T1w.nii")
    tree(tmp_path / "out", ".dataset_description.json.0123.partial")
    assert len(plan_dataset(root, tmp_path / "out", SceneFile(), made_with="").films) == 1


def test_a_cluster_on_this_machine_shares_out_its_threads():
    def threads(**options):
        return Workplace(machine=Machine(threads=8), **options).task_machine.threads

    assert threads(dask="local", jobs=4) == 2
    assert threads(dask="local") == 4
    assert threads(dask="slurm", jobs=4) == 8
    assert threads(jobs=2) == 4
    assert Workplace(dask="slurm").task_machine.threads is None


def comparisons_in(root, out, **options):
    """Labels of the films that share a scale, and the digest of each film."""
    plan = plan_dataset(root, out, SceneFile(size="320x180", **options), made_with="x")
    shared = [[plan.films[number].label for number in numbers] for numbers in plan.comparisons]
    return shared, {film.label: film.sidecar["SceneDigest"] for film in plan.films}


def test_recordings_of_a_subject_and_a_task_are_a_comparison(tmp_path):
    root = tree(
        tmp_path / "data",
        *(f"sub-{sub}/anat/sub-{sub}_T1w.nii" for sub in "12"),
        *(f"sub-{sub}/ieeg/sub-{sub}_electrodes.tsv" for sub in "12"),
        *(f"sub-1/ieeg/sub-1_task-{name}_ieeg.edf" for name in ("x_run-1", "x_run-2", "y")),
        "sub-2/ieeg/sub-2_task-x_ieeg.edf",
    )
    shared, digests = comparisons_in(root, tmp_path / "a")
    assert shared == [["sub-1_task-x_run-1", "sub-1_task-x_run-2"]]
    # Another run changes the scale, and so the films, of its comparison alone.
    (root / "sub-1/ieeg/sub-1_task-x_run-3_ieeg.edf").write_text("another")
    (longer,), others = comparisons_in(root, tmp_path / "b")
    assert longer == [*shared[0], "sub-1_task-x_run-3"]
    assert {label for label, digest in digests.items() if others[label] != digest} == set(shared[0])
    assert comparisons_in(root, tmp_path / "c", activity_scale=3.0)[0] == []
