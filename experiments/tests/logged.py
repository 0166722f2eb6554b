"""A training that says when it begins, so that a test can count; workers import it."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from experiments import records
from experiments.training import Trainer, Training

#: The variable that names the file for it.
LOG = "STE_EXPERIMENTS_LOG"
#: A worker has to be caught within a run, in seconds.
LASTS = 0.3


@dataclass(frozen=True)
class Logged(Training):
    """The same run; its name and its process are written down first."""

    def run(self, trainer: Trainer) -> dict:
        with Path(os.environ[LOG]).open("a", encoding="utf-8") as log:
            log.write(f"{records.name(self)} {os.getpid()}\n")
        time.sleep(LASTS)
        return super().run(trainer)


class Deadly(Logged):
    """A run that ends its process, as one does that takes all memory."""

    def run(self, trainer: Trainer) -> dict:
        os._exit(1)
