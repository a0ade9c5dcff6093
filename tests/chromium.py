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
def opening(browser, folder):
    """Yield a function that opens a page from a file; what the browser complains about or asks for fails the test."""
    complaints, contexts = [], []

    def opened(made, *, dark=False, viewport=WIDE, bypass_csp=False):
        text = made if isinstance(made, str) else made.to_html()
        path = folder / f"page{len(contexts)}.html"
        path.write_text(text, encoding="utf-8")
        scheme = "dark" if dark else "light"
        context = browser.new_context(viewport=viewport, color_scheme=scheme, bypass_csp=bypass_csp)
        contexts.append(context)
        sheet = context.new_page()
        sheet.set_default_timeout(5000)
        sheet.on("console", lambda message: complaints.append(message.text))
        sheet.on("pageerror", lambda error: complaints.append(str(error)))
        sheet.on("request", lambda request: None if request.url == path.as_uri() else complaints.append(request.url))
        sheet.goto(path.as_uri())
        return sheet

    yield opened
    for context in contexts:
        context.close()
    assert [complaint for complaint in complaints if not complaint.startswith("about:srcdoc")] == []
