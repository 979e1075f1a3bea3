"""What an administrator has to say before anybody's MFA is taken away."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mfa import methods
from mfa.models import Factor
from mfa.services import enrolment
from mfa_platform.accounts.models import Account

EVERY = "*"
"""Instead of a method's slug."""


class RemovalForm(forms.Form):
    """Which methods of `accounts` (ids), and why."""

    method = forms.ChoiceField(label=_("What to remove"), initial=EVERY, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("For the audit trail: how you know that it is them. They do not see it."),
        max_length=enrolment.LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why, for the audit trail.")},
    )

    def __init__(self, *args: Any, accounts: Collection[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What was chosen stays a choice even if it is gone meanwhile: nothing to remove is no mistake of the form.
        chosen = str(self.data.get("method", ""))
        slugs = present_methods(accounts) | ({chosen} & methods.installed().keys())
        names = [(slug, _("Only “%(method)s”") % {"method": methods.name_of(slug)}) for slug in methods.in_order(slugs)]
        self.fields["method"].choices = [(EVERY, _("Every method")), *names]  # type: ignore[attr-defined]

    @property
    def chosen_method(self) -> str | None:
        """The slug of the one method that is meant, None for all."""
        method: str = self.cleaned_data["method"]
        return None if method == EVERY else method


def present_methods(accounts: Collection[int]) -> set[str]:
    """The methods, finished or begun, that somebody among `accounts` (ids) has."""
    return set(Factor.objects.filter(user__in=accounts).values_list("method", flat=True))


def consequence(accounts: Collection[int]) -> str:
    """What comes of a removal for `accounts` (ids), as far as it is known before a choice is made."""
    if not Account.objects.filter(pk__in=accounts, mfa_enabled=True).exists():
        text = gettext(
            "Nothing is on yet: what was begun is dropped, and their password alone opens the account as before."
        )
    elif len(present_methods(accounts)) == 1:
        text = gettext("After this their password alone opens the account, until they set up a second step again.")
    else:
        text = gettext(
            "If no other method stays on, their password alone opens the account until they set up a second step "
            "again; recovery codes go with the last method. One that stays on is asked for as before."
        )
    signed_out = gettext("Their browsers and apps are signed out, and they are told by mail.")
    return f"{text} {signed_out}"
