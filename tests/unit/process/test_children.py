"""A child and its parent: what travels between them, and how either one's end ends the other."""

import logging
import os
import select
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest
from tests.displays import ended

from corticast import errors
from corticast.process.environment import environment_of_children
from corticast.process.parent import Child

# Long enough for a busy machine; nothing waits so long that works.
PATIENCE_S = 60


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Makes a module whose `do(task, tell)` has the given body."""

    def make(body: str, before: str = "", options: str = "") -> str:
        indented = "\n".join(f"    {line}" for line in body.strip().splitlines())
        (tmp_path / "served.py").write_text(
            f"import os, signal, sys, time\nfrom corticast import errors\nfrom corticast.process.child import serve\n"
            f"{before}\ndef do(task, tell):\n{indented}\n\nserve(do{options})\n"
        )
        # An empty entry would stand for the current folder.
        folders = filter(None, [str(tmp_path), os.environ.get("PYTHONPATH", "")])
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join(folders))
        return "served"

    return make


def all_events(child: Child) -> list[dict]:
    events = []
    while not child.has_closed:
        events += child.events(PATIENCE_S)
    return events


def all_ended(read_end: int) -> bool:
    """Whether all processes have ended that hold the other end of a pipe."""
    ready, _, _ = select.select([read_end], [], [], PATIENCE_S)
    return bool(ready) and os.read(read_end, 1) == b""


@pytest.fixture
def pipe():
    read_end, write_end = os.pipe()
    yield read_end, write_end
    os.close(read_end)


def test_a_task_goes_there_and_events_come_back_in_order(module):
    task = {"numbers": list(range(200_000)), "text": "τέχνη\n"}
    name = module("for k in range(1000): tell('count', k=k)\ntell('task', task=task)")
    with Child(name, task, ends_within_s=PATIENCE_S) as child:
        *counts, last = all_events(child)
    assert counts == [{"event": "count", "k": k} for k in range(1000)]
    assert last == {"event": "task", "task": task}
    assert child.ending() == "ended with status 0 and left no message"


def test_what_is_printed_is_no_event(module, caplog):
    caplog.set_level(logging.DEBUG, "corticast.process")
    before = "print('too early')\nprint('{}')\nprint('[1]', flush=True)"
    name = module("print('{\"event\": \"false\"}', flush=True)\nos.write(1, b'native\\n')\ntell('true')", before)
    with Child(name, None) as child:
        assert all_events(child) == [{"event": "true"}]
    said = [record.getMessage().split(": ", 1)[1] for record in caplog.records]
    assert sorted(said) == sorted(["too early", "{}", "[1]", '{"event": "false"}', "native"])


@pytest.mark.parametrize("kind", ["CorticastError", "DataError", "OptionError", "DeviceError", "EncoderError"])
def test_an_error_keeps_its_class_and_its_text(module, kind):
    name = module(f"tell('begun')\nraise errors.{kind}(task)")
    text = "--plane-mm “7”: give a number"
    with Child(name, text) as child, pytest.raises(errors.CorticastError) as caught:
        all_events(child)
    assert type(caught.value) is getattr(errors, kind)
    assert caught.value.as_typed == text


def test_an_unexpected_error_is_one_line_and_its_traceback_is_logged(module, caplog):
    caplog.set_level(logging.DEBUG, "corticast.process")
    name = module("raise ValueError('two\\nlines')")
    with Child(name, None) as child, pytest.raises(errors.CorticastError, match=r"^unexpected ValueError: two lines$"):
        all_events(child)
    assert any("served.py" in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize(
    ("body", "ending"),
    [
        ("os.kill(os.getpid(), signal.SIGKILL)", "was killed by SIGKILL"),
        ("os.abort()", "was killed by SIGABRT"),
        ("os.write(2, b'first\\nlast\\n\\n'); os._exit(3)", "ended with status 3: last"),
        ("os.write(2, b'no line break'); os._exit(3)", "ended with status 3: no line break"),
        ("os._exit(3)", "ended with status 3 and left no message"),
    ],
)
def test_how_a_child_has_ended(module, body, ending):
    with Child(module(body), None) as child:
        assert all_events(child) == []
    assert child.ending() == ending
    assert not child.is_running


def test_a_module_that_does_not_exist_is_named():
    with Child("corticast.nowhere", {"large": "x" * 1_000_000}) as child:
        assert all_events(child) == []
    assert "No module named" in child.ending()


def test_a_child_that_talks_without_end_is_heard(module):
    name = module("for k in range(20_000): os.write(2, b'all is well\\n')\ntell('done')")
    with Child(name, None) as child:
        assert all_events(child) == [{"event": "done"}]


def test_the_end_of_a_child_lets_it_tidy_up(module, tmp_path):
    name = module(
        "try:\n    tell('begun')\n    time.sleep(600)\nfinally:\n"
        "    os.write(2, b'x' * 1_000_000)\n    open(task, 'w').write('tidied')",
        options=", gives_up_within_s=60",
    )
    with Child(name, str(tmp_path / "tidied"), ends_within_s=PATIENCE_S) as child:
        assert child.events(PATIENCE_S) == [{"event": "begun"}]
    assert (tmp_path / "tidied").read_text() == "tidied"
    assert child.ending().startswith(f"ended with status {128 + signal.SIGTERM}")


@pytest.mark.parametrize("ends_within_s", [0.0, 0.05])
def test_a_child_that_does_not_end_is_killed(module, ends_within_s):
    body = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\ntell('begun')\nwhile True: time.sleep(600)"
    with Child(module(body, options=", gives_up_within_s=60"), None, ends_within_s=ends_within_s) as child:
        assert child.events(PATIENCE_S) == [{"event": "begun"}]
        os.kill(child.pid, signal.SIGSTOP)
    assert child.ending() == "was killed by SIGKILL"


PARENT = """
import os, signal, sys, time
# A test run in the background of a shell ignores Ctrl-C, and so would this.
signal.signal(signal.SIGINT, signal.default_int_handler)
from corticast.process.parent import Child
fd = int(sys.argv[1])
try:
    with Child("served", [sys.argv[2]], fds=[fd], ends_within_s=60) as child:
        child.events(60)
        print("begun", flush=True)
        {then}
except KeyboardInterrupt:
    print("interrupted", child.ending())
"""


@contextmanager
def a_parent(pipe, tmp_path, then):
    command = [sys.executable, "-c", PARENT.format(then=then), str(pipe[1]), str(tmp_path / "tidied")]
    parent = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, pass_fds=[pipe[1]], process_group=0
    )
    os.close(pipe[1])
    with parent, ended(parent):
        assert parent.stdout.readline() == "begun\n"
        yield parent


TIDY = "try:\n    tell('begun')\n    time.sleep(600)\nfinally:\n    open(task[0], 'w').write('tidied')"


def test_a_parent_that_is_killed_takes_its_child_along(module, pipe, tmp_path):
    module(TIDY)
    with a_parent(pipe, tmp_path, "time.sleep(600)") as parent:
        parent.kill()
        assert all_ended(pipe[0])
    assert not (tmp_path / "tidied").exists()


def test_the_child_of_a_parent_that_is_killed_tidies_up(module, pipe, tmp_path):
    module(TIDY, options=", gives_up_within_s=60")
    with a_parent(pipe, tmp_path, "time.sleep(600)") as parent:
        parent.kill()
        assert all_ended(pipe[0])
    assert (tmp_path / "tidied").read_text() == "tidied"


def test_a_child_that_cannot_tidy_up_ends_after_its_time(module, pipe, tmp_path):
    module("signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + TIDY, options=", gives_up_within_s=0.05")
    with a_parent(pipe, tmp_path, "time.sleep(600)") as parent:
        parent.kill()
        assert all_ended(pipe[0])
    assert not (tmp_path / "tidied").exists()


def test_ctrl_c_on_the_terminal_reaches_only_the_parent(module, pipe, tmp_path):
    """Ctrl-C signals the whole foreground group; the child ends as its parent asks, not by the signal."""
    module(TIDY, options=", gives_up_within_s=60")
    with a_parent(pipe, tmp_path, "os.killpg(0, signal.SIGINT); time.sleep(600)") as parent:
        said, complaints = parent.communicate(timeout=PATIENCE_S)
        assert all_ended(pipe[0])
    assert said == f"interrupted ended with status {128 + signal.SIGTERM} and left no message\n"
    assert (parent.returncode, complaints) == (0, "")
    assert (tmp_path / "tidied").exists()


def test_a_child_ends_though_its_input_stays_open():
    command = [sys.executable, "-P", "-m", "corticast.app.batch.worker"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment_of_children({})
    ) as process:
        process.stdin.write(b"{}\n")
        process.stdin.flush()
        sent, said = process.stdout.read(), process.stderr.read()
        status = process.wait(PATIENCE_S)
    assert sent == b'{"event": "failed", "error": "CorticastError", "message": "unexpected KeyError: \'task\'"}\n'
    assert status == 0
    assert said.startswith(b"Traceback")


def test_a_child_without_a_task_does_nothing(module):
    command = [sys.executable, "-P", "-m", module("tell('done')")]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, env=environment_of_children({}))
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_module_in_the_current_folder_is_not_taken_for_a_library(module, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "json.py").write_text("raise SystemExit('the wrong json')")
    monkeypatch.chdir(tmp_path / "here")
    with Child(module("tell('done')"), None) as child:
        assert all_events(child) == [{"event": "done"}]
