"""What the build counted of each page; and the log as every test of a build finds it."""

import json
import logging
from collections.abc import Iterator

import pytest
from sphinx.util.logging import NAMESPACE


@pytest.fixture(scope="session")
def readings(built):
    return json.loads((built.parent / "reading.json").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def _the_log_of_sphinx_is_put_back() -> Iterator[None]:
    """A build takes the log for itself, and nothing of a later test would reach `caplog`."""
    log = logging.getLogger(NAMESPACE)
    before = log.propagate, log.level, list(log.handlers)
    yield
    log.propagate, log.level, log.handlers[:] = before
