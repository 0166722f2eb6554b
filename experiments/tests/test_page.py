"""The PyTorch code of the chapter on frameworks, run as a reader would, in an empty folder."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "book" / "frameworks.md").read_text(encoding="utf-8")
CODE = "".join(re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


def test_the_code_on_the_page_prints_what_it_says(tmp_path):
    shutil.copy(ROOT / "experiments" / "dropin.py", tmp_path)
    command = [sys.executable, "-W", "error", "-c", CODE]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert not done.stderr
    wanted = re.findall(r"^print\(.*\)  # (.*)$", CODE, re.MULTILINE)
    assert len(wanted) == CODE.count("print(") > 10
    assert done.stdout.splitlines() == wanted
