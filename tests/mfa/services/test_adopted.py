"""A question that was put to nobody in particular becomes a row with its answer (docs/decisions/0016)."""

import pytest

from mfa import errors
from mfa.models import Challenge, Purpose
from mfa.services import challenges
from tests.cast import NOW, ORIGIN


def adopt(factor, proof, nonce=4711):
    challenges.adopt(factor=factor, purpose=Purpose.DIRECT, nonce=nonce, asked_at=NOW, proof=proof, origin=ORIGIN)


def test_it_is_there_for_one_attempt_from_when_it_was_asked(factor, proof):
    adopt(factor, proof)

    row = Challenge.objects.get()
    assert (row.nonce, row.attempts_left, row.created_at) == (4711, 1, NOW)


def test_it_becomes_one_once(factor, proof):
    adopt(factor, proof, nonce=0)

    with pytest.raises(errors.CodeInvalid):
        adopt(factor, proof, nonce=0)
    assert Challenge.objects.get().nonce == 0
