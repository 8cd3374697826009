"""The sound server of tests that hear and play, and what plays into it."""

import json
import subprocess

import numpy as np
import soundfile

from corticast.bench.sound_server import SoundServer


class PulseServer(SoundServer):
    """A `SoundServer` that files are played into."""

    def __init__(self, folder):
        super().__init__(folder)
        self._players = []

    def sources(self):
        """Names of the sources, from the server."""
        return [source["name"] for source in json.loads(self.pactl("-f", "json", "list", "sources").stdout)]

    def play(self, wav, *, latency_ms=2000):
        """Play a file into the sink; the process, which ends with the sound.

        With a short latency a busy machine makes the player late, and the server puts silence into the sound.
        """
        player = subprocess.Popen(
            ["paplay", f"--device={self.sink}", f"--latency-msec={latency_ms}", str(wav)],
            env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._players.append(player)
        return player

    def write(self, samples, sample_rate, name="sound.wav"):
        """A WAV file of (n_channels, n) float32 samples."""
        path = self.folder / name
        soundfile.write(path, np.asarray(samples, np.float32).T, sample_rate, subtype="FLOAT")
        return path

    def silence(self):
        """End all players."""
        while self._players:
            player = self._players.pop()
            player.kill()
            player.wait()

    def __exit__(self, *error):
        self.silence()
        super().__exit__(*error)
