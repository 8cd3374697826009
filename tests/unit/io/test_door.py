"""The door to files: regular files are opened, others are refused at once, and a change during reading is noticed."""

import errno
import gzip
import io
import json
import os
import socket
import stat
import subprocess
import sys

import numpy as np
import pytest

from corticast.errors import MOST_CHARACTERS, DataError
from corticast.io.companions import companion_of, companions
from corticast.io.door import by_path, check_exists, opened, read_bytes, read_into
from corticast.io.file_kinds import ANY, TABLE, FileKind, size_in_words

SMALL = FileKind("a small file", "give a smaller one", 2000)


def refusal(path, kind=ANY):
    with pytest.raises(DataError) as caught:
        read_bytes(path, kind)
    return caught.value.as_typed


def test_the_whole_content_is_read(tmp_path):
    content = os.urandom(5000)
    path = tmp_path / "any.bin"
    path.write_bytes(content)
    assert read_bytes(path, ANY) == content
    with opened(path, ANY) as file:
        assert file.size == 5000
        file.seek(1000)
        memory = np.empty(3000, dtype=np.uint8)
        assert read_into(file, memory.data) == 3000
    assert memory.tobytes() == content[1000:4000]


def test_streams_of_other_libraries_read_a_file(tmp_path):
    path = tmp_path / "text.gz"
    path.write_bytes(gzip.compress("é\nb\n".encode()))
    with opened(path, ANY) as file, io.TextIOWrapper(gzip.GzipFile(fileobj=file), encoding="utf-8") as lines:
        assert list(lines) == ["é\n", "b\n"]


def test_all_but_regular_files_are_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "dangling").symlink_to("nowhere")
    assert refusal(tmp_path / "pipe") == f"{tmp_path}/pipe: is a pipe; save its content as a file"
    assert refusal(tmp_path / "folder") == f"{tmp_path}/folder: is a folder; give a file in the folder"
    assert "a link that leads back to itself" in refusal(tmp_path / "loop")
    assert "a link to a missing file, nowhere" in refusal(tmp_path / "dangling")
    assert "no such file" in refusal(tmp_path / "missing")
    assert "no such file" in refusal(tmp_path / "pipe" / "below")
    assert "too long" in refusal(tmp_path / ("n" * 300))
    assert "an impossible name" in refusal(tmp_path / "null\0")
    assert "is a device" in refusal("/dev/zero")


def test_sockets_are_refused(tmp_path, monkeypatch):
    # Names of sockets are short.
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("s")
        assert refusal(tmp_path / "s") == f"{tmp_path}/s: is a socket; give a file"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read any file")
def test_files_without_permission_are_refused(tmp_path):
    path = tmp_path / "secret"
    path.write_text("x")
    path.chmod(0)
    assert "no permission" in refusal(path)


def test_a_file_without_permission_is_refused_by_any_user(tmp_path, monkeypatch):
    def forbid(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    path = tmp_path / "secret"
    path.write_text("x")
    monkeypatch.setattr(os, "open", forbid)
    assert refusal(path) == f"{path}: no permission to read the file; {ANY.remedy}"


def test_a_large_file_is_refused_by_its_length_alone(tmp_path):
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    assert stat.S_ISREG(path.stat().st_mode)
    assert refusal(path, SMALL) == (
        f"{path}: too large: it has 1 TiB, and a small file has at most 1.95 KiB; give a smaller one"
    )
    assert "at most 64 MiB" in refusal(path, TABLE)


@pytest.mark.parametrize(
    ("n_bytes", "words"),
    [(0, "0 bytes"), (1023, "1023 bytes"), (1536, "1.5 KiB"), (1 << 26, "64 MiB"), (5 << 40, "5 TiB")],
)
def test_sizes_in_words(n_bytes, words):
    assert size_in_words(n_bytes) == words


# Changes


def read_while(path, change):
    """Read a file that something changes meanwhile."""
    path.write_bytes(bytes(4096))
    os.utime(path, ns=(1, 1))
    with opened(path, ANY) as file:
        file.read(10)
        change(path)


def cut_off(path):
    os.truncate(path, 1)
    raise ValueError("cut off")


def fail(_):
    raise ValueError("its own")


def fail_to_read(_):
    raise OSError(errno.EIO, "Input/output error")


CHANGES = {
    "shorter": lambda path: os.truncate(path, 100),
    "longer": lambda path: os.truncate(path, 5000),
    "rewritten": lambda path: path.write_bytes(bytes(4096)),
    "shorter, which is an error of a reader": cut_off,
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_while_a_file_is_read_is_noticed(tmp_path, change):
    with pytest.raises(DataError, match=r"a\.bin: has changed since it was opened; start again$"):
        read_while(tmp_path / "a.bin", CHANGES[change])


def test_errors_without_a_change_stay(tmp_path):
    with pytest.raises(ValueError, match="its own"):
        read_while(tmp_path / "a.bin", fail)
    with pytest.raises(DataError, match=r"a\.bin: cannot be read \(Input/output error\)"):
        read_while(tmp_path / "a.bin", fail_to_read)


def test_a_file_whose_first_bytes_cannot_be_read_is_refused():
    """As on a broken disk: no page of memory lies at the beginning of this file of the system's."""
    assert refusal("/proc/self/mem") == f"/proc/self/mem: cannot be read (Input/output error); {ANY.remedy}"


def test_an_exchanged_file_is_noticed_where_a_library_has_the_path(tmp_path):
    path, other = tmp_path / "a.bin", tmp_path / "b.bin"
    path.write_bytes(b"one")
    other.write_bytes(b"two")
    with pytest.raises(DataError, match=r"has changed"), by_path(path, ANY):
        other.rename(path)
    with by_path(path, ANY) as stamp:
        pass
    path.write_bytes(b"three")
    with pytest.raises(DataError, match=r"has changed"), by_path(path, ANY, since=stamp):
        pytest.fail("opened")


# Links without content


@pytest.mark.parametrize(
    "content",
    [
        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
        "/annex/objects/MD5E-s1234--0123.nii.gz\n",
        "../../.git/annex/objects/Kx/zZ/MD5E-s1234--0123.nii.gz/MD5E-s1234--0123.nii.gz",
    ],
)
def test_pointers_are_reported_with_the_command_that_fetches_their_content(tmp_path, content):
    path = tmp_path / "a b.nii.gz"
    path.write_text(content)
    is_lfs = content.startswith("version")
    command = f"git -C {tmp_path} " + ("lfs pull --include 'a b.nii.gz'" if is_lfs else "annex get 'a b.nii.gz'")
    program = "Git LFS" if is_lfs else "git-annex"
    assert refusal(path) == f"{path}: a pointer of {program}, whose content is not here; `{command}` fetches it"


def test_links_into_an_annex_are_reported_with_the_command_that_fetches_them(tmp_path):
    path = tmp_path / "sub-01_T1w.nii.gz"
    path.symlink_to(".git/annex/objects/none")
    command = f"git -C {tmp_path} annex get sub-01_T1w.nii.gz"
    assert refusal(path) == f"{path}: a link whose content is not here; `{command}` fetches it"
    (tmp_path / ".datalad").mkdir()
    assert f"`datalad get {path}` fetches it" in refusal(path)


# Companions


OUTSIDE = ("/etc/x", "../x", "a/../../x", r"C:\x", r"..\x", r"\\host\x", "", "a\0b", "../" * 500)


@pytest.mark.parametrize("name", OUTSIDE)
def test_files_outside_the_folder_are_refused(tmp_path, name):
    with pytest.raises(DataError, match=r"names a file outside its folder") as caught:
        companion_of(tmp_path / "a.vhdr", name)
    assert len(caught.value.as_typed) <= MOST_CHARACTERS


def test_files_in_the_folder_are_found(tmp_path):
    assert companion_of(tmp_path / "a.vhdr", " a.eeg ") == tmp_path / "a.eeg"
    assert companion_of(tmp_path / "a.vhdr", r"raw\a.eeg") == tmp_path / "raw" / "a.eeg"
    (tmp_path / "a.vhdr").write_text("DataFile=/etc/passwd\nMarkerFile=a.vmrk\n")
    assert companions(tmp_path / "a.vhdr") == []


# One line


def test_lines_about_content_have_a_bounded_length_and_keep_their_ends():
    said = DataError("a.tsv: line 3: " + "9" * 5000 + "\x1b[31m\n is not a number; give a number or n/a").as_typed
    assert len(said) == MOST_CHARACTERS
    assert said.startswith("a.tsv: line 3: 999")
    assert said.endswith("[31m  is not a number; give a number or n/a")
    assert said.isprintable()


def test_no_file_is_mapped_into_memory(tmp_path):
    """A mapped file that becomes shorter would end the process by SIGBUS."""
    path = tmp_path / "a.json"
    path.write_text(json.dumps(["x" * 100_000]))
    read = (
        "import sys; from pathlib import Path; from corticast.io.json_file import read_json; p = Path(sys.argv[1]);"
        "kept = read_json(p); print('\\n'.join(l for l in open('/proc/self/maps') if sys.argv[1] in l))"
    )
    if sys.platform == "linux":
        said = subprocess.run([sys.executable, "-c", read, str(path)], check=True, capture_output=True, text=True)
        assert said.stdout.strip() == ""
    check_exists(path, ANY)
