"""Firefox as it is shipped, by WebDriver BiDi, which it speaks itself.

https://www.w3.org/TR/webdriver-bidi/ and, for keys and pointers, https://www.w3.org/TR/webdriver2/.
Playwright drives a Firefox of its own making alone, and Selenium needs a program that Debian lacks.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from websockets.sync.client import ClientConnection, connect

from local.user import PATIENCE_SECONDS, wait_for

ESCAPE, RIGHT = "\ue00c", "\ue014"
_LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
# What a fresh profile would show, ask for or fetch besides the page.
_SETTINGS: dict[str, bool | int | str] = {
    "app.normandy.enabled": False,
    "app.update.auto": False,
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "ui.prefersReducedMotion": 1,
}


class Firefox:
    """One window of a Firefox with a fresh profile, and what is wrong in its console."""

    def __init__(
        self, executable: Path, *, width: int, height: int, languages: str = "en-GB"
    ) -> None:
        self._executable = executable
        self._size = {"width": width, "height": height}
        self._settings = {**_SETTINGS, "intl.accept_languages": languages}
        self._held = ExitStack()
        self._commands = 0
        self.faults: list[str] = []

    def __enter__(self) -> Self:
        with ExitStack() as held:
            self._connection = held.enter_context(self._started(held))
            self._ask("session.new", capabilities={})
            self._ask("session.subscribe", events=["log.entryAdded"])
            (tree,) = self._ask("browsingContext.getTree")["contexts"]
            self._window = tree["context"]
            self._ask("browsingContext.setViewport", context=self._window, viewport=self._size)
            self._held = held.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def _started(self, held: ExitStack) -> ClientConnection:
        profile = Path(held.enter_context(TemporaryDirectory(ignore_cleanup_errors=True)))
        lines = (
            f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
            for name, value in self._settings.items()
        )
        (profile / "user.js").write_text("".join(lines))
        log = profile / "log"
        with log.open("wb") as written:
            process = subprocess.Popen(
                [self._executable, "--headless", "--no-remote", "--profile", profile,
                 "--remote-debugging-port", "0"],
                stdout=subprocess.DEVNULL,
                stderr=written,
                env={"HOME": str(profile), "PATH": os.defpath},
            )  # fmt: skip
        held.enter_context(process)
        held.callback(process.terminate)

        def listens() -> str | None:
            if process.poll() is not None:
                raise RuntimeError(f"Firefox has ended: {log.read_text()[-500:]}")
            found = _LISTENS.search(log.read_text())
            return found[1] if found else None

        address = wait_for(listens, what="Firefox to listen")
        return connect(f"{address}/session", max_size=None, proxy=None)

    def _ask(self, method: str, **parameters: Any) -> Any:
        """The result of a command; what is logged meanwhile is looked at."""
        self._commands += 1
        command = {"id": self._commands, "method": method, "params": parameters}
        self._connection.send(json.dumps(command))
        while True:
            told = json.loads(self._connection.recv(timeout=PATIENCE_SECONDS))
            if told["type"] == "event":
                entry = told["params"]
                if entry.get("level") == "error":
                    self.faults.append(entry["text"])
            elif told["id"] == self._commands:
                if told["type"] == "error":
                    raise RuntimeError(f"{method}: {told['error']}: {told['message']}")
                return told["result"]

    def open(self, url: str) -> None:
        """Go to an address, and wait until it is loaded."""
        self._ask("browsingContext.navigate", context=self._window, url=url, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """What a JavaScript expression gives, or promises, as far as JSON has it."""
        answer = self._ask(
            "script.evaluate",
            expression=f"Promise.resolve({expression}).then(JSON.stringify)",
            target={"context": self._window},
            awaitPromise=True,
        )
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"].get("value", "null"))

    def expect(self, expression: str, what: Any = True) -> None:
        """Wait until an expression gives this."""
        wait_for(
            lambda: True if self.evaluate(expression) == what else None,
            what=f"{expression} to be {what!r}",
        )

    def find(self, locator: Mapping[str, Any]) -> dict[str, Any]:
        """The one visible element, once it is there, that a locator of the protocol finds."""

        def look() -> dict[str, Any] | None:
            found = self._ask(
                "browsingContext.locateNodes", context=self._window, locator=dict(locator)
            )["nodes"]
            return {"sharedId": found[0]["sharedId"]} if len(found) == 1 else None

        return wait_for(look, what=f"one element {locator}")

    def named(self, role: str, name: str) -> dict[str, Any]:
        """The element of this role and accessible name."""
        return self.find({"type": "accessibility", "value": {"role": role, "name": name}})

    def click(self, element: Mapping[str, Any]) -> None:
        """Press and release the mouse in the middle of an element."""
        origin = {"type": "element", "element": dict(element)}
        self._act(
            {
                "type": "pointer",
                "id": "mouse",
                "actions": [
                    {"type": "pointerMove", "x": 0, "y": 0, "origin": origin},
                    {"type": "pointerDown", "button": 0},
                    {"type": "pointerUp", "button": 0},
                ],
            }
        )

    def press(self, keys: str) -> None:
        """Press keys one after the other."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._act({"type": "key", "id": "keyboard", "actions": actions})

    def _act(self, source: Mapping[str, Any]) -> None:
        self._ask("input.performActions", context=self._window, actions=[dict(source)])

    def choose(self, chooser: str, files: Sequence[Path]) -> None:
        """Pick files with a field."""
        element = self.find({"type": "css", "value": chooser})
        self._ask(
            "input.setFiles", context=self._window, element=element, files=[str(f) for f in files]
        )
