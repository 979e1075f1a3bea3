"""The measured endpoints, each behind different doors, and the product's MFA resources."""

from django.urls import include, path

from backoffice.api import assignments
from bench import endpoint

customers = [
    path(f"glue/{door}/customers/<str:reference>", endpoint.CustomerView.as_view(**classes))
    for door, classes in endpoint.CUSTOMERS.items()
]
users = [
    path(f"glue-backend/{door}/users/<str:reference>", endpoint.UserView.as_view(**classes))
    for door, classes in endpoint.USERS.items()
]
urlpatterns = [
    *customers,
    *users,
    path("glue-backend/ours/warehouse-user-assignments/<str:uuid>", assignments.AssignmentView.as_view()),
    path("glue-backend/unprotected/warehouse-user-assignments/<str:uuid>", endpoint.UnprotectedAssignments.as_view()),
    path("glue/", include("mfa.api.urls")),
]
