"""Customers who answer by each method, alone or as one of ten factors, ready to be verified again and again."""

import base64
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from bench import people
from mfa import methods
from mfa.methods import base, totp
from mfa.models import Challenge, Factor, Purpose
from mfa.origins import Origin
from mfa.services import challenges, verification
from mfa.services.proofs import TokenProof
from mfa_platform.accounts.models import AccessToken
from tests import passkeys

METHODS = ["email", "totp", "recovery-codes", "sms", "webauthn"]
ORIGIN = Origin(portal="glue", ip="192.0.2.7", user_agent="bench/1.0", request_id="0" * 32)
NUMBER = "+4915123456789"


@dataclass
class Prover:
    """Somebody with a factor by which they answer, which is the newest of theirs."""

    token: AccessToken
    factor: Factor
    secret: Any = None
    """What the owner needs to answer: a key, the codes, the device."""
    details: dict[str, Any] = field(default_factory=dict)
    """What the factor remembered before any answer."""

    def verify(self, answer: str) -> None:
        """As the services do it, from the account to the verdict. Raises `CodeInvalid` if it does not work."""
        verification.verify(
            account=self.factor.user, answer=answer, purpose=Purpose.STEP_UP, proof=TokenProof(self.token),
            origin=ORIGIN, now=timezone.now(),
        )  # fmt: skip


def make(slug: str, *, count: int, beside: int) -> list[Prover]:
    """`count` customers who have `beside` authenticator apps, which all have to be looked at, and then `slug`."""
    persons = people.make(count, mfa=True)
    Factor.objects.filter(user__in=[person.account_id for person in persons]).delete()
    for person in persons:
        for number in range(beside):
            _factor(person.access_token, "totp", number)
    return [_prover(person.access_token, slug, number=beside) for person in persons]


def ask_anew(provers: Iterable[Prover]) -> list[str]:
    """Forget what they answered so far, and ask each again; the right answers, in the same order."""
    provers = list(provers)
    tokens, accounts = [prover.token.pk for prover in provers], [prover.factor.user_id for prover in provers]
    AccessToken.objects.filter(pk__in=tokens).update(proved_at=None, proved_by="", known=False)
    Challenge.objects.filter(account__in=accounts).delete()
    for prover in provers:
        prover.factor.details, prover.factor.counter = prover.details, -1
    Factor.objects.bulk_update([prover.factor for prover in provers], ["secret", "counter"])
    return [ANSWERS[prover.factor.method](prover) for prover in provers]


def _prover(token: AccessToken, slug: str, *, number: int) -> Prover:
    factor, secret = _factor(token, slug, number)
    return Prover(token, factor, secret, factor.details)


def _factor(token: AccessToken, slug: str, number: int) -> tuple[Factor, Any]:
    """A factor that is on, and what its owner needs."""
    method = methods.get(slug)
    factor = Factor(user=token.user, method=slug, name=f"{slug} {number}", confirmed=True)
    details = method.begin(token.user, **({"number": NUMBER} if slug == "sms" else {}))
    factor.details = method.keep(details) if method.immediate else details
    secret: Any = details.get("secret") or details.get("codes")
    if slug == "webauthn":
        secret = passkeys.Authenticator()
        question = Challenge(account=token.user, factor=factor, purpose=Purpose.ENROL, nonce=secrets.randbits(63))
        answer = secret.create(method.question(question, []))
        made = method.enrol(factor, question, answer, now=timezone.now())
        if made is None or made.details is None:
            raise LookupError("No passkeys are made here: the site has to have a name.")
        factor.details = dict(made.details)
    factor.save()
    return factor, secret


def _question(prover: Prover) -> Challenge:
    now = timezone.now()
    return Challenge.objects.create(
        account=prover.factor.user, factor=prover.factor, method=prover.factor.method, purpose=Purpose.STEP_UP,
        binding=prover.token.family.hex, nonce=secrets.randbits(63), attempts_left=3, created_at=now,
        expires_at=now + timedelta(minutes=5),
    )  # fmt: skip


def _sent(prover: Prover) -> str:
    return base.derive(_question(prover).nonce, digits=6)


def _shown_by_the_app(prover: Prover) -> str:
    return totp.code(base64.b32decode(prover.secret), int(timezone.now().timestamp()) // totp.STEP)


def _last_on_the_paper(prover: Prover) -> str:
    return str(prover.secret[-1])


def _signed_by_the_device(prover: Prover) -> str:
    answer: str = prover.secret.get(challenges.put(_question(prover)))
    return answer


ANSWERS: dict[str, Callable[[Prover], str]] = {
    "email": _sent,
    "totp": _shown_by_the_app,
    "recovery-codes": _last_on_the_paper,
    "sms": _sent,
    "webauthn": _signed_by_the_device,
}
