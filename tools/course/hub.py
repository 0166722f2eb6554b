"""A class's server, tried with JupyterHub itself: what a second pull leaves of a student's work.

    python -m tools.course.hub JUPYTERHUB PROXY [FOLDER]

JUPYTERHUB is the program of an environment that has the lock and `hub-requirements.txt`; PROXY is
`configurable-http-proxy`. Two students follow a link (`tools.course.link`) on loopback; one edits
notebooks and runs one, the lecturer changes the repository, both follow the link again.
"""

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import nbformat
import requests
from nbformat import NotebookNode
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from tools.course import notebooks
from tools.course.link import link
from tools.course.sources import ROOT, book, pages

NEEDED = ROOT / "tools" / "course" / "hub-requirements.txt"
PASSWORD = "a password of this trial"
#: No system users: a process and a folder for each student.
SETTINGS = """\
c.JupyterHub.bind_url = "http://127.0.0.1:{ports[0]}"
c.JupyterHub.hub_port = {ports[1]}
c.JupyterHub.db_url = "sqlite:///{folder}/hub.sqlite"
c.JupyterHub.cookie_secret_file = "{folder}/cookie"
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = "{password}"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/homes/{{username}}"
c.Spawner.environment = {{"PYTHONPATH": "{root}"}}
c.Spawner.args = ["--allow-root"]
c.ConfigurableHTTPProxy.command = ["{proxy}"]
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{ports[2]}"
"""
#: The chapter that the student works in, one that nobody touches, and one she deletes.
CHAPTERS = ("estimator", "model", "landscape")
WORKED = f"{CHAPTERS[0]}.ipynb"
DELETED = f"{CHAPTERS[2]}.ipynb"
ADDED = "week-2.ipynb"
HERS, LECTURER = "# Mine.\n", "# The lecturer's.\n"


def refused(hub: Path, proxy: Path) -> str:
    """What is missing, in a sentence; empty if nothing is."""
    if not hub.is_file():
        return (
            f"{hub} is not there: pip install -r {NEEDED.relative_to(ROOT)} and name its jupyterhub"
        )
    if not proxy.is_file():
        return (
            f"{proxy} is not there: npm install configurable-http-proxy@5.3.0 and name its program"
        )
    python = hub.parent / "python"
    names = "jupyterhub, nbgitpuller, jupyterlab"
    known = subprocess.run([str(python), "-c", f"import {names}"], capture_output=True, text=True)
    if known.returncode:
        return f"{python} lacks one of {names}: {known.stderr.strip().splitlines()[-1]}"
    return ""


def git(place: Path, *words: str) -> str:
    """A command of git's, as the lecturer."""
    who = ["-c", "user.name=Lecturer", "-c", "user.email=lecturer@example.org"]
    done = subprocess.run(
        ["git", *who, *words], cwd=place, capture_output=True, text=True, check=True
    )
    return done.stdout


def published(repository: Path, message: str) -> None:
    """Commit all that a folder has."""
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", message)


def written(notebook: NotebookNode, place: Path) -> None:
    """A notebook's file, as the kit writes it."""
    place.write_text(notebooks.text_of(notebook), encoding="utf-8")


def made(repository: Path) -> None:
    """The lecturer's repository: three chapters as students have them."""
    repository.mkdir()
    git(repository, "init", "-q", "-b", "main")
    known, sources = book(), pages()
    for stem in CHAPTERS:
        written(notebooks.both(stem, sources[stem], known)["student"], repository / f"{stem}.ipynb")
    published(repository, "Week 1")


def answers(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells that a student fills."""
    return [
        one
        for one in notebook.cells
        if one.cell_type == "code" and "answer" in one.metadata.get("tags", ())
    ]


def changed(repository: Path) -> None:
    """The lecturer changes the last text, the answer that the student wrote, and adds a file."""
    place = repository / WORKED
    notebook = nbformat.read(place, 4)
    [one for one in notebook.cells if one.cell_type == "markdown"][-1].source += f"\n{LECTURER}"
    answers(notebook)[0].source = LECTURER
    written(notebook, place)
    (repository / ADDED).write_text(notebooks.text_of(nbformat.v4.new_notebook()), encoding="utf-8")
    published(repository, "Week 2")


class Student:
    """A browser of a student's, without its window."""

    def __init__(self, hub: str, name: str) -> None:
        self.hub, self.name, self.web = hub, name, requests.Session()
        self.server = f"{hub}/user/{name}/"

    def log_in(self) -> None:
        """Fill the hub's form."""
        address = f"{self.hub}/hub/login"
        token = re.search(r'name="_xsrf" value="([^"]+)"', self.web.get(address).text)
        given = {"username": self.name, "password": PASSWORD, "_xsrf": token[1] if token else ""}
        self.web.post(address, data=given).raise_for_status()

    def follow(self, address: str, repository: str) -> str:
        """Follow a link until its page is there, and read what the page does: the pull."""
        for _ in range(120):
            page = self.web.get(address)
            if page.ok and page.url.startswith(f"{self.server}git-pull"):
                break
            time.sleep(0.5)
        else:
            raise RuntimeError(f"{self.name}: {page.status_code} at {page.url}\n{page.text[-500:]}")
        asked = urlencode({"repo": repository, "branch": "main", "_xsrf": self.token()})
        stream = self.web.get(f"{self.server}git-pull/api?{asked}", headers=self.headers()).text
        told = [json.loads(line[6:]) for line in stream.splitlines() if line.startswith("data: ")]
        if not told or told[-1].get("phase") != "finished":
            raise RuntimeError(f"{self.name}: the pull did not finish\n{stream[-2000:]}")
        return stream

    def token(self) -> str:
        """What the server wants with a request that changes something."""
        named = [one for one in self.web.cookies if one.name == "_xsrf"]
        return max(named, key=lambda one: len(one.path)).value or "" if named else ""

    def headers(self) -> dict[str, str]:
        return {"X-XSRFToken": self.token(), "Referer": self.server}

    def ask(self, method: str, path: str, /, **given: object) -> requests.Response:
        """A request to her server's interface."""
        answer = self.web.request(
            method, f"{self.server}api/{path}", headers=self.headers(), json=given or None
        )
        answer.raise_for_status()
        return answer

    def read(self, path: str) -> NotebookNode:
        """A notebook as her server has it."""
        return nbformat.from_dict(self.ask("GET", f"contents/{path}").json()["content"])

    def text(self, path: str) -> str:
        """A file as her server has it."""
        return self.ask("GET", f"contents/{path}?type=file&format=text").json()["content"]

    def save(self, path: str, notebook: NotebookNode) -> None:
        self.ask("PUT", f"contents/{path}", type="notebook", content=notebook)

    def run(self, notebook: NotebookNode, folder: str) -> None:
        """Run all cells in a kernel of her server; what they print stands under them."""
        session = self.ask(
            "POST",
            "sessions",
            path=f"{folder}/{WORKED}",
            name=WORKED,
            type="notebook",
            kernel={"name": "python3"},
        ).json()
        asyncio.run(self.all_cells(notebook, session["kernel"]["id"]))
        self.ask("DELETE", f"sessions/{session['id']}")

    async def all_cells(self, notebook: NotebookNode, kernel: str) -> None:
        address = f"{self.server}api/kernels/{kernel}/channels".replace("http", "ws", 1)
        prepared = self.web.prepare_request(requests.Request("GET", self.server))
        sent = {"Cookie": prepared.headers["Cookie"], **self.headers(), "Origin": self.hub}
        line = await websocket_connect(HTTPRequest(address, headers=sent), max_message_size=2**28)
        for one in notebook.cells:
            if one.cell_type == "code":
                await self.one_cell(line, one)
        line.close()

    async def one_cell(self, line: WebSocketClientConnection, one: NotebookNode) -> None:
        number = uuid4().hex
        header = {"msg_id": number, "msg_type": "execute_request", "session": self.name}
        header |= {"username": self.name, "version": "5.3", "date": ""}
        content = {"code": one.source, "silent": False, "store_history": True}
        content |= {"user_expressions": {}, "allow_stdin": False, "stop_on_error": True}
        said = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        await line.write_message(json.dumps({**said, "channel": "shell"}))
        one.outputs = []
        while True:
            told = await asyncio.wait_for(line.read_message(), 120)
            if not isinstance(told, str):
                continue
            message = json.loads(told)
            if message["parent_header"].get("msg_id") != number:
                continue
            match message["header"]["msg_type"]:
                case "stream" | "display_data" | "execute_result" | "error":
                    one.outputs.append(nbformat.v4.output_from_msg(nbformat.from_dict(message)))
                case "execute_input":
                    one.execution_count = message["content"]["execution_count"]
                case "status" if message["content"]["execution_state"] == "idle":
                    return


@contextmanager
def served(hub: Path, proxy: Path, folder: Path) -> Iterator[str]:
    """A hub on free ports of loopback; its log stays in the folder."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    text = SETTINGS.format(ports=ports, folder=folder, password=PASSWORD, root=ROOT, proxy=proxy)
    (folder / "settings.py").write_text(text, encoding="utf-8")
    path = os.pathsep.join([str(hub.parent), os.environ.get("PATH", "")])
    with (folder / "hub.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [str(hub), "-f", str(folder / "settings.py")],
            cwd=folder,
            env={**os.environ, "PATH": path},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        address = f"http://127.0.0.1:{ports[0]}"
        try:
            for _ in range(240):
                try:
                    if requests.get(f"{address}/hub/health", timeout=5).ok:
                        break
                except requests.ConnectionError:
                    time.sleep(0.5)
            else:
                raise RuntimeError((folder / "hub.log").read_text(encoding="utf-8")[-3000:])
            yield address
        finally:
            process.terminate()
            process.wait(60)


def worked(student: Student, folder: str) -> None:
    """She answers, runs the notebook, has a file that the lecturer will add, and deletes one."""
    notebook = student.read(f"{folder}/{WORKED}")
    answers(notebook)[0].source = HERS + answers(notebook)[0].source
    student.run(notebook, folder)
    student.save(f"{folder}/{WORKED}", notebook)
    hers = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(HERS)])
    student.save(f"{folder}/{ADDED}", hers)
    student.ask("DELETE", f"contents/{folder}/{DELETED}")


def outputs(notebook: NotebookNode) -> list[object]:
    return [one.outputs for one in notebook.cells if one.cell_type == "code"]


def compared(
    before: NotebookNode, one: Student, other: Student, repository: Path
) -> dict[str, bool]:
    """What is so after the second pull."""
    folder = repository.name
    after = one.read(f"{folder}/{WORKED}")
    nbformat.validate(after)
    listed = [row["name"] for row in one.ask("GET", f"contents/{folder}").json()["content"]]
    renamed = [name for name in listed if re.fullmatch(r"week-2__\d{14}\.ipynb", name)]
    same = [
        other.text(f"{folder}/{path.name}") == path.read_text(encoding="utf-8")
        for path in repository.glob("*.ipynb")
    ]
    kept = [one.read(f"{folder}/{name}").cells[0].source.strip() for name in renamed]
    return {
        "what her run printed: stays": outputs(after) == outputs(before) and any(outputs(before)),
        "a cell that both changed: hers stays": answers(after)[0].source.startswith(HERS)
        and LECTURER not in answers(after)[0].source,
        "a cell that only the lecturer changed: has the change": any(
            LECTURER.strip() in cell.source for cell in after.cells
        ),
        "her file with the name of a new one: renamed": kept == [HERS.strip()] and ADDED in listed,
        "a file that she deleted: is back": DELETED in listed,
        "the other student's copy: as the repository": all(same),
    }


def trial(hub: Path, proxy: Path, folder: Path) -> dict[str, bool]:
    """Each thing that should be so after the second pull, and whether it is."""
    repository = folder / "course"
    made(repository)
    (folder / "homes").mkdir()
    address = repository.as_uri()
    with served(hub, proxy, folder) as hub_address:
        students = [Student(hub_address, name) for name in ("ada", "emmy")]
        shared = link(hub_address, address, "main", WORKED)
        for student in students:
            student.log_in()
            student.follow(shared, address)
        one, other = students
        worked(one, repository.name)
        before = one.read(f"{repository.name}/{WORKED}")
        changed(repository)
        for student in students:
            student.follow(shared, address)
        return compared(before, one, other, repository)


def table(seen: dict[str, bool]) -> str:
    """As the page for instructors may have it."""
    rows = [f"| {what} | {'yes' if so else 'no'} |" for what, so in seen.items()]
    return "\n".join(["| After a second pull | |", "|---|---|", *rows])


def main(hub: Path, proxy: Path, folder: Path) -> None:
    """Try it, and print the table."""
    missing = refused(hub, proxy)
    if missing:
        sys.exit(f"tools.course.hub: {missing}")
    print(table(trial(hub, proxy, folder)))


if __name__ == "__main__":
    programs = [Path(word).absolute() for word in sys.argv[1:3]]
    if len(programs) < 2:
        sys.exit(f"tools.course.hub: expected JUPYTERHUB PROXY [FOLDER], see {NEEDED.name}")
    with tempfile.TemporaryDirectory() as temporary:
        main(programs[0], programs[1], Path(sys.argv[3] if sys.argv[3:] else temporary).absolute())
