"""The measured endpoints, each behind different doors, and the product's MFA resources."""

from django.urls import include, path

from backoffice.api import assignments
from bench import endpoint

urlpatterns = [
    path("glue/ours/customers/<str:reference>", endpoint.ProtectedView.as_view()),
    path("glue/unprotected/customers/<str:reference>", endpoint.UnprotectedView.as_view()),
    path("glue/toolkit/customers/<str:reference>", endpoint.ToolkitView.as_view()),
    path("glue-backend/ours/warehouse-user-assignments/<str:uuid>", assignments.AssignmentView.as_view()),
    path("glue-backend/unprotected/warehouse-user-assignments/<str:uuid>", endpoint.UnprotectedAssignments.as_view()),
    path("glue/", include("mfa.api.urls")),
]
