"""Every code of the contract's table is given somewhere, or said never to be."""

import re
from pathlib import Path

import pytest

from mfa import errors
from mfa.api.errors import STATUS

ROOT = Path(__file__).parents[2]
DIFFERENCES = (ROOT / "docs/spryker-differences.md").read_text()
SOURCE = "\n".join(
    path.read_text()
    for app in ("mfa", "customers", "backoffice", "mfa_platform")
    for path in (ROOT / app).rglob("*.py")
)
CONTRACT = {str(code) for code in range(5900, 5913)}


def kinds(base):
    yield base
    for kind in base.__subclasses__():
        yield from kinds(kind)


def test_every_code_is_given_or_said_never_to_be():
    given = {error.code for error in errors.ALL}
    [listed] = re.findall(r"The same of MFA's: (.*?)\.", DIFFERENCES, re.DOTALL)
    never = set(re.findall(r"`(\d+)`", listed))

    assert never
    assert not given & never
    assert given | never == CONTRACT


def test_every_code_has_one_class_and_one_status():
    assert [error.code for error in errors.ALL] == sorted(STATUS)
    assert {kind.code for kind in kinds(errors.MfaError) if kind is not errors.MfaError} == set(STATUS)


@pytest.mark.parametrize("error", errors.ALL, ids=lambda error: error.code)
def test_every_code_is_given_somewhere(error):
    used = r"raise errors\.(?:{0})\b|\berrors\.(?:{0})\(".format("|".join(kind.__name__ for kind in kinds(error)))

    assert re.search(used, SOURCE)
