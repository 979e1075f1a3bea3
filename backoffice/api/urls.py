"""The back office's resources, to be included below the prefix of the Backend API. No path ends in a slash."""

from django.urls import path

from backoffice.api import assignments, keys, users, warehouses

urlpatterns = [
    path("warehouses", warehouses.WarehousesView.as_view()),
    path("warehouses/<str:uuid>", warehouses.WarehouseView.as_view()),
    path("warehouse-user-assignments", assignments.AssignmentsView.as_view()),
    path("warehouse-user-assignments/<str:uuid>", assignments.AssignmentView.as_view()),
    path("users", users.UsersView.as_view()),
    path("users/<str:uuid>", users.UserView.as_view()),
    path("api-keys", keys.KeysView.as_view()),
    path("api-keys/<str:uuid>", keys.KeyView.as_view()),
]
