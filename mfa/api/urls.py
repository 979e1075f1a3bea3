"""The MFA resources, to be included below each API's prefix."""

from django.urls import path

from mfa.api import shown, views

urlpatterns = [
    path("multi-factor-auth-types", views.TypesView.as_view()),
    path("multi-factor-auth-trigger", views.TriggerView.as_view()),
    path("multi-factor-auth-type-activate", views.ActivateView.as_view()),
    path("multi-factor-auth-type-verify", views.VerifyView.as_view()),
    path("multi-factor-auth-type-deactivate", views.DeactivateView.as_view()),
    *shown.paths(),
]
