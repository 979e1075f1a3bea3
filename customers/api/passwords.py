"""`customer-password`."""

from rest_framework.request import Request
from rest_framework.response import Response

from customers import errors
from customers.api.base import ShopView
from customers.services import passwords
from mfa.api import fields
from mfa.api.authentication import proof_of
from mfa.api.schema import describe

NOT_YOURS = ("411", 403, "Somebody else's, or nobody's.")
WRONG_PASSWORD = [("408", 400, errors.PasswordWrong.text), "5911"]
PASSWORD_CODES = [(code, 400, text) for code, text in errors.PASSWORD_RULES.items()]


class PasswordAttributes(fields.Attributes):
    """An old and a new password."""

    password = fields.Secret(help_text="The current password.")
    new_password = fields.Secret()
    confirm_password = fields.Secret()


class CustomerPasswordView(ShopView):
    """`/customer-password/{ref}`."""

    resource_name = "customer-password"
    open_to_actors = False

    @describe(
        "Change the password; every other session and token ends",
        request=PasswordAttributes,
        codes=[
            NOT_YOURS,
            ("406", 422, errors.PasswordsDiffer.text),
            *WRONG_PASSWORD,
            *PASSWORD_CODES,
        ],
    )
    def patch(self, request: Request, reference: str) -> Response:
        self.require_self(reference, errors.NotTheCustomer)
        told = self.given(PasswordAttributes)
        if told["confirm_password"] != told["new_password"]:
            raise errors.PasswordsDiffer(
                "Value in field newPassword should be identical to value in the confirmPassword field."
            )
        passwords.change_password(
            customer=self.customer, password=told["password"], new_password=told["new_password"],
            proof=proof_of(request), origin=self.origin, now=self.now,
        )  # fmt: skip
        return Response(status=204)
