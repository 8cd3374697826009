"""One reader under atheris: `python -m tests.fuzz` starts this in a process of its own.

    python -m tests.fuzz.target READER FOLDER SECONDS

Modules of corticast.io are instrumented. Faults are noted, each kind once, and the fuzzer continues. The process ends
after the seconds of computing; the last line on standard error that begins with # has the coverage.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import pkgutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import atheris

import corticast

with atheris.instrument_imports(include=["corticast.io"], enable_loader_override=False):
    for found in pkgutil.walk_packages([f"{corticast.__path__[0]}/io"], "corticast.io."):
        importlib.import_module(found.name)
    from tests.fuzz.in_process import read_in_process
    from tests.fuzz.judge import FaultError, judge
    from tests.fuzz.readers import READERS


class Target:
    """Judges inputs until the time is over.

    Parameters
    ----------
    name : of the reader
    folder : for its notes and its inputs that show faults
    seconds : of computing
    """

    def __init__(self, name, folder, seconds):
        self._reader, self._folder, self._seconds = READERS[name], folder, seconds
        self._home = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
        self._began_s = time.process_time()
        self._n = {"executions": 0, "read": 0, "refused": 0}
        self._faults = {}

    def seed(self):
        """Write the corpus."""
        corpus = self._folder / "corpus"
        corpus.mkdir(parents=True, exist_ok=True)
        for content in self._reader.contents(self._home):
            (corpus / hashlib.sha1(content).hexdigest()).write_bytes(content)
        sizes = [path.stat().st_size for path in corpus.iterdir()]
        words = ['"' + "".join(rf"\x{byte:02x}" for byte in word) + '"' for word in self._reader.words]
        (self._folder / "words.dict").write_text("\n".join(words) + "\n")
        return corpus, max(4096, 2 * max(sizes))

    def __call__(self, content):
        """Judge an input."""
        self._n["executions"] += 1
        try:
            self._n["refused" if judge(self._reader, content, self._home) else "read"] += 1
        except FaultError as fault:
            self._note(fault, content)
        if self._n["executions"] % 64 == 0:
            self._save()
        if time.process_time() - self._began_s > self._seconds:
            self._save()
            os.kill(os.getpid(), signal.SIGUSR1)

    def _note(self, fault, content):
        if fault.kind not in self._faults:
            name = f"fault-{hashlib.sha1(fault.kind.encode()).hexdigest()[:8]}"
            (self._folder / name).write_bytes(content)
            (self._folder / f"{name}.txt").write_text(f"{fault}\n")
        self._faults[fault.kind] = self._faults.get(fault.kind, 0) + 1

    def _save(self):
        seconds = time.process_time() - self._began_s
        text = json.dumps({**self._n, "cpu_s": round(seconds, 1), "faults": self._faults}, indent=1)
        (self._folder / "counts.json").write_text(text)


def main(name, folder, seconds):
    """Fuzz a reader."""
    read_in_process()
    target = Target(name, Path(folder), float(seconds))
    corpus, most_bytes = target.seed()
    arguments = [
        f"-max_len={most_bytes}",
        f"-dict={folder}/words.dict",
        f"-artifact_prefix={folder}/ended-",
        "-seed=17",
    ]
    atheris.Setup(
        [sys.argv[0], *arguments, "-timeout=300", "-rss_limit_mb=4096", "-reload=0", str(corpus)],
        target,
        enable_python_coverage=True,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
