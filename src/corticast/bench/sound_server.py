"""A private PulseAudio server, with a silent sink whose monitor can be recorded."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

from corticast.errors import DeviceError

_PROGRAMS = ("pulseaudio", "pactl", "pacat")
_STARTS_WITHIN_S = 30.0

# With this file, a process takes the server as ALSA's default device.
_ASOUND = """
</usr/share/alsa/alsa.conf>
pcm.!default { type pulse }
ctl.!default { type pulse }
"""


class SoundServer:
    """A PulseAudio server in a folder of its own; a context manager.

    Parameters
    ----------
    folder : folder for its socket, its log and its home directory

    Attributes
    ----------
    sink, source : names of the null sink and of its monitor
    rate : sample rate of the sink in Hz
    """

    sink, source, rate = "loop", "loop.monitor", 44100

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._socket = folder / "native"
        self._log = folder / "pulseaudio.log"
        self._server: subprocess.Popen[bytes] | None = None
        (folder / "asound.conf").write_text(_ASOUND)
        # Without this line, the server would change the sink's rate for streams at its second rate.
        (folder / "daemon.conf").write_text(f"alternate-sample-rate = {self.rate}\n")

    @staticmethod
    def missing() -> str:
        """Missing programs and packages, separated by commas; empty if all are installed."""
        missing = [name for name in _PROGRAMS if shutil.which(name) is None]
        return ", ".join(missing + ["PyAudio"] * (find_spec("pyaudio") is None))

    @property
    def variables(self) -> dict[str, str]:
        """Environment variables that lead a process to the server."""
        return {
            "HOME": str(self.folder),
            "XDG_RUNTIME_DIR": str(self.folder),
            "XDG_CONFIG_HOME": str(self.folder),
            "PULSE_RUNTIME_PATH": str(self.folder / "pulse"),
            "PULSE_SERVER": f"unix:{self._socket}",
            "ALSA_CONFIG_PATH": str(self.folder / "asound.conf"),
        }

    @property
    def environment(self) -> dict[str, str]:
        """A whole environment for a process that uses the server."""
        # Through a desktop's bus, the server would find devices or another server.
        kept = {name: value for name, value in os.environ.items() if name != "DBUS_SESSION_BUS_ADDRESS"}
        return {**kept, **self.variables}

    @property
    def pid(self) -> int:
        """Process id of the server."""
        assert self._server is not None
        return self._server.pid

    def start(self) -> None:
        """Start the server, possibly again with the same names. On return it answers.

        Raises
        ------
        DeviceError : the server does not start
        """
        self._socket.unlink(missing_ok=True)
        command = ["pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1"]
        command += ["--disable-shm=yes", "--log-level=info"]
        command += [f"--load=module-native-protocol-unix socket={self._socket} auth-anonymous=1"]
        # With floats, recordings equal the played sound bit by bit.
        command += [f"--load=module-null-sink sink_name={self.sink} rate={self.rate} format=float32le channels=2"]
        with self._log.open("ab") as log:
            environment = {**self.environment, "PULSE_CONFIG": str(self.folder / "daemon.conf")}
            self._server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
        deadline_s = time.monotonic() + _STARTS_WITHIN_S
        while self.pactl("info").returncode:
            if self._server.poll() is not None or time.monotonic() > deadline_s:
                self.kill()
                last = self._log.read_text(errors="replace").strip().splitlines()[-1:]
                raise DeviceError(f"PulseAudio does not start: {' '.join(last) or 'no error text'}")
            time.sleep(0.02)

    def kill(self) -> None:
        """Kill the server at once, like a crash."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()

    def pactl(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of pactl against the server."""
        command = ["pactl", *arguments]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False, timeout=_STARTS_WITHIN_S
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
