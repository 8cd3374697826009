"""A PulseAudio server of our own, with a sink that nobody hears, and whose monitor can be recorded."""

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

# ALSA's default device is the server, for processes that are told to read this.
_ASOUND = """
</usr/share/alsa/alsa.conf>
pcm.!default { type pulse }
ctl.!default { type pulse }
"""


class SoundServer:
    """PulseAudio in a folder of its own; a context manager.

    Parameters
    ----------
    folder : for its socket, its log, and what it would keep in a user's home

    Attributes
    ----------
    sink, source : names of the null sink and of its monitor
    rate : of the sink, in Hz
    """

    sink, source, rate = "loop", "loop.monitor", 44100

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._socket = folder / "native"
        self._log = folder / "pulseaudio.log"
        self._server: subprocess.Popen[bytes] | None = None
        (folder / "asound.conf").write_text(_ASOUND)
        # The sink is to keep its rate: the server would change it for a stream at the other of its two.
        (folder / "daemon.conf").write_text(f"alternate-sample-rate = {self.rate}\n")

    @staticmethod
    def missing() -> str:
        """What it needs and is not here, empty when nothing."""
        missing = [name for name in _PROGRAMS if shutil.which(name) is None]
        return ", ".join(missing + ["PyAudio"] * (find_spec("pyaudio") is None))

    @property
    def variables(self) -> dict[str, str]:
        """Environment variables by which a process finds the server."""
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
        """A whole environment for a process."""
        # A bus of the desktop would let the server find devices, or another server.
        kept = {name: value for name, value in os.environ.items() if name != "DBUS_SESSION_BUS_ADDRESS"}
        return {**kept, **self.variables}

    @property
    def pid(self) -> int:
        """Of its process."""
        assert self._server is not None
        return self._server.pid

    def start(self) -> None:
        """Start it, or start it again with the same names; it answers when this returns.

        Raises
        ------
        DeviceError : it does not come up
        """
        self._socket.unlink(missing_ok=True)
        command = ["pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1"]
        command += ["--disable-shm=yes", "--log-level=info"]
        command += [f"--load=module-native-protocol-unix socket={self._socket} auth-anonymous=1"]
        # Floats, so that what is recorded is bit for bit what was played.
        command += [f"--load=module-null-sink sink_name={self.sink} rate={self.rate} format=float32le channels=2"]
        with self._log.open("ab") as log:
            environment = {**self.environment, "PULSE_CONFIG": str(self.folder / "daemon.conf")}
            self._server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
        deadline_s = time.monotonic() + _STARTS_WITHIN_S
        while self.pactl("info").returncode:
            if self._server.poll() is not None or time.monotonic() > deadline_s:
                self.kill()
                last = self._log.read_text(errors="replace").strip().splitlines()[-1:]
                raise DeviceError(f"PulseAudio does not start: {' '.join(last) or 'it says nothing'}")
            time.sleep(0.02)

    def kill(self) -> None:
        """End it at once, as a crash does."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()

    def pactl(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Ask it something."""
        return subprocess.run(
            ["pactl", *arguments], env=self.environment, capture_output=True, text=True, check=False, timeout=10
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
