"""A signal at any moment ends the command in one line, and a reader that goes away ends nothing."""

import ctypes
import os
import signal
import subprocess
import sys

import nibabel as nib
import numpy as np
import pytest

from corticast.cli.running import guarded

ENDS = [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")]

PLAIN = "send()"
ARGUMENT = """
class Sent:
    from_param = classmethod(lambda cls, value: send())
library = ctypes.CDLL(None)
library.abs.argtypes = [Sent]
library.abs(1)
"""
CALLBACK = """
ctypes.CFUNCTYPE(None)(send)()
while True:
    pass
"""
# On a busy machine a signal may come again while the lost one is still being taken up.
AT_ONCE = """
import threading
class Timer(threading.Timer):
    n_started = 0
    def start(self):
        Timer.n_started += 1
        self.function(*self.args) if Timer.n_started == 1 else super().start()
threading.Timer = Timer
"""
FINALIZER = """
class Kept:
    def __del__(self):
        send()
Kept()
while True:
    pass
"""

RUN = """
import ctypes, os, signal
from corticast.cli.ending import catch_signals, in_one_line
from corticast.cli.running import guarded

signal.signal(signal.SIGINT, signal.default_int_handler)

def send():
    os.kill(os.getpid(), {number})

def action():
    exec(BODY, {{"send": send, "ctypes": ctypes}})

BODY = {body!r}
catch_signals()
with in_one_line():
    {call}
"""


@pytest.mark.parametrize("call", ["guarded(action, verbose=False)", "guarded(action, verbose=True)", "action()"])
@pytest.mark.parametrize("body", [PLAIN, ARGUMENT, CALLBACK, FINALIZER, AT_ONCE + CALLBACK, AT_ONCE + FINALIZER])
@pytest.mark.parametrize(("number", "status", "word"), ENDS)
def test_a_signal_at_any_moment_is_one_line(number, status, word, body, call):
    code = RUN.format(number=int(number), body=body, call=call)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (status, f"corticast: {word}\n")


@pytest.mark.parametrize(("number", "status", "word"), ENDS)
def test_a_signal_while_the_commands_are_loaded_is_one_line(number, status, word):
    code = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "class Finder:\n"
        "    def find_spec(self, name, *_):\n"
        f"        if name == 'corticast.cli.info': os.kill(os.getpid(), {int(number)})\n"
        "sys.meta_path.insert(0, Finder())\n"
        "from corticast.cli import main\n"
        "sys.argv[1:] = ['info', 'T1w.nii']\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (status, f"corticast: {word}\n")


@pytest.mark.parametrize(
    ("changed", "text", "said"),
    [
        ((), "", "interrupted"),
        (("s.toml",), "", "interrupted; s.toml is kept"),
        (("s.toml", "new.png"), "", "interrupted; s.toml, new.png are kept"),
        ((), "finished parts are kept", "interrupted; finished parts are kept"),
    ],
)
def test_ctrl_c_says_what_is_kept(tmp_path, monkeypatch, capsys, changed, text, said):
    monkeypatch.chdir(tmp_path)
    for name in ("s.toml", "old.mp4"):
        (tmp_path / name).touch()
        os.utime(name, ns=(0, 0))

    def action():
        for name in changed:
            (tmp_path / name).write_text("new")
        raise KeyboardInterrupt(*[text] * bool(text))

    written = [type(tmp_path)(name) for name in ("s.toml", "new.png", "old.mp4")]
    with pytest.raises(SystemExit) as caught:
        guarded(action, verbose=False, written=written)
    assert caught.value.code == 130
    assert capsys.readouterr().err == f"corticast: {said}\n"


def test_an_argument_error_without_a_signal_is_reported(capsys):
    def action():
        raise ctypes.ArgumentError("wrong")

    with pytest.raises(Exception, match="1"):
        guarded(action, verbose=False)
    assert "unexpected ArgumentError: wrong" in capsys.readouterr().err


@pytest.fixture
def volume(tmp_path):
    """A file to describe."""
    nib.Nifti1Image(np.ones((4, 4, 4), np.int16), np.eye(4)).to_filename(tmp_path / "T1w.nii")
    return tmp_path / "T1w.nii"


def described(volume, redirections, n_times=1, **options):
    """A run of `corticast info` by a shell."""
    command = f'exec "$0" -m corticast info {f"{volume} " * n_times} {redirections}'
    return subprocess.run(["sh", "-c", command, sys.executable], stderr=subprocess.PIPE, text=True, **options)


@pytest.mark.parametrize("redirections", [">&-", ">&- <&-", ">&- 2>&-"])
def test_closed_streams_end_nothing(volume, redirections):
    done = described(volume, redirections)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("n_times", [1, 200])
def test_a_reader_that_goes_away_ends_nothing(volume, n_times):
    reading, writing = os.pipe()
    os.close(reading)
    done = described(volume, "", n_times, stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full device")
def test_a_full_device_is_reported_in_one_line(volume):
    done = described(volume, "> /dev/full")
    assert (done.returncode, done.stderr) == (1, "corticast: standard output: No space left on device\n")
