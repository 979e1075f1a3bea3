import pytest
from django.core import mail

from customers import errors, links, tasks
from customers.models import Customer
from customers.services import profiles
from mfa.models import Event
from tests.cast import NOW, ORIGIN, ApiClient, make_account
from tests.racing import after


@pytest.fixture
def ask(sonia, django_capture_on_commit_callbacks):
    def ask(email):
        with django_capture_on_commit_callbacks(execute=True):
            return profiles.request_email_change(customer=sonia, email=email, now=NOW)

    return ask


def confirm(customer, token=None, proof=None):
    token = token or links.of_email_change(customer)
    return profiles.confirm_email_change(token=token, proof=proof, origin=ORIGIN, now=NOW)


def recipients():
    return [(message.subject, message.to[0]) for message in mail.outbox]


def test_a_change_touches_only_what_was_given(sonia):
    profiles.update_profile(customer=sonia, changes={"last_name": "Berg", "reference": "DE--99"}, now=NOW)

    found = Customer.objects.get()
    assert (found.first_name, found.last_name, found.reference) == ("Sonia", "Berg", "DE--1")


def leave():
    Customer.objects.update(anonymised_at=NOW)


def test_what_cannot_be_done_in_full_is_not_done_at_all(sonia, django_capture_on_commit_callbacks):
    changes = {"customer": sonia, "changes": {"last_name": "Berg"}, "email": "new@example.com"}
    with (
        after("UPDATE", leave),
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(errors.CustomerNotFound),
    ):
        profiles.update_profile(**changes, now=NOW)

    assert Customer.objects.get().last_name == "Wagner"
    assert not mail.outbox


def test_a_new_address_is_asked_and_the_old_one_told(ask, sonia):
    ask("new@example.com")

    assert sonia.account.email == "sonia@example.com"
    assert recipients() == [
        ("Confirm your new address", "new@example.com"),
        ("A new e-mail address for your account", "sonia@example.com"),
    ]


def test_the_link_moves_the_account_and_ends_everything_else(ask, sonia):
    other = ApiClient(sonia.account)
    ask("new@example.com")

    confirm(sonia)

    sonia.account.refresh_from_db()
    assert sonia.account.email == "new@example.com"
    assert Customer.objects.get().pending_email == ""
    assert Event.objects.filter(kind="email-changed").count() == 1
    assert other.ask("get", "customers").status_code == 401


def test_the_link_is_in_the_mail_and_on_the_configured_host(ask, sonia, settings):
    settings.BASE_URL = "https://shop.example.com"
    ask("new@example.com")

    link = next(word for word in mail.outbox[0].body.split() if word.startswith("https://shop.example.com/"))
    assert profiles.customer_of_token(link.rsplit("/", 1)[-1]) == sonia


def test_an_account_moves_wholly_or_not_at_all(ask, sonia):
    ask("new@example.com")
    mail.outbox.clear()

    with after("INSERT", leave), pytest.raises(errors.CustomerNotFound):
        confirm(sonia)

    sonia.account.refresh_from_db()
    assert sonia.account.email == "sonia@example.com"
    assert not Event.objects.exists()
    assert not mail.outbox


def test_a_link_works_once(ask, sonia):
    ask("new@example.com")
    token = links.of_email_change(sonia)
    confirm(sonia, token)

    with pytest.raises(errors.LinkInvalid):
        confirm(sonia, token)


def test_only_the_newest_link_works(ask, sonia):
    ask("first@example.com")
    token = links.of_email_change(sonia)
    ask("second@example.com")

    with pytest.raises(errors.LinkInvalid):
        confirm(sonia, token)


def test_a_changed_password_voids_the_link(ask, sonia):
    from mfa.services import accounts

    ask("new@example.com")
    token = links.of_email_change(sonia)
    accounts.change_password(
        account=sonia.account, new_password="another passphrase", proof=None, origin=ORIGIN, now=NOW
    )

    with pytest.raises(errors.LinkInvalid):
        confirm(sonia, token)


@pytest.mark.parametrize("token", ["", "x", "\x00", "\ud800", "a" * 10_000, "gAAAAABl"])
def test_a_forged_link_is_refused(sonia, token):
    with pytest.raises(errors.LinkInvalid):
        profiles.customer_of_token(token)


def test_a_link_expires_after_a_day(ask, sonia, monkeypatch):
    import time

    ask("new@example.com")
    token = links.of_email_change(sonia)
    later = time.time() + links.LIFETIME + 1
    monkeypatch.setattr(time, "time", lambda: later)

    with pytest.raises(errors.LinkInvalid):
        profiles.customer_of_token(token)


def test_an_address_in_use_looks_the_same_and_its_owner_is_told(ask, sonia, spencor):
    ask(spencor.account.email)

    assert sonia.pending_email == spencor.account.email
    assert recipients() == [
        ("You already have an account", spencor.account.email),
        ("A new e-mail address for your account", "sonia@example.com"),
    ]


def test_an_address_that_was_taken_meanwhile_cannot_be_confirmed(ask, sonia):
    ask("new@example.com")
    make_account("new@example.com")

    with pytest.raises(errors.LinkInvalid):
        confirm(sonia)

    sonia.account.refresh_from_db()
    assert sonia.account.email == "sonia@example.com"


def test_asking_for_the_address_one_has_withdraws_the_request(ask, sonia):
    ask("new@example.com")
    mail.outbox.clear()

    ask("SONIA@example.com")

    assert sonia.pending_email == ""
    assert not mail.outbox


def test_nobody_can_flood_mailboxes_by_asking(ask):
    for n in range(9):
        ask(f"{n}@example.com")

    assert len(mail.outbox) == 2 * 5


def test_a_request_withdrawn_before_the_worker_came_sends_nothing(sonia):
    tasks.confirm_email(sonia.pk)

    assert not mail.outbox
