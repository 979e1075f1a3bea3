"""Chromium for tests marked `browser`: `page` is a desktop; `phone`, `dark` and `plain` (no JavaScript) are others.

Relative addresses lead to this run's own server. A test fails when its pages log an error, break the content security
policy or load anything from elsewhere.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request
from pytest_django.live_server_helper import LiveServer

from scripts import chromium

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


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium instead of one that playwright would download."""
    # Playwright's loop runs in this thread, where Django would otherwise refuse its ORM to the test itself.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return {**browser_type_launch_args, "executable_path": chromium.find(), "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], live_server: LiveServer) -> dict[str, Any]:
    """English, without animations, at this run's server."""
    return {**browser_context_args, "base_url": live_server.url, "locale": "en-GB", "reduced_motion": "reduce"}


@pytest.fixture
def context(
    new_context: Callable[..., BrowserContext], watched: Callable[[BrowserContext], BrowserContext]
) -> BrowserContext:
    """A desktop browser without any history."""
    return watched(new_context())


@pytest.fixture
def phone(new_context: Callable[..., BrowserContext], watched: Callable[[BrowserContext], BrowserContext]) -> Page:
    """A page 320 px wide, the narrowest that has to work."""
    return watched(new_context(viewport={"width": 320, "height": 640})).new_page()


@pytest.fixture
def dark(new_context: Callable[..., BrowserContext], watched: Callable[[BrowserContext], BrowserContext]) -> Page:
    """A page for somebody who prefers dark."""
    return watched(new_context(color_scheme="dark")).new_page()


@pytest.fixture
def plain(new_context: Callable[..., BrowserContext], watched: Callable[[BrowserContext], BrowserContext]) -> Page:
    """A page without JavaScript."""
    return watched(new_context(java_script_enabled=False)).new_page()


@pytest.fixture
def watched(live_server: LiveServer, settings: Any) -> Iterator[Callable[[BrowserContext], BrowserContext]]:
    """Watches contexts; what their pages complained about fails the test at its end."""
    settings.BASE_URL = live_server.url
    complaints: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        # A status of 4xx is often what the test is about.
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(f"console: {message.text}")

    def on_request(request: Request) -> None:
        if not request.url.startswith((live_server.url, "data:", "blob:")):
            complaints.append(f"loads from elsewhere: {request.url}")

    def watch(context: BrowserContext) -> BrowserContext:
        context.on("console", on_console)
        context.on("weberror", lambda error: complaints.append(f"error: {error.error}"))
        context.on("request", on_request)
        return context

    yield watch
    assert not complaints, "\n".join(complaints)


@pytest.fixture(scope="session")
def assert_accessible() -> Callable[[Page], None]:
    """Checks a page against WCAG 2.2 AA and axe's best practices; its report is the failure's message."""

    def check(page: Page) -> None:
        found = Axe().run(page, options={"runOnly": WCAG})
        assert not found.violations_count, f"{page.url}\n{found.generate_report()}"

    return check
