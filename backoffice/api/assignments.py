"""`warehouse-user-assignments`."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backoffice import errors, selectors
from backoffice.api.base import BackOfficeView
from backoffice.models import WarehouseUserAssignment
from backoffice.services import assignments
from mfa import identifiers
from mfa.api import fields
from mfa.api.jsonapi import Resource, answer
from mfa.api.schema import describe

NAME = "warehouse-user-assignments"
NOT_FOUND = ("5201", 404, errors.AssignmentNotFound.text)
REFUSED = [
    ("5202", 400, errors.AssignedUserNotFound.text),
    ("5203", 400, errors.AssignedWarehouseNotFound.text),
    ("5206", 400, errors.AssignmentExists.text),
]
COLUMNS = {"uuid": "pk", "userUuid": "user__uuid", "warehouseUuid": "warehouse"}
"""The filters that name somebody or something, and where it stands."""


class WarehouseName(fields.Attributes):
    """Which warehouse."""

    uuid = fields.Text(max_length=255)


class AssignmentAttributes(fields.Attributes):
    """Who is to work where."""

    user_uuid = fields.Text(max_length=255)
    warehouse = WarehouseName()
    is_active = serializers.BooleanField(default=False)


class ActivityAttributes(fields.Attributes):
    """Whether they work there now."""

    is_active = serializers.BooleanField()


class AssignedWarehouse(fields.Attributes):
    """The warehouse as it is told."""

    uuid = serializers.CharField()
    name = serializers.CharField()
    is_active = serializers.BooleanField()


class AssignmentAnswer(fields.Attributes):
    """An assignment as it is told."""

    user_uuid = serializers.CharField(source="user.uuid")
    is_active = serializers.BooleanField()
    warehouse = AssignedWarehouse()


class AssignmentResourceView(BackOfficeView):
    """What both endpoints answer with."""

    resource_name = NAME
    model = WarehouseUserAssignment
    forbidden = errors.AssignmentForbidden
    further_codes = [("5204", 403, errors.AssignmentForbidden.text), ("403", 403, errors.NotWithAKey.text)]

    def resource(self, assignment: WarehouseUserAssignment) -> Resource:
        link = self.link(NAME, str(assignment.pk))
        return Resource(NAME, str(assignment.pk), AssignmentAnswer(assignment).data, link)


class AssignmentsView(AssignmentResourceView):
    """`/warehouse-user-assignments`."""

    @describe(
        "List who works where",
        answer=AssignmentAnswer,
        many=True,
        query=[
            *(OpenApiParameter(f"filter[{NAME}.{name}]", str) for name in COLUMNS),
            OpenApiParameter(f"filter[{NAME}.isActive]", bool),
        ],
        codes=["400"],
    )
    def get(self, request: Request) -> Response:
        return self.page(self._filtered(), self.resource)

    @describe(
        "Let a user work in a warehouse; an active one takes the place of the user's other active one",
        request=AssignmentAttributes,
        answer=AssignmentAnswer,
        status=201,
        codes=REFUSED,
    )
    def post(self, request: Request) -> Response:
        told = self.given(AssignmentAttributes)
        assignment = assignments.assign(
            user_uuid=identifiers.parse_uuid(told["user_uuid"]),
            warehouse_uuid=identifiers.parse_uuid(told["warehouse"]["uuid"]),
            is_active=told["is_active"],
            actor=self.account,
            origin=self.origin,
            now=self.now,
        )
        return answer(self.resource(assignment), status=201)

    def _filtered(self) -> QuerySet[WarehouseUserAssignment]:
        asked = self.filters(*COLUMNS, "isActive")
        wanted: dict[str, Any] = {
            column: identifiers.parse_uuid(asked[name]) for name, column in COLUMNS.items() if name in asked
        }
        if "isActive" in asked:
            wanted["is_active"] = self.truth(asked["isActive"])
        return selectors.assignments().filter(**wanted)


class AssignmentView(AssignmentResourceView):
    """`/warehouse-user-assignments/{uuid}`."""

    @describe("Read an assignment", answer=AssignmentAnswer, codes=[NOT_FOUND])
    def get(self, request: Request, uuid: str) -> Response:
        return answer(self.resource(selectors.assignment(uuid)))

    @describe("Begin or stop to work there", request=ActivityAttributes, answer=AssignmentAnswer, codes=[NOT_FOUND])
    def patch(self, request: Request, uuid: str) -> Response:
        told = self.given(ActivityAttributes)
        assignment = assignments.set_active(
            assignment=selectors.assignment(uuid), is_active=told["is_active"],
            actor=self.account, origin=self.origin, now=self.now,
        )  # fmt: skip
        return answer(self.resource(assignment))

    @describe("End an assignment", codes=[NOT_FOUND])
    def delete(self, request: Request, uuid: str) -> Response:
        assignments.remove(assignment=selectors.assignment(uuid), actor=self.account, origin=self.origin, now=self.now)
        return Response(status=204)
