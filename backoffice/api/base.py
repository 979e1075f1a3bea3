"""What the views of the Backend API have in common."""

from typing import ClassVar, cast

from django.db.models import Model
from rest_framework.response import Response

from backoffice import errors
from backoffice.api.authentication import KeyAuthentication
from backoffice.api.errors import of_domain
from backoffice.api.permissions import HasRight, KeysProveNothing
from mfa.api.authentication import BearerAuthentication
from mfa.api.errors import ApiError
from mfa.api.permissions import IsAuthenticated, SecondFactorIsFresh
from mfa.api.resources import ResourceView
from mfa_platform.accounts.models import Account

FORBIDDEN = "Without the right, or with an API key where a code is asked for."


class BackOfficeView(ResourceView):
    """One resource of the back office, for those who have the right on `model`."""

    authentication_classes = [KeyAuthentication, BearerAuthentication]
    # The code before the right: whoever has no code learns nothing about the account's rights.
    permission_classes = [IsAuthenticated, KeysProveNothing, SecondFactorIsFresh, HasRight]
    model: ClassVar[type[Model]]
    forbidden: ClassVar[type[errors.BackOfficeError]] = errors.Forbidden
    further_codes: ClassVar[list[tuple[str, int, str]]] = [("403", 403, FORBIDDEN)]

    @property
    def account(self) -> Account:
        """Who asks; with an API key, its maker."""
        return cast(Account, self.request.user)

    def filters(self, *names: str) -> dict[str, str]:
        """What the request's `filter[<resource>.<name>]` say, by name. Raises 400 for a filter that there is not."""
        known = {f"filter[{self.resource_name}.{name}]": name for name in names}
        asked = [parameter for parameter in self.request.query_params if parameter.startswith("filter")]
        if unknown := [parameter for parameter in asked if parameter not in known]:
            raise ApiError(400, "400", f"There is no {unknown[0][:64]}.")
        return {known[parameter]: self.request.query_params[parameter] for parameter in asked}

    def truth(self, text: str) -> bool:
        """What a filter says of something that is so or not. Raises 400 for neither."""
        if text not in {"true", "false", "1", "0"}:
            raise ApiError(400, "400", "Filter by true or false.")
        return text in {"true", "1"}

    def handle_exception(self, exc: Exception) -> Response:
        """Domain errors as the API says them."""
        return super().handle_exception(of_domain(exc) if isinstance(exc, errors.BackOfficeError) else exc)
