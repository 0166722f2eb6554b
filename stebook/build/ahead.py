"""Chapters run side by side before their pages are read, and go where myst-nb looks for them."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.executors.basic import ExecutionWorkerLocalSerial, ProcessData
from jupyter_core.utils import ensure_event_loop
from myst_nb.core.read import is_myst_markdown_notebook
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

#: How myst-nb names its own reader in the cache.
READER = {"type": "plugin", "name": "myst_nb_md"}


def run(app: Sphinx, env: BuildEnvironment, names: list[str]) -> None:
    """Run the chapters among the pages to be read that the cache lacks, one on each core.

    A chapter that fails is not stored, so it runs again when its page is read, which says why.
    """
    if app.config.nb_execution_mode != "cache":
        return
    paths = [env.doc2path(name) for name in names]
    chapters = [path for path in paths if is_myst_markdown_notebook(Path(path).read_text("utf-8"))]
    cache = get_cache(app.config.nb_execution_cache_path)
    for path in chapters:
        cache.add_nb_to_project(path, read_data=READER)
    missing = cache.list_unexecuted(filter_uris=chapters) if chapters else []
    timeout = app.config.nb_execution_timeout
    work = [ProcessData(record.pk, record.uri, cache, timeout, False) for record in missing]
    with ThreadPoolExecutor(max(2, os.cpu_count() or 1)) as pool:
        list(pool.map(execute, work))


def execute(data: ProcessData) -> None:
    """Run one chapter in a thread, and close the event loop that the thread got for it."""
    ExecutionWorkerLocalSerial(logging.getLogger(__name__))(data)
    ensure_event_loop().close()
