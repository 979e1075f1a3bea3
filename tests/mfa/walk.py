"""Every URL there is, what stands behind it, and the policy that it states (security, sessions)."""

import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.urls import URLPattern, URLResolver
from rest_framework.views import APIView

from backoffice.api.authentication import KeyAuthentication
from backoffice.api.permissions import KeysProveNothing
from mfa.admin.base import ShowAdmin
from mfa.api.authentication import BearerAuthentication
from mfa.api.permissions import AllowGuests, IsAuthenticated, SecondFactorIsFresh
from mfa.web.access import PortalMixin
from mfa.web.step_up import StepUpMixin

UNSAFE = ("post", "put", "patch", "delete")

PUBLIC = {
    "mfa.web.language.set_language": "a cookie, and the language of one's own account",
    "mfa.web.sign_in.LoginView": "the password",
    "mfa.web.sign_in.CodeView": "needs a login that is half done",
    "mfa.web.passwordless.AskView": "a question for whoever is there",
    "mfa.web.passwordless.AnswerView": "the passkey",
    "mfa.web.sign_in.LogoutView": "ends the browser's own session",
    "mfa.web.passwords.ForgottenView": "mails to the owner",
    "mfa.web.passwords.ResetView": "needs the mailed link",
    "customers.web.cart.AddView": "a guest's cart",
    "customers.web.cart.ItemView": "a guest's cart",
    "customers.web.checkout.CheckoutView": "a guest's order; asks customers for a code",
    "customers.web.registration.RegisterView": "mails to the address",
    "customers.web.registration.ConfirmView": "needs the mailed link",
}
"""What everybody may post to without a token or session, and why. A new one is a decision: it has to be named here."""

NO_CODE = {
    "mfa.web.setup.VerifyView": "takes the first code itself",
    "mfa.web.sessions.EndView": "signs out, lets nobody in",
    "mfa.web.security.ForgetView": "has a browser asked for codes again",
    "mfa.api.views.TriggerView": "sends to the owner",
    "mfa.api.views.ActivateView": "takes the code itself",
    "mfa.api.shown.CountedView": "takes the code itself",
    "mfa.api.views.VerifyView": "takes the first code itself",
    "mfa.api.views.DeactivateView": "takes the code itself",
    "mfa.api.tokens.RefreshTokenView": "logs out, lets nobody in",
    "mfa.api.tokens.AccessTokensView": "takes the password",
    "mfa.api.tokens.RefreshTokensView": "takes the refresh token",
    "mfa.api.tokens.TokenView": "takes password or refresh token",
    "mfa_platform.agent_api.AgentAccessTokensView": "takes the password",
    "mfa_platform.agent_api.ImpersonationView": "takes the agent's token; each change by what it gives asks the agent",
    "customers.api.profile.CustomersView": "registers: it makes an account, and changes none",
    "customers.web.account.DismissView": "hides an invitation",
    "customers.web.profile.EmailCancelView": "takes a wish back",
    "mfa.web.acting_views.EndView": "goes back to oneself",
}
"""What a session or token may change without a code, and why."""

OPEN_WHEN_OVERDUE = {
    "mfa.web.setup.SetView": "where one is set up",
    "mfa.web.setup.ActivateView": "begins it",
    "mfa.web.setup.VerifyView": "finishes it",
    "mfa.web.sign_in.LoginView": "another account may sign in",
    "mfa.web.sign_in.CodeView": "the same",
    "mfa.web.passwordless.AskView": "the same",
    "mfa.web.passwordless.AnswerView": "the same",
    "mfa.web.sign_in.LogoutView": "nobody is kept in",
    "mfa.web.passwords.ForgottenView": "needs no session",
    "mfa.web.passwords.AskedView": "needs no session",
    "mfa.web.passwords.ResetView": "needs the mailed link",
}
"""Pages for somebody who must set a second factor up before anything else, and why."""

SAFE_ONLY = {
    "mfa.web.metrics.show",
    "mfa_platform.favicon.favicon",
    "mfa_platform.demo.styleguide.styleguide",
    "mfa_platform.demo.views.mail_list",
    "mfa_platform.demo.views.mail",
    "mfa_platform.demo.views.mail_html",
}
"""Functions that refuse every method but GET, HEAD and OPTIONS; a test tries them."""


@dataclass(frozen=True)
class Door:
    """One URL pattern. `admin` is whether it hangs below an admin site."""

    route: str
    pattern: URLPattern = field(compare=False)
    admin: bool

    @property
    def view(self) -> Any:
        """Its class, or its function."""
        callback = self.pattern.callback
        return getattr(callback, "view_class", None) or getattr(callback, "cls", None) or callback

    @property
    def name(self) -> str:
        return f"{self.view.__module__}.{self.view.__qualname__}"

    @property
    def is_api(self) -> bool:
        return isinstance(self.view, type) and issubclass(self.view, APIView)

    @property
    def api(self) -> str:
        """The prefix of its API, or what its route begins with."""
        return re.sub(r"^\^", "", self.route).partition("/")[0].partition("(")[0]

    @property
    def unsafe(self) -> tuple[str, ...]:
        """The methods with which something can be changed; a function may take any."""
        if isinstance(self.view, type):
            return tuple(method for method in UNSAFE if hasattr(self.view, method))
        return () if self.name in SAFE_ONLY else UNSAFE

    @property
    def shows_only(self) -> bool:
        """A list or page of the admin, whose model nobody may add to, change or delete there."""
        admin = getattr(self.pattern.callback, "model_admin", None)
        return self.admin and (admin is None or isinstance(admin, ShowAdmin)) and not isinstance(self.view, type)

    @property
    def portal(self) -> Any:
        """The one whose sessions it takes, None for an API or a page of none."""
        return self.pattern.default_args.get("portal") or getattr(self.view, "portal", None)

    def policy(self, method: str = "post") -> str | None:
        """Who may come in: `public`, `guests`, `bearer`, `login`, `code` or `admin`; None where nobody said."""
        if self.name in PUBLIC:
            return "public"
        if self.is_api:
            return self._of_api(method)
        if isinstance(self.view, type) and issubclass(self.view, PortalMixin):
            return "code" if issubclass(self.view, StepUpMixin) else "login"
        return "admin" if self.admin else None

    def _of_api(self, method: str) -> str | None:
        """The first permission decides who; sessions are no identity at an API, whatever a view says.

        A view that takes API keys says as well that they do nothing which a second factor guards.
        """
        takes, asks = self.view.authentication_classes, self.permissions(method)
        if not set(takes) <= {BearerAuthentication, KeyAuthentication}:
            return None
        if KeyAuthentication in takes and KeysProveNothing not in asks:
            return None
        first = next(iter(asks), None)
        return {IsAuthenticated: "bearer", AllowGuests: "guests"}.get(first)

    def permissions(self, method: str) -> list[type]:
        """What a request has to pass at an API; a view may ask less of one method."""
        view = self.view()
        view.request = SimpleNamespace(method=method.upper())
        return [type(permission) for permission in view.get_permissions()]

    def asks_for_a_code(self, method: str = "post") -> bool:
        if self.is_api:
            return SecondFactorIsFresh in self.permissions(method)
        return isinstance(self.view, type) and issubclass(self.view, StepUpMixin)

    def path(self, known: dict[str, Any]) -> str:
        """A path that leads here, with `known` values of parameters."""
        if self.route.startswith("^"):  # everything else below an API
            return f"/{self.api}/nowhere"

        def value(match: re.Match[str]) -> str:
            kind, _, name = match[1].rpartition(":")
            return str(known.get(name, {"int": 1, "uuid": uuid.UUID(int=1)}.get(kind, "x")))

        return "/" + re.sub(r"<([^>]+)>", value, self.route)

    def __str__(self) -> str:
        return f"/{self.route} ({self.name})"


def doors(patterns: Iterable[URLPattern | URLResolver], *, before: str = "", admin: bool = False) -> Iterator[Door]:
    """Every pattern below `patterns`."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield Door(route, pattern, admin)
        else:
            yield from doors(pattern.url_patterns, before=route, admin=admin or pattern.app_name == "admin")


def undecided(patterns: Iterable[URLPattern | URLResolver]) -> list[str]:
    """The doors that can change something and state no policy."""
    return [str(door) for door in doors(patterns) if None in map(door.policy, door.unsafe)]


def without_code(patterns: Iterable[URLPattern | URLResolver]) -> list[str]:
    """The doors that can change something of an account and neither ask for a code nor are named for not asking."""
    return [
        f"{method} {door}"
        for door in doors(patterns)
        for method in door.unsafe
        if not door.asks_for_a_code(method) and door.name not in {*PUBLIC, *NO_CODE} and not door.shows_only
    ]
