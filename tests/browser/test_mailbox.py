"""Reading mails during development, on every device."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.mfa_platform.demo.test_views import development  # noqa: F401  # a fixture


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("development")
@pytest.mark.parametrize("device", ["page", "phone", "dark", "plain"])
def test_a_code_can_be_read_in_any_browser(
    device: str, request: pytest.FixtureRequest, assert_accessible: Callable[[Page], None]
) -> None:
    page: Page = request.getfixturevalue(device)
    page.goto("/mailbox/")
    if device != "plain":  # axe is a script itself and waits for ever on a frame that runs none
        assert_accessible(page)

    page.get_by_role("link", name="482913 is your code").click()

    expect(page.locator("pre")).to_have_text("Enter 482913.")
    expect(page.frame_locator("iframe").locator("b")).to_have_text("482913")
    if device != "plain":  # axe is a script itself and waits for ever on a frame that runs none
        assert_accessible(page)
