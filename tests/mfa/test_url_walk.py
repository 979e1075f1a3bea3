"""A walk past every URL: each one that can change something says who may, and whether it asks for a code."""

import pytest
from django.http import HttpResponse
from django.urls import get_resolver, path
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from backoffice.api.authentication import KeyAuthentication
from mfa.portals import all_portals
from mfa.web.access import PortalView
from tests.cast import ApiClient, error_codes
from tests.mfa import walk

PRODUCT = get_resolver("mfa_platform.urls").url_patterns
DOORS = list(walk.doors(PRODUCT))
PAGES = [door for door in DOORS if not door.is_api]
BEHIND_A_LOGIN = [door for door in PAGES if door.policy() in {"login", "code", "admin"}]
APIS = [door for door in DOORS if door.is_api]


def test_every_url_that_can_change_something_states_a_policy():
    assert walk.undecided(PRODUCT) == []


def test_every_change_of_an_account_asks_for_a_code_or_says_why_not():
    assert walk.without_code(PRODUCT) == []


def test_the_walk_comes_past_everything():
    assert {door.policy() for door in DOORS} == {"public", "guests", "bearer", "login", "code", "admin", None}
    assert len(APIS) > 30
    assert len(BEHIND_A_LOGIN) > 50
    assert {door.portal for door in BEHIND_A_LOGIN if door.portal} == set(all_portals())


def bare_function(request):
    return HttpResponse()


class BareView(View):
    def post(self, request):
        return HttpResponse()


class BarePage(PortalView):
    """A page of a portal, in front of its login."""

    portal = all_portals()[0]

    def post(self, request):
        return HttpResponse()


class BareApi(APIView):
    resource_name = "bare"

    def post(self, request):
        return Response()


class ApiForAll(BareApi):
    permission_classes = [AllowAny]


class ApiWithoutPermissions(BareApi):
    permission_classes = []


class ApiWithCookies(BareApi):
    authentication_classes = [SessionAuthentication]


class ApiOfTheToolkit(BareApi):
    """With the framework's own permission, which knows nothing of our tokens."""

    permission_classes = [IsAuthenticated]


class ApiWithKeys(BareApi):
    """Takes API keys, and forgets that they prove nothing."""

    authentication_classes = [KeyAuthentication]


STATELESS = [
    bare_function, csrf_exempt(bare_function), BareView.as_view(), BarePage.as_view(),
    ApiForAll.as_view(), ApiWithoutPermissions.as_view(), ApiWithCookies.as_view(), ApiOfTheToolkit.as_view(),
    ApiWithKeys.as_view(),
]  # fmt: skip


@pytest.mark.parametrize("view", STATELESS, ids=lambda view: view.__name__)
def test_a_view_that_states_no_policy_is_found(view):
    found = walk.undecided([*PRODUCT, path("bare", view)])

    assert len([door for door in found if door.startswith("/bare ")]) == 1


def test_a_view_that_asks_for_no_code_is_found():
    class Quiet(BareApi):
        from mfa.api import permissions

        permission_classes = [permissions.IsAuthenticated]

    found = walk.without_code([*PRODUCT, path("bare", Quiet.as_view())])

    assert len([door for door in found if door.startswith("post /bare ")]) == 1


urlpatterns = [path("glue/bare", BareApi.as_view()), *PRODUCT]


@pytest.mark.urls(__name__)
def test_an_api_that_says_nothing_is_closed(db, customer):
    assert walk.undecided(urlpatterns[:1]) == walk.without_code(urlpatterns[:1]) == []

    response = ApiClient().ask("post", "bare")

    assert (response.status_code, error_codes(response)) == (403, ["002"])


def test_functions_that_only_show_refuse_to_be_posted_to(client, db, settings):
    settings.DEBUG = True
    for door in DOORS:
        if door.name in walk.SAFE_ONLY:
            for method in walk.UNSAFE:
                assert getattr(client, method)(door.path({})).status_code in {404, 405}, door
