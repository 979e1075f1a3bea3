"""Codes by text message: the number, the message, and the gateways that carry it."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from twilio.http.http_client import TwilioHttpClient

from mfa import crypto, errors, selectors
from mfa.methods.sms import Sms
from mfa.models import Challenge, Factor
from mfa.services import enrolment
from mfa.sms import gateways, messages, numbers
from mfa.sms.twilio import Twilio
from mfa_platform import settings as product
from mfa_platform.accounts.models import Account
from tests.cast import NOW, ORIGIN, PASSWORD, ApiClient, error_codes, status_of, wrong
from tests.methods.textbook import Textbook
from tests.mfa.services.steps import enter, logged_in_by_password, send
from tests.mfa.web.test_setup import ACTIVATE, VERIFY, by_password

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NUMBER = "+4915123456789"
OTHER_NUMBER = "+491709876543"
BAD = [
    "", "12345", "0151 23456789", "+49 30 901820", "+49 900 1234567", "+49 151", "+" + "1" * 1_000_000, "+49\x00151",
    "+49151\ud800", "abc", "+999 151 23456789",
]  # fmt: skip
"""Missing, too short, without a country, of a landline, that costs extra, and no numbers at all."""


@pytest.fixture(autouse=True)
def installed(settings):
    settings.MFA_METHODS = ["mfa.methods.email.Email", "mfa.methods.sms.Sms"]
    settings.SMS_URL = "textbook://"
    settings.MFA_SMS_GATEWAYS = {"textbook": "tests.methods.textbook.Textbook"}
    settings.BASE_URL = "https://shop.example.com:8443"
    Textbook.sent.clear()
    cache.clear()


@pytest.fixture
def phone(customer):
    """A customer's telephone that is on."""
    factor = Factor(user=customer, method="sms", name="My phone", confirmed=True, created_at=NOW)
    factor.details = {"number": NUMBER}
    factor.save()
    Account.objects.filter(pk=customer.pk).update(mfa_enabled=True)
    return factor


# --- The number


@pytest.mark.parametrize("typed", [NUMBER, "+49 1512 3456789", " +49 (1512) 345-6789 ", "0049 1512 3456789"])
def test_a_number_is_taken_as_people_write_it(settings, typed):
    settings.SMS_URL = "textbook://?region=DE"
    form = numbers.NumberForm({"number": typed})

    assert form.is_valid(), form.errors
    assert form.cleaned_data["number"] == NUMBER


@pytest.mark.parametrize("typed", BAD)
def test_what_no_code_could_go_to_is_refused(typed):
    assert "number" in numbers.NumberForm({"number": typed}).errors


def test_without_its_country_it_is_one_of_the_shops_own_country_if_that_is_said(settings):
    settings.SMS_URL = "textbook://?region=de"

    assert numbers.NumberForm({"number": "0151 23456789"}).is_valid()


def test_other_countries_can_be_shut_out(settings):
    settings.SMS_URL = "textbook://?countries=de,AT"

    assert numbers.NumberForm({"number": NUMBER}).is_valid()
    assert "We do not send" in str(numbers.NumberForm({"number": "+41 79 123 45 67"}).errors)


def test_it_is_shown_masked(phone):
    assert Sms().destination(phone) == "+49 ••• 89"


def test_it_is_stored_encrypted(phone):
    assert b"3456789" not in bytes(Factor.objects.get().secret)


# --- From the page to the message


def test_a_number_counts_once_the_code_sent_there_was_entered(customer):
    browser = by_password(customer)

    browser.post(ACTIVATE, {"type": "sms", "number": "+49 1512 3456789", "password": PASSWORD})
    (number, text) = Textbook.sent[-1]
    page = browser.get(f"{VERIFY}?type=sms").content.decode()
    browser.post(VERIFY, {"method": "sms", "code": text[:6], "name": "My phone"})

    assert number == NUMBER
    assert "+49 ••• 89" in page
    assert "3456789" not in page
    assert status_of(customer, "sms") == selectors.ENABLED


def test_over_the_api_too(customer):
    client = ApiClient(customer)
    attributes = {"type": "sms", "number": NUMBER}

    assert client.ask("post", "multi-factor-auth-type-activate", attributes=attributes).status_code == 204
    assert client.mfa("type-verify", "sms", code=Textbook.sent[-1][1][:6]).status_code == 204
    assert status_of(customer, "sms") == selectors.ENABLED


def test_another_number_needs_a_code_sent_to_the_first(customer, phone, settings):
    settings.MFA_POLICY = {"customer": {"resend_after": 0}}
    browser = logged_in_by_password(customer)
    browser.post("/login/code", {"code": Textbook.sent[-1][1][:6]})

    asked = browser.post(ACTIVATE, {"type": "sms", "number": OTHER_NUMBER})  # in grace, which is not enough
    parked = asked.context["step"].parked
    assert Textbook.sent[-1][0] == NUMBER
    assert browser.post(ACTIVATE, {"parked": parked, "code": wrong(Textbook.sent[-1][1][:6])}).status_code == 422
    assert Factor.objects.get() == phone
    browser.post(ACTIVATE, {"parked": parked, "code": Textbook.sent[-1][1][:6]})

    assert Textbook.sent[-1][0] == OTHER_NUMBER
    assert list(Factor.objects.values_list("confirmed", flat=True).order_by("pk")) == [True, False]


def test_the_message_says_what_it_is_for_and_is_bound_to_this_site(phone, proof):
    send(phone, proof, action="change-password")

    (_, text) = Textbook.sent[-1]
    assert re.fullmatch(
        r"([0-9]{6}) is your code to change your password\. It works for 10 minutes\. Never tell it to anybody\."
        r"\n\n@shop\.example\.com #\1",
        text,
    )


def test_it_speaks_the_owners_language(phone, proof):
    Account.objects.update(language="de")

    send(phone, proof, action="sign-in")

    assert "ist Ihr Code, um sich anzumelden" in Textbook.sent[-1][1]


def test_it_opens_once(phone, proof):
    send(phone, proof)
    code = Textbook.sent[-1][1][:6]

    assert enter(phone, code, proof) is None
    assert isinstance(enter(phone, code, proof), errors.CodeInvalid)


def test_many_accounts_are_no_way_to_pester_one_number(proof):
    """Eleven accounts with the same number in one hour: ten messages."""
    refused = 0
    for n in range(11):
        account = Account.objects.create_account(realm="customer", email=f"a{n}@example.com", password=PASSWORD)
        try:
            enrolment.begin(
                account=account, method="sms", proof=proof, origin=ORIGIN, now=NOW, given={"number": NUMBER}
            )
        except errors.DeliveryFailed:
            refused += 1

    assert (len(Textbook.sent), refused) == (10, 1)


def test_a_gateway_that_fails_for_a_while_uses_up_nothing_of_that(phone, proof):
    challenge = send(phone, proof)
    for _ in range(20):
        Sms().challenge(challenge)

    assert len(Textbook.sent) == 21
    assert messages.limits.allowed("sms", crypto.digest(NUMBER, purpose="sms"), times=2, seconds=3600)


# --- Gateways


def test_the_console_prints_it(settings, phone, proof, capsys):
    settings.SMS_URL = "console://"
    settings.MFA_SMS_GATEWAYS = {"console": "mfa.sms.gateways.Console"}

    send(phone, proof)

    assert f"SMS to {NUMBER}" in capsys.readouterr().out


@pytest.mark.parametrize("url", ["", "pigeon://", "twilio://", "twilio://sid:token@/", "twilio://sid@/?from=1"])
def test_what_is_no_gateway_is_refused_without_saying_its_password(settings, url):
    settings.SMS_URL = url
    settings.MFA_SMS_GATEWAYS = {"twilio": "mfa.sms.twilio.Twilio"}

    with pytest.raises(ImproperlyConfigured) as raised:
        gateways.configured()

    assert "token" not in str(raised.value)


class Api(BaseHTTPRequestHandler):
    """Answers as Twilio's does."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked.append((self.path, self.headers["Authorization"], parse_qs(body)))
        status, answer = self.server.answer
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *args):
        """Nothing."""


@pytest.fixture
def api(settings, monkeypatch):
    """A server on this machine that Twilio's library talks to."""
    with HTTPServer(("127.0.0.1", 0), Api) as server:
        server.asked, server.answer = [], (201, {"sid": "SM1"})

        class Rerouted(TwilioHttpClient):
            def request(self, method, url, *args, **kwargs):
                return super().request(
                    method, f"http://127.0.0.1:{server.server_port}{urlsplit(url).path}", *args, **kwargs
                )

        monkeypatch.setattr(Twilio, "http", Rerouted)
        # Another one for each port, since gateways are kept.
        settings.SMS_URL = f"twilio://AC1:t%2Foken@/?from=%2B4930901820&port={server.server_port}"
        settings.MFA_SMS_GATEWAYS = {"twilio": "mfa.sms.twilio.Twilio"}
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()


def test_twilio_gets_number_sender_and_text(api, phone, proof):
    send(phone, proof)

    ((path, _, form),) = api.asked
    assert path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert (form["To"], form["From"]) == ([NUMBER], ["+4930901820"])
    assert "is your code" in form["Body"][0]


def test_a_messaging_service_can_be_the_sender(api, settings, phone, proof):
    settings.SMS_URL = settings.SMS_URL.replace("from=%2B4930901820", "service=MG1")

    send(phone, proof)

    assert api.asked[0][2]["MessagingServiceSid"] == ["MG1"]


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_what_twilio_refuses_is_5910_and_nothing_of_it_reaches_the_log(api, phone, proof, status, caplog, capsys):
    said = f"The 'To' number {NUMBER} is wrong"
    api.answer = (status, {"code": 21211, "message": said, "status": status})

    with caplog.at_level("DEBUG", logger="mfa"), pytest.raises(errors.DeliveryFailed) as raised:
        send(phone, proof)

    assert raised.value.code == "5910"
    assert not Challenge.objects.exists()
    seen = caplog.text + "".join(capsys.readouterr())
    assert "3456789" not in seen
    assert "is your code" not in seen


@pytest.mark.parametrize(("status", "kind"), [(429, OSError), (500, OSError), (400, gateways.Undeliverable)])
def test_only_what_may_pass_is_tried_again(api, status, kind):
    api.answer = (status, {"code": 1, "message": "no", "status": status})

    with pytest.raises(kind) as raised:
        gateways.configured().send(NUMBER, "482913 is your code")

    assert raised.value.__context__ is None
    assert "482913" not in str(raised.value)


def test_a_server_that_is_away_is_tried_again(api):
    api.shutdown()
    api.server_close()

    with pytest.raises(OSError, match="twilio"):
        gateways.configured().send(NUMBER, "482913 is your code")


def test_it_is_off_where_no_gateway_is_named():
    assert product.SMS_URL == ""
    assert "mfa.methods.sms.Sms" not in product.MFA_METHODS


def test_nobody_triggers_it_where_it_is_off(settings, customer):
    settings.MFA_METHODS = ["mfa.methods.email.Email"]

    assert error_codes(ApiClient(customer).mfa("type-activate", "sms")) == ["5906"]
