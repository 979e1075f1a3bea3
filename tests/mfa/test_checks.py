"""Every setting that leaves the safe range is named, each by an id of its own (docs/security.md)."""

import os
import re
import subprocess
import sys
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core import checks

from mfa import conf
from mfa.checks import SAFE_RANGES, check_settings

KEY = "k" * 32


def complaints(*, level=checks.DEBUG):
    """Id and text of what the checks say, as `manage.py check` runs them."""
    found = checks.run_checks(tags=[checks.Tags.security])
    return {message.id: message.msg for message in found if message.id.startswith("mfa.") and message.level >= level}


def customers(settings, **rules):
    settings.MFA_POLICY = {"customer": rules, "user": {}}


def test_the_defaults_are_safe():
    assert complaints() == {}


def test_every_number_of_the_policy_has_a_safe_range_and_an_id_of_its_own():
    numbers = {field.name for field in fields(conf.Policy)} - {"methods"}

    assert SAFE_RANGES.keys() == numbers
    assert len({identifier for *_, identifier in SAFE_RANGES.values()}) == len(numbers)


@pytest.mark.parametrize("realm", ["customer", "user"])
@pytest.mark.parametrize("rule", SAFE_RANGES)
def test_a_rule_is_named_as_soon_as_it_leaves_its_range(settings, realm, rule):
    lowest, highest, identifier = SAFE_RANGES[rule]

    for value, safe in [(lowest - 1, False), (lowest, True), (highest, True), (highest + 1, False)]:
        settings.MFA_POLICY = {"customer": {}, "user": {}} | {realm: {rule: value}}
        found = complaints()
        assert found.keys() == (set() if safe else {identifier}), value
        assert safe or (realm in found[identifier] and rule in found[identifier])


@pytest.mark.parametrize(
    ("rule", "value", "identifier"),
    [
        ("code_digits", 4, "mfa.W001"),
        ("code_lifetime", 3600, "mfa.W002"),
        ("attempts_per_code", 10, "mfa.W003"),
        ("grace", 86_400, "mfa.W004"),
        ("resend_after", 0, "mfa.W005"),
        ("unused_per_hour", 1000, "mfa.W006"),
        ("unused_per_day", 1000, "mfa.W007"),
        ("per_ip_per_hour", 100_000, "mfa.W008"),
        ("waits_from_failure", 50, "mfa.W009"),
        ("failures_before_stop", 100, "mfa.W010"),
        ("pending_login", 3600, "mfa.W011"),
        ("first_wait", 0, "mfa.W013"),
        ("longest_wait", 1, "mfa.W014"),
        ("remember_days", 365, "mfa.W015"),
    ],
)
def test_what_an_attacker_would_wish_for_is_unsafe(settings, rule, value, identifier):
    customers(settings, **{rule: value})

    assert complaints().keys() == {identifier}


@pytest.mark.parametrize(
    "issuer", [{}, {"customer": "Larch"}, {"customer": "Larch", "user": " "}, {"customer": "a:b", "user": "c"}]
)
def test_a_name_for_authenticator_apps_that_they_cannot_use_is_e018(settings, issuer):
    settings.MFA_ISSUER = issuer

    assert complaints(level=checks.ERROR).keys() == {"mfa.E018"}


@pytest.mark.parametrize(
    ("url", "debug", "identifiers"),
    [
        ("", False, set()),
        ("pigeon://", True, {"mfa.E019"}),
        ("twilio://sid:token@/", True, {"mfa.E019"}),
        ("console://", False, {"mfa.E020"}),
        ("console://", True, set()),
        ("twilio://sid:token@/?from=%2B4930901820", False, set()),
    ],
)
def test_a_gateway_for_messages_that_cannot_send_is_e019_and_one_that_prints_codes_e020(
    settings, url, debug, identifiers
):
    settings.SMS_URL, settings.DEBUG = url, debug

    assert complaints(level=checks.ERROR).keys() == identifiers


@pytest.mark.parametrize(
    ("base_url", "domain", "identifiers"),
    [
        ("https://shop.example.com", "shop.example.com", set()),
        ("https://shop.example.com", "example.com", set()),
        ("http://localhost:8000", "localhost", set()),
        ("https://shop.example.com", "com", {"mfa.E021"}),
        ("https://shop.example.com", "ample.com", {"mfa.E021"}),
        ("https://shop.example.com", "other.example", {"mfa.E021"}),
        ("https://shop.example.com", "", {"mfa.E021"}),
    ],
)
def test_passkeys_for_a_domain_that_is_not_the_sites_are_e021(settings, base_url, domain, identifiers):
    settings.BASE_URL, settings.MFA_WEBAUTHN_RP_ID = base_url, domain

    assert complaints(level=checks.ERROR).keys() == identifiers


@pytest.mark.parametrize(
    ("app", "identifiers"),
    [
        ("android:apk-key-hash:pNiP5iKyQ8JwgGOaKA1zGPUPJIS-0H1xKCQcfIoGLck", set()),
        ("https://app.example.com", set()),
        ("http://shop.example.com", {"mfa.E022"}),
        ("*", {"mfa.E022"}),
    ],
)
def test_an_app_that_anybody_could_pretend_to_be_is_e022(settings, app, identifiers):
    settings.HTTPS, settings.MFA_WEBAUTHN_ORIGINS = True, ["https://shop.example.com", app]

    assert complaints(level=checks.ERROR).keys() == identifiers


def test_a_portal_without_passwords_that_is_not_there_is_e023(settings):
    settings.MFA_PASSWORDLESS_PORTALS = ["storefront", "backdoor"]

    assert complaints(level=checks.ERROR).keys() == {"mfa.E023"}


def test_no_method_at_all_is_e001(settings):
    settings.MFA_METHODS = []

    assert "mfa.E001" in complaints(level=checks.ERROR)


def test_a_method_that_cannot_be_imported_is_e002(settings):
    settings.MFA_METHODS = ["mfa.methods.email.Email", "mfa.methods.nowhere.Nothing"]

    found = complaints(level=checks.ERROR)

    assert found.keys() == {"mfa.E002"}
    assert "mfa.methods.nowhere.Nothing" in found["mfa.E002"]


@pytest.mark.parametrize("path", ["mfa.methods.base.Method", "mfa.methods.base.Match", "mfa.methods.base.derive"])
def test_what_is_no_method_is_e003(settings, path):
    settings.MFA_METHODS = [path]

    found = complaints(level=checks.ERROR)

    assert found.keys() == {"mfa.E003"}
    assert path in found["mfa.E003"]


@pytest.mark.parametrize("keys", [["few"], ["k" * 31], [KEY, "k" * 31]])
def test_a_short_key_is_e004_and_is_not_repeated(settings, keys):
    settings.MFA_ENCRYPTION_KEYS = keys

    found = complaints(level=checks.ERROR)

    assert found.keys() == {"mfa.E004"}
    assert not any(key in str(found) for key in keys)


def test_keys_of_32_characters_are_long_enough(settings):
    settings.MFA_ENCRYPTION_KEYS = [KEY, KEY[::-1]]

    assert complaints() == {}


def test_a_rule_that_is_none_is_e005(settings):
    customers(settings, atempts_per_code=3)

    found = complaints(level=checks.ERROR)

    assert found.keys() == {"mfa.E005"}
    assert "atempts_per_code" in found["mfa.E005"]


def test_no_key_at_all_is_e006(settings):
    settings.MFA_ENCRYPTION_KEYS = []

    assert complaints(level=checks.ERROR).keys() == {"mfa.E006"}


def test_a_policy_for_nobody_is_e007(settings):
    settings.MFA_POLICY = {"customers": {"attempts_per_code": 1}}

    found = complaints(level=checks.ERROR)

    assert found.keys() == {"mfa.E007"}
    assert "'customers'" in found["mfa.E007"]


@pytest.mark.parametrize("value", [None, "3", "three", 2.5, True, [3]])
def test_a_number_that_is_none_is_e008_and_no_crash(settings, value):
    customers(settings, attempts_per_code=value)

    found = complaints(level=checks.ERROR)

    assert found.keys() == {"mfa.E008"}
    assert "attempts_per_code" in found["mfa.E008"]


def test_a_policy_that_allows_a_method_nobody_installed_is_e009(settings):
    customers(settings, methods=["email", "e-mail"])

    found = complaints(level=checks.ERROR)

    assert found.keys() == {"mfa.E009"}
    assert "'e-mail'" in found["mfa.E009"]


@pytest.mark.parametrize("name", ["glue", "glue-storefront", "glue-backend"])
def test_an_api_whose_protected_resources_are_not_said_is_e010(settings, name):
    settings.MFA_PROTECTED_RESOURCES = {
        api: names for api, names in settings.MFA_PROTECTED_RESOURCES.items() if api != name
    }

    found = complaints(level=checks.ERROR)

    assert found.keys() == {"mfa.E010"}
    assert repr(name) in found["mfa.E010"]


def test_an_api_that_does_not_exist_is_e010(settings):
    settings.MFA_PROTECTED_RESOURCES = {**settings.MFA_PROTECTED_RESOURCES, "glue_backend": ["users"]}

    assert complaints(level=checks.ERROR).keys() == {"mfa.E010"}


@pytest.mark.parametrize("proxy", ["10.0.0.0/8", "proxy.example.com", "10.0.0.01", "0:0::1", "*", ""])
def test_a_proxy_that_no_request_could_come_from_is_e011(settings, proxy):
    settings.TRUSTED_PROXIES = [proxy]

    assert complaints(level=checks.ERROR).keys() == {"mfa.E011"}


def test_proxies_are_addresses(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.1", "2001:db8::1", "::1"]

    assert complaints() == {}


def test_the_checks_run_whenever_the_product_is_managed():
    assert check_settings in checks.registry.registry.get_checks(include_deployment_checks=False)


# --- What stops the process before any check


def start(telling="'runs'", **environment):
    """What a production process says that is started with this environment only."""
    command = [sys.executable, "-c", f"from mfa_platform import settings; print({telling})"]
    outcome = subprocess.run(
        command, env={"PATH": os.environ["PATH"], **environment}, capture_output=True, text=True, check=False
    )
    return outcome.stdout + outcome.stderr


PRODUCTION = {
    "SECRET_KEY": "s" * 50,
    "MFA_ENCRYPTION_KEYS": KEY,
    "BASE_URL": "https://shop.example.com",
    "ALLOWED_HOSTS": "shop.example.com",
}


def test_production_runs_with_these_four():
    assert start(**PRODUCTION) == "runs\n"


def test_keys_that_were_replaced_are_told_in_the_environment():
    assert (
        start("settings.SECRET_KEY_FALLBACKS", **PRODUCTION, SECRET_KEY_FALLBACKS="old,older") == "['old', 'older']\n"
    )


@pytest.mark.parametrize("missing", PRODUCTION)
@pytest.mark.parametrize("given", [{}, {"": ""}], ids=["absent", "empty"])
def test_production_does_not_start_without_one_of_them(missing, given):
    environment = {name: value for name, value in PRODUCTION.items() if name != missing}
    if given:
        environment[missing] = ""

    said = start(**environment)

    assert "runs" not in said
    assert f"{missing} must be set when DEBUG is off" in said


@pytest.mark.parametrize("keys", [",", " , ,"])
def test_production_does_not_start_with_a_list_of_no_keys(keys):
    said = start(**{**PRODUCTION, "MFA_ENCRYPTION_KEYS": keys})

    assert "runs" not in said
    assert "MFA_ENCRYPTION_KEYS holds no key" in said


@pytest.mark.parametrize(
    ("policy", "identifier"),
    [
        ({"boss": {"compulsory": True}}, "mfa.E012"),
        ({"agent": {"compulsary": True}}, "mfa.E013"),
        ({"agent": {"methods": ["pigeon"]}}, "mfa.E014"),
        ({"agent": {"compulsory": True, "methods": []}}, "mfa.E015"),
        ({"agent": {"compulsory": True, "since": datetime(2027, 1, 1)}}, "mfa.E016"),  # noqa: DTZ001  # the mistake
        ({"agent": {"compulsory": True, "methods": ["recovery-codes"]}}, "mfa.E015"),
        ({"agent": {"strength": "strong"}}, "mfa.E024"),
        ({"agent": {"strength": ""}}, "mfa.E024"),
        ({"agent": {"strength": ["phishing-resistant"]}}, "mfa.E024"),
        ({"agent": {"strength": "phishing-resistant", "methods": ["email", "totp"]}}, "mfa.E025"),
        ({"agent": {"remember_days": "7"}}, "mfa.E017"),
        ({"agent": {"remember_days": True}}, "mfa.E017"),
    ],
)
def test_a_role_policy_that_protects_nobody_is_named(settings, policy, identifier):
    settings.MFA_ROLE_POLICY = policy

    assert complaints(level=checks.ERROR).keys() == {identifier}


@pytest.mark.parametrize(("days", "safe"), [(-1, False), (0, True), (14, True), (15, False)])
def test_a_role_that_remembers_browsers_for_too_long_is_w016(settings, days, safe):
    settings.MFA_ROLE_POLICY = {"agent": {"remember_days": days}}

    assert complaints().keys() == (set() if safe else {"mfa.W016"})


def test_a_sound_role_policy_is_fine(settings):
    rules = {
        "compulsory": True,
        "enrol_within": 86_400,
        "since": datetime(2027, 1, 1, tzinfo=UTC),
        "methods": ["email"],
    }
    settings.MFA_ROLE_POLICY = {"administrator": rules, "storefront": {"compulsory": True}}

    assert complaints() == {}


STRONG = {"strength": "phishing-resistant"}
FOB = "tests.methods.fob.Fob"


@pytest.mark.parametrize(
    ("policy", "realms", "sound"),
    [
        ({"agent": STRONG}, {}, True),
        ({"agent": STRONG | {"methods": ["fob", "email"]}}, {}, True),
        ({"agent": STRONG | {"methods": ["email"]}}, {}, False),
        ({"agent": STRONG}, {"user": {"methods": ["email"]}}, False),
        ({"storefront": STRONG}, {"user": {"methods": ["email"]}}, True),
        ({"storefront": STRONG}, {"customer": {"methods": ["email"]}}, False),
    ],
)
def test_a_strength_that_no_allowed_method_has_is_e025(settings, policy, realms, sound):
    settings.MFA_METHODS = ["mfa.methods.email.Email", FOB]
    settings.MFA_POLICY, settings.MFA_ROLE_POLICY = realms, policy

    assert complaints().keys() == (set() if sound else {"mfa.E025"})


@pytest.mark.parametrize(("domain", "sound"), [("shop.example.com", True), ("192.0.2.7", False)])
def test_a_site_that_is_called_by_an_address_has_no_passkeys_to_be_strong(settings, domain, sound):
    settings.BASE_URL, settings.MFA_WEBAUTHN_RP_ID = f"https://{domain}", domain
    settings.MFA_ROLE_POLICY = {"administrator": STRONG}

    assert ("mfa.E025" not in complaints()) is sound


def test_a_role_that_must_have_what_its_realm_forbids_is_e015(settings):
    settings.MFA_POLICY = {"user": {"methods": ["totp"]}}
    settings.MFA_ROLE_POLICY = {"agent": {"compulsory": True, "methods": ["email"]}}

    assert complaints().keys() == {"mfa.E015"}


@pytest.mark.parametrize(
    ("policy", "who"),
    [
        (
            {"agent": {"compulsory": True, "methods": ["email"]}, "merchant": {"methods": ["totp"]}},
            "agent and merchant",
        ),
        ({"administrator": {"compulsory": True} | STRONG, "agent": {"methods": ["totp"]}}, "administrator and agent"),
        ({"agent": {"methods": ["email"]}, "merchant": {"methods": ["totp"]}}, None),
        ({"agent": {"compulsory": True} | STRONG, "storefront": {"methods": ["email"]}}, None),
        (
            {
                "agent": {"compulsory": True, "methods": ["email", "totp"]},
                "merchant": {"methods": ["totp", "fob"]},
                "merchant-agent": {"methods": ["email", "fob"]},
            },
            "agent and merchant and merchant-agent",
        ),
    ],
)
def test_roles_that_leave_no_method_to_whoever_has_them_at_once_are_w017(settings, policy, who):
    """Nobody would get past the page on which there is nothing to set up."""
    settings.MFA_METHODS = [*settings.MFA_METHODS, FOB]
    settings.MFA_ROLE_POLICY = policy

    assert complaints() == (
        {"mfa.W017": f"MFA_ROLE_POLICY leaves no method to whoever is {who} at once."} if who else {}
    )


def test_what_the_readme_shows_is_fine(settings):
    text = (Path(__file__).parents[2] / "README.md").read_text()
    shown = re.search(r"^    MFA_ROLE_POLICY = (\{.*?^    \})", text, re.MULTILINE | re.DOTALL).group(1)
    settings.MFA_METHODS = [*settings.MFA_METHODS, FOB]
    # The fob stands for passkeys, which a site needs a domain for.
    settings.MFA_ROLE_POLICY = eval(shown.replace("webauthn", "fob"), {"datetime": datetime, "UTC": UTC})

    assert settings.MFA_ROLE_POLICY.keys() == {"administrator", "agent"}
    assert complaints() == {}
