"""corticast config: a user's own defaults."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from corticast.cli.options import Given, some_of
from corticast.cli.running import command
from corticast.core.model.kinds import Switch
from corticast.core.model.options import option, table_of
from corticast.core.model.own_defaults import OWN, check_own
from corticast.core.model.run_options import MACHINE, OutputOptions
from corticast.core.model.scene_file import SceneFile
from corticast.errors import OptionError

EXAMPLES = (
    "corticast config",
    "corticast config convention radiological",
    "corticast config convention --unset",
)


@dataclass(frozen=True, kw_only=True)
class _ConfigOptions:
    unset: bool = option(
        False, "Remove the default.", Switch(), MACHINE, synonyms=("remove", "delete", "reset", "clear")
    )


TABLES = (table_of(_ConfigOptions), some_of(OutputOptions, "verbose"))


def config(
    key: Annotated[str | None, typer.Argument(help=f"One of {', '.join(OWN)}.", metavar="KEY")] = None,
    value: Annotated[str | None, typer.Argument(help="New default.", metavar="VALUE")] = None,
    *,
    given: Given,
) -> None:
    """Show, set or remove defaults of your own, which scene files and command lines overrule."""
    from corticast.core.text.face import read_face
    from corticast.io.own_defaults import own_defaults_path, read_own_defaults, write_own_defaults

    unset = given["unset"]
    if unset and (key is None or value is not None):
        raise OptionError("--unset: give one KEY, and no VALUE", "unset")
    # A damaged default must not keep its user from removing it.
    own = read_own_defaults(checked=not unset)
    if key is None:
        lines = [f"{name} = {_text(name, kept)}" for name, kept in own.items()]
        sys.stdout.write("\n".join([f"{own_defaults_path()}:", *(lines or ["no defaults"])]) + "\n")
        return
    key = key.removeprefix("--").replace("-", "_")
    if unset:
        if key not in own:
            raise OptionError(f"{key}: not set; `corticast config` lists the defaults")
        del own[key]
        write_own_defaults(own)
        return
    check_own(key)
    if value is None:
        sys.stdout.write(f"{_text(key, own[key]) if key in own else 'not set'}\n")
        return
    kind = table_of(SceneFile)[key]
    read = kind.read(key, value)
    if isinstance(read, Path):
        # Checked now, and found from every folder later.
        read_face(read)
        read = read.absolute()
    own[key] = kind.plain(read)
    write_own_defaults(own)


def _text(name: str, value: Any) -> str:
    """A default as a command line gives it."""
    kind = table_of(SceneFile)[name]
    read = kind.read(name, value)
    return str(read) if isinstance(read, Path) else kind.text(read)


COMMAND = command(config, *TABLES, examples=EXAMPLES)
