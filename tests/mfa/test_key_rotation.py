"""`manage.py mfa_rotate_keys`."""

import pytest
from django.core.management import CommandError, call_command

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
