"""A library in a child: its samples and errors arrive, and its limits hold."""

import gc
import os
import signal
import socket
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from tests.displays import until

from corticast.errors import MOST_CHARACTERS, DataError
from corticast.io import confined, confined_process
from corticast.io.confined import Confined
from corticast.io.confined_process import RunningChild
from corticast.io.file_kinds import RECORDING

ROOT = Path(__file__).parents[3]


@pytest.fixture
def opened(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    path = tmp_path / "a.txt"

    def open_file(command):
        if not path.exists() or path.read_text() != command:
            path.write_text(command)
        return Confined("tests.confined_reader", "Tiny", path, RECORDING, word="w" * 999)

    return open_file


def refused(opened, command):
    with pytest.raises(DataError) as caught:
        opened(command)
    said = caught.value.as_typed
    assert len(said) <= MOST_CHARACTERS
    assert "\n" not in said
    return said


def exists(pid):
    """Whether a process runs; the host has not yet asked for the status of one that has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def parent_of(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_samples_and_facts_arrive(opened, monkeypatch):
    monkeypatch.setattr(confined, "PIECE_BYTES", 160)
    file = opened("plain")
    assert file.facts["names"] == ["α", "b"]
    assert file.lines == ("a.txt: a warning",)
    rows = np.array([1, 0, 1])
    np.testing.assert_array_equal(file.read(5, 42, rows), 1000.0 * rows[:, None] + np.arange(5, 42))
    assert file.lines == ("a.txt: a warning", "a.txt: another")
    assert file.read(3, 3, rows).shape == (3, 0)


def test_the_child_ends_with_its_object(opened):
    file = opened("plain")
    pid = file.facts["pid"]
    assert exists(pid)
    del file
    gc.collect()
    assert not exists(pid)


def test_the_child_of_a_file_without_samples_ends_with_its_facts(opened):
    file = opened("facts alone")
    assert file.facts["names"] == ["α", "b"]
    assert file.lines == ("a.txt: a warning",)
    until(lambda: not exists(file.facts["pid"]))


def test_an_interrupt_is_followed_by_a_new_child(opened, monkeypatch):
    file = opened("plain")
    receive = RunningChild._receive

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(RunningChild, "_receive", interrupted)
    with suppress(KeyboardInterrupt):
        file.read(0, 5, np.array([0]))
    monkeypatch.setattr(RunningChild, "_receive", receive)
    np.testing.assert_array_equal(file.read(0, 5, np.array([0])), [np.arange(5.0)])
    assert not exists(file.facts["pid"])


def test_one_host_serves_all_files_and_another_follows_its_death(opened):
    one, two = opened("plain"), opened("plain")
    # Other tests of this process may have hosts for other libraries.
    (host,) = (each for each in confined_process._hosts.values() if each.pid == parent_of(one.facts["pid"]))
    assert parent_of(two.facts["pid"]) == host.pid
    os.kill(host.pid, signal.SIGKILL)
    until(lambda: not host.is_usable)
    three = opened("plain")
    assert parent_of(three.facts["pid"]) != host.pid
    for file in (one, two, three):
        np.testing.assert_array_equal(file.read(0, 5, np.array([0])), [np.arange(5.0)])


def test_no_process_is_ended_whose_number_may_be_another_ones(opened, monkeypatch):
    """Once its status was asked for, the number of a process is free."""
    # Files of other tests end now, and not below.
    gc.collect()
    ended, kill = [], os.kill
    monkeypatch.setattr(os, "kill", lambda pid, signal: ended.append(pid) or kill(pid, signal))
    crashed = refused(opened, "crash")
    assert "SIGABRT" in crashed
    assert ended == []
    file = opened("plain")
    pid = file.facts["pid"]
    del file
    gc.collect()
    assert ended == [pid]


# Errors


def test_errors_have_one_line(opened):
    assert "a.txt: cannot be read ('www" in refused(opened, "fail")
    file = opened("fail later")
    with pytest.raises(DataError, match=r"a\.txt: cannot be read \(no such sample in two lines\); repair"):
        file.read(0, 5, np.array([0]))


def test_a_crash_is_an_error(opened):
    assert refused(opened, "crash").endswith("a.txt: Tiny was ended by SIGABRT; get the file again")
    file = opened("crash later")
    with pytest.raises(DataError, match="Tiny was ended by SIGABRT"):
        file.read(0, 5, np.array([0]))


def test_memory_and_time_are_limited(opened):
    assert "a.txt: takes more than 768 MiB of memory to read" in refused(opened, "fill memory")
    assert "a.txt: Tiny computed for more than 30 s" in refused(opened, "compute")


def test_a_file_that_changes_is_refused(opened, tmp_path):
    file = opened("plain")
    (tmp_path / "a.txt").write_text("longer than before")
    with pytest.raises(DataError, match="has changed since it was opened"):
        file.read(0, 5, np.array([0]))


# Other files


def test_other_files_of_the_folder_are_read_and_watched(opened, tmp_path):
    other = tmp_path / "b.dat"
    other.write_bytes(b"x")
    file = opened("read: b.dat")
    assert file.facts["files"] == [str(tmp_path / "a.txt"), str(other)]
    other.write_bytes(b"xy")
    with pytest.raises(DataError, match=r"b\.dat: has changed since it was opened"):
        file.read(0, 5, np.array([0]))


@pytest.mark.parametrize(("command", "name"), [("read", "/etc/passwd"), ("try to read", "../a.txt")])
def test_files_elsewhere_are_refused(opened, name, command, tmp_path):
    said = refused(opened, f"{command}: {tmp_path / name}")
    assert "a.txt: names a file outside its folder, " in said


def test_other_files_that_are_not_regular_are_refused(opened, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "names no regular file, " in refused(opened, "read: pipe")
    with socket.socket(socket.AF_UNIX):
        assert "names no regular file, " in refused(opened, "try to read: " + str(tmp_path / "pipe"))
