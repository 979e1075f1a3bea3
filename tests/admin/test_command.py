"""`manage.py mfa_remove`: the same as in the admin, from a shell."""

import io

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from mfa.models import Event
from tests.admin.conftest import begun, factors_of, make_customer, make_user
from tests.cast import enable

pytestmark = pytest.mark.django_db

REASON = "Ticket 4711"


def run(whom, *, actor="admin@example.com", reason=REASON, **options):
    out = io.StringIO()
    call_command("mfa_remove", whom, actor=actor, reason=reason, stdout=out, **{"interactive": False, **options})
    return out.getvalue()


def refusal(*args, **options):
    with pytest.raises(CommandError) as raised:
        run(*args, **options)
    return raised.value.returncode, str(raised.value)


@pytest.mark.parametrize("name", ["{reference}", "{email}"])
def test_it_removes_everything_of_a_customer_by_reference_or_email(administrator, shopper, name):
    out = run(name.format(reference=shopper.reference.lower(), email=shopper.account.email.upper()))

    assert out == f"Removed from {shopper.account.email}: email.\n"
    assert factors_of(shopper) == set()
    event = Event.objects.get()
    assert (event.kind, event.actor, event.portal) == ("method-removed-by-administrator", administrator, "command")
    assert event.details == {"reason": REASON, "methods": ["email"]}
    assert mail.outbox[-1].to == [shopper.account.email]


def test_one_method_can_be_chosen(administrator, shopper):
    enable(shopper.account, "totp")

    run(shopper.reference, method="totp")

    assert factors_of(shopper) == {"email"}


def test_a_user_of_another_portal_can_be_helped(administrator):
    agent = make_user("agent@example.com", is_staff=False)
    enable(agent)

    run("agent@example.com", realm="user")

    agent.refresh_from_db()
    assert not agent.mfa_enabled


@pytest.mark.parametrize("actor", ["admin@example.com", "helper@example.com"])
def test_users_are_reached_as_on_their_page(administrator, actor):
    """With the right, and by nobody below them: being an agent is no rank, nor is it to work in the back office."""
    make_user("helper@example.com", "backoffice.remove_user_mfa")
    people = [make_user("agent@example.com", is_staff=False), make_user("colleague@example.com")]
    for user in people:
        enable(user)

        run(user.email, realm="user", actor=actor)

        user.refresh_from_db()
        assert not user.mfa_enabled


def test_the_realm_keeps_two_people_with_one_address_apart(administrator):
    agent = make_user("both@example.com", is_staff=False)
    enable(agent)
    customer = make_customer(email="both@example.com")

    run("both@example.com")

    agent.refresh_from_db()
    assert agent.mfa_enabled
    assert factors_of(customer) == set()


@pytest.mark.parametrize(
    ("whom", "options", "code"),
    [
        ("nobody@example.com", {}, 4),
        ("DE--99999999", {}, 4),
        ("", {}, 4),
        ("{shopper}", {"actor": "nobody@example.com"}, 4),
        ("{shopper}", {"actor": "viewer@example.com"}, 3),
        ("{shopper}", {"actor": "retired@example.com"}, 3),
        ("{shopper}", {"reason": "   "}, 2),
        ("{shopper}", {"reason": "x" * 1001}, 2),
        ("{shopper}", {"method": "pigeon"}, 5),
        ("colleague@example.com", {"realm": "user", "actor": "support@example.com"}, 3),
        ("colleague@example.com", {"realm": "user", "actor": "helper@example.com"}, 3),
        ("admin@example.com", {"realm": "user"}, 3),
        ("admin@example.com", {}, 3),
        ("agent@example.com", {"realm": "user", "actor": "support@example.com"}, 3),
        ("agent@example.com", {"realm": "user", "method": "pigeon"}, 5),
        ("helper@example.com", {"realm": "user", "actor": "helper@example.com"}, 3),
        ("{shopper}", {"actor": "helper@example.com"}, 3),
    ],
)
def test_what_is_refused_changes_nothing_and_has_its_own_exit_code(
    administrator, support, viewer, shopper, whom, options, code
):
    own = make_customer(email="admin@example.com")
    make_user("retired@example.com", is_superuser=True, is_active=False)
    enable(make_user("agent@example.com", is_staff=False))
    enable(make_user("colleague@example.com", "customers.view_customer"))
    enable(make_user("helper@example.com", "backoffice.remove_user_mfa"))
    enable(administrator)

    returncode, text = refusal(whom.format(shopper=shopper.reference), **options)

    assert (returncode, bool(text)) == (code, True)
    assert factors_of(shopper) == factors_of(own) == {"email"}
    assert not Event.objects.exists()


def test_where_there_is_nothing_it_says_so(administrator):
    assert refusal(make_customer(mfa=False).reference) == (5, "There is nothing to remove.")


@pytest.mark.parametrize("answer", ["y", "YES ", "n", "", "yellow", None])
def test_it_asks_unless_told_not_to(administrator, monkeypatch, answer):
    half = make_customer(mfa=False)
    begun(half)
    asked = []

    def reply(question):
        asked.append(question)
        if answer is None:
            raise EOFError
        return answer

    monkeypatch.setattr("builtins.input", reply)
    if answer in ("y", "YES "):
        run(half.reference, interactive=True)
        assert factors_of(half) == set()
    else:
        assert refusal(half.reference, interactive=True) == (6, "Nothing was changed.")
        assert factors_of(half) == {"email"}
    assert asked == [f"Remove email from {half.account.email}? [y/N] "]


@pytest.mark.parametrize("missing", ["--reason", "--actor"])
def test_reason_and_actor_cannot_be_left_out(missing):
    given = {"--reason": REASON, "--actor": "admin@example.com"}
    del given[missing]

    with pytest.raises(CommandError, match=missing):
        call_command("mfa_remove", "DE--1", *(f"{name}={value}" for name, value in given.items()))
