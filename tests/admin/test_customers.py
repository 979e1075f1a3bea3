"""The list of customers and the page of each."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from mfa import methods
from mfa.models import Budget, Challenge, Factor
from mfa.services import events
from mfa_platform.accounts.models import Session
from tests.admin.conftest import LIST, begun, make_customer, sign_in
from tests.cast import NOW, ORIGIN, ApiClient, enable

pytestmark = pytest.mark.django_db


def references(response):
    return {customer.reference for customer in response.context["cl"].result_list}


def page_of(customer):
    return f"{LIST}{customer.pk}/change/"


@pytest.fixture
def everybody():
    """One customer in each state."""
    locked = make_customer(first_name="Lo", last_name="Locked")
    Budget.objects.create(account=locked.account, method="email", failures=12, blocked_until=Budget.FOREVER)
    pending = make_customer(mfa=False, first_name="Pe", last_name="Pending")
    begun(pending)
    return {
        "on": make_customer(first_name="On", last_name="Protected"),
        "off": make_customer(mfa=False, first_name="Of", last_name="Bare"),
        "pending": pending,
        "locked": locked,
    }


def test_the_list_shows_the_state_at_a_glance(admin_browser, everybody):
    page = admin_browser.get(LIST).content.decode()

    shown = [
        " ".join(words.split()) for words in re.findall(r'class="badge[^>]*>.*?</svg>(.*?)</span>', page, re.DOTALL)
    ]
    assert sorted(shown) == ["Being set up", "Locked", "Off", "On", "On"]


def test_methods_are_named_in_the_order_of_the_setting(admin_browser, shopper, settings):
    enable(shopper.account, "totp")
    names = [str(methods.name_of(slug)) for slug in ("email", "totp")]

    for order, named in ((1, names), (-1, names[::-1])):
        settings.MFA_METHODS = ["mfa.methods.email.Email", "mfa.methods.totp.Totp"][::order]
        assert f'<span class="soft">{", ".join(named)}</span>' in admin_browser.get(LIST).content.decode()


def test_the_box_of_a_row_has_its_label_with_it(admin_browser, shopper):
    page = admin_browser.get(LIST).content.decode()

    assert re.search(r'<label class="select-one"><input[^>]*name="_selected_action"[^>]*><span>Select</span>', page)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("on", {"on", "locked"}),
        ("off", {"off", "pending"}),
        ("pending", {"pending"}),
        ("locked", {"locked"}),
        ("nonsense", {"on", "off", "pending", "locked"}),
    ],
)
def test_the_list_can_be_filtered_by_state(admin_browser, everybody, state, expected):
    response = admin_browser.get(LIST, {"mfa": state})

    assert references(response) == {everybody[name].reference for name in expected}


def test_the_list_can_be_filtered_by_method(admin_browser, everybody):
    response = admin_browser.get(LIST, {"method": "email"})

    assert references(response) == {everybody["on"].reference, everybody["locked"].reference}


@pytest.mark.parametrize("term", ["Protected", "on protected", "{reference}", "{email}"])
def test_somebody_is_found_by_name_reference_or_email(admin_browser, everybody, term):
    wanted = everybody["on"]
    term = term.format(reference=wanted.reference.lower(), email=wanted.account.email.upper())

    assert references(admin_browser.get(LIST, {"q": term})) == {wanted.reference}


@pytest.mark.parametrize("query", [{"q": "\x00"}, {"p": "x"}, {"p": "-1"}, {"o": "99.x"}, {"all": ""}])
def test_odd_queries_do_no_harm(admin_browser, shopper, query):
    response = admin_browser.get(LIST, query, follow=True)

    assert response.status_code == 200


def test_nobody_can_search_by_password_hash(admin_browser, shopper):
    """A lookup on the hash in the address would let it be guessed letter by letter."""
    hashed = shopper.account.password

    assert admin_browser.get(LIST, {"account__password__startswith": hashed[:4]}).status_code == 400


def test_the_list_costs_the_same_whether_long_or_short(admin_browser, django_assert_max_num_queries):
    for _ in range(20):
        begun(make_customer(mfa=False))

    with django_assert_max_num_queries(12):
        admin_browser.get(LIST)


def test_names_are_text_and_never_markup(admin_browser):
    customer = make_customer(first_name="<script>alert(1)</script>", last_name='"><img src=x onerror=alert(1)>')

    for page in (LIST, page_of(customer), f"{LIST}{customer.pk}/remove-mfa/"):
        content = admin_browser.get(page).content.decode()
        assert "<script>alert" not in content
        assert "<img src=x" not in content


def test_the_page_of_a_customer_shows_methods_sessions_tokens_and_events(admin_browser, shopper):
    api = ApiClient(shopper.account)
    Session.objects.create(
        session_key="secret-key", account=shopper.account, expire_date=timezone.now() + timedelta(days=1),
        user_agent="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko Firefox/140.0", ip="192.0.2.9",
    )  # fmt: skip
    events.record("password-changed", account=shopper.account, origin=ORIGIN, now=NOW)

    page = admin_browser.get(page_of(shopper)).content.decode()

    assert 'data-method="email" data-status="2"' in page
    assert "Firefox on Linux" in page
    assert "192.0.2.9" in page
    assert "The password was changed" in page
    assert "secret-key" not in page
    assert api.access_token not in page


def test_no_page_shows_a_secret(admin_browser, shopper):
    factor = Factor.objects.get(user=shopper.account)
    factor.details = {"seed": "canary-seed"}
    factor.save()
    challenge = Challenge.objects.create(
        account=shopper.account, factor=factor, method="email", purpose="step-up", binding="canary-binding",
        nonce=8_372_551_904_417, attempts_left=3, expires_at=timezone.now() + timedelta(minutes=5),
    )  # fmt: skip
    api = ApiClient(shopper.account)
    canaries = [
        "canary", str(challenge.nonce), shopper.account.password, api.access_token, api.refresh_token,
        api.token.token_checksum, api.token.family.hex, str(api.token.family), bytes(factor.secret).decode(),
    ]  # fmt: skip

    for page in ("/admin/", LIST, page_of(shopper), "/admin/mfa/event/", "/admin/accounts/account/"):
        content = admin_browser.get(page).content.decode()
        assert [canary for canary in canaries if canary in content] == []


def test_a_deleted_customer_has_no_buttons(admin_browser):
    gone = make_customer(mfa=False, email="closed-1@invalid", is_active=False)
    type(gone).objects.filter(pk=gone.pk).update(first_name="", last_name="", anonymised_at=NOW)

    assert "Deleted" in admin_browser.get(LIST).content.decode()
    page = admin_browser.get(page_of(gone)).content.decode()
    assert 'data-qa="' not in page.replace('data-qa="mfa-type-section"', "")
    assert "closed-1@invalid" not in page


@pytest.mark.parametrize("address", ["0/change/", "999999999/change/", "99999999999999999999/change/", "x/change/"])
def test_who_does_not_exist_is_not_found(admin_browser, address):
    assert admin_browser.get(LIST + address).status_code == 404


def test_without_the_right_the_list_and_the_page_are_refused(shopper, clerk):
    browser = sign_in(clerk)

    assert browser.get(LIST).status_code == 403
    assert browser.get(page_of(shopper)).status_code == 403


def test_who_may_only_look_is_offered_nothing(viewer, shopper):
    Budget.objects.create(account=shopper.account, method="email", failures=12)
    browser = sign_in(viewer)

    for page in (LIST, page_of(shopper)):
        content = browser.get(page).content.decode()
        assert "remove-mfa-button" not in content
        assert "unlock-button" not in content
        assert "end-sessions-button" not in content
        assert 'name="action"' not in content


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_page_of_a_customer_takes_no_changes(admin_browser, shopper, method):
    getattr(admin_browser, method)(page_of(shopper), {"first_name": "Mallory"})

    shopper.refresh_from_db()
    assert shopper.first_name == "Sonia"
