"""Whatever the product stands on breaks in mid-flow: doors stay shut, people get a sentence, nothing is used up.

gunicorn serves the product as in production; between it and its PostgreSQL and Redis are lines that a test cuts. What
becomes of a code whose mail server or worker breaks is in `tests/mfa/delivery/test_interruptions.py`.
"""

import json
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from redis import Redis

from customers.models import Customer
from mfa.models import Budget, Challenge, Event, Factor
from mfa_platform.accounts.models import AccessToken, Account, Session
from mfa_platform.demo.servers import ports, workers
from tests.cast import JSONAPI, PASSWORD, code_of, enable, make_account
from tests.links import Link
from tests.visitors import Visitor, hidden

pytestmark = [pytest.mark.delivery, pytest.mark.django_db(transaction=True)]

CALM = "We will be back in a moment"
NOT_SENT = "We could not send a code just now. Please try again in a moment."


class Site:
    """The product, and the lines to what it stands on."""

    def __init__(self, env, log, parts):
        self.database, self.cache, self.broker = (
            Link(env[name]) for name in ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL")
        )
        port = ports.any_free()
        self.url, self.log = f"http://{ports.HOST}:{port}", log
        own = {
            "DEBUG": "0", "DJANGO_SETTINGS_MODULE": "tests.production", "ALLOWED_HOSTS": ports.HOST,
            "BASE_URL": self.url, "DATABASE_URL": self.database.url, "REDIS_URL": self.cache.url,
            "CELERY_BROKER_URL": self.broker.url,
        }  # fmt: skip
        parts.enter_context(workers.web(port=port, env=env | own, log=log))
        for link in (self.database, self.cache, self.broker):
            parts.callback(link.cut)

    def logged(self, event):
        """Lines about `event`."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [line for line in lines if line.get("event") == event]

    def broke(self):
        """Whether anything went wrong that nobody had thought of."""
        return "Traceback" in self.log.read_text() or '"Internal Server Error' in self.log.read_text()


@pytest.fixture(scope="module")
def _site(worker_env, django_db_setup, django_db_blocker, tmp_path_factory):
    with ExitStack() as parts:
        with django_db_blocker.unblock():
            site = Site(worker_env, tmp_path_factory.mktemp("web") / "web.log", parts)
        yield site


@pytest.fixture
def site(_site: Site, applications, settings):
    with Redis.from_url(settings.REDIS_URL) as redis:
        redis.flushdb()
    Path(_site.log).write_text("")
    yield _site
    for link in (_site.database, _site.cache, _site.broker):
        link.restore()


@pytest.fixture
def customer(customer):
    """With a profile, as the shop's own pages want it."""
    Customer.objects.create(account=customer, reference="DE--77", first_name="Sonia", last_name="Wagner")
    return customer


@pytest.fixture
def browser(site):
    return Visitor(site.url)


@pytest.fixture
def client(site, customer):
    """An API client with a token."""
    client = Visitor(site.url)
    client.get_token(customer.email)
    return client


def sign_in(browser, customer):
    """Password, and code if there is a method."""
    answer = browser.submit("/login", {"email": customer.email, "password": PASSWORD})
    if answer.headers["Location"] == "/login/code":
        answer = browser.submit("/login/code", {"code": newest_code()})
    assert answer.headers["Location"] == "/customer/overview"


def newest_code():
    return code_of(Challenge.objects.latest("pk"))


def assert_refused_as_document(answer):
    assert (answer.status, answer.media_type) == (503, JSONAPI)
    assert answer.codes == ["503"]
    assert int(answer.headers["Retry-After"]) > 0


def assert_refused_as_page(answer):
    assert (answer.status, answer.media_type) == (503, "text/html")
    assert CALM in answer.text
    assert int(answer.headers["Retry-After"]) > 0


# --- The database


REQUESTS = [
    ("GET", "multi-factor-auth-types", None),
    ("POST", "multi-factor-auth-trigger", {"type": "email"}),
    ("POST", "multi-factor-auth-type-activate", {"type": "email"}),
    ("POST", "multi-factor-auth-type-verify", {"type": "email"}),
    ("POST", "multi-factor-auth-type-deactivate", {"type": "email"}),
    ("POST", "carts", {"name": "Pantry"}),
    ("GET", "customers", None),
    ("DELETE", "customers/DE--77", None),
    ("POST", "access-tokens", {"username": "sonia@example.com", "password": PASSWORD}),
    ("POST", "refresh-tokens", {"refreshToken": "x"}),
]


@pytest.mark.parametrize(("method", "path", "attributes"), REQUESTS, ids=lambda value: str(value)[:40])
def test_without_a_database_every_api_answers_503(site, client, factor, method, path, attributes):
    with site.database.away():
        answer = client.ask(method, path, attributes, X_MFA_Code="123456")

    assert_refused_as_document(answer)
    assert site.logged("dependency_unavailable")
    assert not site.broke()
    assert client.get("/glue/multi-factor-auth-types").status == 200


def test_without_a_database_there_is_no_token(site, customer):
    form = {"grant_type": "password", "username": customer.email, "password": PASSWORD}
    with site.database.away():
        answer = Visitor(site.url).post("/glue/token", form)

    assert (answer.status, answer.codes) == (503, ["503"])
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize(
    "path", ["/customer/overview", "/multi-factor-auth/set", "/customer/profile", "/admin/", "/catalogue", "/metrics"]
)
def test_without_a_database_pages_say_so(site, browser, customer, path):
    sign_in(browser, customer)
    with site.database.away():
        answer = browser.get(path)

    assert_refused_as_page(answer)
    assert not site.broke()
    assert browser.get("/customer/overview").status == 200


def test_without_a_database_nobody_signs_in(site, browser, customer):
    token = hidden(browser.get("/login"))
    with site.database.away():
        answer = browser.post("/login", {**token, "email": customer.email, "password": PASSWORD})

    assert_refused_as_page(answer)
    assert not Session.objects.exclude(account_id=None).exists()
    assert browser.get("/customer/overview").status == 302


def test_a_code_that_was_entered_while_the_database_was_away_still_works(site, browser, customer, factor):
    browser.submit("/login", {"email": customer.email, "password": PASSWORD})
    form = {**hidden(browser.get("/login/code")), "code": newest_code()}
    with site.database.away():
        assert_refused_as_page(browser.post("/login/code", form))

    assert not Session.objects.exclude(account_id=None).exists()
    assert browser.post("/login/code", form).headers["Location"] == "/customer/overview"


def test_wherever_a_protected_request_is_cut_it_is_refused_or_done_wholly(site, client, customer, factor):
    """The line breaks after the first, the second, … message to the database, until it holds for the whole request."""
    for messages in range(40):
        Challenge.objects.all().delete()
        AccessToken.objects.update(proved_at=None, proved_by="")
        assert client.ask("POST", "multi-factor-auth-trigger", {"type": "email"}).status == 204
        site.database.messages_left = messages
        answer = client.ask("POST", "multi-factor-auth-type-deactivate", {"type": "email"}, X_MFA_Code=newest_code())
        site.database.restore()
        if answer.status == 204:
            break
        assert_refused_as_document(answer)
        spent = Challenge.objects.get().spent_at is not None
        assert Factor.objects.exists() == Account.objects.get().mfa_enabled
        assert Factor.objects.exists() or spent
        if not Factor.objects.exists():  # all was done, only the answer could not be given
            break
        assert not Budget.objects.filter(failures__gt=0).exists()

    assert messages > 2
    assert not site.broke()
    assert not Factor.objects.exists()


def test_a_database_that_is_back_is_used_again_at_once(site, client):
    for _ in range(5):
        with site.database.away():
            assert client.ask("GET", "multi-factor-auth-types").status == 503
        assert client.ask("GET", "multi-factor-auth-types").status == 200


# --- The broker


def test_without_a_broker_the_api_says_that_no_code_was_sent(site, client, customer, factor):
    with site.broker.away():
        for _ in range(7):  # more than an hour's
            answer = client.ask("POST", "multi-factor-auth-trigger", {"type": "email"})
            assert (answer.status, answer.codes) == (400, ["5910"])

    assert not Challenge.objects.exists()
    assert set(Event.objects.filter(kind__startswith="code").values_list("kind", "outcome")) == {
        ("code-not-sent", "refused")
    }
    assert client.ask("POST", "multi-factor-auth-trigger", {"type": "email"}).status == 204


def test_a_broker_that_says_nothing_is_given_up_within_seconds(site, client, customer, factor):
    assert client.ask("POST", "multi-factor-auth-trigger", {"type": "email"}).status == 204
    Challenge.objects.all().delete()
    with site.broker.silent():
        began = time.monotonic()
        answer = client.ask("POST", "multi-factor-auth-trigger", {"type": "email"})
        waited = time.monotonic() - began

    assert (answer.status, answer.codes) == (400, ["5910"])
    assert waited < 10
    assert not Challenge.objects.exists()


def test_without_a_broker_an_activation_stays_pending(site, client, customer):
    with site.broker.away():
        answer = client.ask("POST", "multi-factor-auth-type-activate", {"type": "email"})
        assert (answer.status, answer.codes) == (400, ["5910"])

    assert Factor.objects.get().confirmed is False
    assert client.ask("POST", "multi-factor-auth-type-activate", {"type": "email"}).status == 204


def test_without_a_broker_the_login_says_so_and_lets_nobody_in(site, browser, customer, factor):
    with site.broker.away():
        browser.submit("/login", {"email": customer.email, "password": PASSWORD})
        page = browser.get("/login/code")
        again = browser.submit("/login/code", {"resend": "1"})

    assert NOT_SENT in page.text
    assert NOT_SENT in again.text
    assert browser.get("/customer/overview").status == 302
    assert browser.submit("/login/code", {"resend": "1"}).status == 200
    assert browser.submit("/login/code", {"code": newest_code()}).headers["Location"] == "/customer/overview"


def test_without_a_broker_setting_up_says_so(site, browser, customer):
    sign_in(browser, customer)
    form = {"type": "email", "password": PASSWORD}
    with site.broker.away():
        answer = browser.submit("/multi-factor-auth/activate", form, page="/multi-factor-auth/set")
        page = browser.get(answer.headers["Location"])

    assert NOT_SENT in page.text
    assert not Account.objects.get().mfa_enabled


def test_without_a_broker_a_protected_form_says_so_and_is_not_carried_out(site, browser, customer, factor):
    sign_in(browser, customer)
    form = {"type": "email"}
    with site.broker.away():
        answer = browser.submit("/multi-factor-auth/deactivate", form, page="/multi-factor-auth/set")

    assert answer.status == 422
    assert NOT_SENT in answer.text
    assert Factor.objects.filter(confirmed=True).exists()


def test_a_change_is_made_even_if_its_mail_cannot_be_queued(site, client, customer, factor):
    client.ask("POST", "multi-factor-auth-trigger", {"type": "email"})
    with site.broker.away():
        answer = client.ask("POST", "multi-factor-auth-type-deactivate", {"type": "email"}, X_MFA_Code=newest_code())

    assert answer.status == 204
    assert not Factor.objects.exists()
    assert Event.objects.filter(kind="method-removed").exists()
    assert site.logged("notice_lost")


# --- The cache


def test_without_a_cache_what_it_limits_is_refused(site, client, browser):
    form = hidden(browser.get("/register"))
    attributes = {
        "salutation": "Ms", "firstName": "Nora", "lastName": "New", "email": "nora@example.com", "password": PASSWORD,
        "confirmPassword": PASSWORD, "acceptedTerms": True,
    }  # fmt: skip
    with site.cache.away():
        assert_refused_as_document(Visitor(site.url).ask("POST", "customers", attributes))
        assert_refused_as_page(browser.post("/register", {**form, "email": "nora@example.com"}))

    assert Account.objects.count() == 1
    assert not site.broke()
    assert Visitor(site.url).ask("POST", "customers", attributes).status == 201


def test_without_a_cache_signing_in_and_codes_go_on(site, client, browser, customer, factor):
    """What guards them is counted in the database."""
    with site.cache.away():
        assert client.ask("POST", "carts", {"name": "Pantry"}).codes == ["5900"]
        sign_in(browser, customer)
        assert browser.get("/customer/overview").status == 200

    assert not site.broke()


# --- All of it


def test_with_everything_gone_every_door_is_shut(site, client, browser, customer, factor):
    stranger = make_account("stranger@example.com")
    enable(stranger)
    sign_in(browser, customer)
    with site.database.away(), site.cache.away(), site.broker.away():
        assert_refused_as_document(client.ask("POST", "carts", {"name": "Pantry"}))
        assert_refused_as_document(client.ask("POST", "multi-factor-auth-trigger", {"type": "email"}))
        assert_refused_as_page(browser.get("/customer/overview"))
        assert client.get("/glue/nonsense").status == 404

    assert not site.broke()
    assert browser.get("/customer/overview").status == 200
