"""Codes to a telephone number, which has to be known first; there may be several."""

from typing import Any, ClassVar

from django import forms

from mfa.methods import SentCode
from mfa.models import Challenge, Factor
from mfa_platform.accounts.models import Account


class NumberForm(forms.Form):
    number = forms.RegexField(r"\A\+[0-9]{8,15}\Z", label="Telephone number", max_length=20)


class Phone(SentCode):
    """Its network is a list."""

    slug = "phone"
    name = "Phone"
    summary = "We ring you up and read a code to you."
    first_asks = NumberForm
    several = True
    rung: ClassVar[list[tuple[str, str]]] = []
    """Number and code of every call, oldest first."""

    def begin(self, account: Account, **given: Any) -> dict[str, Any]:
        return {"number": given["number"]}

    def deliver(self, challenge: Challenge, code: str) -> None:
        assert challenge.factor
        self.rung.append((challenge.factor.details["number"], code))

    def destination(self, factor: Factor) -> str:
        return f"••• {factor.details['number'][-2:]}"
