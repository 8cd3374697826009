"""Times of pieces of work, by stage and thread: their sums always, each piece on demand."""

from __future__ import annotations

from array import array
from time import perf_counter_ns

# The thread that draws.
MAIN = "main"


class Stage:
    """One kind of work of one thread; ``with stage:`` times a piece of it, also if the piece fails.

    A stage times one piece at a time. Pieces of different stages may lie within each other.

    Parameters
    ----------
    name : such as "draw"
    thread : name of the thread that does the work
    keep : whether the bounds of every piece are kept

    Attributes
    ----------
    total_ns : of all pieces, in nanoseconds
    bounds_ns : begin and end of each piece by the clock of `time.perf_counter_ns`; None unless they are kept
    """

    __slots__ = ("_began_ns", "bounds_ns", "name", "thread", "total_ns")

    def __init__(self, name: str, thread: str, *, keep: bool) -> None:
        self.name = name
        self.thread = thread
        self.total_ns = 0
        # Two machine words per piece keep the trace of an hour's film small.
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


class Trace:
    """The stages of a render; the clock starts at once.

    All parts of a render get the trace. Only its own thread enters a stage, so that no lock is needed.

    Parameters
    ----------
    keep : whether the bounds of every piece are kept, as the file of --profile needs them
    """

    def __init__(self, *, keep: bool = False) -> None:
        self.keeps = keep
        self.began_ns = perf_counter_ns()
        self._stages: dict[tuple[str, str], Stage] = {}

    def stage(self, name: str, thread: str = MAIN) -> Stage:
        """The stage of a name and a thread, made at its first use."""
        found = self._stages.get((name, thread))
        return found or self._stages.setdefault((name, thread), Stage(name, thread, keep=self.keeps))

    @property
    def stages(self) -> tuple[Stage, ...]:
        """All stages, in the order of their first use."""
        return tuple(self._stages.values())

    def seconds(self, name: str, thread: str = MAIN) -> float:
        """Time spent in a stage so far, in seconds; 0 if it never ran."""
        found = self._stages.get((name, thread))
        return found.total_ns / 1e9 if found is not None else 0.0

    @property
    def elapsed_s(self) -> float:
        """Seconds since the trace was made."""
        return (perf_counter_ns() - self.began_ns) / 1e9
