"""What an address is, and what only stands where one was."""

import pytest
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from mfa_platform.accounts import emails


def test_what_a_closed_account_is_called_can_be_nobodys_address():
    name = emails.of_closed(8)

    assert emails.is_closed(name)
    with pytest.raises(ValidationError):
        validate_email(name)


@pytest.mark.parametrize("email", ["closed-8@example.com", "closed-8@invalid.com", "invalid@example.com"])
def test_an_address_is_no_closed_account_for_looking_like_one(email):
    assert not emails.is_closed(email)
