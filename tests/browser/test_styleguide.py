"""Every component in every state: accessible, at home on the narrowest screen, whole without JavaScript."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.test import Client
from playwright.sync_api import Page, expect

from mfa_platform.demo.styleguide import PORTALS

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

PAGE = "/styleguide/"


@pytest.fixture(autouse=True)
def _debug(settings: LazySettings) -> None:
    settings.DEBUG = True


def overflow(page: Page) -> int:
    """How many pixels of the page are beyond its right edge."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


@pytest.mark.parametrize("portal", PORTALS)
def test_every_accent_is_accessible_in_light(
    page: Page, assert_accessible: Callable[[Page], None], portal: str
) -> None:
    page.goto(f"{PAGE}?portal={portal}")

    assert_accessible(page)


@pytest.mark.parametrize("portal", PORTALS)
def test_every_accent_is_accessible_in_dark(dark: Page, assert_accessible: Callable[[Page], None], portal: str) -> None:
    dark.goto(f"{PAGE}?portal={portal}")

    assert_accessible(dark)


def test_nothing_has_to_be_scrolled_sideways_at_320_pixels(
    phone: Page, assert_accessible: Callable[[Page], None]
) -> None:
    phone.goto(PAGE)

    assert overflow(phone) <= 0
    assert_accessible(phone)


def test_nothing_has_to_be_scrolled_sideways_with_text_twice_as_large(page: Page) -> None:
    page.goto(PAGE)
    page.evaluate("document.documentElement.style.fontSize = '200%'")

    assert overflow(page) <= 0


def test_every_target_is_at_least_24_pixels_in_each_direction(page: Page) -> None:
    page.goto(PAGE)

    small = page.evaluate(
        """() => [...document.querySelectorAll("button, summary, input, select, .button, nav a")]
            .filter((target) => target.checkVisibility() && target.type !== "hidden")
            .map((target) => [target.outerHTML.slice(0, 80), target.getBoundingClientRect()])
            .filter(([, box]) => box.width < 24 || box.height < 24)
            .map(([html]) => html)"""
    )

    assert small == []


def test_without_javascript_nothing_waits_and_nothing_is_offered_in_vain(plain: Page) -> None:
    plain.goto(PAGE)

    expect(plain.locator("count-down button").first).to_be_enabled()
    expect(plain.get_by_text("possible in 45 seconds")).to_be_visible()
    expect(plain.get_by_role("button", name="Copy")).to_be_hidden()
    expect(plain.get_by_role("button", name="Dismiss").first).to_be_hidden()


def test_the_countdown_holds_its_button_back_until_it_is_at_zero(page: Page) -> None:
    page.clock.install()
    page.goto(PAGE)
    button = page.locator("count-down[data-seconds='45'] button")

    expect(button).to_be_disabled()
    page.clock.run_for(44_000)
    expect(button).to_be_disabled()
    page.clock.run_for(2_000)
    expect(button).to_be_enabled()


def test_a_code_pasted_with_words_and_spaces_arrives_as_digits(page: Page) -> None:
    page.goto(PAGE)
    field = page.locator("#code_fresh_code")

    field.evaluate(
        """(field) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text", "Your code: 482 913");
            field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }"""
    )

    expect(field).to_have_value("482913")


def test_a_password_can_be_shown_and_hidden_again(page: Page) -> None:
    page.goto(PAGE)
    field = page.locator("#sample_password")
    button = page.locator("show-password:has(#sample_password) button")

    button.click()
    expect(field).to_have_attribute("type", "text")
    button.click()
    expect(field).to_have_attribute("type", "password")


def test_the_error_summary_has_the_focus_and_leads_to_the_field(page: Page) -> None:
    page.goto(PAGE)

    expect(page.locator("[data-error-summary]").first).to_be_focused()
    page.get_by_role("link", name="Enter a password.").click()
    expect(page.locator("#wrong_password")).to_be_focused()


def test_a_dialog_opens_closes_on_escape_and_gives_the_focus_back(page: Page) -> None:
    page.goto(PAGE)
    opener = page.get_by_text("Open the dialog")

    opener.click()
    expect(page.get_by_role("dialog", name="Turn off e-mail codes?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("link", name="Open the dialog")).to_be_focused()


def test_recovery_codes_are_printed_without_what_is_around_them(page: Page) -> None:
    page.goto(PAGE)
    page.emulate_media(media="print")

    codes = page.locator(".recovery-codes").bounding_box()
    assert codes is not None
    assert codes["width"] > 1000  # the whole sheet, nothing is kept free for what is not printed
    for around in (".site-header", ".site-footer", ".page-aside", ".actions >> nth=0"):
        expect(page.locator(around)).to_be_hidden()


def test_it_does_not_exist_without_debug(client: Client, settings: LazySettings) -> None:
    settings.DEBUG = False

    assert client.get(PAGE).status_code == 404
