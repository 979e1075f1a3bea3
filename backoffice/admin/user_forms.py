"""Who somebody is, which doors they may enter, and their groups."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from backoffice import ranks, selectors
from backoffice.models import Merchant, User
from backoffice.services import granting
from mfa.web import fields
from mfa_platform.accounts import emails
from mfa_platform.accounts.models import Account


class UserForm(forms.Form):
    """A new user. Only groups that `actor` may give are offered; the service asks once more."""

    first_name = fields.text(
        User, "first_name", label=_("First name"), autocomplete="off", missing=_("Enter the first name.")
    )
    last_name = fields.text(
        User, "last_name", label=_("Last name"), autocomplete="off", missing=_("Enter the last name.")
    )
    email = fields.email(label=_("E-mail"), autocomplete="off")
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    is_staff = forms.BooleanField(label=_("Back office"), required=False)
    is_superuser = forms.BooleanField(
        label=_("Administrator"),
        help_text=_("May do everything in the back office, and make others administrators. Takes a code of your own."),
        required=False,
    )
    is_agent = forms.BooleanField(label=_("Agent: may act for customers"), required=False)
    is_merchant_agent = forms.BooleanField(label=_("Merchant agent: may act for merchants' users"), required=False)
    merchant = forms.ModelChoiceField(
        Merchant.objects.all(), label=_("Merchant whose user they are"), required=False, empty_label=_("No merchant")
    )
    groups = forms.ModelMultipleChoiceField(
        Group.objects.none(), label=_("Groups"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["groups"].queryset = groups_of(actor)  # type: ignore[attr-defined]
        self.fields["merchant"].queryset = self.merchants_of(actor)  # type: ignore[attr-defined]
        if not actor.is_superuser:
            del self.fields["is_superuser"]
        for name, role in granting.ROLES.items():
            # What one cannot give stays as it is, whatever is posted.
            self.fields[name].disabled = name != "merchant" and not ranks.has_roles(actor, [role])

    def merchants_of(self, actor: Account) -> QuerySet[Merchant]:
        """Whose users `actor` may make: as far as they are one, and whose the user is already."""
        if actor.is_superuser:
            return Merchant.objects.all()
        own = selectors.user_of(actor).merchant
        return Merchant.objects.filter(
            pk__in=[merchant.pk for merchant in (own, self.initial.get("merchant")) if merchant]
        )

    def clean_email(self) -> str:
        return emails.normalise(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("is_superuser") and not cleaned.get("is_staff"):
            self.add_error("is_staff", _("An administrator needs the back office."))
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """What was filled in, as the service takes it."""
        return {**self.cleaned_data, "groups": set(self.cleaned_data["groups"])}


class EditUserForm(UserForm):
    """A user whom there is already."""

    is_staff = forms.BooleanField(
        label=_("Back office"), help_text=_("Without it their API keys are revoked."), required=False
    )
    is_active = forms.BooleanField(
        label=_("Active"),
        help_text=_("Whoever is not cannot sign in. Their sessions and apps end at once, their API keys are revoked."),
        required=False,
    )


def groups_of(actor: Account) -> QuerySet[Group]:
    """The groups that lend nothing but what `actor` has."""
    if actor.is_superuser:
        return Group.objects.order_by("name")
    held = ranks.rights_of(actor)
    beyond = [right.pk for right in Permission.objects.select_related("content_type") if _name(right) not in held]
    return Group.objects.exclude(permissions__in=beyond).order_by("name")


def _name(right: Permission) -> str:
    return f"{right.content_type.app_label}.{right.codename}"
