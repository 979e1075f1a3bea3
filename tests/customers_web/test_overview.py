"""The overview, and the invitation on it."""

from datetime import timedelta

import pytest

from tests.cast import enable

INVITATION = b'data-qa="mfa-invitation"'


def test_a_customer_without_a_second_factor_is_invited_to_set_one_up(signed_in):
    page = signed_in.get("/customer/overview")

    assert INVITATION in page.content
    assert b'href="/multi-factor-auth/set"' in page.content


def test_a_customer_with_one_is_not(signed_in, sonia):
    enable(sonia.account)

    page = signed_in.get("/customer/overview")

    assert INVITATION not in page.content
    assert b"E-mail" in page.content


def test_the_invitation_goes_when_it_is_dismissed_and_comes_back_after_thirty_days(signed_in, sonia):
    assert signed_in.send("/customer/overview/dismiss")["Location"] == "/customer/overview"
    assert INVITATION not in signed_in.get("/customer/overview").content

    sonia.refresh_from_db()
    dismissed_at = sonia.invitation_dismissed_at
    sonia.invitation_dismissed_at = dismissed_at - timedelta(days=29, hours=23)
    sonia.save()
    assert INVITATION not in signed_in.get("/customer/overview").content
    sonia.invitation_dismissed_at = dismissed_at - timedelta(days=30)
    sonia.save()
    assert INVITATION in signed_in.get("/customer/overview").content


def test_looking_dismisses_nothing(signed_in):
    assert signed_in.get("/customer/overview/dismiss").status_code == 405


def test_nobody_else_sees_it(guest):
    assert guest.get("/customer/overview")["Location"] == "/login?next=/customer/overview"


@pytest.mark.parametrize("path", ["/customer/overview", "/customer/profile", "/customer/addresses"])
def test_pages_of_an_account_are_kept_by_no_cache(signed_in, path):
    assert "no-store" in signed_in.get(path)["Cache-Control"]


def test_names_of_any_length_and_script_are_shown_as_text(signed_in, sonia):
    sonia.first_name = "<script>alert(1)</script>" + "x" * 70
    sonia.save()

    page = signed_in.get("/customer/overview")

    assert b"<script>alert" not in page.content
    assert b"&lt;script&gt;" in page.content
