"""The five MFA resources, the same in all three APIs (contract, section 2)."""

from typing import Any, ClassVar, cast

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ValidationError
from rest_framework.views import APIView

from mfa import errors, methods, origins, selectors
from mfa.api import errors as api_errors
from mfa.api import jsonapi, method_attributes, schema
from mfa.api.authentication import actor_of, proof_of
from mfa.api.permissions import IsAuthenticated
from mfa.methods import Method
from mfa.models import Purpose
from mfa.origins import Origin
from mfa.services import challenges, enrolment, naming, step_up
from mfa_platform.accounts.models import Account


class MfaView(APIView):
    """What the five have in common. They state their own rule about codes, so the general permission is not among
    their permission classes."""

    permission_classes = [IsAuthenticated]
    resource_name: ClassVar[str]

    @property
    def account(self) -> Account:
        """Whose factors it is about: the actor's, where somebody acts for another."""
        return actor_of(self.request) or cast(Account, self.request.user)

    @property
    def origin(self) -> Origin:
        return origins.of_request(self.request, portal=api_errors.api_of(self.request))

    def wanted_type(self) -> str:
        """The `type` attribute. Raises `MethodMissing` where it is absent, empty or no string."""
        wanted = cast(dict[str, Any], self.request.data).get("type")
        if not isinstance(wanted, str) or not wanted.strip():
            raise errors.MethodMissing
        return wanted

    def given(self, method: Method) -> dict[str, Any]:
        """What `method` has to know to begin, from the attributes beside `type`. Raises `ValidationError`."""
        if method.first_asks is None:
            return {}
        sent = cast(dict[str, Any], self.request.data)
        asked = {name: sent[name] for name in method.first_asks.base_fields if sent.get(name) is not None}
        if strange := {name: [_("Not a valid string.")] for name, value in asked.items() if not isinstance(value, str)}:
            raise ValidationError(strange)
        form = method.first_asks(asked)
        if not form.is_valid():
            raise ValidationError({name: [str(text) for text in texts] for name, texts in form.errors.items()})
        return form.cleaned_data

    def wanted_name(self) -> str:
        """The `name` attribute, `""` without one. Raises `ValidationError`."""
        name = cast(dict[str, Any], self.request.data).get("name")
        if name is not None and not isinstance(name, str):
            raise ValidationError({"name": [_("Not a valid string.")]})
        return name or ""

    def code(self) -> str:
        """The header's code as it was given, `""` without one."""
        code: str = self.request.META.get("HTTP_X_MFA_CODE", "")
        return code

    def required_code(self) -> str:
        """The header's code. Raises `CodeMissing`."""
        if not (code := self.code()).strip():
            raise errors.CodeMissing
        return code


class TypesView(MfaView):
    """`GET /multi-factor-auth-types`."""

    resource_name = "multi-factor-auth-types"
    open_to_actors = True

    @schema.describe("List the methods and their state", answer=schema.TYPES)
    def get(self, request: Request) -> Response:
        return jsonapi.answer_many(
            jsonapi.Resource(self.resource_name, None, {"type": state.method.slug, "status": state.status})
            for state in selectors.method_states(self.account)
        )


class TriggerView(MfaView):
    """`POST /multi-factor-auth-trigger`."""

    resource_name = "multi-factor-auth-trigger"
    open_to_actors = True

    @schema.describe("Send a code of an enabled method", codes=["5902", "5906", "5911", "5910"])
    def post(self, request: Request) -> Response:
        wanted = methods.get(self.wanted_type()).slug
        factor = next((one for one in selectors.enabled_factors(self.account) if one.method == wanted), None)
        if factor is None:
            raise errors.MethodNotFound
        # One that is not sent stands for a while: asking for it again and again makes no rows without end.
        ask = challenges.question if methods.get(wanted).puts else challenges.issue
        ask(
            factor=factor, purpose=Purpose.STEP_UP, proof=proof_of(request), action="api-request",
            origin=self.origin, now=timezone.now(),
        )  # fmt: skip
        return Response(status=204)


class ActivateView(MfaView):
    """`POST /multi-factor-auth-type-activate`."""

    resource_name = "multi-factor-auth-type-activate"

    @schema.describe(
        "Begin to turn a method on",
        codes=["5902", "5906", "5904", "5900", "5901", "5911", "5910"],
        header="Needed once some method is enabled; ignored while none is.",
        request=method_attributes.of_activation,
    )
    def post(self, request: Request) -> Response:
        method = methods.get(self.wanted_type())
        now, proof = timezone.now(), proof_of(request)
        enrolment.require_beginnable(account=self.account, method=method.slug)
        if method.immediate:
            raise errors.MethodNotFound  # it shows something, so it begins at its own resource
        given = self.given(method)  # before the code, which is not spent to be told of a mistyped number
        if self.account.mfa_enabled:
            step_up.require_code(account=self.account, proof=proof, answer=self.code(), origin=self.origin, now=now)
        enrolment.begin(account=self.account, method=method.slug, given=given, proof=proof, origin=self.origin, now=now)
        return Response(status=204)


class VerifyView(MfaView):
    """`POST /multi-factor-auth-type-verify`."""

    resource_name = "multi-factor-auth-type-verify"

    @schema.describe(
        "Confirm a method with its first code",
        codes=["5900", "5902", "5906", "5904", "5901", "5911"],
        header="The code that the new method sent or shows.",
        request=method_attributes.of_confirmation,
    )
    def post(self, request: Request) -> Response:
        code = self.required_code()
        try:
            enrolment.confirm(
                account=self.account, method=self.wanted_type(), answer=code, proof=proof_of(request),
                origin=self.origin, now=timezone.now(), name=self.wanted_name(),
            )  # fmt: skip
        except naming.NameRefused as error:
            raise ValidationError({"name": [str(error)]}) from error
        return Response(status=204)


class DeactivateView(MfaView):
    """`POST /multi-factor-auth-type-deactivate`."""

    resource_name = "multi-factor-auth-type-deactivate"

    @schema.describe(
        "Turn a method off",
        codes=["5900", "5902", "5906", "5901", "5911", "5903"],
        header="A fresh code of any enabled method; grace is not enough.",
    )
    def post(self, request: Request) -> Response:
        code = self.required_code()
        method = methods.get(self.wanted_type()).slug
        now, proof = timezone.now(), proof_of(request)
        if selectors.factor_of(self.account, method, confirmed=True) is None:
            raise errors.MethodNotFound
        step_up.require_code(account=self.account, proof=proof, answer=code, origin=self.origin, now=now)
        enrolment.remove(account=self.account, method=method, proof=proof, origin=self.origin, now=now)
        return Response(status=204)
