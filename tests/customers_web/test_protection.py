"""Which forms ask for a code, and that they carry on with what was typed."""

from dataclasses import dataclass, field

import pytest
from django.core import mail
from django.urls import get_resolver

from customers.models import Order
from customers.services import addresses
from mfa.web.step_up import StepUpMixin
from mfa_platform.accounts.models import Account
from tests.cast import NOW, PASSWORD, wrong
from tests.customers_web.conftest import POSTAL, answer, link_in_mail, texts
from tests.customers_web.test_cart import add

NEW_PASSWORD = "another passphrase altogether"


@dataclass
class Form:
    path: str
    data: dict = field(default_factory=dict)
    says: str = ""


@pytest.fixture
def home(sonia):
    return addresses.add_address(customer=sonia, fields=POSTAL, now=NOW)


@pytest.fixture(
    params=[
        Form(
            "/customer/profile",
            {"salutation": "Ms", "first_name": "Sonja", "last_name": "W", "gender": "", "date_of_birth": ""},
            "The profile is saved.",
        ),
        Form("/customer/email", {"email": "new@example.org", "password": PASSWORD}, "We sent a link"),
        Form(
            "/customer/password",
            {"password": PASSWORD, "new_password": NEW_PASSWORD, "confirm_password": NEW_PASSWORD},
            "Your password is changed.",
        ),
        Form("/customer/addresses/new", POSTAL, "The address is saved."),
        Form("/customer/addresses/{home}", POSTAL | {"city": "Köln"}, "The address is saved."),
        Form("/customer/addresses/{home}/remove", {}, "The address is removed."),
        Form("/customer/delete", {"password": PASSWORD, "understood": "on"}, "Your account is deleted."),
    ],
    ids=lambda form: form.path,
)
def form(request, home):
    found = request.param
    return Form(found.path.format(home=home.pk), found.data, found.says)


def test_a_protected_form_asks_for_a_code_and_carries_on_with_what_was_typed(protected, form):
    asked = protected.post(form.path, form.data)

    assert asked.status_code == 200
    assert b'data-qa="mfa-code-step"' in asked.content
    response = answer(protected, form.path, asked)
    page = protected.get(response["Location"])
    assert form.says in " ".join(texts(page))


def test_a_wrong_code_changes_nothing(protected, sonia, form):
    before = (Account.objects.get(pk=sonia.account.pk).password, list(sonia.addresses.values()))
    asked = protected.post(form.path, form.data)

    response = answer(protected, form.path, asked, code=wrong(mail.outbox[-1].subject[:6]))

    assert b'data-qa="mfa-code-step"' in response.content
    sonia.refresh_from_db()
    account = Account.objects.get(pk=sonia.account.pk)
    assert (account.password, list(sonia.addresses.values())) == before
    assert (sonia.first_name, sonia.pending_email, account.is_active) == ("Sonia", "", True)


def test_a_session_in_grace_is_not_asked_again(protected, form):
    details = {"salutation": "Ms", "first_name": "Sonia", "last_name": "Wagner"}
    answer(protected, "/customer/profile", protected.post("/customer/profile", details))

    response = protected.post(form.path, form.data, follow=True)

    assert form.says in " ".join(texts(response))


def test_guests_are_sent_to_sign_in(guest, form):
    assert guest.post(form.path, form.data)["Location"].startswith("/login?next=")


def test_bad_input_is_explained_after_the_code(protected):
    data = {"salutation": "Ms", "first_name": "", "last_name": "Wagner"}
    asked = protected.post("/customer/profile", data)

    response = answer(protected, "/customer/profile", asked)

    assert response.status_code == 422
    assert response.context["form"].errors["first_name"]


def test_confirming_a_new_address_asks_for_a_code(protected, sonia):
    email = "new@example.org"
    asked = protected.post("/customer/email", {"email": email, "password": PASSWORD})
    answer(protected, "/customer/email", asked)
    link = link_in_mail(-2)
    session = protected.session
    session["mfa"] = {**session["mfa"], "proved_at": None}
    session.save()

    asked = protected.post(link)

    assert b'data-qa="mfa-code-step"' in asked.content
    assert Account.objects.get(pk=sonia.account.pk).email == sonia.account.email
    answer(protected, link, asked)
    assert Account.objects.get(pk=sonia.account.pk).email == email


def test_checkout_asks_customers_with_a_second_factor(protected, shop, product, home):
    add(protected, product)
    version = protected.get("/checkout").context["form"]["version"].value()
    data = {"version": version, **shop, "shipping_address": home.pk, "billing_address": home.pk}

    asked = protected.post("/checkout", data)
    assert b'data-qa="mfa-code-step"' in asked.content
    assert b"to place an order" in asked.content
    assert not Order.objects.exists()
    assert answer(protected, "/checkout", asked)["Location"] == "/checkout/placed"
    assert Order.objects.get().customer.account.email == "sonia@example.com"


def test_a_guest_is_never_asked_not_even_with_something_parked(guest, shop, product):
    add(guest, product)

    response = guest.post("/checkout", {"parked": "gAAAA"}, follow=True)

    assert "took too long" in " ".join(texts(response))
    assert not Order.objects.exists()


OPEN = {
    "cart-add", "cart-item", "register", "register-confirm", "overview-dismiss", "email-cancel",
}  # fmt: skip
"""POSTs that no code is asked for: items, as in the APIs; registering; putting off; taking a wish back."""


def test_every_other_form_of_the_storefront_is_protected():
    patterns = next(p for p in get_resolver().url_patterns if getattr(p, "app_name", "") == "customers").url_patterns
    taking_posts = {p.name for p in patterns if hasattr(p.callback.view_class, "post")}
    protected = {p.name for p in patterns if issubclass(p.callback.view_class, StepUpMixin)}

    assert taking_posts - protected == OPEN
