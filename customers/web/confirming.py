"""Asking for the password again before something that cannot be taken back lightly."""

from django.forms import BaseForm
from django.utils.translation import gettext as _

from customers import errors as shop_errors
from customers.services import passwords
from customers.web.pages import CustomerPage
from mfa import errors


def password_is_right(page: CustomerPage, form: BaseForm) -> bool:
    """Whether the form's `password` is the account's; otherwise its field says what is wrong."""
    try:
        passwords.require_right(form.cleaned_data["password"], account=page.account, now=page.now)
    except shop_errors.PasswordWrong:
        form.add_error("password", _("That is not your password."))
    except errors.TooManyAttempts:
        form.add_error("password", _("Too many tries. Wait a little, then try again."))
    return form.is_valid()
