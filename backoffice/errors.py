"""What can go wrong in the back office, as the domain says it: a code and a sentence.

`backoffice.api.errors` knows the HTTP status. The codes of assignments are Glue's.
"""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class BackOfficeError(Exception):
    """Base of all; `advice` is the sentence for a page, `pointer` names the field of an API that is to blame."""

    code: ClassVar[str]
    text: ClassVar[str]
    advice: ClassVar["Promise | str"] = ""
    pointer: ClassVar[str | None] = None

    def __init__(self) -> None:
        super().__init__(self.text)


# --- Warehouses and who works in them ---------------------------------------------------------------------------------


class AssignmentNotFound(BackOfficeError):
    code, text = "5201", "Warehouse user assignment not found."


class AssignedUserNotFound(BackOfficeError):
    code, text = "5202", "User not found."


class AssignedWarehouseNotFound(BackOfficeError):
    code, text = "5203", "Warehouse not found."


class AssignmentForbidden(BackOfficeError):
    code, text = "5204", "Operation is forbidden."


class AssignmentExists(BackOfficeError):
    code, text = "5206", "Warehouse user assignment already exists."


class WarehouseNotFound(BackOfficeError):
    code, text = "404", "Warehouse not found."


# --- Users and API keys -----------------------------------------------------------------------------------------------


class UserNotFound(BackOfficeError):
    code, text = "404", "User not found."
    advice = _("This user is gone.")


class KeyNotFound(BackOfficeError):
    code, text = "404", "API key not found."
    advice = _("This API key is gone.")


class Forbidden(BackOfficeError):
    """Somebody lacks a right; the subclasses say which rule it is."""

    code, text = "403", "Forbidden."
    advice: ClassVar["Promise | str"] = _("You may not do this any more.")


class OutranksYou(Forbidden):
    """The other one may do something that oneself may not."""

    text = "This user may do more than you."
    advice = _("This user may do more than you, so somebody else has to do it.")


class NotWithAKey(Forbidden):
    """A machine has no second factor, so it does nothing that one guards."""

    text = "An API key cannot do this."


class NotYoursToGive(Forbidden):
    """A right can be given only by somebody who has it."""

    text = "You can give only what you have."
    advice = _("You can give only rights that you have yourself.")


class NotToYourself(Forbidden):
    """Nobody locks themselves out, and nobody promotes themselves."""

    text = "You cannot do this to yourself."
    advice = _("You cannot do this to yourself. Ask another administrator.")


class EmailTaken(BackOfficeError):
    """Within the back office the answer may say so: whoever asks may list the users anyway."""

    code, text = "901", "email => This address belongs to another user."
    pointer = "/data/attributes/email"
    advice = _("This address belongs to another user.")


class NoRole(BackOfficeError):
    """Somebody who may enter nowhere is no user."""

    code, text = "901", "A user needs at least one role."
    pointer = "/data/attributes"
    advice = _("Choose at least one role.")


# --- Groups -----------------------------------------------------------------------------------------------------------


class GroupNotFound(BackOfficeError):
    code, text = "404", "Group not found."
    advice = _("This group is gone.")


class NameTaken(BackOfficeError):
    code, text = "901", "name => There is a group of this name."
    pointer = "/data/attributes/name"
    advice = _("There is a group of this name.")
