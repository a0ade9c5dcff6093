"""Headless Chromium for the tests of pages: it needs Chromium on the path and the package playwright; no network."""

import contextlib
import shutil

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 400, "height": 800}


@contextlib.contextmanager
def launched():
    """Yield a browser; skip the test where there is none."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")
    if CHROMIUM is None:
        pytest.skip("needs Chromium on the path: apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextlib.contextmanager
def windows(browser):
    """Yield a function that returns the browser's window with or without a policy for scripts; each is made once.

    A window of its own for each page would take three times as long.
    """
    made = {}

    def window(bypass_csp):
        if bypass_csp not in made:
            made[bypass_csp] = browser.new_context(bypass_csp=bypass_csp).new_page()
            made[bypass_csp].set_default_timeout(5000)
        return made[bypass_csp]

    yield window
    for sheet in made.values():
        sheet.context.close()


@contextlib.contextmanager
def opening(window, folder):
    """Yield a function that opens a page from a file; what the browser complains about or asks for fails the test.

    A page that was opened before is gone then, and all that it kept.
    """
    complaints, asked, expected = [], [], []

    def complain(message):
        complaints.append(message.text)

    def fail(error):
        complaints.append(str(error))

    def ask(request):
        asked.append(request.url)

    listeners = {"console": complain, "pageerror": fail, "request": ask}
    sheets = set()

    def opened(made, *, dark=False, viewport=WIDE, bypass_csp=False):
        text = made if isinstance(made, str) else made.to_html()
        path = folder / f"page{len(expected)}.html"
        path.write_text(text, encoding="utf-8")
        expected.append(path.as_uri())
        sheet = window(bypass_csp)
        if sheet not in sheets:
            sheets.add(sheet)
            for event, listener in listeners.items():
                sheet.on(event, listener)
        sheet.set_viewport_size(viewport)
        sheet.emulate_media(color_scheme="dark" if dark else "light")
        sheet.goto(path.as_uri())
        return sheet

    try:
        yield opened
    finally:
        for sheet in sheets:
            # Nothing of this page is heard of in the next test.
            sheet.goto("about:blank")
            for event, listener in listeners.items():
                sheet.remove_listener(event, listener)
    others = [url for url in asked if url not in (*expected, "about:blank")]
    assert [complaint for complaint in complaints + others if not complaint.startswith("about:srcdoc")] == []
