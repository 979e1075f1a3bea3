"""Making somebody an administrator, or taking it back: one box of a form, behind a code of its own."""

from typing import ClassVar

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from mfa.web.guarded import GuardedPage
from mfa_platform.accounts import emails

FIELD = "is_superuser"


class RaisingPage(GuardedPage):
    """A form about a user. Grace is enough to change them, but not to say who may do everything."""

    usual_action: ClassVar[str]
    """What the code is for where the box is left alone."""

    @property
    def was_raised(self) -> bool:
        """Whether the user is an administrator already."""
        return False

    @property
    def address(self) -> str:
        """The user's e-mail so far."""
        return ""

    @property
    def raises(self) -> bool:
        """Whether what was typed changes that; also while it waits for its code."""
        typed: QueryDict | None = self.request.POST
        if "parked" in self.request.POST:
            typed = self._unpark(self.request.POST["parked"])
        if not typed or not self.account.is_superuser:
            return False
        # An administrator's address is where a link for their password goes: to change it is to become one.
        if self.was_raised and emails.normalise(typed.get("email", self.address)) != self.address:
            return True
        # As the form will read it: "false" is a box that was not ticked.
        return forms.CheckboxInput().value_from_datadict(typed, MultiValueDict(), FIELD) != self.was_raised

    @property
    def fresh(self) -> bool:  # type: ignore[override]
        return self.raises

    @property
    def action(self) -> str:  # type: ignore[override]
        return "change-administrators" if self.raises else self.usual_action
