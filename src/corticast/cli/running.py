"""The frame of all commands: help, options, the scene that the options make, and the report of errors."""

from __future__ import annotations

import inspect
import re
import sys
import typing
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
import typer.core
import typer.main

from corticast.cli.arguments import USAGE_ERROR
from corticast.cli.ending import say_ended, signalled, times_of
from corticast.cli.options import Given, Table, given, parameter
from corticast.cli.outputs import check_outputs, outputs_of
from corticast.cli.plain_warnings import plain_warnings
from corticast.core.model.options import Facts, first_flag, table_of
from corticast.core.model.run_options import HEADINGS
from corticast.core.model.scene_file import SceneFile, marked
from corticast.errors import CorticastError, DataError, InputError, OptionError, in_python, one_line, printable


class Command(typer.core.TyperCommand):
    """A command that takes an option once, and whose help ends with examples.

    Attributes
    ----------
    common : names of the options that --help shows; none shows all
    examples : command lines
    synonyms : other words for options
    shows_all : whether help lists all options under their headings
    """

    common: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    synonyms: dict[str, str] = {}  # noqa: RUF012
    shows_all = False

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Refuse options that are given twice."""
        try:
            _, _, order = self.make_parser(ctx).parse_args(args=list(args))
        except USAGE_ERROR as error:
            # The parser names no command where a value is missing.
            error.ctx = ctx
            raise
        for param, times in Counter(order).items():
            if times > 1 and not getattr(param, "multiple", False) and param.param_type_name == "option":
                raise OptionError(f"{param.opts[0]}: given {_times(times)}; give it once")
        return list(super().parse_args(ctx, args))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the options: the common ones, or all of them under their headings."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for param in self._shown(ctx):
            record = param.get_help_record(ctx)
            if record is not None:
                heading = getattr(param, "rich_help_panel", None) if self.shows_all else None
                groups.setdefault(heading or "Options", []).append(record)
        for heading, records in sorted(groups.items(), key=lambda group: _order(group[0])):
            with formatter.section(heading):
                formatter.write_dl(records)

    @property
    def _is_short(self) -> bool:
        return bool(self.common) and not self.shows_all

    def _shown(self, ctx: Any) -> list[Any]:
        """Parameters that the help shows, in its order."""
        params = self.get_params(ctx)
        if not self._is_short:
            return params
        order = ("scene", *self.common, "help_all", "help")
        return sorted((param for param in params if param.name in order), key=lambda param: order.index(param.name))

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the examples."""
        if self.examples:
            with formatter.section("Example" if len(self.examples) == 1 else "Examples"):
                for example in self.examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{example}\n")


def _order(heading: str) -> int:
    """Place of a heading; options without one come first."""
    return HEADINGS.index(heading) if heading in HEADINGS else -1


def _times(n: int) -> str:
    return "twice" if n == 2 else f"{n} times"


def _show_all(ctx: Any, is_asked: bool) -> None:
    if is_asked:
        ctx.command.shows_all = True
        sys.stdout.write(ctx.get_help() + "\n")
        raise typer.Exit


def command(
    function: Callable[..., None],
    *tables: Table,
    examples: Sequence[str],
    common: Sequence[str] = (),
) -> Any:
    """Make a command.

    Parameters
    ----------
    function : takes the command's arguments by name, and, where there are tables, `given`
    tables : options of the command
    examples : command lines that the help ends with
    common : options that --help shows; none shows all, and there is no --help-all

    Returns
    -------
    a command of click
    """
    options = {name: option for table in tables for name, option in table.items()}
    own = [each for each in inspect.signature(function, eval_str=True).parameters.values() if each.name != "given"]
    parameters = [*own, *(parameter(name, option) for name, option in options.items())]
    if common:
        parameters.append(_help_all(len(options)))

    def run(**arguments: Any) -> None:
        kept = {each.name: arguments[each.name] for each in own}
        if options:
            written = [each.path for each in outputs_of(arguments) if each.option in options]
            verbose = bool(arguments["verbose"])
            with plain_warnings(quiet=bool(arguments.get("quiet")), verbose=verbose):
                guarded(lambda: function(**kept, given=given(options, arguments)), verbose=verbose, written=written)
        else:
            guarded(lambda: function(**kept), verbose=bool(arguments.get("verbose")))

    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [each.replace(kind=keyword) for each in parameters]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    run.__doc__ = function.__doc__
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    app.command(cls=Command)(run)
    made: Any = typer.main.get_command(app)
    made.common, made.examples = tuple(common), tuple(examples)
    made.synonyms = {word: first_flag(name, option) for name, option in options.items() for word in option.synonyms}
    return made


def _help_all(n_options: int) -> inspect.Parameter:
    shown = typer.Option("--help-all", help=f"Show all {n_options} options.", is_eager=True, callback=_show_all)
    annotation = typing.Annotated[bool, shown]
    return inspect.Parameter("help_all", inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=False)


def guarded(action: Callable[[], None], *, verbose: bool, written: Sequence[Path] = ()) -> None:
    """Run a command; end with the status that its error means, and one line on stderr.

    Parameters
    ----------
    verbose : let errors pass, with their traceback
    written : files that the command writes
    """
    before = times_of(written)
    try:
        action()
    except typer.Exit:
        raise
    except CorticastError as error:
        if verbose:
            raise
        raise typer.Exit(refused(error)) from None
    except (KeyboardInterrupt, SystemExit) as ending:
        sys.exit(say_ended(ending, before))
    except MemoryError:
        if verbose:
            raise
        sys.stderr.write("corticast: out of memory; choose a smaller --size or volume\n")
        raise typer.Exit(1) from None
    except Exception as error:
        signal = signalled()
        if signal is not None:
            sys.exit(say_ended(signal, before))
        if verbose:
            raise
        sys.stderr.write(f"corticast: unexpected {type(error).__name__}: {one_line(error)}; -v shows where\n")
        raise typer.Exit(1) from None


def refused(error: CorticastError) -> int:
    """Report an error on stderr, and return the exit status."""
    sys.stderr.write(f"corticast: {error.as_typed}\n")
    return 2 if isinstance(error, InputError) else 1


def read_scene(scene: Path | None, given: Given) -> SceneFile:
    """Scene file with the options that were given laid over it.

    Raises
    ------
    OptionError, DataError : an option or the file cannot be used
    """
    from corticast.io.scene import read_scene_file

    typed = dict(given.scene)
    if given["no_labels"]:
        if typed.get("labels", "none") != "none":
            raise OptionError(f"--no-labels: --labels {typed['labels']} says otherwise; leave one of the two out")
        typed["labels"] = "none"
    file = marked(SceneFile(**typed), typed=frozenset(typed)) if scene is None else read_scene_file(scene, typed)
    warn(file.notes, quiet=given["quiet"])
    return _with_own_defaults(file, given)


def _with_own_defaults(file: SceneFile, given: Given) -> SceneFile:
    """The scene with the user's own defaults, where it says nothing else; with --verbose, a line names them."""
    from corticast.io.own_defaults import own_defaults_path, read_own_defaults

    own = {name: value for name, value in read_own_defaults().items() if name in given.options}
    if not own:
        return file
    from corticast.core.model.own_defaults import with_own_defaults
    from corticast.io.scene import facts_of

    # The films of a dataset have other inputs, which decide later.
    file = with_own_defaults(file, own, None if given.run.get("bids") else facts_of)
    if given["verbose"] and file.own:
        values = ", ".join(f"{name} = {file.plain_values()[name]}" for name in sorted(file.own))
        sys.stderr.write(f"corticast: defaults of {own_defaults_path()}: {values}\n")
    return file


def machine_of(given: Given) -> Any:
    """The machine as the command line wants it used."""
    from corticast.core.model.machine import Machine

    return Machine(**given.some("gpu", "backend", "array", "threads"))


def check_options(file: SceneFile, given: Given, cases: Sequence[Facts]) -> None:
    """Refuse options that would do nothing in any of several cases, and save the scene if that is asked for.

    Raises
    ------
    OptionError : an option would do nothing, an output is an input, or the scene cannot be saved
    """
    from corticast.film.idle import check_idle

    with _no_labels_named(given):
        warnings = check_idle(file, given.complete(cases))
    given.refuse_idle(cases)
    warn(warnings, quiet=given["quiet"])
    save_scene(file, given)


@contextmanager
def _no_labels_named(given: Given) -> Iterator[None]:
    """Name --no-labels where its `labels` are refused."""
    try:
        yield
    except OptionError as error:
        if not (given["no_labels"] and error.option == "labels"):
            raise
        why = error.as_typed.removeprefix("--labels none")
        raise OptionError(f"--no-labels{why}", "no_labels") from None


def save_scene(file: SceneFile, given: Given) -> None:
    """Save the scene if that is asked for, once every output is known to be a file of its own."""
    check_outputs(file, given)
    if given["save_scene"] is not None:
        from corticast.io.scene import save_scene_file

        save_scene_file(file, given["save_scene"], overwrite=given["overwrite"])


@contextmanager
def words_of(file: SceneFile) -> Iterator[None]:
    """Name the scene file's line where one of its values is refused."""
    try:
        yield
    except OptionError as error:
        found = re.match(r"--([a-z-]+)", error.as_typed)
        name = error.option or (found[1].replace("-", "_") if found else "")
        if file.path is None or name not in file.given - file.typed or name not in table_of(SceneFile):
            raise
        from corticast.io.scene import line_in

        raise DataError(f"{line_in(file, name)}: {in_python(error.as_typed)}") from error


def warn(warnings: Sequence[str], *, quiet: bool) -> None:
    """Write warnings to stderr."""
    if not quiet:
        for text in warnings:
            sys.stderr.write(f"corticast: warning: {printable(text)}\n")
