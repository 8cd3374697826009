import re
import subprocess
import sys

import pytest
from tests.unit.cli.running import run

from corticast.cli import frame, live, render
from corticast.cli.commands import COMMANDS
from corticast.core.model.options import flag_of

TABLES = {"render": render, "frame": frame, "live": live}


def flags_in(text):
    return re.findall(r"^  (?:-\w, )?(--[a-z-]+)", text, flags=re.M)


@pytest.mark.parametrize("command", TABLES)
def test_help_has_ten_options_and_three_examples(capsys, command):
    status, out, err = run(capsys, command, "--help")
    assert (status, err) == (0, "")
    assert len(set(flags_in(out)) - {"--help", "--help-all"}) == 10
    assert out.count(f"\n  corticast {command} ") == 3
    assert out.index("Examples:") > out.index("--help-all")


@pytest.mark.parametrize("command", TABLES)
def test_help_all_has_every_option_once_under_a_heading(capsys, command):
    out = run(capsys, command, "--help-all")[1]
    options = {name: option for table in TABLES[command].TABLES for name, option in table.items()}
    flags = {flag for name, option in options.items() for flag in flag_of(name, option).replace("/", " ").split()[:1]}
    assert sorted(flags_in(out)) == sorted({*flags, "--help", "--help-all"})
    for heading in {option.heading for option in options.values()}:
        assert f"\n{heading}:\n" in out
    assert f"Show all {len(options)} options." in out


@pytest.mark.parametrize("command", TABLES)
def test_every_option_says_what_it_is(command):
    for table in TABLES[command].TABLES:
        for name, option in table.items():
            assert re.fullmatch(r"[A-Z\-].*\.", option.help), name
            assert option.default_text is not None or option.text(option.default) or option.default in (None, ""), name


@pytest.mark.parametrize(
    "command", [*((name,) for name in COMMANDS), ("bench", "run"), ("bench", "peers"), ("bench", "compare")]
)
def test_each_help_ends_with_an_example_that_its_command_reads(capsys, command):
    status, out, _ = run(capsys, *command, "--help")
    assert status == 0
    last = out.rstrip().splitlines()[-1].strip().removeprefix("Example: ")
    assert last.startswith(f"corticast {command[0]}")
    flags = set(re.findall(r"--[a-z-]+", last))
    assert flags <= set(flags_in(run(capsys, *command, "--help-all" if command[0] in TABLES else "--help")[1])) or (
        command == ("bench",)
    )


def test_help_of_all_commands_loads_none_of_them():
    code = (
        "import sys; from corticast import cli; sys.argv[1:] = ['--help']\n"
        "try: cli.main()\n"
        "except SystemExit: sys.stderr.write(' '.join(name for name in sys.modules if name.startswith('corticast')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert all(f"\n  {name} " in done.stdout for name in COMMANDS)
    loaded = done.stderr.split()
    assert "corticast.cli" in loaded
    assert not {"corticast.core.model.scene", *(f"corticast.cli.{name}" for name in COMMANDS)} & {*loaded}


def test_without_arguments_the_commands_are_listed_with_an_example(capsys):
    status, _, err = run(capsys)
    assert status == 2
    assert all(f"\n  {name} " in err for name in COMMANDS)
    assert err.rstrip().splitlines()[-1].strip().startswith("Example: corticast ")
