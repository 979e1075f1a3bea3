"""What owners are told by mail (security, notifications)."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from mfa import tasks
from mfa.models import Event, Purpose
from mfa.services import accounts, enrolment, events, notices
from tests.cast import ORIGIN, PASSWORD, enable
from tests.mfa.conftest import newest_code
from tests.mfa.services.steps import another_session, enter_wrong, send

NOW = timezone.now()
"""Mails expire, so these need a moment that is not long past."""

CODE = "is your"
"""Found in the subject of every mail with a code."""


@pytest.fixture
def told(db, mailoutbox):
    """Subjects and addresses of the notices so far."""
    return lambda: [(message.subject, message.to[0]) for message in mail.outbox if CODE not in message.subject]


def spend_a_code(factor, *, now=NOW, purpose=Purpose.SIGN_IN):
    proof = another_session()
    send(factor, proof, now=now, purpose=purpose)
    for _ in range(3):
        enter_wrong(factor, proof, now=now, purpose=purpose)


def test_a_method_that_was_added_is_told(api, told, customer):
    api.mfa("type-activate")
    api.mfa("type-verify", code=newest_code())

    assert told() == [("A second step was turned on: E-mail", customer.email)]


def test_a_method_that_was_removed_is_told(api, told, customer, factor):
    api.mfa("trigger")
    api.mfa("type-deactivate", code=newest_code())

    assert len(told()) == 1
    assert told()[0][1] == customer.email


def test_a_method_that_an_administrator_removed_is_told_with_no_word_of_the_administrator(
    told, customer, factor, clerk
):
    enrolment.remove_as_administrator(
        account=customer, actor=clerk, method=None, reason="called us", origin=ORIGIN, now=NOW
    )

    assert len(told()) == 1
    assert clerk.email not in mail.outbox[-1].body
    assert ORIGIN.ip not in mail.outbox[-1].body


def test_it_says_whether_anything_is_left(told, customer, factor, pager, clerk):
    enable(customer, "pager")

    for method, left in (("email", "Your other second step stays on."), ("pager", "your password alone protects")):
        enrolment.remove_as_administrator(
            account=customer, actor=clerk, method=method, reason="called us", origin=ORIGIN, now=NOW
        )

        assert left in mail.outbox[-1].body
    assert "Our team removed “Pager” from your account." in mail.outbox[-1].body


@pytest.mark.parametrize(("language", "listed"), [("en", "“E-mail” and “Pager”"), ("de", "„E-Mail“ und „Pager“")])
def test_several_are_named_as_a_sentence_would(told, customer, factor, pager, clerk, language, listed):
    enable(customer, "pager")
    type(customer).objects.filter(pk=customer.pk).update(language=language)

    enrolment.remove_as_administrator(
        account=customer, actor=clerk, method=None, reason="called us", origin=ORIGIN, now=NOW
    )

    assert listed in mail.outbox[-1].body


@pytest.mark.parametrize(
    ("slugs", "said"),
    [
        (["email"], "E-mail is no longer a way to confirm that it is you."),
        (["pager", "email"], "E-mail and Pager are no longer ways to confirm that it is you."),
    ],
)
def test_what_its_owner_removed_is_counted(told, customer, pager, slugs, said):
    event = events.record("method-removed", account=customer, origin=ORIGIN, now=NOW, details={"methods": slugs})

    notices.send(event)

    assert said in " ".join(mail.outbox[-1].body.split())


def test_a_changed_password_is_told(told, customer):
    accounts.change_password(account=customer, new_password=f"{PASSWORD}!", proof=None, origin=ORIGIN, now=NOW)

    assert len(told()) == 1


def move(account, email):
    notices.send(accounts.change_email(account=account, email=email, proof=None, origin=ORIGIN, now=NOW))


def test_a_changed_address_is_told_at_both_ends(told, customer):
    move(customer, "new@example.com")

    assert sorted(address for _, address in told()) == ["new@example.com", "sonia@example.com"]


def test_two_changes_of_address_are_told_at_all_three(told, customer):
    stale = type(customer).objects.get(pk=customer.pk)
    move(customer, "second@example.com")
    move(stale, "third@example.com")

    assert sorted(address for _, address in told())[:2] == ["second@example.com", "second@example.com"]


def test_three_wrong_codes_after_a_right_password_are_told(told, factor):
    spend_a_code(factor)

    assert told() == [("Somebody entered wrong codes for your account", factor.user.email)]


def test_three_wrong_codes_at_a_protected_action_are_not(told, factor):
    spend_a_code(factor, purpose=Purpose.STEP_UP)

    assert told() == []


@pytest.mark.parametrize(("minutes", "mails"), [(59, 1), (61, 2)])
def test_an_attacker_cannot_send_more_than_one_of_them_an_hour(told, factor, minutes, mails):
    spend_a_code(factor)
    spend_a_code(factor, now=NOW + timedelta(minutes=minutes))

    assert len(told()) == mails


def test_an_attack_that_goes_on_is_told_again(told, factor):
    """It is mails that an hour must lie between, not events."""
    for minutes in (0, 50, 100):
        spend_a_code(factor, now=NOW + timedelta(minutes=minutes))

    warned = Event.objects.filter(kind="sign-in-codes-exhausted").order_by("pk")
    assert [event.details["mailed"] for event in warned] == [True, False, True]
    assert len(told()) == 2


def test_no_notice_logs_anybody_in(customer, factor, clerk, mailoutbox, pager):
    enable(customer, "pager")
    spend_a_code(factor)
    enrolment.remove_as_administrator(account=customer, actor=clerk, method=None, reason="Lost", origin=ORIGIN, now=NOW)
    accounts.change_password(account=customer, new_password=f"{PASSWORD}!", proof=None, origin=ORIGIN, now=NOW)

    for message in mail.outbox:
        html, _ = message.alternatives[0]
        assert "http" not in message.body
        assert "http" not in html
        assert html.count("href") == html.count("mailto:help@example.com") == 1


def test_what_a_browser_calls_itself_does_not_become_the_text_of_a_mail(factor, client, mailoutbox):
    """Whoever knows a password could otherwise mail a sentence and a link of their own in our name."""
    lure = "Your account is locked, go to https://evil.example/unlock"
    client.post("/login", {"email": factor.user.email, "password": PASSWORD}, headers={"user-agent": lure})

    html, _ = mail.outbox[-1].alternatives[0]
    assert "evil" not in mail.outbox[-1].body + html + mail.outbox[-1].subject


def test_notices_speak_the_owners_language(told, customer):
    type(customer).objects.update(language="de")
    customer.refresh_from_db()
    accounts.change_password(account=customer, new_password=f"{PASSWORD}!", proof=None, origin=ORIGIN, now=NOW)

    assert told()[0][0] != "Your password was changed"
    assert "Passwort" in told()[0][0]


def test_every_kind_that_is_mailed_has_its_templates(db, customer, mailoutbox):
    for kind in notices.KINDS:
        event = Event.objects.create(at=NOW, account=customer, actor=customer, kind=kind, method="email")
        tasks.notify(event.pk)

    assert len(mail.outbox) == len(notices.KINDS)


def test_a_notice_for_an_account_that_is_gone_is_dropped(db, mailoutbox):
    tasks.notify(Event.objects.create(at=NOW, account_id=None, kind="password-changed").pk)
    tasks.notify(0)

    assert mail.outbox == []
