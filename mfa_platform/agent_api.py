"""Agents at the Glue REST API: their token, and tokens with which they act for a customer (contract, section 1).

It stands here because it knows agents and customers alike.
"""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backoffice.portals import AGENT
from customers.models import Customer
from customers.selectors import REFERENCE
from mfa import origins
from mfa.api import authentication, permissions, schema, tokens
from mfa.api import errors as api_errors
from mfa.api.tokens import Credentials, TokenAttributes, TokenResourceView
from mfa.services import sign_in, step_up, token_issue
from mfa_platform.accounts.models import Account

AGENT_HEADER = "X-Agent-Authorization"
CLIENT = "glue-backend"
"""The application of agents' own tokens: they are users, whose other resources are the Backend API's."""
NOT_AN_AGENT = ("4101", 401, "Failed to authenticate an agent.")
BAD_TOKEN = ("4102", 401, "Agent access token is invalid.")
AGENTS_ONLY = ("4103", 401, "Action is available to agent user only.")
NOT_IMPERSONATED = ("4104", 401, "Failed to impersonate a customer.")


class ImpersonationAttributes(serializers.Serializer[Any]):
    customer_reference = serializers.CharField(max_length=32)


class AgentAccessTokensView(TokenResourceView):
    """`POST /agent-access-tokens`: an agent's own token."""

    permission_classes = [permissions.AllowGuests]
    resource_name = "agent-access-tokens"

    @schema.describe(
        "Log in as an agent", request=Credentials, answer=TokenAttributes, status=201, codes=[NOT_AN_AGENT, "5911"],
        issues=True,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        credentials = Credentials(data=request.data)
        credentials.is_valid(raise_exception=True)
        given = credentials.validated_data
        try:
            issued = tokens.issue_for(request, **given, client_id=CLIENT, may_enter=AGENT.may_enter)
        except sign_in.CredentialsRefused:
            raise _refusal(NOT_AN_AGENT) from None
        return self.answer(request, issued)


class ImpersonationView(TokenResourceView):
    """`POST /agent-customer-impersonation-access-tokens`: a token with which the agent acts for a customer.

    What it does is protected by the agent's second factor.
    """

    permission_classes = [permissions.AllowGuests]
    resource_name = "agent-customer-impersonation-access-tokens"

    @schema.describe(
        "Get a token with which to act for a customer",
        request=ImpersonationAttributes,
        answer=TokenAttributes,
        status=201,
        codes=[BAD_TOKEN, AGENTS_ONLY, NOT_IMPERSONATED],
        headers={AGENT_HEADER: "The agent's own token, `Bearer …`."},
    )
    def post(self, request: Request) -> Response:
        agent = _agent(request)
        step_up.require_enrolled(agent, now=timezone.now())
        attributes = ImpersonationAttributes(data=request.data)
        attributes.is_valid(raise_exception=True)
        subject = _customer(attributes.validated_data["customer_reference"])
        if subject is None:
            raise _refusal(NOT_IMPERSONATED)
        origin, now = origins.of_request(request, portal="glue"), timezone.now()
        issued = token_issue.issue_acting(account=subject, actor=agent, client_id="glue", origin=origin, now=now)
        return self.answer(request, issued)


def _agent(request: Request) -> Account:
    """Whose token the header holds. Raises 4103 without one or for a user who is no agent, 4102 for a bad one."""
    scheme, _, token = request.headers.get(AGENT_HEADER, "").partition(" ")
    if not scheme:
        raise _refusal(AGENTS_ONLY)
    found = authentication.find(token.strip()) if scheme.lower() == "bearer" else None
    if found is None or found[1].actor or found[0].realm != AGENT.realm:
        raise _refusal(BAD_TOKEN)
    if not AGENT.may_enter(found[0]):
        raise _refusal(AGENTS_ONLY)
    return found[0]


def _customer(reference: str) -> Account | None:
    """The account of the customer, unless they have left."""
    if not REFERENCE.fullmatch(reference):
        return None
    found = Customer.objects.filter(reference=reference, anonymised_at=None, account__is_active=True)
    customer = found.select_related("account").first()
    return customer.account if customer else None


def _refusal(problem: tuple[str, int, str]) -> api_errors.ApiError:
    code, status, text = problem
    return api_errors.ApiError(status, code, text)
