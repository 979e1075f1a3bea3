"""What the owner of an account reads about it: a plain sentence for every kind of event, in both languages."""

import pytest
from django.utils import translation

from mfa.models import Event, Outcome, Purpose
from mfa.services import events
from mfa.web import activity
from mfa_platform.accounts.models import Account
from tests.cast import NOW

LANGUAGES = ["en", "de"]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


OWNER = Account(pk=1)


def event(kind="login", *, outcome=Outcome.ACCEPTED, **values):
    usual = {
        "at": NOW,
        "account_id": 1,
        "actor_id": 1,
        "portal": "storefront",
        "ip": "192.0.2.7",
        "user_agent": FIREFOX,
    }
    return Event(kind=kind, outcome=outcome, **{**usual, **values})


def test_every_kind_has_a_sentence_of_its_own():
    """Whoever adds a kind says here what its owner reads."""
    assert activity.SENTENCES.keys() == events.KINDS.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_kinds_share_one(language):
    """But for methods, where it matters to the owner what is off, not who did it, which stands beside it."""
    with translation.override(language):
        said = [activity.sentence(event(kind, method="email")) for kind in events.KINDS]

    assert len(set(said)) == len(said) - 1
    assert all(sentence.endswith((".", "it.", "es.")) for sentence in said)


def test_every_failure_of_the_trail_has_one_too():
    assert activity.FAILED.keys() == events.FAILURES.keys()


@pytest.mark.parametrize("kind", events.KINDS)
def test_all_are_written_in_german(kind):
    english = activity.sentence(event(kind, method="email"))

    with translation.override("de"):
        assert activity.sentence(event(kind, method="email")) != english


@pytest.mark.parametrize("key", activity.FAILED)
def test_so_are_the_failures(key):
    kind, outcome = key
    english = activity.sentence(event(kind, outcome=outcome))

    with translation.override("de"):
        assert activity.sentence(event(kind, outcome=outcome)) != english


@pytest.mark.parametrize(
    ("happened", "sentence"),
    [
        (event("login", details={"by": "code"}), "Signed in with password and code."),
        (
            event("method-imported", method="totp", details={"name": "Phone"}),
            "“Authenticator app (Phone)” was taken over from our former system.",
        ),
        (event("login", details={"by": "password"}), "Signed in with the password alone."),
        (
            event("login", details={"by": "remembered-browser"}),
            "Signed in with the password, in a remembered browser.",
        ),
        (event("login"), "Signed in."),
        (event("login", outcome=Outcome.REFUSED), "The right password was entered where this account may not enter."),
        (event("code", details={"purpose": "step-up"}), "A right code was entered to confirm a change."),
        (event("code", outcome=Outcome.REFUSED, details={"purpose": "step-up"}), "A wrong code was entered."),
        (event("method-added", method="email"), "“E-mail” was turned on."),
        (
            event("method-removed-by-administrator", details={"methods": ["email", "fax"]}),
            "“E-mail” and “fax” were turned off.",
        ),
        (
            event("email-changed", details={"old_email": "old@example.com", "new_email": "new@example.com"}),
            "The e-mail address was changed from old@example.com to new@example.com.",
        ),
        (event("email-changed"), "The e-mail address was changed."),
        (event("browser-forgotten", details={"count": 1}), "A remembered browser was forgotten."),
        (event("browser-forgotten", details={"count": 3}), "3 remembered browsers were forgotten."),
        (event("from-an-older-version"), "from-an-older-version"),
    ],
)
def test_it_says_what_happened(happened, sentence):
    assert activity.sentence(happened) == sentence


@pytest.mark.parametrize("purpose", Purpose.values)
def test_it_says_what_a_code_was_for(purpose):
    assert activity.sentence(event("code", details={"purpose": purpose})) != "A right code was entered."


@pytest.mark.parametrize(
    ("happened", "who"),
    [
        (event("password-changed"), "You"),
        (event("password-refused", outcome=Outcome.REFUSED), "Not known who"),
        (event("code", outcome=Outcome.LOCKED), "Not known who"),
        (event("code", outcome=Outcome.REFUSED, details={"purpose": "enrol"}), "You"),
        (event("code", outcome=Outcome.REFUSED, details={"purpose": "sign-in"}), "Not known who"),
        (event("code", outcome=Outcome.REFUSED, details={"purpose": "change"}), "Not known who"),
        (event("sign-in-codes-exhausted"), "Not known who"),
        (event("unlocked", actor_id=2), "Our team"),
        (event("method-removed-by-administrator", portal="command"), "Our team"),
        (event("email-changed", actor_id=None), "Our team"),
    ],
)
def test_it_says_who(happened, who):
    assert activity.entry(happened, reader=OWNER).circumstances[0] == who


def test_it_says_where(db):
    assert activity.entry(event(), reader=OWNER).circumstances == ["You", "Storefront", "Firefox on Linux", "192.0.2.7"]


def test_what_is_not_known_is_left_out(db):
    assert activity.entry(event("code-sent", ip=None, user_agent="", portal=""), reader=OWNER).circumstances == []


def test_where_our_people_sit_is_not_told(db):
    assert activity.entry(event("acted", actor_id=2), reader=OWNER).circumstances == ["Our team", "Storefront"]


@pytest.mark.parametrize(
    ("happened", "alarming"),
    [
        (event(), False),
        (event("password-refused", outcome=Outcome.REFUSED), True),
        (event("sign-in-codes-exhausted"), True),
    ],
)
def test_what_should_make_one_think_stands_out(happened, alarming):
    assert activity.entry(happened, reader=OWNER).alarming is alarming
