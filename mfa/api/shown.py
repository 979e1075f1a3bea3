"""`multi-factor-auth-<method>`: what a method has to show before its first answer, and what it asks (contract, 3)."""

from collections.abc import Callable

from django.http import Http404, HttpResponseBase
from django.urls import URLPattern, path
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from mfa import methods, selectors
from mfa.api import jsonapi, method_attributes, schema
from mfa.api.authentication import proof_of
from mfa.api.views import MfaView
from mfa.methods import Method
from mfa.models import Purpose
from mfa.services import challenges, enrolment, step_up


def _answer(view: "ShownView") -> schema.Attributes:
    return method_attributes.of_shown(view.method)


def _asked(view: "ShownView") -> schema.Attributes:
    return method_attributes.of_asked(view.method)


class ShownView(MfaView):
    """A resource of one method; only what the method's `shown` names leaves the house."""

    resource_name = ""
    method: Method = Method()

    def showing(self, shown: dict[str, object], *, status: int = 200) -> Response:
        attributes = {name: shown[name] for name in self.method.shown}
        resource = jsonapi.Resource(self.resource_name, None, attributes)
        return jsonapi.answer(resource, status=status, headers={"Cache-Control": "no-store"})


class PendingView(ShownView):
    """While the method is pending, and for the token that began it."""

    @schema.describe("Show what is needed to set the method up", answer=_answer, codes=["404"])
    def get(self, request: Request) -> Response:
        """Raises 404 for everybody else."""
        pending = selectors.factor_of(self.account, self.method.slug, confirmed=False)
        if pending is None or pending.begun_by != proof_of(request).binding:
            raise Http404
        return self.showing(self.method.show(pending))


class ImmediateView(ShownView):
    """Turns a method on that needs no first code, or makes it anew; what it shows is shown in this answer only."""

    @schema.describe(
        "Turn the method on, or make it anew",
        request=method_attributes.Nothing,
        answer=_answer,
        status=201,
        codes=["5906", "5900", "5901", "5911"],
        header="A fresh code of any enabled method; grace is not enough.",
    )
    def post(self, request: Request) -> Response:
        now, proof, slug = timezone.now(), proof_of(request), self.method.slug
        enrolment.require_beginnable(account=self.account, method=slug, again=True)
        given = self.given(self.method)
        if self.account.mfa_enabled:
            step_up.require_code(account=self.account, proof=proof, answer=self.code(), origin=self.origin, now=now)
        begun = enrolment.begin(
            account=self.account, method=slug, given=given, again=True, proof=proof, origin=self.origin, now=now
        )
        return self.showing(dict(begun.shown), status=201)


class CountedView(ImmediateView):
    """The same for one whose answers are used up: how many are left can be asked."""

    @schema.describe("Count what is left", answer=method_attributes.Left, codes=["404"])
    def get(self, request: Request) -> Response:
        """Raises 404 where the method is not on."""
        factor = selectors.factor_of(self.account, self.method.slug, confirmed=True)
        if factor is None:
            raise Http404
        resource = jsonapi.Resource(self.resource_name, None, {"left": self.method.left(factor)})
        return jsonapi.answer(resource, headers={"Cache-Control": "no-store"})


class AskedView(ShownView):
    """What was asked of the token, for methods whose questions have to be read to be answered."""

    open_to_actors = True

    @schema.describe("Read what was asked, to answer it in `X-MFA-Code`", answer=_asked, codes=["404"])
    def get(self, request: Request) -> Response:
        """Raises 404 where nothing was asked that could still be answered."""
        asked = {"creation_options": self.asked(Purpose.ENROL), "request_options": self.asked(Purpose.STEP_UP)}
        if not any(asked.values()):
            raise Http404
        resource = jsonapi.Resource(self.resource_name, None, asked)
        return jsonapi.answer(resource, headers={"Cache-Control": "no-store"})

    def asked(self, purpose: Purpose) -> dict[str, object] | None:
        """The question that stands; None without one."""
        standing = challenges.standing(
            account=self.account, method=self.method.slug, purpose=purpose, proof=proof_of(self.request),
            now=timezone.now(),
        )  # fmt: skip
        return challenges.put(standing) if standing else None


def paths() -> list[URLPattern]:
    """One for each installed method that shows something or asks what has to be read."""
    return [
        path(f"multi-factor-auth-{slug}", view_of(method))
        for slug, method in methods.installed().items()
        if method.shown or method.puts
    ]


def view_of(method: Method) -> Callable[..., HttpResponseBase]:
    """The resource of `method`."""
    immediate = CountedView if method.counted else ImmediateView
    view = AskedView if method.puts else immediate if method.immediate else PendingView
    return view.as_view(resource_name=f"multi-factor-auth-{method.slug}", method=method)
