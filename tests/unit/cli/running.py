"""Runs the command line in this process."""

import sys

import pytest

from corticast import cli


def run(capsys, *arguments):
    """Exit status, standard output and standard error of a command line."""
    before = sys.argv
    sys.argv = ["corticast", *map(str, arguments)]
    try:
        with pytest.raises(SystemExit) as caught:
            cli.main()
    finally:
        sys.argv = before
    wording = capsys.readouterr()
    return caught.value.code or 0, wording.out, wording.err
