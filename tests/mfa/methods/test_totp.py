"""Authenticator apps: the arithmetic of the RFCs, one use of a step, and a secret that is seen once, by one."""

import base64
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.utils import timezone

from mfa import errors, methods
from mfa.methods import totp
from mfa.models import Event, Factor, Purpose
from mfa.services import enrolment
from tests.cast import NOW, ORIGIN, PASSWORD, ApiClient, enable, error_codes, make_account, status_of, wrong
from tests.mfa.conftest import newest_code
from tests.mfa.services.steps import another_session, enter, logged_in_by_password
from tests.mfa.web.test_setup import ACTIVATE, DEACTIVATE, SET, VERIFY, begin, by_code, by_password, with_a_code
from tests.racing import at_once

RESOURCE = "multi-factor-auth-totp"


def shown_by(factor, now):
    """What the app of `factor` shows at `now`."""
    return totp.code(base64.b32decode(factor.details["secret"]), int(now.timestamp()) // 30)


def make_app(account, name="Authenticator app"):
    """An app of the account's, without the ceremony."""
    made = enable(account, "totp")
    made.name, made.details = name, methods.get("totp").begin(account)
    made.save()
    return made


@pytest.fixture
def app(customer, clock):
    return make_app(customer)


# --- The arithmetic


RFC_4226 = [
    "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
]  # fmt: skip


def test_the_vectors_of_rfc_4226():
    """Appendix D."""
    assert [totp.code(b"12345678901234567890", count) for count in range(10)] == RFC_4226


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"),
        (2000000000, "69279037"), (20000000000, "65353130"),
    ],
)  # fmt: skip
def test_the_vectors_of_rfc_6238(seconds, code):
    """Appendix B, SHA-1; they have eight digits, of which six are the last ones."""
    secret = base64.b32encode(b"12345678901234567890").decode()
    factor = Factor(details={"secret": secret})

    match = totp.Totp().verify(factor, None, code[2:], now=datetime.fromtimestamp(seconds, UTC))

    assert match.counter == seconds // 30


def test_the_secret_is_made_here_and_has_160_bits(customer, monkeypatch):
    made = [totp.Totp().begin(customer)["secret"] for _ in range(100)]

    assert len(set(made)) == 100
    assert {len(base64.b32decode(secret)) for secret in made} == {20}
    union = [0] * 20
    for secret in made:
        union = [seen | byte for seen, byte in zip(union, base64.b32decode(secret), strict=True)]
    assert union == [255] * 20, "every bit is random"


# --- Its clock


START = datetime.fromtimestamp(1_800_000_000, UTC)
"""The beginning of a step."""


@pytest.mark.parametrize(
    ("off", "taken"),
    [(-31, False), (-30, True), (-1, True), (0, True), (29, True), (59, True), (60, False), (90, False)],
)
def test_a_code_is_taken_one_step_before_and_one_after_its_own(customer, off, taken):
    """Seconds from the beginning of its step: one that a fast clock shows early, or that is typed late."""
    factor = Factor(user=customer, details=totp.Totp().begin(customer))

    match = totp.Totp().verify(factor, None, shown_by(factor, START), now=START + timedelta(seconds=off))

    assert (match is not None) is taken


# --- Once


def test_a_code_opens_once_in_whatever_session(app, proof, clock):
    code = shown_by(app, clock.now)

    assert enter(app, code, proof) is None
    for elsewhere in (proof, another_session(), ApiClient(app.user).proof):
        for purpose in (Purpose.SIGN_IN, Purpose.STEP_UP, Purpose.CHANGE):
            assert isinstance(enter(app, code, elsewhere, purpose=purpose), errors.CodeInvalid)


def test_nothing_older_than_the_last_accepted_step_is_taken(app, proof, clock):
    older = shown_by(app, clock.now - timedelta(seconds=30))
    newer = shown_by(app, clock.now + timedelta(seconds=30))
    assert enter(app, newer, proof) is None

    assert isinstance(enter(app, shown_by(app, clock.now), proof), errors.CodeInvalid)
    assert isinstance(enter(app, older, proof), errors.CodeInvalid)
    clock.advance(60)
    assert enter(app, shown_by(app, clock.now), proof, now=clock.now) is None


def test_a_code_seen_at_the_login_opens_nothing_over_the_api(app, clock):
    """Whoever looks over a shoulder has the code, too."""
    browser, code = logged_in_by_password(app.user), shown_by(app, clock.now)
    browser.post("/login/code", {"code": code})
    assert SESSION_KEY in browser.session

    thief = ApiClient(app.user)

    assert error_codes(thief.ask("post", "carts", code=code)) == ["5901"]


def test_the_code_that_turned_it_on_is_used_up(customer, clock):
    browser, secret = begun(customer)
    code = totp.code(base64.b32decode(secret), int(clock.now.timestamp()) // 30)
    browser.post(VERIFY, {"method": "totp", "code": code})
    assert status_of(customer, "totp") == 2

    parked = browser.post(DEACTIVATE, {"type": "totp"}).context["step"].parked
    browser.post(DEACTIVATE, {"parked": parked, "code": code})

    assert status_of(customer, "totp") == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("applications", "clock")
@pytest.mark.parametrize("run", ["once", "again"])
class TestRaces:
    def test_of_fifty_uses_of_one_code_one_is_right(self, run, customer, clock):
        app = make_app(customer)
        code = shown_by(app, clock.now)

        def use(number):
            return enter(Factor.objects.select_related("user").get(pk=app.pk), code, another_session())

        results = at_once(50, use)

        assert results.count(None) == 1
        assert Event.objects.filter(kind="code", outcome="accepted").count() == 1
        app.refresh_from_db()
        assert app.counter == int(clock.now.timestamp()) // 30

    def test_of_many_that_begin_it_at_once_one_secret_is_left_and_its_beginner_confirms_it(self, run, customer, clock):
        proofs = [another_session() for _ in range(10)]

        def start(number):
            return enrolment.begin(
                account=customer, method="totp", proof=proofs[number], origin=ORIGIN, now=clock.now
            ).factor

        begun = at_once(10, start)

        pending = Factor.objects.get()
        owners = [proof for proof in proofs if proof.binding == pending.begun_by]
        assert len(owners) == 1
        assert pending.details in [factor.details for factor in begun]
        enrolment.confirm(
            account=customer, method="totp", answer=shown_by(pending, clock.now), proof=owners[0], origin=ORIGIN,
            now=clock.now,
        )  # fmt: skip


# --- Its secret, in a browser


def begun(customer):
    """A browser on the page for the first code, and the key that is shown there."""
    browser = by_password(customer)
    begin(browser, "totp")
    return browser, key_on(browser.get(f"{VERIFY}?type=totp"))


def key_on(page):
    """The key that a page shows, as a person would type it."""
    found = re.search(r'data-qa="totp-key">(.*?)</code>', page.content.decode())
    return re.sub("<.*?>", "", found.group(1)) if found else ""


def test_the_key_that_is_shown_turns_it_on(customer, clock):
    browser, key = begun(customer)

    code = totp.code(base64.b32decode(key), int(clock.now.timestamp()) // 30)
    answer = browser.post(VERIFY, {"method": "totp", "code": f"{code[:3]} {code[3:]}", "name": "Phone"})

    assert answer["Location"] == SET
    assert [factor.name for factor in Factor.objects.filter(confirmed=True)] == ["Phone"]


def test_it_is_still_shown_after_a_wrong_code(customer, clock):
    browser, key = begun(customer)
    code = totp.code(base64.b32decode(key), int(clock.now.timestamp()) // 30)

    again = browser.post(VERIFY, {"method": "totp", "code": wrong(code)})

    assert again.status_code == 422
    assert key_on(again) == key


def test_it_is_shown_to_no_other_session(customer, clock):
    _, key = begun(customer)
    other = by_password(customer)

    page = other.get(f"{VERIFY}?type=totp")
    posted = other.post(VERIFY, {"method": "totp", "code": "000000"})

    assert page["Location"] == SET
    assert key not in posted.content.decode()
    assert key not in other.get(SET).content.decode()


def test_whoever_begins_again_gets_another_one(customer, clock):
    browser, first = begun(customer)
    begin(browser, "totp")

    second = key_on(browser.get(f"{VERIFY}?type=totp"))

    assert second
    assert second != first
    stale = totp.code(base64.b32decode(first), int(clock.now.timestamp()) // 30)
    assert browser.post(VERIFY, {"method": "totp", "code": stale}).status_code == 422


def test_it_is_shown_nowhere_once_it_is_on(customer, clock, caplog):
    browser, key = begun(customer)
    browser.post(VERIFY, {"method": "totp", "code": shown_by(Factor.objects.get(), clock.now)})

    pages = [browser.get(path) for path in (SET, f"{VERIFY}?type=totp", "/sessions")]

    assert all(key not in page.content.decode() for page in pages)
    assert key not in caplog.text
    assert not any(key in str(event.details) for event in Event.objects.all())


def test_no_cache_keeps_the_page(customer, clock):
    browser, _ = begun(customer)

    assert "no-store" in browser.get(f"{VERIFY}?type=totp")["Cache-Control"]


def test_every_app_is_asked_at_the_login(customer, clock):
    apps = [make_app(customer, "Phone"), make_app(customer, "Tablet")]

    for one in apps:
        browser = logged_in_by_password(customer)
        browser.post("/login/code", {"code": shown_by(one, clock.now)})
        assert SESSION_KEY in browser.session
        clock.advance(60)


# --- What apps read


@pytest.mark.parametrize(("realm", "issuer"), [("customer", "Larch & Co."), ("user", "Larch & Co. Team")])
def test_the_uri_says_whose_it_is_and_where(db, realm, issuer):
    account = make_account("o'neil+shop@example.com", realm=realm)
    secret = totp.Totp().begin(account)["secret"]

    uri = urlsplit(totp.otpauth_uri(secret, account=account))

    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert unquote(uri.path) == f"/{issuer}:o'neil+shop@example.com"
    assert parse_qs(uri.query, strict_parsing=True) == {
        "secret": [secret], "issuer": [issuer], "algorithm": ["SHA1"], "digits": ["6"], "period": ["30"],
    }  # fmt: skip
    assert "+" not in uri.query, "apps do not take it for a space"


def test_the_picture_needs_nothing_from_elsewhere_and_no_inline_style(customer):
    drawing = totp.qr_code("otpauth://totp/x?secret=y")

    assert drawing.startswith("<svg")
    assert not re.search(r"style=|href|<script|<image", drawing)


# --- Over the APIs


@pytest.mark.parametrize(
    ("api", "realm"), [("glue", "customer"), ("glue-storefront", "customer"), ("glue-backend", "user")]
)
class TestOverTheApi:
    @pytest.fixture
    def account(self, db, realm, clock):
        return make_account("somebody@example.com", realm=realm)

    @pytest.fixture
    def client(self, account, api):
        return ApiClient(account, api=api)

    def test_it_is_set_up(self, client, account):
        assert client.mfa("type-activate", "totp").status_code == 204
        told = client.ask("get", RESOURCE).json()["data"]

        assert (told["type"], told["id"]) == (RESOURCE, None)
        assert told["attributes"].keys() == {"secret", "otpauthUri"}
        assert told["attributes"]["secret"] in told["attributes"]["otpauthUri"]
        code = totp.code(base64.b32decode(told["attributes"]["secret"]), int(timezone.now().timestamp()) // 30)
        assert client.mfa("type-verify", "totp", code=code).status_code == 204
        assert status_of(account, "totp") == 2
        assert client.ask("get", RESOURCE).status_code == 404

    def test_nobody_else_is_told(self, client, account, api):
        client.mfa("type-activate", "totp")

        assert ApiClient(account, api=api).ask("get", RESOURCE).status_code == 404
        assert error_codes(ApiClient(api=api).ask("get", RESOURCE)) == ["002"]

    def test_it_is_in_the_document(self, client, api):
        document = Client().get(f"/{api}/schema", headers={"accept": "application/json"}).json()
        operation = document["paths"][f"/{api}/{RESOURCE}"]["get"]

        assert {"200", "401", "403", "404", "503"} == operation["responses"].keys()
        shapes = document["components"]["schemas"]
        assert shapes["TotpShown"]["properties"].keys() == {"secret", "otpauthUri"}


def test_a_header_is_matched_to_the_app_without_naming_it(customer, factor, clock):
    app, client = make_app(customer), ApiClient(customer)
    client.mfa("trigger")

    assert client.ask("post", "carts", code=shown_by(app, clock.now)).status_code != 403

    app.refresh_from_db()
    assert app.last_used_at == clock.now


def test_a_mailed_code_removes_a_lost_app(customer, factor, clock):
    make_app(customer)
    Factor.objects.filter(pk=factor.pk).update(last_used_at=NOW)

    with_a_code(by_code(customer), DEACTIVATE, "totp")

    assert (status_of(customer, "totp"), status_of(customer)) == (0, 2)


def test_the_app_proves_who_adds_another_method(customer, app, clock):
    browser = logged_in_by_password(customer)
    browser.post("/login/code", {"code": shown_by(app, clock.now)})
    clock.advance(60)
    parked = browser.post(ACTIVATE, {"type": "email"}).context["step"].parked

    browser.post(ACTIVATE, {"parked": parked, "code": shown_by(app, clock.now)})
    browser.post(VERIFY, {"method": "email", "code": newest_code()})

    assert status_of(customer) == 2


def test_a_login_can_be_finished_with_either(customer, factor, clock):
    app = make_app(customer)
    browser = logged_in_by_password(customer)
    page = browser.post("/login/code", {"type": "email"})
    assert "We sent a code" in page.content.decode()

    browser.post("/login/code", {"code": shown_by(app, clock.now)})

    assert SESSION_KEY in browser.session


def test_wrong_codes_of_the_app_are_not_told_as_those_of_a_code_that_was_mailed(customer, factor, clock):
    """Its page has no button to send another one, and the app's next code works."""
    app = make_app(customer)
    browser = logged_in_by_password(customer)
    browser.post("/login/code", {"type": "email"})
    code = shown_by(app, clock.now)

    for _ in range(3):
        page = browser.post("/login/code", {"method": "totp", "code": wrong(code)}).content.decode()
        assert "That code is not right. Check it, and whether the clock of your phone is right" in page
        assert "left." not in page
        assert "Send a new one" not in page
    browser.post("/login/code", {"method": "totp", "code": code})

    assert SESSION_KEY in browser.session


def test_the_password_alone_shows_no_secret(customer, app):
    """Somebody who knows it is at the code step, and nothing that was begun is shown there."""
    browser = Client()
    browser.post("/login", {"email": customer.email, "password": PASSWORD})

    assert key_on(browser.get("/login/code")) == ""
    assert browser.get(f"{VERIFY}?type=totp")["Location"].startswith("/login")
