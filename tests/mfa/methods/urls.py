"""The product's URLs, and those of the resources of test methods: the product makes its own at import."""

from django.urls import path

from mfa.api import shown
from mfa_platform.urls import handler400, handler404, handler500
from mfa_platform.urls import urlpatterns as product
from tests.methods.badge import Badge
from tests.methods.sheet import Sheet

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("glue/multi-factor-auth-sheet", shown.view_of(Sheet())),
    path("glue/multi-factor-auth-badge", shown.view_of(Badge())),
    *product,
]
