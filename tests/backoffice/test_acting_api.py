"""Agents at the Glue REST API: tokens with which they act for customers, under their own second factor."""

import pytest
from django.utils import timezone

from customers.models import Customer
from mfa import selectors
from mfa.models import Event
from mfa.services import accounts
from mfa_platform.accounts.models import RefreshToken
from tests.backoffice.conftest import make_user
from tests.cast import NOW, ORIGIN, PASSWORD, ApiClient, enable, error_codes, mailed_code
from tests.passkeys import Authenticator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def agent(db):
    return make_user("agent@example.com", is_agent=True)


def log_in(email, password=PASSWORD):
    return ApiClient().ask("post", "agent-access-tokens", attributes={"username": email, "password": password})


def impersonate(token, reference):
    return ApiClient().ask(
        "post", "agent-customer-impersonation-access-tokens", attributes={"customerReference": reference},
        HTTP_X_AGENT_AUTHORIZATION=f"Bearer {token}",
    )  # fmt: skip


def token_of(response):
    return response.json()["data"]["attributes"]["accessToken"]


@pytest.fixture
def acting(agent, sonia):
    """A client with a token with which the agent acts for Sonia."""
    client = ApiClient()
    client.access_token = token_of(impersonate(token_of(log_in(agent.email)), sonia.reference))
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {client.access_token}")
    return client


def patch(client, customer, *, code=None, **attributes):
    headers = {"HTTP_X_MFA_CODE": code} if code else {}
    body = {"data": {"type": "customers", "attributes": attributes}}
    return client.patch(f"/glue/customers/{customer.reference}", body, format="json", **headers)


def test_an_agent_gets_a_token_of_the_usual_shape(agent):
    response = log_in(agent.email)

    assert response.status_code == 201
    assert response.json()["data"]["type"] == "agent-access-tokens"
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("who", ["wrong password", "nobody", "no agent", "customer"])
def test_everybody_else_gets_4101(agent, customer, who):
    clerk = make_user("clerk@example.com", is_staff=True)
    email = {"nobody": "nobody@example.com", "no agent": clerk.email, "customer": customer.email}.get(who, agent.email)

    response = log_in(email, "wrong" if who == "wrong password" else PASSWORD)

    assert (response.status_code, error_codes(response)) == (401, ["4101"])


def test_an_agents_own_token_opens_no_customer_resource(agent, sonia):
    client = ApiClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_of(log_in(agent.email))}")

    assert error_codes(client.ask("get", "customers")) == ["001"]


def test_impersonating_opens_the_customers_resources(acting, sonia):
    answer = acting.ask("get", f"customers/{sonia.reference}")

    assert answer.json()["data"]["attributes"]["email"] == sonia.account.email
    assert Event.objects.get(kind="acting-began").actor.email == "agent@example.com"


@pytest.mark.parametrize("reference", ["DE--999", "", "1", "DE--1 OR 1=1"])
def test_who_is_not_there_is_4104(agent, sonia, reference):
    response = impersonate(token_of(log_in(agent.email)), reference)

    assert response.status_code in {401, 422}
    assert error_codes(response)[0] in {"4104", "901"}


def test_without_the_header_it_is_4103_and_with_a_bad_one_4102(agent, sonia):
    missing = ApiClient().ask(
        "post", "agent-customer-impersonation-access-tokens", attributes={"customerReference": sonia.reference}
    )

    assert (missing.status_code, error_codes(missing)) == (401, ["4103"])
    assert error_codes(impersonate("nonsense", sonia.reference)) == ["4102"]


def test_a_customers_token_and_an_acting_one_impersonate_nobody(api, acting, sonia, spencor):
    assert error_codes(impersonate(api.access_token, spencor.reference)) == ["4102"]
    assert error_codes(impersonate(acting.access_token, spencor.reference)) == ["4102"]


def test_users_who_are_no_agents_get_4103(sonia):
    clerk = ApiClient(make_user("clerk@example.com", is_staff=True), api="glue-backend")

    assert error_codes(impersonate(clerk.access_token, sonia.reference)) == ["4103"]


def test_what_it_does_is_protected_by_the_agents_factor(acting, agent, sonia):
    enable(agent)
    refused = patch(acting, sonia, firstName="Sonja")
    assert (refused.status_code, error_codes(refused)) == (403, ["5900"])

    assert acting.mfa("trigger").status_code == 204
    code = mailed_code()

    assert patch(acting, sonia, firstName="Sonja", code="000000").status_code == 403
    assert patch(acting, sonia, firstName="Sonja", code=code).status_code == 200
    assert Customer.objects.get(pk=sonia.pk).first_name == "Sonja"
    assert Event.objects.get(kind="acted").actor == agent


def test_the_customers_factor_is_not_asked_for_nor_worth_anything(acting, agent, sonia):
    enable(agent)
    enable(sonia.account)
    own = ApiClient(sonia.account)
    own.mfa("trigger")

    assert error_codes(patch(acting, sonia, firstName="Sonja", code=mailed_code())) == ["5901"]


def test_where_neither_has_a_second_factor_nobody_is_asked(acting, sonia):
    assert patch(acting, sonia, firstName="Sonja").status_code == 200


@pytest.mark.parametrize("code", [None, "000000"])
def test_an_agent_without_mfa_changes_nothing_that_the_customers_factor_protects(acting, sonia, code):
    enable(sonia.account)

    assert error_codes(patch(acting, sonia, firstName="Sonja", code=code)) == ["5901" if code else "5900"]
    assert Customer.objects.get(pk=sonia.pk).first_name == sonia.first_name


@pytest.mark.parametrize("has_mfa", [True, False])
def test_with_both_settings_an_agents_password_alone_reads_nothing(agent, sonia, settings, has_mfa):
    settings.MFA_CODE_AT_TOKEN_ISSUE = True
    settings.MFA_ROLE_POLICY = {"agent": {"compulsory": True, "enrol_within": 0}}
    agent.created_at = NOW
    agent.save()
    if has_mfa:
        enable(agent)
        assert error_codes(log_in(agent.email)) == ["5900"]
    else:
        assert error_codes(impersonate(token_of(log_in(agent.email)), sonia.reference)) == ["5912"]


@pytest.mark.parametrize(
    ("method", "path", "attributes"),
    [
        ("post", "multi-factor-auth-type-activate", {"type": "email"}),
        ("post", "multi-factor-auth-type-verify", {"type": "email"}),
        ("post", "multi-factor-auth-type-deactivate", {"type": "email"}),
        ("patch", "customer-password/{ref}", {"password": PASSWORD, "newPassword": "x", "confirmPassword": "x"}),
        ("patch", "customers/{ref}", {"email": "mine@example.com", "password": PASSWORD}),
        ("delete", "customers/{ref}", {}),
        ("delete", "refresh-tokens/mine", {}),
    ],
)
def test_factors_and_credentials_of_the_customer_stay_theirs(acting, sonia, method, path, attributes):
    own = ApiClient(sonia.account)
    before = Customer.objects.values().get(pk=sonia.pk)
    resource = path.partition("/")[0]

    response = acting.ask(method, path.format(ref=sonia.reference), type=resource, attributes=attributes)

    assert (response.status_code, error_codes(response)) == (403, ["403"])
    assert Customer.objects.values().get(pk=sonia.pk) == before
    assert own.ask("get", "customers").status_code == 200


def test_it_cannot_be_refreshed(agent, sonia):
    response = impersonate(token_of(log_in(agent.email)), sonia.reference)

    assert response.json()["data"]["attributes"]["refreshToken"] is None
    assert not RefreshToken.objects.filter(user=sonia.account).exists()


@pytest.mark.parametrize("whose", ["agent", "customer"])
def test_it_ends_with_a_new_epoch_of_either(acting, agent, sonia, whose):
    account = agent if whose == "agent" else sonia.account
    accounts.change_password(account=account, new_password=f"{PASSWORD} 2", proof=None, origin=ORIGIN, now=NOW)

    assert acting.ask("get", "customers").status_code == 401


def test_one_that_ended_with_the_agents_epoch_is_in_no_list(acting, agent, sonia):
    accounts.change_password(account=agent, new_password=f"{PASSWORD} 2", proof=None, origin=ORIGIN, now=NOW)

    assert not selectors.tokens_of(sonia.account, now=timezone.now()).exists()


def test_it_ends_with_the_agents_right_or_account(acting, agent):
    agent.user.is_agent = False
    agent.user.save()

    assert acting.ask("get", "customers").status_code == 401


def test_the_customer_sees_it_and_can_end_it(acting, sonia, client):
    client.post("/login", {"email": sonia.account.email, "password": PASSWORD})
    (row,) = client.get("/security").context["tokens"]

    client.post("/sessions/end", {"handle": row["handle"]})

    assert acting.ask("get", "customers").status_code == 401


def test_each_change_of_a_cart_is_one_event_with_who_did_it(acting, agent, sonia, product, other_product):
    made = acting.ask("post", "carts", attributes={"name": "One", "priceMode": "GROSS_MODE"})
    cart, tag = f"carts/{made.json()['data']['id']}", made["ETag"]
    acting.ask("patch", cart, type="carts", attributes={"name": "Two"}, HTTP_IF_MATCH=tag)
    acting.ask("post", f"{cart}/items", attributes={"sku": product.sku, "quantity": 1})
    acting.ask("patch", f"{cart}/items/{product.sku}", type="items", attributes={"quantity": 2})
    acting.ask("delete", f"{cart}/items/{product.sku}")
    acting.ask("post", "carts", attributes={"name": "Other"})
    acting.ask("delete", cart)

    found = Event.objects.filter(account=sonia.account, kind="acted").order_by("pk")
    assert [event.details["page"] for event in found] == ["carts", "carts", "items", "items", "items", "carts", "carts"]
    assert {(event.actor, event.portal) for event in found} == {(agent, "glue")}


def test_looking_and_what_is_refused_are_none(acting, sonia, full_cart):
    for method, path in [("get", "carts"), ("get", f"carts/{full_cart.pk}"), ("delete", f"carts/{full_cart.pk}")]:
        acting.ask(method, path)
    acting.ask("patch", f"carts/{full_cart.pk}", type="carts", attributes={"name": "No tag"})
    acting.ask("post", f"carts/{full_cart.pk}/items", attributes={"sku": "not-there", "quantity": 1})
    acting.ask("patch", f"carts/{full_cart.pk}/items/not-there", type="items", attributes={"quantity": 1})

    assert not Event.objects.filter(kind="acted").exists()


def test_an_agents_own_passkey_is_asked_and_answered_with_the_token_that_acts(agent, sonia):
    own = ApiClient(agent, api="glue-backend")
    device = Authenticator()
    own.mfa("type-activate", "webauthn")
    asked = own.ask("get", "multi-factor-auth-webauthn").json()["data"]["attributes"]
    own.mfa("type-verify", "webauthn", code=device.create(asked["creationOptions"]))
    acting = ApiClient()
    acting.access_token = token_of(impersonate(token_of(log_in(agent.email)), sonia.reference))
    acting.credentials(HTTP_AUTHORIZATION=f"Bearer {acting.access_token}")
    assert error_codes(patch(acting, sonia, firstName="Sonja")) == ["5900"]

    acting.mfa("trigger", "webauthn")
    asked = acting.ask("get", "multi-factor-auth-webauthn").json()["data"]["attributes"]
    response = patch(acting, sonia, code=device.get(asked["requestOptions"]), firstName="Sonja")

    assert response.status_code == 200
