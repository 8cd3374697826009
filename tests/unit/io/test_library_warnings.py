"""Warnings of libraries become lines of ours, in the thread that reads, and nowhere else."""

import logging
import re
import threading
import warnings
from pathlib import Path

import numpy as np
import pytest
from tests import odd_recordings as odd

from corticast.core.model.types import Electrodes, PlacedElectrodes
from corticast.dsp.recorded import HighGammaDrive, VoltageDrive
from corticast.errors import MOST_CHARACTERS, DataError
from corticast.io import library_warnings
from corticast.io.library_warnings import Listener
from corticast.io.library_words import MNE, NUMPY, PYNWB, WORDS
from corticast.io.recording import load_recording

FILE = Path("/data/odd.edf")

RECORDINGS = [
    (odd.edf_of_another_length, ".edf", "cut off: its header announces 100.000 s, but only 4.000 s are present"),
    (odd.edf_of_another_length, ".bdf", "cut off: its header announces 100.000 s, but only 4.000 s are present"),
    (odd.edf_padded_with_zeros, ".edf", "cut off: its header announces 100.000 s, but only 4.000 s are present"),
    (odd.edf_that_was_cut_off, ".edf", "cut off: its header announces 4.000 s, but only 2.000 s are present"),
    (odd.edf_that_was_cut_off, ".bdf", "cut off: its header announces 4.000 s, but only 2.000 s are present"),
    (odd.edf_that_was_not_closed, ".edf", "its header gives no length, as before the end of a recording; 4.000 s"),
    (odd.edf_without_digital_range, ".edf", "no digital range of LA2,"),
    (odd.edf_without_physical_range, ".edf", "no physical range of LA2,"),
    (odd.edf_without_a_date, ".edf", "the date in its header cannot be read"),
    (odd.edf_without_record_length, ".edf", "no length of a record"),
    (odd.edf_with_filters_that_cannot_be, ".edf", "high-pass at 200.0 Hz and a low-pass at 50.0 Hz"),
    (odd.edf_with_different_filters, ".edf", "recorded with different high-pass filters"),
    (odd.edf_with_equal_names, ".edf", "same name, and are numbered: 'LA1'"),
    (odd.brainvision_without_markers, ".vhdr", "old-name.vmrk is missing: it has no events"),
    (odd.brainvision_renamed, ".vhdr", "old-name.vmrk is missing: the events come from odd.vmrk"),
    (odd.brainvision_with_few_positions, ".vhdr", "no positions of 'LA3', 'LA4', whose kind is MISC"),
    (odd.eeglab_with_breaks, ".set", "breaks (boundary)"),
    (odd.eeglab_with_late_events, ".set", "events outside the recording, which are left out: 2"),
    (odd.eeglab_of_unknown_kinds, ".set", "hippocampus: ['LA1', 'LA2', 'LA3', 'LA4']"),
    (odd.eeglab_with_an_event_without_onset, ".set", "without an onset, which are left out: 1"),
    (odd.nwb_of_other_times, ".nwb", "another number of samples than of time stamps"),
    (odd.nwb_without_a_time_zone, ".nwb", "no time zone; times count from the first sample"),
    (odd.nwb_with_a_broken_link, ".nwb", "holds a link to /acquisition/far, which is missing"),
]
REFUSED = [
    (odd.nwb_with_turned_axes, "wrong axis"),
    (odd.nwb_of_other_electrodes, "more or fewer columns than electrodes"),
]
READERS = ("mne", "pynwb", "h5py")


def case_id(value):
    return getattr(value, "__name__", None) or str(value)[:12]


def ours_among_filters():
    """Filters of corticast; libraries add filters of their own when they are first imported."""
    return [each for each in warnings.filters if library_warnings.__name__ in f"{each}"]


@pytest.fixture(autouse=True)
def _nothing_comes_through():
    for needed in READERS:
        pytest.importorskip(needed)
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        yield
        assert not ours_among_filters()
    assert [str(each.message) for each in given] == []


@pytest.mark.parametrize(("make", "suffix", "words"), RECORDINGS, ids=case_id)
def test_warnings_about_a_recording_are_lines_that_name_it(tmp_path, capfd, make, suffix, words):
    path = make(tmp_path / f"odd{suffix}")
    recording = load_recording(path)
    recording.read(3, 700, np.arange(len(recording.names)))
    found = [line for line in recording.all_warnings if words in line]
    assert len(found) == 1
    assert all(line.startswith(f"odd{suffix}: ") for line in recording.all_warnings)
    assert not any("reports" in line for line in recording.all_warnings)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("make", "words"), REFUSED, ids=case_id)
def test_recordings_with_channels_of_unknown_names_are_refused(tmp_path, make, words):
    path = make(tmp_path / "odd.nwb")
    with pytest.raises(DataError, match=words) as refusal:
        load_recording(path)
    assert str(refusal.value).startswith(f"{path}: ")


@pytest.mark.parametrize("suffix", [".edf", ".bdf", ".vhdr", ".fif", ".set", ".nwb"])
def test_a_whole_recording_is_read_without_a_word(tmp_path, suffix):
    if suffix == ".fif":
        path = odd.fif_of_any_name(tmp_path / "name-that-mne-dislikes.fif")
    else:
        path = odd.brainvision(tmp_path / "w.vhdr") if suffix == ".vhdr" else odd.whole(tmp_path / f"w{suffix}")
    recording = load_recording(path)
    recording.rows()
    assert recording.all_warnings == ()


@pytest.mark.parametrize("drive", [VoltageDrive, HighGammaDrive])
def test_warnings_while_samples_are_read_are_the_activitys(monkeypatch, drive):
    raw = odd.raw_of(odd.volts(), odd.NAMES, odd.RATE)
    plain = raw.get_data

    def warns(*args, **options):
        warnings.warn("strange samples", RuntimeWarning, stacklevel=1)
        return plain(*args, **options)

    monkeypatch.setattr(raw, "get_data", warns)
    recording = load_recording(raw)
    assert recording.all_warnings == ()
    table = Electrodes(odd.NAMES, np.arange(12.0).reshape(4, 3))
    activity = drive(recording, reference="none").activity(PlacedElectrodes(table, table.pos))
    assert activity.warnings.count("Raw: MNE-Python reports: strange samples") == 1


def test_an_mne_raw_in_memory_is_heard_too(monkeypatch):
    raw = odd.raw_of(odd.volts(), odd.NAMES, odd.RATE)
    recording = load_recording(raw)
    plain = raw.get_data

    def warns(*args, **options):
        warnings.warn("strange samples", RuntimeWarning, stacklevel=1)
        return plain(*args, **options)

    monkeypatch.setattr(raw, "get_data", warns)
    recording.rows()
    recording.rows()
    assert recording.all_warnings == ("Raw: MNE-Python reports: strange samples",)


def test_a_warning_without_words_of_ours_is_passed_on_in_one_line():
    listener = Listener(FILE, MNE)
    with listener.listening():
        warnings.warn("first line\n  second line", RuntimeWarning, stacklevel=1)
        warnings.warn("x" * 1000, UserWarning, stacklevel=1)
    first, second = listener.lines
    assert first == "odd.edf: MNE-Python reports: first line second line"
    assert len(second) == MOST_CHARACTERS
    assert second.startswith("odd.edf: MNE-Python reports: xxx")


@pytest.mark.parametrize("category", [DeprecationWarning, PendingDeprecationWarning, FutureWarning, ResourceWarning])
def test_warnings_for_programmers_are_no_lines(category):
    listener = Listener(FILE, NUMPY)
    with listener.listening():
        warnings.warn("use the new name", category, stacklevel=1)
    assert listener.lines == ()


def test_warnings_of_numpy_itself_are_heard():
    listener = Listener(FILE, NUMPY)
    with listener.listening(), np.errstate(all="warn"):
        np.zeros(3) / np.zeros(3)
    assert listener.lines == ("odd.edf: NumPy reports: invalid value encountered in divide",)


@pytest.mark.parametrize("name", library_warnings._LOGGERS)
def test_loggers_are_heard(name, capfd):
    logger = logging.getLogger(name)
    before = list(logger.filters), list(logger.handlers), logger.level
    listener = Listener(FILE, PYNWB)
    with listener.listening():
        logger.warning("pixdim[%d] is %s", 1, "negative")
    assert listener.lines == ("odd.edf: pynwb reports: pixdim[1] is negative",)
    assert (list(logger.filters), list(logger.handlers), logger.level) == before
    assert capfd.readouterr() == ("", "")


def test_a_warning_that_was_given_before_is_heard_again():
    def warn():
        warnings.warn("once", UserWarning, stacklevel=1)

    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("default")
        warn()
        listener = Listener(FILE, MNE)
        with listener.listening():
            warn()
    assert len(given) == 1
    assert listener.lines == ("odd.edf: MNE-Python reports: once",)


@pytest.mark.parametrize("action", ["error", "ignore", "once"])
def test_the_hosts_filters_neither_raise_nor_hide(action):
    with warnings.catch_warnings():
        warnings.simplefilter(action)
        listener = Listener(FILE, MNE)
        with listener.listening():
            warnings.warn("heard", UserWarning, stacklevel=1)
    assert listener.lines == ("odd.edf: MNE-Python reports: heard",)


def test_a_library_that_catches_its_own_warnings_is_not_heard():
    listener = Listener(FILE, MNE)
    with listener.listening():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.warn("hidden", UserWarning, stacklevel=1)
        warnings.warn("heard", UserWarning, stacklevel=1)
    assert listener.lines == ("odd.edf: MNE-Python reports: heard",)


def test_other_threads_keep_their_warnings():
    listener, given = Listener(FILE, MNE), []

    def host():
        with warnings.catch_warnings(record=True) as found:
            warnings.simplefilter("always")
            warnings.warn("of the host", DeprecationWarning, stacklevel=1)
            logging.getLogger("mne").warning("of the host")
        given.extend(str(each.message) for each in found)

    handled = []
    handler = logging.Handler()
    handler.emit = lambda record: handled.append(record.getMessage())
    logging.getLogger("mne").addHandler(handler)
    try:
        with listener.listening():
            thread = threading.Thread(target=host)
            thread.start()
            thread.join()
    finally:
        logging.getLogger("mne").removeHandler(handler)
    assert (given, handled, listener.lines) == (["of the host"], ["of the host"], ())


def test_threads_hear_their_own_file_whoever_leaves_first():
    n = 8
    listeners = [Listener(f"{number}.edf", MNE) for number in range(n)]
    inside, half = threading.Barrier(n, timeout=20), threading.Barrier(n, timeout=20)

    def read(number):
        with listeners[number].listening():
            inside.wait()
            for _ in range(50):
                warnings.warn(f"about {number}", UserWarning, stacklevel=1)
            if number % 2:
                half.wait()
        if not number % 2:
            half.wait()
        for _ in range(50):
            with listeners[number].listening():
                warnings.warn(f"later about {number}", UserWarning, stacklevel=1)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, listener in enumerate(listeners):
        begin = f"{number}.edf: MNE-Python reports: "
        assert listener.lines == (f"{begin}about {number}", f"{begin}later about {number}")


def test_a_host_that_changes_its_filters_meanwhile_gets_them_back():
    """Threads enter and leave in turn: the host, we, the host, we."""
    enters, changed, leaves, left = (threading.Event() for _ in range(4))

    def host():
        enters.wait(10)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            changed.set()
            leaves.wait(10)
        left.set()

    thread = threading.Thread(target=host)
    thread.start()
    listener = Listener(FILE, MNE)
    with listener.listening():
        enters.set()
        changed.wait(10)
    leaves.set()
    left.wait(10)
    thread.join()
    # The host has put back the list that held our filters: they match nothing, and go with the next reader.
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        warnings.warn("seen", UserWarning, stacklevel=1)
    assert [str(each.message) for each in given] == ["seen"]
    with listener.listening():
        assert ours_among_filters()
    assert not ours_among_filters()


def test_the_first_entry_that_fits_is_a_more_special_one():
    """A later entry that an earlier one hides would never be used."""
    for entries in WORDS.values():
        for number, words in enumerate(entries):
            sample = re.sub(r"\{(\w+)\}", r"\1", words.begins.replace("…", "so"))
            assert next(k for k, each in enumerate(entries) if each.of(sample) is not None) == number


def test_each_warning_is_reported_or_left_out_for_a_reason():
    assert all(bool(words.ours) != bool(words.why) for entries in WORDS.values() for words in entries)


def test_no_module_hides_warnings_or_changes_the_filters_of_the_process():
    """`catch_warnings` and MNE-Python's `verbose="error"` hide what libraries say about a file."""
    sources = [path for path in Path(library_warnings.__file__).parents[1].rglob("*.py") if "bench" not in path.parts]
    hiding = ("catch_warnings(", "filterwarnings(", 'verbose="error"', "verbose=False")
    assert len(sources) > 200
    assert [path.name for path in sources if any(word in path.read_text() for word in hiding)] == []
