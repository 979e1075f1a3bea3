"""The engine's verbs with what does not matter filled in."""

from django.test import Client

from mfa import errors
from mfa.models import Challenge, Purpose
from mfa.origins import Origin
from mfa.services import challenges, verification
from mfa.services.proofs import SessionProof
from tests.cast import NOW, ORIGIN, PASSWORD, Session, code_of, wrong


def elsewhere(number: int) -> Origin:
    """Another address on the internet."""
    return Origin(portal="storefront", ip=f"198.51.100.{number}")


def another_session() -> SessionProof:
    """A browser that never proved anything."""
    return SessionProof(Session())


def known_session(name: str = "known") -> SessionProof:
    """A browser that proved a factor before."""
    return SessionProof(Session(), known_browser=name)


def send(factor, proof, *, now=NOW, purpose=Purpose.STEP_UP, origin=ORIGIN, action="api-request") -> Challenge:
    """Ask for a code."""
    return challenges.issue(factor=factor, purpose=purpose, proof=proof, action=action, origin=origin, now=now)


def enter(factor, answer, proof, *, now=NOW, purpose=Purpose.STEP_UP, origin=ORIGIN):
    """Enter `answer`; what it was refused with, or None."""
    try:
        verification.verify(
            account=factor.user, answer=answer, purpose=purpose, proof=proof, origin=origin, now=now
        )  # fmt: skip
    except errors.MfaError as error:
        return error
    return None


def enter_right(factor, proof, **extra):
    """Enter the newest code of all."""
    return enter(factor, code_of(Challenge.objects.latest("pk")), proof, **extra)


def enter_wrong(factor, proof, **extra):
    """Enter a code that is not the newest one."""
    return enter(factor, wrong(code_of(Challenge.objects.latest("pk"))), proof, **extra)


def logged_in_by_password(account) -> Client:
    """A new browser that has got as far as the code step."""
    browser = Client()
    assert browser.post("/login", {"email": account.email, "password": PASSWORD})["Location"] == "/login/code"
    return browser


def ask_for_token(client, account, **extra):
    """A login at the API."""
    attributes = {"username": account.email, "password": PASSWORD}
    return client.ask("post", "access-tokens", attributes=attributes, **extra)
