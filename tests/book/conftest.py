"""What the build counted of each page."""

import json

import pytest


@pytest.fixture(scope="session")
def readings(built):
    return json.loads((built.parent / "reading.json").read_text(encoding="utf-8"))
