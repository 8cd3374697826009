"""Where the time goes: pieces of work are timed by stage and thread; their sums always, each one on demand."""

from __future__ import annotations

from array import array
from time import perf_counter_ns

# The thread that draws.
MAIN = "main"


class Stage:
    """One kind of work of one thread; ``with stage:`` times a piece of it, an unfinished one included.

    One piece at a time: a stage does not lie within itself. Pieces of different stages may.

    Parameters
    ----------
    name : such as "draw"
    thread : that does it
    keep : whether the bounds of every piece are kept

    Attributes
    ----------
    total_ns : of all pieces, in nanoseconds
    bounds_ns : begin and end of one piece after the other on `time.perf_counter_ns`'s clock; None unless they are kept
    """

    __slots__ = ("_began_ns", "bounds_ns", "name", "thread", "total_ns")

    def __init__(self, name: str, thread: str, *, keep: bool) -> None:
        self.name = name
        self.thread = thread
        self.total_ns = 0
        # Two machine words a piece: a trace of an hour's film stays small.
        self.bounds_ns: array[int] | None = array("q") if keep else None
        self._began_ns = 0

    def __enter__(self) -> None:
        self._began_ns = perf_counter_ns()

    def __exit__(self, *_: object) -> None:
        ended_ns = perf_counter_ns()
        self.total_ns += ended_ns - self._began_ns
        if self.bounds_ns is not None:
            self.bounds_ns.append(self._began_ns)
            self.bounds_ns.append(ended_ns)


class Recorder:
    """The stages of a render; the clock starts when it is made.

    It is handed to whatever does a part of the work. A stage is entered only by its own thread, so nothing is locked.

    Parameters
    ----------
    keep : whether the bounds of every piece are kept, as a trace needs them
    """

    def __init__(self, *, keep: bool = False) -> None:
        self.keeps = keep
        self.began_ns = perf_counter_ns()
        self._stages: dict[tuple[str, str], Stage] = {}

    def stage(self, name: str, thread: str = MAIN) -> Stage:
        """The stage of that name; made when it is first asked for."""
        found = self._stages.get((name, thread))
        return found or self._stages.setdefault((name, thread), Stage(name, thread, keep=self.keeps))

    @property
    def stages(self) -> tuple[Stage, ...]:
        """All stages, in the order they were first asked for."""
        return tuple(self._stages.values())

    def seconds(self, name: str, thread: str = MAIN) -> float:
        """Time spent in a stage so far, in seconds; 0 if it never ran."""
        found = self._stages.get((name, thread))
        return found.total_ns / 1e9 if found is not None else 0.0

    @property
    def elapsed_s(self) -> float:
        """Seconds since the recorder was made."""
        return (perf_counter_ns() - self.began_ns) / 1e9
