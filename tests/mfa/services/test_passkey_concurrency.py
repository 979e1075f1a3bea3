"""A passkey's answer opens once, whatever happens at the same moment: on a real PostgreSQL."""

import pytest

from customers.portals import STOREFRONT
from mfa import errors
from mfa.models import Challenge, Factor, Purpose
from mfa.services import challenges, enrolment, passwordless, sign_in
from mfa.services.proofs import SessionProof
from mfa_platform.accounts.models import Account
from tests.cast import NOW, ORIGIN, Session, make_account
from tests.mfa.services.steps import another_session, enter
from tests.passkeys import Authenticator
from tests.racing import at_once

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("applications", "clock"),
]


def begin(account, proof):
    enrolment.begin(account=account, method="webauthn", proof=proof, origin=ORIGIN, now=NOW)
    return challenges.put(Challenge.objects.latest("pk"))


def confirm(account, proof, answer):
    enrolment.confirm(account=account, method="webauthn", answer=answer, proof=proof, origin=ORIGIN, now=NOW)
    return Factor.objects.get(user=account)


@pytest.fixture
def device(customer, proof):
    device = Authenticator()
    device.factor = confirm(customer, proof, device.create(begin(customer, proof)))
    return device


def test_one_answer_from_fifty_threads_opens_once(device):
    factor, proof = device.factor, another_session()
    question = challenges.question(
        factor=factor, purpose=Purpose.STEP_UP, proof=proof, action="api-request", origin=ORIGIN, now=NOW
    )
    answer = device.get(question)

    results = at_once(50, lambda n: enter(Factor.objects.get(pk=factor.pk), answer, proof))

    assert results.count(None) == 1


def test_one_answer_without_a_password_from_twenty_threads_signs_in_once(device):
    proof = another_session()
    question, options = passwordless.ask(proof=proof, now=NOW)
    answer = device.get(options)

    def sign_in_with_it(n):
        try:
            passwordless.verify(
                portal=STOREFRONT, question=question, answer=answer, proof_of=lambda account: copy_of(proof),
                origin=ORIGIN, now=NOW,
            )  # fmt: skip
        except (sign_in.CredentialsRefused, errors.TooManyAttempts) as error:
            return error
        return None

    assert at_once(20, sign_in_with_it).count(None) == 1
    assert Challenge.objects.filter(purpose=Purpose.DIRECT).count() == 1


def copy_of(proof):
    """As every request has its own of the same session."""
    return SessionProof(Session(proof.session))


def test_two_accounts_that_make_the_same_passkey_at_once_get_it_once(db):
    device, theirs = Authenticator(), []
    for number in range(4):
        account, proof = make_account(f"{number}@example.com"), another_session()
        theirs.append((account, proof, device.create(begin(account, proof))))

    def make(n):
        account, proof, answer = theirs[n]
        try:
            return confirm(Account.objects.get(pk=account.pk), proof, answer)
        except errors.AlreadyEnabled as error:
            return error

    results = at_once(4, make)

    assert sum(isinstance(result, Factor) for result in results) == 1
    assert Factor.objects.filter(confirmed=True).count() == 1
