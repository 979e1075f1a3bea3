"""How often mail can be made to leave, whoever asks, wherever and through whatever header (security, sending)."""

import importlib
import socket
from datetime import timedelta

import pytest
from django.apps import apps
from django.core import mail
from django.test import Client

from mfa import errors, mails, origins
from mfa.models import Budget, Challenge, Event, Factor, Purpose
from mfa.origins import Origin
from mfa.services import enrolment, pruning
from mfa_platform.celery import app
from tests.cast import NOW, ORIGIN, PASSWORD, ApiClient, enable, error_codes
from tests.mfa.services.steps import another_session, elsewhere, enter_right, enter_wrong, known_session, send

pytestmark = pytest.mark.usefixtures("clock")


def after(seconds):
    return NOW + timedelta(seconds=seconds)


def refused(factor, proof=None, *, seconds=0, **extra):
    """For how many seconds a code is refused at that time, or None where it is sent."""
    try:
        send(factor, proof or another_session(), now=after(seconds), **extra)
    except errors.SendingTooSoon as error:
        return error.retry_after
    return None


def send_unused(factor, *, times, every):
    """Codes that nobody uses, each asked for in another session at another address, `every` so many seconds."""
    for number in range(times):
        assert refused(factor, seconds=number * every, origin=elsewhere(number)) is None, number


# --- Sixty seconds


@pytest.mark.parametrize(("seconds", "wait"), [(0, 60), (59, 1), (60, None), (61, None)])
def test_there_are_sixty_seconds_between_two_mails(factor, proof, seconds, wait):
    send(factor, proof)

    assert refused(factor, proof, seconds=seconds) == wait
    assert len(mail.outbox) == (1 if wait else 2)


def test_after_a_code_was_used_the_next_one_is_sent_at_once(factor, proof):
    for _ in range(8):
        assert refused(factor, proof) is None
        assert enter_right(factor, proof) is None

    assert len(mail.outbox) == 8


@pytest.mark.parametrize("death", ["guessed", "voided", "expired"])
def test_a_code_that_died_unused_does_not_shorten_the_wait(factor, proof, death):
    challenge = send(factor, proof)
    if death == "guessed":
        for _ in range(3):
            enter_wrong(factor, proof)
    elif death == "voided":
        Challenge.objects.update(voided_at=NOW)
    else:
        Challenge.objects.update(expires_at=NOW)

    assert refused(factor, proof, seconds=59) == 1
    assert list(Challenge.objects.all()) == [challenge]


def test_the_wait_is_the_accounts_whatever_session_address_purpose_or_method_asks(factor, proof, pager):
    spare = enable(factor.user, "pager")
    send(factor, proof)

    assert refused(factor, another_session(), seconds=59) == 1
    assert refused(factor, proof, seconds=59, origin=elsewhere(1)) == 1
    assert refused(spare, proof, seconds=59) == 1
    assert [refused(factor, proof, seconds=59, purpose=purpose) for purpose in Purpose] == [1] * len(Purpose)
    assert (len(mail.outbox), pager) == (1, [])


def test_the_wait_is_no_other_accounts(factor, stranger, proof):
    send(factor, proof)

    assert refused(enable(stranger), proof) is None


def test_the_doors_share_the_wait(clock, api, customer, factor):
    """The API, a second token's, and the code step of a login with its button for another code."""
    assert api.mfa("trigger").status_code == 204
    clock.advance(30)
    other, browser = ApiClient(customer), Client()

    assert error_codes(other.mfa("trigger")) == ["5911"]
    assert browser.post("/login", {"email": customer.email, "password": PASSWORD})["Location"] == "/login/code"
    assert browser.post("/login/code", {"resend": ""}).context["step"].resend_in == 30
    clock.advance(29)
    assert other.mfa("trigger")["Retry-After"] == "1"
    assert len(mail.outbox) == 1
    clock.advance(1)

    assert browser.post("/login/code", {"resend": ""}).status_code == 200
    assert len(mail.outbox) == 2


# --- Five an hour, twenty a day


@pytest.mark.parametrize(("seconds", "sent"), [(300, False), (3599, False), (3600, True), (3601, True)])
def test_five_unused_codes_an_hour_are_sent(factor, seconds, sent):
    send_unused(factor, times=5, every=60)

    wait = refused(factor, seconds=seconds)

    assert (wait is None) is sent
    assert sent or 0 < wait - (3600 - seconds) <= 1


@pytest.mark.parametrize(("seconds", "sent"), [(18_000, False), (86_399, False), (86_400, True), (86_401, True)])
def test_twenty_unused_codes_a_day_are_sent(factor, seconds, sent):
    send_unused(factor, times=20, every=900)

    wait = refused(factor, seconds=seconds)

    assert (wait is None) is sent
    assert sent or 0 < wait - (86_400 - seconds) <= 1


def test_used_codes_count_neither_for_the_hour_nor_for_the_day(factor, proof):
    for _ in range(25):
        assert refused(factor, proof) is None
        assert enter_right(factor, proof) is None

    send_unused(factor, times=5, every=60)
    assert refused(factor, seconds=300) is not None


def test_one_used_code_gives_one_slot_back_and_not_all(factor, proof):
    send_unused(factor, times=4, every=60)
    send(factor, proof, now=after(240))
    assert refused(factor, seconds=300) is not None

    assert enter_right(factor, proof, now=after(301)) is None

    assert refused(factor, seconds=302) is None
    assert refused(factor, seconds=362) is not None


def test_methods_share_the_hour(factor, pager):
    spare = enable(factor.user, "pager")
    for number in range(5):
        assert refused((factor, spare)[number % 2], seconds=number * 60) is None

    assert refused(factor, seconds=300) is not None
    assert refused(spare, seconds=300) is not None


def test_turning_a_method_off_and_on_again_clears_nothing(factor, proof, customer):
    send_unused(factor, times=5, every=60)
    enrolment.remove(account=customer, method="email", proof=proof, origin=ORIGIN, now=after(300))

    with pytest.raises(errors.SendingTooSoon):
        enrolment.begin(account=customer, method="email", proof=proof, origin=ORIGIN, now=after(301))

    assert len(mail.outbox) == 6  # five codes and the notice


def test_an_administrators_removal_clears_no_send_budget(factor, proof, customer, clerk):
    send_unused(factor, times=5, every=60)
    enrolment.remove_as_administrator(
        account=customer, actor=clerk, method=None, reason="lost", origin=ORIGIN, now=after(300)
    )

    with pytest.raises(errors.SendingTooSoon):
        enrolment.begin(account=customer, method="email", proof=proof, origin=ORIGIN, now=after(301))


def test_what_the_day_counts_is_not_pruned_before_the_day_is_over(factor):
    send_unused(factor, times=20, every=900)

    pruning.prune(now=after(86_399))

    assert refused(factor, seconds=86_399) == 2


# --- Those who know the password, and the owner


def test_an_attacker_who_uses_up_the_budget_does_not_keep_the_owners_known_browser_from_a_code(factor):
    send_unused(factor, times=5, every=60)
    assert refused(factor, seconds=300) is not None

    assert refused(factor, known_session(), seconds=300) is None


def test_a_known_browser_has_the_same_limits(factor):
    owner = known_session()
    for number in range(5):
        assert refused(factor, owner, seconds=number * 60) is None
        assert refused(factor, owner, seconds=number * 60 + 59) == 1

    assert refused(factor, owner, seconds=300) is not None
    assert refused(factor, known_session("another"), seconds=300) is None


def test_a_blocked_method_sends_nothing_and_spends_no_slot(factor, proof):
    Budget.objects.create(account=factor.user, method="email", failures=10, blocked_until=int(after(30).timestamp()))

    with pytest.raises(errors.TooManyAttempts) as refusal:
        send(factor, proof, now=after(29))

    assert (type(refusal.value), refusal.value.retry_after) == (errors.TooManyAttempts, 1)
    assert refused(factor, proof, seconds=30) is None


# --- One network


def fill_network(stranger, *, ip, times, at=NOW):
    """What `times` other people asked for from `ip`."""
    rows = {
        "account": stranger, "method": "email", "purpose": Purpose.STEP_UP, "binding": "-", "nonce": 1, "ip": ip,
        "network": origins.network_of(ip) or None,
        "attempts_left": 3, "created_at": at, "expires_at": at, "voided_at": at,
    }  # fmt: skip
    Challenge.objects.bulk_create(Challenge(**rows) for _ in range(times))


@pytest.mark.parametrize(("times", "sent"), [(299, True), (300, False), (301, False)])
def test_three_hundred_codes_an_hour_are_sent_for_one_network_address(factor, stranger, times, sent):
    fill_network(stranger, ip="198.51.100.1", times=times)

    assert (refused(factor, origin=elsewhere(1)) is None) is sent
    assert Challenge.objects.filter(account=factor.user).exists() is sent


@pytest.mark.parametrize(("seconds", "sent"), [(3599, False), (3600, True), (3601, True)])
def test_the_network_may_ask_again_after_an_hour(factor, stranger, seconds, sent):
    fill_network(stranger, ip="198.51.100.1", times=300)

    assert (refused(factor, seconds=seconds, origin=elsewhere(1)) is None) is sent


def test_another_network_is_not_held_up(factor, stranger):
    fill_network(stranger, ip="198.51.100.1", times=300)

    assert refused(factor, origin=elsewhere(2)) is None


@pytest.mark.parametrize(("ip", "sent"), [("2001:db8:0:1:ffff::9", False), ("2001:db8:0:2::1", True)])
def test_whoever_has_a_whole_network_of_ipv6_has_one_limit(factor, stranger, ip, sent):
    """A provider gives everybody a /64: more addresses than codes would be sent in a lifetime."""
    for host in range(300):
        fill_network(stranger, ip=f"2001:db8:0:1::{host:x}", times=1)

    assert (refused(factor, origin=Origin(portal="storefront", ip=ip)) is None) is sent


def test_what_was_sent_before_networks_were_counted_goes_on_counting(stranger):
    for ip in ("198.51.100.1", "2001:db8:0:1::7", "2001:db8:0:1::8", None):
        fill_network(stranger, ip=ip, times=1)
    Challenge.objects.update(network=None)

    importlib.import_module("mfa.migrations.0005_count_by_network").count(apps, None)

    networks = list(Challenge.objects.order_by("pk").values_list("network", flat=True))
    assert networks == ["198.51.100.1", "2001:db8:0:1::", "2001:db8:0:1::", None]


def test_used_codes_count_for_the_network(factor, stranger):
    fill_network(stranger, ip="198.51.100.1", times=300)
    Challenge.objects.update(spent_at=NOW)

    assert refused(factor, origin=elsewhere(1)) is not None


# --- X-Forwarded-For


@pytest.fixture
def trigger(api, factor):
    """Asks for a code; the network that is charged."""

    def ask(forwarded_for, *, peer="203.0.113.1"):
        Challenge.objects.all().delete()
        response = api.ask(
            "post", "multi-factor-auth-trigger", attributes={"type": "email"}, REMOTE_ADDR=peer,
            HTTP_X_FORWARDED_FOR=forwarded_for,
        )  # fmt: skip
        assert response.status_code == 204
        return Challenge.objects.get().ip

    return ask


@pytest.mark.parametrize("peer", ["::ffff:203.0.113.1", "::FFFF:cb00:7101"])
def test_an_address_of_ipv4_at_a_socket_of_ipv6_is_one_of_ipv4(trigger, peer):
    """All of them are in one /64, so that 300 codes an hour would be all that everybody has together."""
    assert trigger("", peer=peer) == "203.0.113.1"
    assert Challenge.objects.get().network == "203.0.113.1"


def test_so_is_that_of_a_proxy(trigger, settings):
    settings.TRUSTED_PROXIES = ["10.0.0.1"]

    assert trigger("198.51.100.9", peer="::ffff:10.0.0.1") == "198.51.100.9"


@pytest.mark.parametrize("claim", ["198.51.100.9", "198.51.100.9, 203.0.113.1", "10.0.0.1", "127.0.0.1", "::1", "x"])
def test_without_configured_proxies_nobody_says_where_they_come_from(trigger, claim):
    assert trigger(claim) == "203.0.113.1"


@pytest.mark.parametrize(
    ("forwarded_for", "client"),
    [
        ("198.51.100.9", "198.51.100.9"),
        ("192.0.2.66, 198.51.100.9", "198.51.100.9"),
        ("127.0.0.1, 10.0.0.2, 192.0.2.66, 198.51.100.9", "198.51.100.9"),
        ("198.51.100.9, 10.0.0.2", "198.51.100.9"),
        ("192.0.2.66, 198.51.100.9, 10.0.0.2", "198.51.100.9"),
        ("192.0.2.66, 10.0.0.2, 198.51.100.9", "198.51.100.9"),
        (" 198.51.100.9 ,", "198.51.100.9"),
        ("2001:db8::9", "2001:db8::9"),
        ("2001:DB8:0:0::9", "2001:db8::9"),
        ("", "10.0.0.1"),
        ("no address", "10.0.0.1"),
        ("192.0.2.66, no address", "10.0.0.1"),
        ("10.0.0.2", "10.0.0.2"),
    ],
)
def test_behind_configured_proxies_only_what_they_wrote_counts(trigger, settings, forwarded_for, client):
    settings.TRUSTED_PROXIES = ["10.0.0.1", "10.0.0.2"]

    assert trigger(forwarded_for, peer="10.0.0.1") == client


def test_who_goes_round_the_proxy_says_nothing(trigger, settings):
    settings.TRUSTED_PROXIES = ["10.0.0.1"]

    assert trigger("198.51.100.9, 10.0.0.1", peer="203.0.113.1") == "203.0.113.1"


def test_a_network_does_not_escape_its_limit_with_a_new_header_each_time(api, factor, stranger, clock):
    fill_network(stranger, ip="203.0.113.1", times=300)

    for number in range(5):
        response = api.ask(
            "post", "multi-factor-auth-trigger", attributes={"type": "email"}, REMOTE_ADDR="203.0.113.1",
            HTTP_X_FORWARDED_FOR=f"198.51.100.{number}",
        )  # fmt: skip
        assert error_codes(response) == ["5911"]

    assert mail.outbox == []


def test_a_long_header_costs_no_time():
    assert origins.client_ip("203.0.113.1", "1.2.3.4, " * 100_000) == "203.0.113.1"


# --- When it cannot be sent


def closed_port():
    """Where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def forget_pools():
    app.amqp._producer_pool = app._pool = None


@pytest.fixture
def no_broker():
    """Tasks go to a broker that is not there; after this, to where they went before."""
    eager, url = app.conf.task_always_eager, app.conf.broker_url
    app.conf.update(task_always_eager=False, broker_url=f"redis://127.0.0.1:{closed_port()}/0")
    forget_pools()
    yield lambda: (app.conf.update(task_always_eager=eager, broker_url=url), forget_pools())
    app.conf.update(task_always_eager=eager, broker_url=url)
    forget_pools()


@pytest.fixture
def no_mail_server(settings):
    """Without a broker the mail is sent in the request: to a server that is not there."""
    before = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", closed_port()
    mails._kept.connection = None

    def back():
        settings.EMAIL_BACKEND = before

    yield back
    mails._kept.connection = None


@pytest.mark.parametrize("outage", ["no_broker", "no_mail_server"])
def test_a_code_that_could_not_be_queued_gives_its_slot_back(request, api, factor, outage):
    back = request.getfixturevalue(outage)

    for _ in range(7):  # more than an hour's
        response = api.mfa("trigger")
        assert (response.status_code, error_codes(response)) == (400, ["5910"])
    back()

    assert not Challenge.objects.exists()
    assert set(Event.objects.values_list("kind", "outcome")) == {("code-not-sent", "refused")}
    assert api.mfa("trigger").status_code == 204
    assert len(mail.outbox) == 1


def test_the_network_gets_its_slot_back_too(no_broker, api, factor, stranger):
    fill_network(stranger, ip="127.0.0.1", times=299)

    assert error_codes(api.mfa("trigger")) == ["5910"]
    no_broker()

    assert Challenge.objects.filter(ip="127.0.0.1").count() == 299


def test_an_activation_that_could_not_be_queued_stays_pending_and_can_be_tried_again_at_once(no_broker, api, customer):
    assert error_codes(api.mfa("type-activate")) == ["5910"]
    assert Factor.objects.get(user=customer).confirmed is False
    no_broker()

    assert api.mfa("type-activate").status_code == 204
    assert len(mail.outbox) == 1


def test_an_origin_without_an_address_is_held_by_the_accounts_own_limits(factor, proof):
    nowhere = Origin(portal="storefront", ip=None)
    assert refused(factor, proof, origin=nowhere) is None

    assert refused(factor, proof, seconds=59, origin=nowhere) == 1
