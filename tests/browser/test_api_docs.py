"""`/glue/docs`: somebody reads what the API can do, logs in there and tries MFA, with nothing but the page."""

import json
import re

import pytest
from django.core import mail
from playwright.sync_api import Locator, Page, expect

from mfa.models import Challenge
from mfa_platform.demo.seeds import goods, people
from tests.cast import NOW, mailed_code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DOCS = "/glue/docs"
SONIA = "sonia@example.com"


@pytest.fixture(autouse=True)
def seeded(applications, settings):
    """The demo's shop and customers."""
    settings.DEBUG = True
    goods.seed()
    people.seed(now=NOW)


def authorize(page: Page, password: str) -> None:
    page.get_by_role("button", name="Authorize").first.click()
    dialog = page.locator(".modal-ux")
    dialog.locator("#oauth_username").fill(SONIA)
    dialog.locator("#oauth_password").fill(password)
    dialog.get_by_role("button", name="Apply given OAuth2 credentials").click()


def close(page: Page) -> None:
    page.locator(".modal-ux").get_by_role("button", name="Close").last.click()


def operation(page: Page, method: str, path: str) -> Locator:
    """One operation, unfolded and ready to be filled in."""
    block = page.locator(f"#operations-MFA-{method}-glue-{path}")
    block.locator(".opblock-summary-control").click()
    block.get_by_role("button", name="Try it out").click()
    return block


def execute(block: Locator, *, attributes: dict[str, str] | None = None, code: str = "") -> Locator:
    """Send it; the part of the page that shows the answer."""
    if attributes is not None:
        editor = block.locator("textarea.body-param__text")
        document = json.loads(editor.input_value())
        document["data"]["attributes"] = attributes
        editor.fill(json.dumps(document))
    if code:
        block.get_by_placeholder("X-MFA-Code").fill(code)
    block.get_by_role("button", name="Execute").click()
    return block.locator(".live-responses-table")


def status(answer: Locator) -> Locator:
    return answer.locator("tbody .response-col_status").first


def test_the_mfa_flow_can_be_tried_on_the_page(page: Page):
    page.goto(DOCS)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Glue REST API")
    authorize(page, people.PASSWORD)
    expect(page.locator(".modal-ux")).to_contain_text("Authorized")
    close(page)

    begun = execute(operation(page, "post", "multi-factor-auth-type-activate"), attributes={"type": "email"})
    expect(status(begun)).to_contain_text("204")
    verify = operation(page, "post", "multi-factor-auth-type-verify")
    expect(status(execute(verify, attributes={"type": "email"}, code="000000"))).to_contain_text("403")
    expect(verify).to_contain_text("5901")
    expect(status(execute(verify, attributes={"type": "email"}, code=mailed_code()))).to_contain_text("204")

    states = execute(operation(page, "get", "multi-factor-auth-types"))
    expect(states).to_contain_text(re.compile(r'"status":\s*2'))


def test_a_wrong_password_is_told_there(page: Page):
    page.goto(DOCS)
    authorize(page, "wrong")

    expect(page.locator(".modal-ux")).to_contain_text("invalid_grant")


def test_without_a_login_the_page_can_be_read_and_requests_are_refused(page: Page):
    page.goto(DOCS)
    answer = execute(operation(page, "post", "multi-factor-auth-trigger"), attributes={"type": "email"})

    expect(status(answer)).to_contain_text("403")
    expect(answer).to_contain_text("002")
    assert not Challenge.objects.exists()
    assert mail.outbox == []


def test_without_javascript_every_request_can_be_read(plain: Page):
    plain.goto(DOCS)
    row = plain.get_by_role("row").filter(has=plain.get_by_text("POST /glue/carts", exact=True))

    expect(row).to_contain_text("Make a cart")
    expect(row).to_contain_text("X-MFA-Code")
    expect(plain.get_by_role("link", name="OpenAPI document")).to_be_visible()
    for width in (320, 600, 1024):
        plain.set_viewport_size({"width": width, "height": 800})
        assert plain.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
