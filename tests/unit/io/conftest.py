"""Fixtures of readers."""

from __future__ import annotations

import logging
import warnings

import pytest


@pytest.fixture
def silent_libraries(caplog):
    """No warning of nibabel or NumPy comes through, and nothing is logged."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
