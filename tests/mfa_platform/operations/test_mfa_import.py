"""`manage.py mfa_import`: what opened the door there opens it here, and nothing else does."""

import base64
import io
import json
from uuid import UUID

import pytest
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from mfa import methods
from mfa.methods import totp
from mfa.models import Event, Factor, Purpose
from mfa.services import challenges, consistency, enrolment
from mfa.services.imports import allauth, people
from mfa_platform.accounts.models import AccessToken
from mfa_platform.operations.management.commands import mfa_import
from tests import otp
from tests.cast import NOW, ORIGIN, PASSWORD, ApiClient, enable, make_account, status_of
from tests.mfa.conftest import clock  # noqa: F401  # a fixture
from tests.mfa.services.steps import enter, send
from tests.mfa_platform.operations.old_databases import ADDRESSES, AUTHENTICATORS, PLUGINS, Allauth, OldDatabase, Otp
from tests.passkeys import Authenticator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SECRET = bytes(range(20))
TOKENS = ["abcdefgh", "ijklmnop", "qrstuvwx"]
SEED = "5eed" * 20
OF_SEED = [
    "91193544",
    "68468927",
    "75967387",
    "99245245",
    "38225615",
    "68477549",
    "53568682",
    "27060712",
    "55181347",
    "37264973",
]
"""What django-allauth shows for that seed."""
OPENED = 30
"""Seconds after which an app shows what it has not shown before the import."""


def run(source="otp", *, realm="customer", **options):
    out = io.StringIO()
    options = {"addresses_confirmed": True, **options}
    call_command("mfa_import", "--from", source, "--realm", realm, stdout=out, **options)
    return [" ".join(line.split()) for line in out.getvalue().splitlines()]


@pytest.fixture
def old():
    with otp.installed(*PLUGINS):
        yield Otp()


@pytest.fixture
def mfa_of_allauth(db):
    return Allauth()


def shown(secret, at):
    """What an app with `secret` shows."""
    return totp.code(secret, int(at.timestamp()) // 30)


def factor_of(account, method="totp"):
    return Factor.objects.get(user=account, method=method)


def enters(account, code):
    """Whether `account` gets in at the storefront with password and `code`."""
    browser = Client()
    browser.post("/login", {"email": account.email, "password": PASSWORD})
    browser.post("/login/code", {"code": code})
    return SESSION_KEY in browser.session


class TestFromDjangoOtp:
    def test_an_app_opens_the_door_as_before(self, old, customer, clock):  # noqa: F811
        old.app(old.person(), key=SECRET.hex(), name="My phone")

        said = run()

        assert said[0] == "1 totp taken over"
        factor = factor_of(customer)
        assert (factor.name, factor.confirmed, factor.confirmed_at) == ("My phone", True, NOW)
        customer.refresh_from_db()
        assert customer.mfa_enabled
        clock.advance(OPENED)
        assert enters(customer, shown(SECRET, clock.now))

    def test_what_it_showed_before_the_import_opens_nothing(self, old, customer):
        """It may have been used there a moment ago, by somebody who looked on."""
        old.app(old.person(), key=SECRET.hex())

        run()

        assert not enters(customer, shown(SECRET, NOW))

    def test_nor_does_what_was_used_there_by_a_clock_that_is_fast(self, old, customer, clock):  # noqa: F811
        old.app(old.person(), key=SECRET.hex(), last_t=int(NOW.timestamp()) // 30 + 1)

        run()

        clock.advance(OPENED)
        assert not enters(customer, shown(SECRET, clock.now))
        clock.advance(OPENED)
        assert enters(customer, shown(SECRET, clock.now))

    def test_tokens_stay_good_for_one_time_each(self, old, customer):
        key = old.person()
        old.app(key, key=SECRET.hex())
        old.codes(key, *TOKENS)

        run()

        assert enters(customer, "ABCD-EFGH")
        assert not enters(customer, "abcdefgh")
        assert not enters(customer, "bcdefgha")
        assert enters(customer, TOKENS[2])
        assert methods.get("recovery-codes").left(factor_of(customer, "recovery-codes")) == 1

    def test_they_are_stretched_and_not_only_hashed(self, old, customer):
        key = old.person()
        old.app(key, key=SECRET.hex())
        old.codes(key, *TOKENS)

        run()

        details = factor_of(customer, "recovery-codes").details
        assert details.keys() == {"salt", "hashes"}
        assert len(details["salt"]) == 32
        assert not set(TOKENS) & set(json.dumps(details).split('"'))

    def test_new_codes_take_their_place(self, old, customer, clock, proof):  # noqa: F811
        key = old.person()
        old.app(key, key=SECRET.hex())
        old.codes(key, *TOKENS)
        run()
        customer.refresh_from_db()

        begun = enrolment.begin(
            account=customer, method="recovery-codes", proof=proof, origin=ORIGIN, now=clock.now, again=True
        )

        assert not enters(customer, TOKENS[0])
        assert enters(customer, begun.shown["codes"][0])

    def test_tokens_alone_are_left(self, old, customer):
        old.codes(old.person(), *TOKENS)

        assert run()[0] == "1 recovery-codes left: nothing here that they could stand in for"
        assert not Factor.objects.exists()

    def test_tokens_that_are_too_short_are_left(self, old, customer):
        key = old.person()
        old.app(key, key=SECRET.hex())
        old.codes(key, "abcdefg", "1234567")

        assert "1 recovery-codes left: no code left that has at least 8 letters or digits" in run()

    @pytest.mark.parametrize("name", ["x" * 41, "\x07\x07", "default", ""])
    def test_a_name_that_cannot_be_one_here_gives_way_to_the_methods(self, old, customer, name):
        old.app(old.person(), key=SECRET.hex(), name=name)

        run()

        assert factor_of(customer).name == "Authenticator app"

    def test_nobody_is_believed_whose_address_the_old_site_may_never_have_confirmed(self, old, customer):
        old.app(old.person())

        with pytest.raises(CommandError, match="--addresses-confirmed"):
            run(addresses_confirmed=False)

        assert not Factor.objects.exists()

    def test_the_second_of_what_there_can_be_only_one_of_is_left(self, old, customer):
        key = old.person()
        old.mails(key)
        old.mails(key)

        assert run()[:2] == ["1 email taken over", "1 email left: there is one here"]

    def test_codes_by_mail_are_taken_over(self, old, customer):
        old.mails(old.person())

        run()

        assert status_of(customer, "email") == 2

    @pytest.mark.parametrize(
        ("values", "why"),
        [
            ({"confirmed": False}, "set up, and never confirmed"),
            ({"digits": 8}, "codes of another length or time than 6 digits and 30 seconds"),
            ({"step": 60}, "codes of another length or time than 6 digits and 30 seconds"),
            ({"t0": 15}, "codes of another length or time than 6 digits and 30 seconds"),
            ({"drift": 2}, "a clock that is more than one step off"),
            ({"drift": -2}, "a clock that is more than one step off"),
            ({"key": "00" * 15}, "a secret of less than 128 bits"),
            ({"key": "no hex"}, "a secret that cannot be read"),
        ],
    )
    def test_an_app_that_could_not_be_right_here_is_left(self, old, customer, values, why):
        old.app(old.person(), **{"key": SECRET.hex(), **values})

        assert run()[0] == f"1 totp left: {why}"
        assert not Factor.objects.exists()

    def test_codes_to_another_address_are_left(self, old, customer):
        old.mails(old.person(), email="elsewhere@example.com")

        assert run()[0] == "1 email left: codes to another address than the account's"

    def test_devices_of_other_kinds_are_named(self, old, customer):
        old.make("otp_hotp.HOTPDevice", user_id=old.person(), name="fob")

        assert run()[0] == "1 hotp left: a device of a kind that has no table here"


class TestFromDjangoAllauth:
    def test_an_app_opens_the_door_as_before(self, mfa_of_allauth, customer, clock):  # noqa: F811
        secret = base64.b32encode(SECRET).decode()
        mfa_of_allauth.authenticator(mfa_of_allauth.person(), "totp", {"secret": secret})

        assert run("allauth")[0] == "1 totp taken over"

        clock.advance(OPENED)
        assert enters(customer, shown(SECRET, clock.now))

    def test_an_encrypted_secret_is_decrypted_with_the_projects_own_code(self, mfa_of_allauth, customer, clock):  # noqa: F811
        secret = base64.b32encode(SECRET).decode()[::-1]
        mfa_of_allauth.authenticator(mfa_of_allauth.person(), "totp", {"secret": secret})

        run("allauth", decrypt=f"{__name__}.backwards")

        clock.advance(OPENED)
        assert enters(customer, shown(SECRET, clock.now))

    def test_what_cannot_be_decrypted_is_left_without_a_word_of_it(self, mfa_of_allauth, customer, caplog):
        mfa_of_allauth.authenticator(mfa_of_allauth.person(), "totp", {"secret": "the secret itself"})

        said = run("allauth", decrypt=f"{__name__}.talkative", verbosity=2)

        assert "1 totp left: a secret that cannot be decrypted" in said
        assert "the secret itself" not in " ".join(said) + caplog.text

    def test_codes_from_a_seed_are_those_that_were_shown_there(self, mfa_of_allauth, customer):
        key = mfa_of_allauth.person()
        mfa_of_allauth.authenticator(key, "totp", {"secret": base64.b32encode(SECRET).decode()})
        mfa_of_allauth.authenticator(key, "recovery_codes", {"seed": SEED, "used_mask": 0b10})

        run("allauth")

        assert methods.get("recovery-codes").left(factor_of(customer, "recovery-codes")) == 9
        assert enters(customer, OF_SEED[0])
        assert not enters(customer, OF_SEED[0])
        assert not enters(customer, OF_SEED[1]), "used there"
        assert enters(customer, OF_SEED[9])

    def test_migrated_codes_are_taken_as_they_are(self, mfa_of_allauth, customer):
        key = mfa_of_allauth.person()
        mfa_of_allauth.authenticator(key, "totp", {"secret": base64.b32encode(SECRET).decode()})
        mfa_of_allauth.authenticator(key, "recovery_codes", {"migrated_codes": TOKENS})

        run("allauth")

        assert enters(customer, TOKENS[1])

    def test_a_passkey_opens_the_door_as_before(self, mfa_of_allauth, customer, proof, clock):  # noqa: F811
        authenticator = Authenticator(counts=True)
        key = mfa_of_allauth.person()
        register(mfa_of_allauth, key, authenticator)

        assert run("allauth")[0] == "1 webauthn taken over"

        factor = factor_of(customer, "webauthn")
        assert factor.name == "Master key"
        factor.user = customer
        customer.refresh_from_db()
        question = challenges.put(send(factor, proof, now=clock.now, purpose=Purpose.STEP_UP))
        handle = bytes_to_base64url(allauth.handle(key))
        assert enter(factor, authenticator.get(question, user=handle), proof, now=clock.now) is None

    def test_a_key_that_never_asked_who_holds_it_is_left(self, mfa_of_allauth, customer):
        authenticator = Authenticator()
        authenticator.flags = 0x01
        register(mfa_of_allauth, mfa_of_allauth.person(), authenticator)

        assert run("allauth")[0] == "1 webauthn left: a security key that does not recognise its owner"

    def test_a_passkey_of_another_domain_is_left(self, mfa_of_allauth, customer):
        register(mfa_of_allauth, mfa_of_allauth.person(), Authenticator(), domain="old.example")

        assert run("allauth")[0] == "1 webauthn left: a passkey of another domain than MFA_WEBAUTHN_RP_ID"

    def test_a_passkey_that_somebody_has_here_is_left(self, mfa_of_allauth, customer, stranger):
        authenticator = Authenticator()
        register(mfa_of_allauth, mfa_of_allauth.person(), authenticator)
        register(mfa_of_allauth, mfa_of_allauth.person(stranger.email), authenticator)

        assert run("allauth")[:2] == ["1 webauthn taken over", "1 webauthn left: somebody here has it"]

    @pytest.mark.parametrize(
        ("kind", "data"),
        [
            ("totp", {}), ("totp", []), ("totp", {"secret": "1!"}), ("totp", {"secret": None}), ("webauthn", {}),
            ("webauthn", {"credential": {"response": {"attestationObject": "AAAA"}}}),
            ("recovery_codes", {"seed": SEED}), ("recovery_codes", {"migrated_codes": ["short", "é" * 9]}),
            ("carrier_pigeon", {"secret": "x"}),
        ],
    )  # fmt: skip
    def test_rows_that_make_no_sense_are_counted_and_no_crash(self, mfa_of_allauth, customer, kind, data):
        mfa_of_allauth.authenticator(mfa_of_allauth.person(), kind, data)

        assert run("allauth")[-1] == "0 of 1 factors taken over."
        assert not Factor.objects.exists()

    def test_who_never_confirmed_their_address_there_could_be_anybody(self, mfa_of_allauth, customer, stranger):
        mfa_of_allauth.run(ADDRESSES)
        for account, verified in ((customer, False), (stranger, True)):
            key = mfa_of_allauth.person(account.email)
            mfa_of_allauth.address(key, account.email, verified=verified)
            mfa_of_allauth.authenticator(key, "totp", {"secret": base64.b32encode(SECRET).decode()})

        said = run("allauth")

        assert "1 totp left: an address that was never confirmed there" in said
        assert Factor.objects.get().user == stranger


class TestFromPluginsInstalledHere:
    @pytest.fixture
    def strip(self, old, settings):
        settings.MFA_METHODS = [*settings.MFA_METHODS, "tests.methods.strip.Strip"]
        return lambda account: old.codes(account.pk, *TOKENS)

    def test_their_devices_become_factors(self, strip, customer):
        strip(customer)

        assert run("devices")[0] == "1 strip taken over"

        assert enters(customer, TOKENS[0])
        assert not enters(customer, TOKENS[0])
        assert run("devices")[0] == "1 strip left: taken over before"

    def test_of_the_one_realm_only(self, strip, customer):
        strip(customer)

        assert run("devices", realm="user") == ["0 of 0 factors taken over."]


class TestFromAnotherTableOfAccounts:
    """With keys that are no numbers, other names of columns, and no flag for who was closed."""

    KEY = UUID("5eed5eed-5eed-4eed-8eed-5eed5eed5eed")

    @pytest.fixture
    def people(self, db):
        old = OldDatabase()
        old.run("CREATE TABLE people (uuid varchar(32) NOT NULL PRIMARY KEY, address varchar(254) NULL)")
        old.run("INSERT INTO people VALUES (%s, 'sonia@example.com'), ('0', NULL), ('1', NULL)", self.KEY.hex)
        old.run(AUTHENTICATORS.format(json="text").replace("user_id integer", "user_id varchar(32)"))
        return old

    def test_an_app_and_a_passkey_are_taken_over(self, people, customer, proof, clock):  # noqa: F811
        authenticator = Authenticator()
        handle = bytes_to_base64url(self.KEY.hex.encode())
        options = {"user": {"id": handle}, "rp": {"id": "localhost"}, "challenge": "AAAA"}
        credential = json.loads(base64url_to_bytes(authenticator.create(options)))
        for kind, data in [("webauthn", {"credential": credential}), ("totp", {"secret": "A" * 32})]:
            people.run(
                "INSERT INTO mfa_authenticator VALUES (%s, %s, %s, %s, '2024-01-01 00:00:00', NULL)",
                people.number(), kind, json.dumps(data), self.KEY.hex,
            )  # fmt: skip

        said = run("allauth", users_table="people", users_key="uuid", users_email="address")

        assert said[-1] == "2 of 2 factors taken over."
        assert factor_of(customer, "webauthn").details["user"] == handle

    def test_a_key_of_either_type_is_the_same_handle(self):
        assert allauth.handle(self.KEY) == allauth.handle(self.KEY.hex)
        assert allauth.handle(35) == b"z", "numbers to the base of 36"


class TestWhose:
    def test_accounts_of_the_other_realm_get_nothing(self, old, customer):
        user = make_account(customer.email, realm="user", is_staff=True)
        old.app(old.person(), key=SECRET.hex())

        run(realm="user")

        assert Factor.objects.get().user == user

    def test_an_address_is_compared_in_its_one_spelling(self, old, customer):
        old.app(old.person("Sonia@EXAMPLE.com"), key=SECRET.hex())

        run()

        assert Factor.objects.get().user == customer

    def test_an_address_that_several_have_there_is_nobodys(self, old, customer):
        """Where addresses were not unique, anybody could register under a victim's and bring their own app along."""
        old.person("sonia@example.com")
        old.app(old.person("SONIA@example.com"), key=SECRET.hex())

        assert run()[0] == "1 totp left: an address that several accounts have there"
        assert not Factor.objects.exists()

    def test_a_closed_account_brings_nothing(self, old, customer):
        old.app(old.person(active=False), key=SECRET.hex())

        assert run()[0] == "1 totp left: an account that was closed there"

    def test_who_is_not_here_is_counted(self, old):
        old.app(old.person(), key=SECRET.hex())

        assert run()[0] == "1 totp left: nobody here"

    def test_a_method_that_the_policy_forbids_is_left(self, old, customer, settings):
        settings.MFA_POLICY = {"customer": {"methods": ["email"]}}
        old.app(old.person(), key=SECRET.hex())

        assert run()[0] == "1 totp left: a method that is not allowed here"

    def test_a_method_that_a_role_forbids_is_left(self, old, settings):
        make_account("root@example.com", realm="user", is_superuser=True, is_staff=True)
        settings.MFA_ROLE_POLICY = {"administrator": {"strength": "phishing-resistant"}}
        old.app(old.person("root@example.com"), key=SECRET.hex())

        assert run(realm="user")[0] == "1 totp left: a method that is not allowed here"

    def test_what_somebody_set_up_here_is_not_weakened(self, old, customer, proof):
        Event.objects.create(account=customer, actor=customer, kind="method-added", method="email")
        enable(customer)
        old.app(old.person(), key=SECRET.hex())

        assert run()[0] == "1 totp left: MFA was changed here since"
        assert not Factor.objects.filter(method="totp").exists()


class TestAgain:
    def test_nothing_is_taken_over_twice(self, old, customer):
        key = old.person()
        old.app(key, key=SECRET.hex())
        old.codes(key, *TOKENS)
        old.mails(key)
        run()

        said = run()

        assert said[-1] == "0 of 3 factors taken over."
        assert Factor.objects.count() == 3

    def test_what_its_owner_removed_since_does_not_come_back(self, old, customer, proof, clock):  # noqa: F811
        old.app(old.person(), key=SECRET.hex())
        run()
        customer.refresh_from_db()
        enrolment.remove(account=customer, method="totp", proof=proof, origin=ORIGIN, now=clock.now)

        run()

        assert not Factor.objects.exists()

    def test_what_is_new_there_is_taken_over_as_well(self, old, customer):
        key = old.person()
        old.app(key, key=SECRET.hex(), name="First")
        run()
        old.app(key, key=SECRET[::-1].hex(), name="Second")

        assert run()[:2] == ["1 totp taken over", "1 totp left: taken over before"]
        assert set(Factor.objects.values_list("name", flat=True)) == {"First", "Second"}

    def test_a_dry_run_says_the_same_and_changes_nothing(self, old, customer, caplog):
        old.app(old.person(), key=SECRET.hex())
        caplog.set_level("INFO")

        said = run(dry_run=True)

        assert said == ["1 totp would be taken over", "1 of 1 factors would be taken over."]
        assert not Factor.objects.exists()
        assert not Event.objects.exists()
        assert "method-imported" not in caplog.text

    def test_many_are_read_in_batches_and_it_says_how_far_it_is(self, old, monkeypatch):
        monkeypatch.setattr(mfa_import, "PROGRESS_EVERY", 5)
        monkeypatch.setattr(people, "BATCH", 2)
        for number in range(5):
            make_account(f"customer{number}@example.com")
            old.app(old.person(f"customer{number}@example.com"), key=SECRET.hex())

        said = run()

        assert said[0].startswith("5 people, the last one ")
        assert said[1] == "5 totp taken over"


class TestWhatItLeavesBehind:
    def test_each_factor_is_an_event_without_a_secret(self, old, customer):
        device = old.app(old.person(), key=SECRET.hex(), name="My phone")

        run()

        event = Event.objects.get(kind="method-imported")
        assert (event.account, event.method, event.portal) == (customer, "totp", "command")
        assert event.details == {"source": "otp", "row": f"otp_totp_totpdevice/{device.pk}", "name": "My phone"}

    def test_sessions_and_tokens_from_before_end(self, old, customer):
        api = ApiClient(customer)
        old.app(old.person(), key=SECRET.hex())

        run()

        assert not AccessToken.objects.exists()
        assert api.ask("get", "carts").status_code == 401

    def test_what_was_only_begun_here_is_gone(self, old, customer, proof, clock):  # noqa: F811
        enrolment.begin(account=customer, method="email", proof=proof, origin=ORIGIN, now=clock.now)
        old.mails(old.person())

        run()

        assert factor_of(customer, "email").confirmed
        assert Factor.objects.count() == 1

    def test_accounts_say_the_truth_about_themselves(self, old, customer, stranger):
        old.app(old.person(), key=SECRET.hex())
        old.codes(old.person(stranger.email), *TOKENS)

        run()

        assert not consistency.untrue().exists()

    def test_nobody_is_mailed(self, old, customer):
        old.app(old.person(), key=SECRET.hex())

        run()

        assert mail.outbox == []

    def test_no_secret_is_said_or_logged(self, old, customer, caplog):
        key = old.person()
        old.app(key, key=SECRET.hex())
        old.codes(key, *TOKENS)
        caplog.set_level("DEBUG")

        said = " ".join(run(verbosity=3)) + " ".join(record.getMessage() for record in caplog.records)

        for secret in (SECRET.hex(), base64.b32encode(SECRET).decode(), *TOKENS):
            assert secret not in said


class TestTheCommand:
    def test_another_database_is_read(self, customer, tmp_path):
        settings = {**connections.settings["default"], "ENGINE": "django.db.backends.sqlite3", "OPTIONS": {}}
        connections.settings["old"] = {**settings, "NAME": str(tmp_path / "old.sqlite3")}
        try:
            connections["old"].connect()
            with otp.installed(*PLUGINS):
                old = Otp(connections["old"])
                old.app(old.person(), key=SECRET.hex())

            assert run(database="old")[0] == "1 totp taken over"
        finally:
            connections["old"].close()
            del connections["old"], connections.settings["old"]

    @pytest.mark.parametrize(
        ("options", "complaint"),
        [
            ({"database": "elsewhere"}, "There is no database elsewhere"),
            ({"users_table": "people"}, "The old database has no table people."),
            ({"users_email": "address"}, "The old database has no column auth_user.address."),
            ({"users_key": "uuid; DROP TABLE auth_user"}, "The old database has no column auth_user.uuid; DROP"),
        ],
    )
    def test_a_place_that_does_not_exist_is_named(self, old, options, complaint):
        with pytest.raises(CommandError, match=complaint):
            run(**options)

    def test_tables_of_the_name_that_are_something_else_are_named(self, db):
        old = OldDatabase()
        old.person()
        old.run("CREATE TABLE mfa_authenticator (id integer)")

        with pytest.raises(CommandError, match=r"no column mfa_authenticator\.user_id"):
            run("allauth")

    def test_a_database_without_its_tables_is_a_mistake(self, db):
        with pytest.raises(CommandError, match="no tables of allauth in the database default: --database"):
            run("allauth")

    def test_code_that_is_not_there_is_a_mistake(self, mfa_of_allauth):
        with pytest.raises(CommandError, match=r"There is no nowhere\.decrypt"):
            run("allauth", decrypt="nowhere.decrypt")


def register(old, key, authenticator, domain="localhost"):
    """The passkey as django-allauth keeps it: the answer of the browser that made it."""
    options = {"user": {"id": bytes_to_base64url(allauth.handle(key))}, "rp": {"id": domain}, "challenge": "AAAA"}
    credential = json.loads(base64url_to_bytes(authenticator.create(options)))
    old.authenticator(key, "webauthn", {"name": "Master key", "credential": credential})


def backwards(text):
    return text[::-1]


def talkative(text):
    raise RuntimeError(f"Cannot decrypt {text}")
