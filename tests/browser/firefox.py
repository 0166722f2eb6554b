"""Firefox as it comes, by WebDriver BiDi, the standard's protocol.

Playwright drives a Firefox of its own making only, and geckodriver, which others need to drive this
one, comes in no package. The tests ask for a handful of commands.
"""

import base64
import functools
import itertools
import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import websocket

from tools import project

#: The first of these is used.
PROGRAMS = ("firefox-esr", "firefox")
#: Where nothing is kept for a page, as with all cookies blocked; without scripts; in the dark.
NOTHING_KEPT = {"network.cookie.cookieBehavior": 2}
NO_SCRIPTS = {"javascript.enabled": False}
DARK = {"layout.css.prefers-color-scheme.content-override": 0}
#: Seconds that anything may take.
PATIENCE = 60
#: A function of the page with an argument, both ways as JSON. Without scripts no promise is kept.
_CALL = "(text) => JSON.stringify((%s)(JSON.parse(text)) ?? null)"
_AWAIT = "async (text) => JSON.stringify((await (%s)(JSON.parse(text))) ?? null)"
#: How Firefox's words on a formula begin. It lays a page out while this arrives, and then says them
#: of a fraction whose second half is still on its way.
OF_A_FORMULA = "Invalid markup"
_MARK = "The page is here."
#: Lays the page out once more, so that what is wrong with a formula is said of the whole page.
_LAY_OUT = """() => {
  const page = document.documentElement;
  page.style.display = "none";
  page.getBoundingClientRect();
  page.style.display = "";
  page.getBoundingClientRect();
}"""
#: Keys that have no letter.
KEYS = {"ArrowRight": "\ue014", "End": "\ue010", "Home": "\ue011"}


@functools.cache
def find_firefox() -> str | None:
    """`$FIREFOX` or one on the path; None where there is none."""
    candidates = [os.environ.get("FIREFOX"), *map(shutil.which, PROGRAMS)]
    return next((c for c in candidates if c and Path(c).is_file()), None)


class Firefox:
    """A headless Firefox of some settings, with one page and all that this complained about."""

    def __init__(self, settings: dict[str, object]):
        # a Firefox that comes as a snap sees the project's folder, and another's /tmp it does not
        self.folder = TemporaryDirectory(dir=project.BUILD, ignore_cleanup_errors=True)
        folder = Path(self.folder.name)
        given = (f'user_pref("{name}", {json.dumps(value)});' for name, value in settings.items())
        (folder / "user.js").write_text("\n".join(given))
        options = ("--headless", "--no-remote", "--remote-debugging-port=0", "--profile", folder)
        self.complaints: list[str] = []
        self.numbers = itertools.count()
        with (folder / "log").open("w") as log:
            self.process = subprocess.Popen([find_firefox(), *options], stdout=log, stderr=log)
        self.socket = websocket.create_connection(
            f"ws://127.0.0.1:{port(folder)}/session", suppress_origin=True, timeout=PATIENCE
        )
        self.send("session.new", capabilities={})
        self.send("session.subscribe", events=["log.entryAdded"])
        (page,) = self.send("browsingContext.getTree")["contexts"]
        self.page = page["context"]

    def close(self) -> None:
        """End the browser."""
        self.send("browser.close")
        self.socket.close()
        self.process.wait(PATIENCE)
        self.folder.cleanup()

    def send(self, method: str, **params: object) -> dict:
        """What the browser answers to a command; what its page complains of meanwhile is kept."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv())
            if message["type"] == "event":
                if message["params"]["level"] in ("error", "warn"):
                    self.complaints.append(message["params"]["text"])
            elif message["id"] == number:
                if message["type"] == "error":
                    raise AssertionError(f"{method}: {message['message']}")
                return message["result"]

    def goto(self, address: str, width: int = 1280) -> None:
        """Open a page in some width, and forget what pages before it said."""
        viewport = {"width": width, "height": 900}
        self.send("browsingContext.setViewport", context=self.page, viewport=viewport)
        self.complaints.clear()
        self.send("browsingContext.navigate", context=self.page, url=address, wait="complete")
        self.evaluate("(mark) => console.warn(mark)", _MARK)
        end = time.monotonic() + PATIENCE
        while _MARK not in self.complaints:
            assert time.monotonic() < end, f"{address} never said that it is here."
            self.evaluate("() => 0")
        kept = [text for text in self.complaints if not text.startswith((OF_A_FORMULA, _MARK))]
        self.complaints[:] = kept
        self.evaluate(_LAY_OUT)

    def evaluate(self, function: str, argument: object = None) -> object:
        """What a function of the page returns or promises."""
        call = _AWAIT if function.startswith("async") else _CALL
        result = self.send(
            "script.callFunction",
            functionDeclaration=call % function,
            arguments=[{"type": "string", "value": json.dumps(argument)}],
            target={"context": self.page},
            awaitPromise=True,
        )
        if result["type"] == "exception":
            raise AssertionError(result["exceptionDetails"]["text"])
        return json.loads(result["result"]["value"])

    def print(self) -> bytes:
        """The page on A4, as a PDF, without backgrounds."""
        sheet = {"width": 21.0, "height": 29.7}
        printed = self.send("browsingContext.print", context=self.page, page=sheet)
        return base64.b64decode(printed["data"])

    def press(self, selector: str, key: str) -> None:
        """Press a key on the first element of a selector."""
        self.evaluate("(selector) => document.querySelector(selector).focus()", selector)
        strokes = [{"type": kind, "value": KEYS[key]} for kind in ("keyDown", "keyUp")]
        keyboard = {"type": "key", "id": "keyboard", "actions": strokes}
        self.send("input.performActions", context=self.page, actions=[keyboard])


def port(folder: Path) -> int:
    """Where a browser listens, which it writes into the folder of its profile."""
    path = folder / "WebDriverBiDiServer.json"
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if path.is_file() and path.read_text():
            return json.loads(path.read_text())["ws_port"]
        time.sleep(0.05)
    raise AssertionError(f"Firefox did not start: {(folder / 'log').read_text()}")
