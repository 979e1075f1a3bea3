"""What a code is asked for, in words, above the code field and in the mail; and what was changed for somebody."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LABELS: dict[str, "Promise"] = {
    "sign-in": _("to sign in"),
    "set-up": _("to turn this method on"),
    "add-method": _("to add another method"),
    "make-codes": _("to make new recovery codes"),
    "remove-method": _("to turn a method off"),
    "rename-method": _("to give a method another name"),
    "change-profile": _("to change profile details"),
    "change-email": _("to change your e-mail address"),
    "change-password": _("to change your password"),
    "change-address": _("to change an address"),
    "place-order": _("to place an order"),
    "delete-account": _("to delete your account"),
    "remove-mfa": _("to remove a customer's MFA"),
    "end-sessions": _("to end a customer's sessions"),
    "unlock": _("to unlock a customer"),
    "create-user": _("to create a user"),
    "change-user": _("to change a user"),
    "change-administrators": _("to change who is an administrator"),
    "delete-user": _("to delete a user"),
    "send-password-link": _("to have a link for a new password sent"),
    "end-user-sessions": _("to end a user's sessions"),
    "unlock-user": _("to unlock a user"),
    "remove-user-mfa": _("to remove a user's MFA"),
    "change-groups": _("to change groups and rights"),
    "create-api-key": _("to create an API key"),
    "change-api-key": _("to change an API key"),
    "revoke-api-key": _("to revoke an API key"),
    "act-for": _("to act for somebody else"),
    "api-request": _("to confirm a request by an app you use"),
}


NAMED: dict[str, "Promise"] = {
    "set-up": _("to turn on “%(method)s”"),
    "remove-method": _("to turn off “%(method)s”"),
}
"""The same where it is known which method it is about."""


SEVERAL: dict[str, "Promise"] = {"remove-method": _("to turn off “%(method)s”, all %(n)d of them")}
"""The same where it is about several of that method."""


WARNINGS: dict[str, "Promise"] = {"make-codes": _("The recovery codes that you have now will no longer work then.")}
"""What else comes of it."""


CHANGES: dict[str, "Promise"] = {
    "profile-changed": _("the profile was changed"),
    "address-added": _("an address was added"),
    "address-changed": _("an address was changed"),
    "address-removed": _("an address was removed"),
    "cart-made": _("a cart was made"),
    "cart-changed": _("a cart was changed"),
    "cart-deleted": _("a cart was deleted"),
    "order-placed": _("an order was placed"),
    "order-paid": _("an order was paid"),
}
"""What somebody may change who acts for another: the end of a sentence."""


def label(slug: str, *, method: str = "", number: int = 1) -> str:
    """`slug` in the active language; a sentence that is true of everything for a slug nobody described.

    `method` is the name of the method that it is about, where that is known, and `number` how many of it.
    """
    if method and number > 1 and slug in SEVERAL:
        return str(SEVERAL[slug] % {"method": method, "n": number})
    if method and slug in NAMED:
        return str(NAMED[slug] % {"method": method})
    return str(LABELS.get(slug, _("to confirm that it is you")))
