"""`warehouses`, to be read."""

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backoffice import errors, selectors
from backoffice.api.base import BackOfficeView
from backoffice.models import Warehouse
from mfa.api import fields
from mfa.api.jsonapi import Resource, answer
from mfa.api.schema import describe


class WarehouseAnswer(fields.Attributes):
    """A warehouse as it is told."""

    name = serializers.CharField()
    is_active = serializers.BooleanField()


class WarehouseResourceView(BackOfficeView):
    """What both endpoints answer with."""

    resource_name = "warehouses"
    model = Warehouse

    def resource(self, warehouse: Warehouse) -> Resource:
        link = self.link(self.resource_name, str(warehouse.pk))
        return Resource(self.resource_name, str(warehouse.pk), WarehouseAnswer(warehouse).data, link)


class WarehousesView(WarehouseResourceView):
    """`/warehouses`."""

    @describe("List the warehouses", answer=WarehouseAnswer, many=True)
    def get(self, request: Request) -> Response:
        return self.page(selectors.warehouses(), self.resource)


class WarehouseView(WarehouseResourceView):
    """`/warehouses/{uuid}`."""

    @describe("Read a warehouse", answer=WarehouseAnswer, codes=[("404", 404, errors.WarehouseNotFound.text)])
    def get(self, request: Request, uuid: str) -> Response:
        return answer(self.resource(selectors.warehouse(uuid)))
