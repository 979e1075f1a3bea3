"""The domain's table of errors and the APIs' hold each other."""

from customers import errors
from customers.api.errors import STATUS


def all_codes():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.ShopError)]
    return {kind.code for kind in kinds if kind is not errors.ShopError} | set(errors.PASSWORD_RULES)


def test_every_code_has_a_status_and_every_status_a_code():
    pages_only = {errors.LinkInvalid.code}

    assert all_codes() - pages_only == set(STATUS)
