"""A customer's whole life, with every mistake that people make, before a witness.

Each part goes on where the one before ended; what is secret in it is told to the witness.
"""

import json

from django.core import signing

from customers.models import Customer
from mfa.models import Factor
from mfa.web import requests
from mfa_platform.accounts.models import Account
from tests.admin.conftest import make_user
from tests.cast import PASSWORD, mailed_code, wrong
from tests.customers_web.conftest import link_in_mail
from tests.mfa.witness import ADDRESS, KEYS, NEW_ADDRESS, PASSWORDS, Browser

NAMES = {"salutation": "Ms", "first_name": "Nora", "last_name": "Nyström", "accepted_terms": "on"}


def know(witness, name, secret):
    witness.secrets[name] = secret
    return secret


def know_code(witness, name):
    return know(witness, f"code {name}", mailed_code())


def register(witness, browser):
    browser.post("/register", {"email": ADDRESS})
    link = link_in_mail()
    know(witness, "link to register", link.rsplit("/", 1)[1])
    browser.get(link)
    weak = PASSWORDS["weak password"]
    refused = browser.post(link, {**NAMES, "new_password": weak, "confirm_password": weak})
    assert refused.status_code == 422
    password = PASSWORDS["password"]
    assert browser.post(link, {**NAMES, "new_password": password, "confirm_password": password}).status_code == 302
    assert browser.get(link).status_code in {302, 410}


def turn_on(witness, browser):
    browser.post("/login", {"email": ADDRESS, "password": PASSWORDS["wrong password"]})
    browser.post("/login", {"email": ADDRESS, "password": PASSWORDS["password"]})
    for page in ("/customer/overview", "/customer/profile", "/multi-factor-auth/set"):
        assert browser.get(page).status_code == 200
    browser.post("/multi-factor-auth/activate", {"type": "email"})
    browser.post("/multi-factor-auth/activate", {"type": "email", "password": PASSWORDS["wrong password"]})
    asked = browser.post("/multi-factor-auth/activate", {"type": "email", "password": PASSWORDS["password"]})
    code = know_code(witness, "of enrolment")
    browser.get(asked["Location"])
    assert browser.post(asked["Location"], {"code": know(witness, "wrong code", wrong(code))}).status_code == 422
    assert browser.post(asked["Location"], {"code": code}).status_code == 302
    factor = Factor.objects.get(user__email=ADDRESS)
    factor.details = {"seed": KEYS["seed of a method"]}
    factor.save()
    browser.post("/logout")


def come_back(witness, browser):
    browser.post("/login", {"email": ADDRESS, "password": PASSWORDS["password"]})
    first = know_code(witness, "of a login, voided")
    browser.get("/login/code")
    browser.post("/login/code", {"code": wrong(first)})
    browser.post("/login/code", {"resend": "1"})
    browser.post("/login/code", {"code": first})
    code = know_code(witness, "of a login")
    assert browser.post("/login/code", {"code": code, "remember": "on"})["Location"] == "/customer/overview"
    assert browser.post("/login/code", {"code": code}).status_code == 302
    known = json.loads(signing.loads(browser.cookies[requests.KNOWN_COOKIE].value, salt="mfa.known"))
    know(witness, "key of a remembered browser", next(iter(known.values()))[0])
    browser.post("/logout")
    assert (
        browser.post("/login", {"email": ADDRESS, "password": PASSWORDS["password"]})["Location"]
        == "/customer/overview"
    )
    assert browser.get("/security").status_code == 200


def answer(witness, browser, page, asked, name):
    """A wrong code and the right one, at the step that a form led to."""
    kept = asked.context["step"].form.initial
    code = know_code(witness, name)
    assert browser.post(page, {**kept, "code": wrong(code)}).status_code == 422
    done = browser.post(page, {**kept, "code": code})
    assert done.status_code == 302, done.content.decode()


def change_password_and_address(witness, browser, clock):
    clock.advance(1801)
    typed = {
        "password": PASSWORDS["password"],
        "new_password": PASSWORDS["second password"],
        "confirm_password": PASSWORDS["second password"],
    }
    answer(witness, browser, "/customer/password", browser.post("/customer/password", typed), "of a password change")
    typed = {"email": NEW_ADDRESS, "password": PASSWORDS["second password"]}
    answer(witness, browser, "/customer/email", browser.post("/customer/email", typed), "of an address change")
    page = link_in_mail(-2)
    know(witness, "link to move", page.rsplit("/", 1)[1])
    Browser(witness).get(page)
    assert browser.get(page).status_code == 200
    clock.advance(1801)
    answer(witness, browser, page, browser.post(page, {}), "of a confirmation")
    assert Account.objects.get(email=NEW_ADDRESS)
    assert browser.get(page).status_code == 410


def forget_password(witness, browser):
    browser.post("/logout")
    browser.post("/password/forgotten", {"email": NEW_ADDRESS})
    link = link_in_mail()
    know(witness, "link to reset", link.rsplit("/", 1)[1])
    form = browser.get(link)["Location"]
    browser.get(form)
    third = PASSWORDS["third password"]
    browser.post(form, {"new_password1": third, "new_password2": PASSWORDS["wrong password"]})
    browser.post(link, {"new_password1": third, "new_password2": third})
    assert browser.post(form, {"new_password1": third, "new_password2": third}).status_code == 302
    browser.get(link)


def use_the_api(witness, api, clock):
    credentials = {"username": NEW_ADDRESS, "password": PASSWORDS["third password"]}
    api.ask("post", "access-tokens", attributes={**credentials, "password": PASSWORDS["wrong password"]})
    api.ask("post", "access-tokens", type="nonsense", attributes=credentials)
    api.ask("post", "access-tokens", attributes={"username": NEW_ADDRESS, "password": [credentials["password"]]})
    api.generic("POST", "/glue/access-tokens", json.dumps(credentials) + "}", content_type="application/json")
    api.keep(api.ask("post", "access-tokens", attributes=credentials).json(), "first ")
    api.ask("get", "multi-factor-auth-types")
    api.ask("get", "customers")
    api.mfa("trigger")
    code = know_code(witness, "of a trigger")
    for given in (None, wrong(code), f"{code}\n{code}", code, code):
        api.ask("post", "carts", code=given, attributes={"name": "x"})
    reference = Customer.objects.get().reference
    passwords = dict.fromkeys(("password", "newPassword", "confirmPassword"), PASSWORDS["wrong password"])
    api.ask("patch", f"customer-password/{reference}", type="customer-password", attributes=passwords)
    api.ask("patch", f"customers/{reference}", type="customers", attributes={"password": PASSWORDS["wrong password"]})
    api.ask("post", "customers", attributes={"email": "x", "password": PASSWORDS["weak password"]})
    api.ask("delete", f"refresh-tokens/{api.refresh_token}/")
    renew(api)
    clock.advance(28_801)
    assert api.ask("delete", f"refresh-tokens/{api.refresh_token}").status_code == 401
    renew(api)
    assert api.ask("delete", f"refresh-tokens/{api.refresh_token}").status_code == 204
    renew_by_password(api, credentials)


def renew(api):
    token = {"refreshToken": api.refresh_token}
    api.keep(api.ask("post", "refresh-tokens", attributes=token).json(), f"{len(api.witness.secrets)}th ")
    api.ask("post", "refresh-tokens", attributes={"refreshToken": api.access_token})


def renew_by_password(api, credentials):
    api.credentials()
    form = "grant_type=password&username={username}&password={password}".format(**credentials)
    answer = api.generic("POST", "/glue/token", form, content_type="application/x-www-form-urlencoded")
    api.keep(answer.json(), "last ")
    form = f"grant_type={api.access_token}&refresh_token={api.refresh_token}"
    api.generic("POST", "/glue/token", form, content_type="application/x-www-form-urlencoded")


def look_around_in_the_back_office(witness):
    administrator = make_user("admin@example.com", is_superuser=True)
    Account.objects.filter(pk=administrator.pk).update(language="en")
    browser = Browser(witness)
    browser.post("/admin/login/", {"email": administrator.email, "password": PASSWORD})
    customer = Customer.objects.get()
    shelves = ("customers/customer", "mfa/event", "accounts/account")
    pages = ["/admin/", *(f"/admin/{shelf}/" for shelf in shelves)]
    pages += [
        f"/admin/customers/customer/{customer.pk}/change/",
        f"/admin/customers/customer/{customer.pk}/remove-mfa/",
    ]
    pages += [f"/admin/mfa/event/{pk}/change/" for pk in customer.account.mfa_events.values_list("pk", flat=True)]
    for page in pages:
        assert browser.get(page).status_code == 200, page
    removal = {"customers": str(customer.pk), "reason": "The phone was lost.", "method": "*"}
    assert browser.post("/admin/customers/customer/remove-mfa/", removal).status_code == 302


def break_and_measure(witness, browser, api):
    assert browser.get("/breaks").status_code == 500
    assert api.get("/glue/breaks").status_code == 500
    for wanted in (f"/password/reset/MQ/{witness.secrets['link to reset']}/x", "/nowhere?next=/customer/overview"):
        assert browser.get(wanted).status_code == 404
    figures = browser.get("/metrics", headers={"Authorization": f"Bearer {KEYS['metrics token']}"})
    assert b"mfa_events_last_hour" in figures.content
    witness.places["figures"] = [figures.content.decode()]


def leave(witness, browser):
    browser.post("/login", {"email": NEW_ADDRESS, "password": PASSWORDS["third password"]})
    typed = {"password": PASSWORDS["third password"], "understood": "on"}
    assert browser.post("/customer/delete", typed).status_code == 302
    assert not Account.objects.filter(email=NEW_ADDRESS).exists()
