"""Kernels for many notebooks: each new and on its own, and started sooner than one from nothing.

Most of what a kernel does before its first cell is to import packages of others, each time the
same. One process imports them once, and forks at each notebook; what is the book's own is imported
by the notebook. This file is what the worker of the tests uses, and what that process runs.
"""

import importlib
import itertools
import json
import os
import select
import subprocess
import sys
from pathlib import Path

from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode

#: What a kernel, a chapter and a widget of plotly's import of packages that are not the book's.
OF_OTHERS = (
    "anywidget",
    "ipykernel.kernelapp",
    "ipywidgets",
    "nbformat",
    "numpy.polynomial",
    "numpy.random",
    "plotly.graph_objs._figurewidget",
    "sympy",
)
#: Seconds that a cell or the end of a kernel may take.
PATIENCE = 120


class Forge:
    """A process that makes kernels in an environment, one at a time."""

    def __init__(self, folder: Path, environ: dict[str, str]):
        self.folder = folder
        self.numbers = itertools.count()
        self.process = subprocess.Popen(
            [sys.executable, "-P", __file__],
            cwd=folder,
            env=environ,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def run(self, notebook: NotebookNode, folder: Path) -> None:
        """Run all cells in a folder, in a new kernel, which has ended when this returns."""
        NotebookClient(notebook, km=Kernel(self, folder), timeout=PATIENCE).execute(cleanup_kc=True)

    def close(self) -> None:
        """No more kernels."""
        self.process.communicate()


class Kernel(AsyncKernelManager):
    """A kernel of a forge, started in a folder."""

    def __init__(self, forge: Forge, folder: Path):
        file = forge.folder / f"{next(forge.numbers)}.json"
        super().__init__(transport="ipc", connection_file=str(file))
        self.process = forge.process
        self.folder = folder
        self.has_started = False

    @property
    def has_kernel(self) -> bool:
        """Whether it was started."""
        return self.has_started

    async def start_kernel(self, **_: object) -> None:
        """Give the forge its order."""
        self.write_connection_file()
        print(json.dumps([self.connection_file, str(self.folder)]), file=self.process.stdin)
        self.process.stdin.flush()
        self.has_started = True

    async def _async_is_alive(self) -> bool:
        return self.has_started and self.process.poll() is None

    is_alive = _async_is_alive

    async def shutdown_kernel(self, now: bool = False) -> None:
        """Ask the kernel to end, and wait until it has."""
        client = self.blocking_client()
        client.start_channels(shell=False, iopub=False, stdin=False, hb=False)
        client.shutdown(reply=True, timeout=PATIENCE)
        client.stop_channels()
        ended = select.select([self.process.stdout], [], [], PATIENCE)[0]
        if not ended or self.process.stdout.readline() != "0\n":
            raise RuntimeError("expected a kernel to end well, and soon")
        self.has_started = False


def fork() -> None:
    """Take orders, each a connection file and a folder, and run a kernel for each until it ends."""
    for name in OF_OTHERS:
        importlib.import_module(name)
    for order in sys.stdin:
        file, folder = json.loads(order)
        kernel = os.fork()
        if not kernel:
            serve(file, folder)
        print(os.waitpid(kernel, 0)[1], flush=True)


def serve(file: str, folder: str) -> None:
    """Be a kernel. The process ends with the last answer: to clear away would take longer."""
    for stream in (sys.stdin, sys.stdout):
        os.dup2(os.open(os.devnull, os.O_RDWR), stream.fileno())
    os.chdir(folder)
    app = sys.modules["ipykernel.kernelapp"].IPKernelApp.instance()
    app.initialize(["-f", file, "--HistoryManager.hist_file=:memory:"])
    app.start()
    app.close()
    os._exit(0)


if __name__ == "__main__":
    fork()
