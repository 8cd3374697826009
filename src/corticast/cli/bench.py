"""corticast bench: speed, alone, beside other software, and against earlier results."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.core

from corticast.cli.options import SCENE, Given, some_of
from corticast.cli.running import command
from corticast.core.model.kinds import File, Number, Numbers, Switch
from corticast.core.model.options import FILM, INPUTS, option, table_of
from corticast.core.model.run_options import MACHINE, MachineOptions, OutputOptions


def _check_lengths(short: int, long: int) -> str:
    return "" if 1 <= short < long else _LENGTHS.remedy


_REPEATS = Number("N", low=1, whole=True)
_LENGTHS = Numbers(
    "N,N", 2, "give two numbers of frames, the smaller one first, such as 60,360", _check_lengths, whole=(0, 1)
)


class _BenchGroup(typer.core.TyperGroup):
    """`corticast bench [NAME ...]` is short for `corticast bench run [NAME ...]`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        is_short = not args or (args[0] not in self.commands and args[0] != "--help")
        return list(super().parse_args(ctx, ["run", *args] if is_short else args))


@dataclass(frozen=True, kw_only=True)
class _ResultOptions:
    json: Path | None = option(None, "Write results and facts about the machine.", File(), MACHINE)
    quick: bool = option(False, "The smallest sizes: whether all works, not how fast it is.", Switch(), MACHINE)


@dataclass(frozen=True, kw_only=True)
class _RunOptions:
    list: bool = option(False, "List the benchmarks, and measure nothing.", Switch(), MACHINE)
    repeats: int = option(7, "Samples of each figure.", _REPEATS, MACHINE)


@dataclass(frozen=True, kw_only=True)
class _RaceOptions:
    volume: Path | None = option(None, "T1w in place of the template at 0.5 mm.", File(), INPUTS)
    frames: tuple[int, int] | None = option(None, "Short and long film in place of its own.", _LENGTHS, FILM)
    repeats: int = option(5, "Runs of each film.", _REPEATS, MACHINE)


_SAID = some_of(OutputOptions, "overwrite", "verbose", "quiet")
_MACHINE = some_of(MachineOptions, "backend", "gpu", "threads")
_SIZE = {"size": replace(SCENE["size"], default=None, help="In place of the film's sizes.")}

TABLES = {
    "run": (table_of(_RunOptions), table_of(_ResultOptions), _MACHINE, _SAID),
    "peers": (table_of(_RaceOptions), _SIZE, table_of(_ResultOptions), _SAID),
    "compare": (some_of(OutputOptions, "verbose"),),
}


def _bench_run(
    names: Annotated[list[str] | None, typer.Argument(help="Benchmarks or levels; all.", metavar="[NAME ...]")] = None,
    *,
    given: Given,
) -> None:
    """Measure kernels, passes, encoder and whole films on this machine."""
    from corticast.bench.runner import list_lines, run_tasks, select, tasks_of
    from corticast.bench.session import run_session

    if given["list"]:
        sys.stdout.write("\n".join(list_lines()) + "\n")
        return
    tasks = tasks_of(select(names or []), quick=given["quick"])
    run_session(
        lambda environment, step, tell: run_tasks(tasks, environment, given["repeats"], step, tell),
        n_steps=len(tasks),
        json_path=given["json"],
        **given.some("overwrite", "gpu", "backend", "threads", "quiet"),
    )


def _bench_peers(
    names: Annotated[
        list[str] | None, typer.Argument(help="sweep, scatter, nilearn, pyvista, spin; all.", metavar="[NAME ...]")
    ] = None,
    *,
    given: Given,
) -> None:
    """Make the same films with other software and with corticast, as whole processes, in turn."""
    from corticast.bench.peers.race import choose_races, lines_of, run_races
    from corticast.bench.session import run_session

    repeats = given["repeats"]
    races = choose_races(names or [], quick=given["quick"], size=given["size"], lengths=given["frames"])
    run_session(
        lambda environment, step, tell: run_races(races, environment, repeats, given["volume"], step, tell),
        n_steps=sum(race.n_steps(repeats) for race in races),
        json_path=given["json"],
        lines=lines_of,
        **given.some("overwrite", "quiet"),
    )


def _bench_compare(
    old: Annotated[Path, typer.Argument(help="Results of `--json`.", metavar="OLD.json")],
    new: Annotated[Path, typer.Argument(help="Later results of the same machine.", metavar="NEW.json")],
    *,
    given: Given,
) -> None:
    """Compare two results files of the same machine and renderer."""
    from corticast.bench.compare import compare

    sys.stdout.write("\n".join(compare(old, new)) + "\n")


_BENCHES = {
    "run": command(
        _bench_run, *TABLES["run"], examples=("corticast bench pipeline --json new.json", "corticast bench --list")
    ),
    "peers": command(_bench_peers, *TABLES["peers"], examples=("corticast bench peers sweep --frames 30,120",)),
    "compare": command(_bench_compare, *TABLES["compare"], examples=("corticast bench compare old.json new.json",)),
}

COMMAND = _BenchGroup(
    name="bench",
    commands=_BENCHES,
    help="Measure speed. `corticast bench [NAME ...]` is short for `corticast bench run [NAME ...]`.",
    epilog="Example: corticast bench pipeline --json new.json",
    rich_markup_mode=None,
)
