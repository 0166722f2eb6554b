"""Tests that share what is dear run on one worker."""

import os

import pytest


def test_the_name_of_a_test_ends_with_its_group(request: pytest.FixtureRequest):
    """That is how pytest-xdist knows: else it hands out each test alone, and nothing is shared."""
    for item in request.session.items:
        if "PYTEST_XDIST_WORKER" in os.environ:
            assert item.nodeid.endswith(f"@{item.get_closest_marker('xdist_group').args[0]}")
        else:
            assert "@" not in item.nodeid.rpartition("]")[2]
