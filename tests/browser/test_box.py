"""The typed box where readers have it: in JupyterLab, with a kernel."""

import html
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, expect
from toc import ROOT

from stebook.chapters.one_sidedness.typed import START, answer

CELL = """\
from stebook.chapters.one_sidedness.typed import box

box()"""
#: The server and its pages take seconds to start, more on a busy machine.
PATIENCE = 120


@pytest.fixture
def lab(tmp_path):
    """Address of a JupyterLab of its own, on a folder with one notebook."""
    cell = nbformat.v4.new_code_cell(CELL)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=kernel), tmp_path / "box.ipynb")
    folders = {
        f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "DATA", "RUNTIME")
    }
    for name in ("SETTINGS", "WORKSPACES"):
        folders[f"JUPYTERLAB_{name}_DIR"] = str(tmp_path / name)
    options = {
        "ServerApp.root_dir": str(tmp_path),
        "ServerApp.port": "0",
        "IdentityProvider.token": "",
        "LabApp.news_url": "None",
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += [f"--{name}={value}" for name, value in options.items()]
    environ = {**os.environ, **folders, "PYTHONPATH": str(ROOT)}
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
    yield address_of(server, tmp_path)
    server.terminate()
    server.wait()


def address_of(server: subprocess.Popen, folder: Path) -> str:
    """Where the server listens; it writes that down when it does."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        for path in folder.glob("RUNTIME/jpserver-*.json"):
            if path.read_text().endswith("}"):
                return json.loads(path.read_text())["url"]
        time.sleep(0.2)
    pytest.fail(f"JupyterLab does not start: {(folder / 'log').read_text()}")


def text_of(finding: str) -> list[str]:
    """The paragraphs of an answer as a page shows them."""
    return html.unescape(finding).removeprefix("<p>").removesuffix("</p>").split("</p><p>")


def test_the_box_answers_what_is_typed_in_jupyterlab(lab: str, browser: Browser):
    context = browser.new_context()
    context.set_default_timeout(1000 * PATIENCE)
    page = context.new_page()
    page.goto(f"{lab}lab/tree/box.ipynb")
    # a cell that is run before its kernel has started is not run
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.locator(".jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Control+Enter")
    field, said = page.locator(".widget-text input"), page.locator(".widget-html-content p")
    expect(said).to_have_text(text_of(answer(START)), timeout=1000 * PATIENCE)
    for text in ("1e308", "x > 0", "", "x²", "x < 0", " ", "x" * 300):
        field.fill(text)
        field.press("Enter")
        expect(said).to_have_text(text_of(answer(text)), timeout=1000 * PATIENCE)
    context.close()
