"""Asking for the password again before something that cannot be taken back lightly."""

from django.forms import BaseForm
from django.utils.translation import gettext as _

from mfa import errors
from mfa.services import current_password
from mfa.web import waiting
from mfa.web.access import PortalMixin


def password_is_right(page: PortalMixin, form: BaseForm) -> bool:
    """Whether the form's `password` is the account's; otherwise its field says what is wrong."""
    try:
        given = form.cleaned_data["password"]
        current_password.require_right(given, account=page.account, origin=page.origin, now=page.now)
    except current_password.PasswordWrong:
        form.add_error("password", _("That is not your password."))
    except errors.TooManyAttempts as error:
        form.add_error("password", waiting.sentence(error))
    return form.is_valid()
