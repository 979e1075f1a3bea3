"""An API key's name, rights and last day."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice.admin.rights_form import RightsForm
from backoffice.models import ApiKey
from mfa.web import fields

LONGEST_YEARS = 100
"""Further ahead a day is a slip of the finger, and at last more than a calendar holds."""


class KeyForm(RightsForm):
    """People think in days: a key works until the end of its last one, in UTC."""

    name = fields.text(
        ApiKey, "name", label=_("Name"), autocomplete="off", missing=_("Enter a name."),
        help_text=_("What will use it, for example: the till in Berlin."),
    )  # fmt: skip
    last_day = forms.DateField(
        label=_("Last day"),
        help_text=_("Empty: it works until it is revoked."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Enter a date like 2027-03-31.")},
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_last_day(self) -> date | None:
        day: date | None = self.cleaned_data["last_day"]
        if day and day < self.now.date() and day != self.initial.get("last_day"):
            raise ValidationError(gettext("Enter today or a later day."))
        if day and day.year > self.now.year + LONGEST_YEARS:
            raise ValidationError(gettext("Enter an earlier day, or none."))
        return day

    @property
    def expires_at(self) -> datetime | None:
        """The first moment at which it works no more."""
        day: date | None = self.cleaned_data["last_day"]
        return datetime.combine(day + timedelta(days=1), time(), UTC) if day else None

    @staticmethod
    def last_day_of(expires_at: datetime | None) -> date | None:
        """The day whose end, or within which, a key stops working."""
        return (expires_at - timedelta(microseconds=1)).astimezone(UTC).date() if expires_at else None


class NewKeyForm(KeyForm):
    """A key without any right opens nothing, which only whatever calls with it would find out."""

    def clean(self) -> dict[str, Any]:
        named = super().clean() or self.cleaned_data
        if not any(named.get(name) for name in self.areas) and not self.areas.keys() & self.errors.keys():
            raise ValidationError(gettext("Choose at least one right: a key without any opens nothing."))
        return named
