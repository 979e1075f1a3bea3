"""Mails that bring a link: to be pressed, and to be copied where nothing can be pressed."""

import pytest
from django.template.loader import render_to_string

LINK = "https://shop.example/go/on"


@pytest.mark.parametrize(
    "mail",
    [
        "mail/customers/already_registered",
        "mail/customers/confirm_email",
        "mail/customers/confirm_signup",
        "mail/customers/welcome",
        "mail/password_reset",
        "mail/backoffice/invitation",
    ],
)
def test_the_link_is_a_button_and_an_address(mail: str) -> None:
    context = {"link": LINK, "minutes": 60}

    html, text = (render_to_string(f"{mail}.{kind}", context) for kind in ("html", "txt"))

    assert html.count(f'href="{LINK}"') == 2
    assert f">{LINK}</a>" in html
    assert f"\n{LINK}\n" in text
