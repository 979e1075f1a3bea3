"""What an administrator has to say before a customer's MFA is taken away."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from customers.services import mfa_removal
from mfa import methods
from mfa.admin import badges
from mfa.models import Factor

EVERY = "*"
"""Instead of a method's slug."""


class RemovalForm(forms.Form):
    """Which methods of `customers`, and why."""

    method = forms.ChoiceField(label=_("What to remove"), initial=EVERY, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("For the audit trail: how you know that it is them. The customer does not see it."),
        max_length=mfa_removal.LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why, for the audit trail.")},
    )

    def __init__(self, *args: Any, customers: list[Customer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What was chosen stays a choice even if it is gone meanwhile: nothing to remove is no mistake of the form.
        chosen = str(self.data.get("method", ""))
        slugs = present_methods(customers) | ({chosen} & methods.installed().keys())
        names = [(slug, _("Only %(method)s") % {"method": badges.method_name(slug)}) for slug in sorted(slugs)]
        self.fields["method"].choices = [(EVERY, _("Every method")), *names]  # type: ignore[attr-defined]

    @property
    def chosen_method(self) -> str | None:
        """The slug of the one method that is meant, None for all."""
        method: str = self.cleaned_data["method"]
        return None if method == EVERY else method


def present_methods(customers: list[Customer]) -> set[str]:
    """The methods, finished or begun, that somebody among `customers` has."""
    factors = Factor.objects.filter(user__in=[customer.account_id for customer in customers])
    return set(factors.values_list("method", flat=True))
