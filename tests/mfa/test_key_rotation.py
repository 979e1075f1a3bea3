"""`manage.py mfa_rotate_keys`."""

import pytest
from django.core.management import CommandError, call_command

from mfa import crypto
from mfa.services import key_rotation
from tests.cast import enable

OLD, NEW = "o" * 40, "n" * 40


@pytest.fixture
def kept(customer, settings):
    """A factor with a secret under the old key."""
    settings.MFA_ENCRYPTION_KEYS = [OLD]
    factor = enable(customer)
    factor.details = {"secret": "canary"}
    factor.save()
    return factor


def test_after_rotating_the_old_key_can_be_taken_out(kept, settings):
    settings.MFA_ENCRYPTION_KEYS = [NEW, OLD]

    call_command("mfa_rotate_keys", verbosity=0)

    settings.MFA_ENCRYPTION_KEYS = [NEW]
    kept.refresh_from_db()
    assert kept.details == {"secret": "canary"}


def test_a_missing_key_is_named_and_nothing_is_lost(kept, settings):
    settings.MFA_ENCRYPTION_KEYS = [NEW]

    with pytest.raises(CommandError, match="MFA_ENCRYPTION_KEYS"):
        call_command("mfa_rotate_keys", verbosity=0)

    settings.MFA_ENCRYPTION_KEYS = [OLD]
    kept.refresh_from_db()
    assert kept.details == {"secret": "canary"}


def test_what_is_changed_while_it_runs_is_not_overwritten(kept, settings, stranger):
    """The owner enrols anew between the reading of a row and its writing: the newer secret wins."""
    later = enable(stranger)
    later.details = {"secret": "of the old device"}
    later.save()
    settings.MFA_ENCRYPTION_KEYS = [NEW, OLD]

    for pk in key_rotation.rotate_factors():
        if pk == kept.pk:
            later.details = {"secret": "of the new device"}
            later.save()

    settings.MFA_ENCRYPTION_KEYS = [NEW]
    later.refresh_from_db()
    assert later.details == {"secret": "of the new device"}


def test_it_goes_on_where_it_was_stopped_and_a_second_run_does_no_harm(kept, settings):
    settings.MFA_ENCRYPTION_KEYS = [NEW, OLD]

    call_command("mfa_rotate_keys", after=kept.pk, verbosity=0)
    kept.refresh_from_db()
    untouched = bytes(kept.secret)
    for _ in range(2):
        call_command("mfa_rotate_keys", verbosity=0)

    settings.MFA_ENCRYPTION_KEYS = [OLD]
    assert crypto.decrypt(untouched, purpose="factor")
    settings.MFA_ENCRYPTION_KEYS = [NEW]
    kept.refresh_from_db()
    assert kept.details == {"secret": "canary"}


def test_a_method_that_keeps_no_secret_is_passed_over(stranger, settings):
    settings.MFA_ENCRYPTION_KEYS = [NEW]
    factor = enable(stranger)

    call_command("mfa_rotate_keys", verbosity=0)

    factor.refresh_from_db()
    assert bytes(factor.secret) == b""
