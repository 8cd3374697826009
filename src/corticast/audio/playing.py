"""Memory that `Playback` shares with its process: the sound, a record of each block played, and a switch to pause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from corticast.audio.ring import Counter, RecordRing, RingShape, SampleRing

_CONTROL_BYTES = 64
# Records of some 5 s of 512-sample blocks; they are read many times a second.
_N_RECORDS = 512


class PlayedBlock(NamedTuple):
    """A block that a callback has given to the device.

    Parameters
    ----------
    start : number of frames of the stream before the block, silence included
    position : first frame of the source in the block, or the next one if the block holds none
    n : frames of the source in the block; silence follows them
    n_missing : frames of silence, in place of frames that were not read in time
    dac_s : monotonic time at which the first sample is heard
    arrival_s : monotonic time of the callback
    flags : of PortAudio
    """

    start: int
    position: int
    n: int
    n_missing: int
    dac_s: float
    arrival_s: float
    flags: int


@dataclass(frozen=True)
class PlayingShape:
    """Size of the shared memory.

    Parameters
    ----------
    ring : of the sound
    """

    ring: RingShape

    @property
    def n_bytes(self) -> int:
        """Bytes of memory."""
        return _CONTROL_BYTES + RecordRing.n_bytes(_N_RECORDS, len(PlayedBlock._fields)) + self.ring.n_bytes


class PlayingMemory:
    """The shared memory, seen from either side.

    Parameters
    ----------
    memory : `shape.n_bytes` bytes
    shape : how much it holds
    """

    def __init__(self, memory: memoryview, shape: PlayingShape) -> None:
        n_fields = len(PlayedBlock._fields)
        ring_start = _CONTROL_BYTES + RecordRing.n_bytes(_N_RECORDS, n_fields)
        # 1 while paused; the parent's to set.
        self.paused = Counter(memory)
        # The process writes, the parent reads.
        self.played = RecordRing(memory[_CONTROL_BYTES:ring_start], _N_RECORDS, n_fields)
        # The parent writes, the process reads.
        self.sound = SampleRing(memory[ring_start:], shape.ring)

    def read_played(self, first: int) -> tuple[int, list[PlayedBlock]]:
        """Records from a number on: the number of the first that is still kept, and the records."""
        first, rows = self.played.read(first)
        return first, [
            PlayedBlock(int(start), int(position), int(n), int(n_missing), dac_s, arrival_s, int(flags))
            for start, position, n, n_missing, dac_s, arrival_s, flags in rows.tolist()
        ]
