"""Firefox without a window, driven over Marionette, its own protocol: a socket with numbered commands in JSON.

It keeps to the machine: every request but those to files goes to a proxy that is not there.
"""

import base64
import json
import shutil
import socket
import subprocess
import time

PROGRAM = next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)
PREFERENCES = {
    "marionette.port": 0,
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "datareporting.policy.dataSubmissionEnabled": False,
    "browser.shell.checkDefaultBrowser": False,
}
# How long Firefox may take to start and to answer.
PATIENCE = 60


class Firefox:
    """One running Firefox with a profile of its own, in a folder that is given to it."""

    def __init__(self, profile, dark=False):
        preferences = PREFERENCES | {"layout.css.prefers-color-scheme.content-override": 0 if dark else 1}
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items()]
        (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
        self._process = subprocess.Popen(
            [PROGRAM, "--headless", "--no-remote", "--marionette", "--profile", profile],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            self._socket = socket.create_connection(("127.0.0.1", self._port(profile)), timeout=PATIENCE)
            self._stream = self._socket.makefile("rb")
            self._number = 0
            self._receive()
            self.command("NewSession", capabilities={})
        except BaseException:
            self.close()
            raise

    def _port(self, profile):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self._process.poll() is None:
            path = profile / "MarionetteActivePort"
            if path.exists() and path.read_text().strip():
                return int(path.read_text())
            time.sleep(0.1)
        raise RuntimeError(f"Firefox did not start: exit code {self._process.poll()}")

    def _receive(self):
        length = b""
        while (byte := self._stream.read(1)) != b":":
            length += byte
        return json.loads(self._stream.read(int(length)))

    def command(self, name, **arguments):
        """Run a command of WebDriver and return its result."""
        self._number += 1
        text = json.dumps([0, self._number, f"WebDriver:{name}", arguments]).encode()
        self._socket.sendall(b"%d:%s" % (len(text), text))
        _, _, error, result = self._receive()
        assert error is None, error
        return result["value"] if isinstance(result, dict) and result.keys() == {"value"} else result

    def open(self, path, width=1200, height=900):
        """Open a file in a window of that size."""
        self.command("SetWindowRect", width=width, height=height)
        self.command("Navigate", url=path.as_uri())

    def evaluate(self, script):
        """Return what an expression of JavaScript has for a value in the page."""
        return self.command("ExecuteScript", script=f"return {script}", args=[])

    def texts(self, selector):
        """Return the texts of the elements that can be seen."""
        return self.evaluate(
            f"[...document.querySelectorAll({json.dumps(selector)})].filter("
            "element => getComputedStyle(element).visibility === 'visible').map(element => element.textContent)"
        )

    def press(self, *keys):
        """Press keys, one after the other, wherever the focus is."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.command("PerformActions", actions=[{"type": "key", "id": "keys", "actions": actions}])

    def click(self, selector):
        """Click the first element that a selector finds."""
        (element,) = self.command("FindElement", using="css selector", value=selector).values()
        self.command("ElementClick", id=element)

    def screenshot(self):
        """Return the page as a PNG."""
        return base64.b64decode(self.command("TakeScreenshot", full=True, hash=False))

    def close(self):
        """End Firefox."""
        if hasattr(self, "_socket"):
            self._stream.close()
            self._socket.close()
        self._process.terminate()
        self._process.wait(PATIENCE)
