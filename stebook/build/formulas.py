"""Scripts that a module prints: which module, the configuration says, as ``stebook_scripts``.

The module runs in a process of its own, so that the build, which knows no mathematics, imports
none. What it printed is kept until something changes that it may be made of.
"""

import subprocess
import sys
from pathlib import Path

from sphinx.errors import ConfigError

from stebook.build.kernels import READ, digest


def printed(root: Path, module: str) -> str:
    """What ``python -m module`` prints in the project's folder.

    Raises
    ------
    ConfigError
        If the module ends with an error; the message has its last line.
    """
    made_of = digest(path for path in (root / name for name in READ) if path.exists())
    kept = root / "_build" / "scripts" / f"{module}-{made_of}.js"
    if kept.is_file():
        return kept.read_text(encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", module], cwd=root, capture_output=True, text=True, encoding="utf-8"
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:]
        raise ConfigError(f"stebook_scripts: {module} printed nothing: {''.join(last)}")
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(done.stdout, encoding="utf-8")
    return done.stdout
