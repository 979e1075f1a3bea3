"""Chromium for tests marked `browser`: `page` is a desktop; `phone`, `dark` and `plain` (no JavaScript) are others.

Relative addresses lead to this run's own server. A test fails when its pages log an error, break the content security
policy or load anything from elsewhere; what they looked like is then in var/reports/.
"""

import os
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright
from pytest_django.live_server_helper import LiveServer

from scripts import chromium, reports

FLAGS = [
    "--no-sandbox",  # Chromium's own sandbox does not work for root
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
AXE = AXE_FILE_PATH.read_text(encoding="utf-8")
VIOLATIONS = """
options => axe.run(options).then(found => found.violations.map(rule => ({
  id: rule.id, help: rule.help, nodes: rule.nodes.map(node => `${node.html} ${node.failureSummary}`),
})))
"""
FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's own Chromium."""
    # Playwright's loop runs in this thread, where Django would otherwise refuse its ORM to the test itself.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium.find(), args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def new_context(
    browser: Browser, live_server: LiveServer, settings: Any, request: pytest.FixtureRequest
) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browsers without any history, in English and without animations; parameters are playwright's."""
    settings.BASE_URL = live_server.url
    settings.MFA_WEBAUTHN_ORIGINS = [live_server.url]
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def make(**options: Any) -> BrowserContext:
        usual = {"base_url": live_server.url, "locale": "en-GB", "reduced_motion": "reduce"}
        contexts.append(browser.new_context(**{**usual, **options}))
        _watch(contexts[-1], home=live_server.url, complaints=complaints)
        return contexts[-1]

    yield make
    if complaints or request.node.stash.get(FAILED, False):
        _picture([page for context in contexts for page in context.pages], name=request.node.name)
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page in a desktop's browser."""
    return new_context().new_page()


@pytest.fixture
def phone(new_context: Callable[..., BrowserContext]) -> Page:
    """A page 320 px wide, the narrowest that has to work."""
    return new_context(viewport={"width": 320, "height": 640}).new_page()


@pytest.fixture
def dark(new_context: Callable[..., BrowserContext]) -> Page:
    """A page for somebody who prefers dark."""
    return new_context(color_scheme="dark").new_page()


@pytest.fixture
def plain(new_context: Callable[..., BrowserContext]) -> Page:
    """A page without JavaScript."""
    return new_context(java_script_enabled=False).new_page()


@pytest.fixture(scope="session")
def assert_accessible() -> Callable[[Page], None]:
    """Checks a page as it stands against WCAG 2.2 AA and axe's best practices."""
    return _check


@pytest.fixture(scope="session")
def assert_good_for_everybody() -> Callable[[Page], None]:
    """Checks a desktop's page in light and dark and 320 px wide: accessible, one heading, nothing to scroll sideways.

    The page is loaded once for all of it. Dark is checked by the rules that see colours, for it changes nothing else.
    """

    def check(page: Page) -> None:
        desk = page.viewport_size
        assert desk
        _check_and_fit(page)
        page.emulate_media(color_scheme="dark")
        _check(page, only=COLOURS)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 320, "height": 640})
        _check_and_fit(page)
        page.set_viewport_size(desk)

    return check


@pytest.fixture(scope="session")
def assert_good_as_it_is() -> Callable[[Page], None]:
    """Checks a page in its own window: accessible, one heading, nothing to scroll sideways."""
    return _check_and_fit


def _check_and_fit(page: Page) -> None:
    assert page.locator("h1").count() == 1, f"{page.url} has not exactly one h1"
    _check(page)
    wide, window = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= window, f"{page.url} is {wide} px wide"


def _check(page: Page, *, only: Sequence[str] = ()) -> None:
    """Run axe, which is loaded once a page and hands over what is wrong and nothing else: that is most of its time."""
    rules = {"type": "rule", "values": list(only)} if only else WCAG
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate(VIOLATIONS, {"runOnly": rules, "resultTypes": ["violations"]})
    report = [f"{rule['id']}: {rule['help']}\n  " + "\n  ".join(rule["nodes"]) for rule in found]
    assert not found, f"{page.url}\n" + "\n".join(report)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let fixtures know that their test failed."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


def _watch(context: BrowserContext, *, home: str, complaints: list[str]) -> None:
    """Collect what goes wrong behind the pages of `context`."""

    def on_console(message: ConsoleMessage) -> None:
        # A status of 4xx is often what the test is about.
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(f"console: {message.text}")

    def on_request(request: Request) -> None:
        if not request.url.startswith((f"{home}/", "data:", "blob:")):
            complaints.append(f"loads from elsewhere: {request.url}")

    context.on("console", on_console)
    context.on("weberror", lambda error: complaints.append(f"error: {error.error}"))
    context.on("request", on_request)


def _picture(pages: list[Page], *, name: str) -> None:
    """Keep what `pages` look like."""
    for number, page in enumerate(pages):
        path: Path = reports.DIRECTORY / f"{re.sub(r'[^a-z0-9_-]+', '-', name)}-{number}.png"
        page.screenshot(path=path, full_page=True)
