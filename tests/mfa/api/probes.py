"""The product's URLs, with a resource of every kind in front that only counts how often it was reached.

The rules about codes can so be tested for any resource name and method, whatever a real resource would do next.
"""

from typing import ClassVar

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from mfa.api.permissions import AllowGuests, SecondFactorIsFresh
from mfa_platform.urls import handler400, handler404, handler500
from mfa_platform.urls import urlpatterns as product

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]


class Probe(APIView):
    """Answers 204 to whatever gets past the permission classes."""

    resource_name = ""
    reached: ClassVar[list[str]] = []

    def get(self, request: Request, **kwargs: str) -> Response:
        self.reached.append(f"{request.method} {request.path}")
        return Response(status=204)

    post = put = patch = delete = get


class GuestProbe(Probe):
    """Open to guests too, as the registration and the checkout are."""

    permission_classes = [AllowGuests, SecondFactorIsFresh]


def _probes(api: str) -> list:
    return [
        path(f"{api}/carts", Probe.as_view(resource_name="carts")),
        path(f"{api}/carts/<str:cart>", Probe.as_view(resource_name="carts")),
        path(f"{api}/carts/<str:cart>/items", Probe.as_view(resource_name="items")),
        path(f"{api}/carts/<str:cart>/items/<str:item>", Probe.as_view(resource_name="items")),
        path(f"{api}/customers/<str:customer>/carts", Probe.as_view(resource_name="carts")),
        path(f"{api}/checkout", GuestProbe.as_view(resource_name="checkout")),
        path(f"{api}/api-keys", Probe.as_view(resource_name="api-keys")),
        path(f"{api}/warehouses", Probe.as_view(resource_name="warehouses")),
    ]


urlpatterns = [*_probes("glue"), *_probes("glue-storefront"), *_probes("glue-backend"), *product]
