"""`addresses`."""

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers import countries, errors, selectors
from customers.api.base import ShopView
from customers.models import Address, Salutation
from customers.services import addresses
from mfa.api import fields
from mfa.api.jsonapi import Resource, answer
from mfa.api.schema import describe

NOT_FOUND = ("404", 404, errors.AddressNotFound.text)
NOT_YOURS = ("411", 403, "Somebody else's address book.")
NO_ID = ("412", 400, errors.AddressIdMissing.text)


class PostalAttributes(fields.Attributes):
    """Where a parcel or an invoice goes."""

    salutation = fields.Choice(fields.choices(Salutation.choices), required=False)
    first_name = fields.Text(max_length=100)
    last_name = fields.Text(max_length=100)
    address1 = fields.Text(max_length=255)
    address2 = fields.OptionalText(max_length=255)
    address3 = fields.OptionalText(max_length=255)
    zip_code = fields.Text(max_length=15)
    city = fields.Text(max_length=255)
    iso2_code = fields.Choice(list(countries.NAMES))
    company = fields.OptionalText(max_length=255)
    phone = fields.OptionalText(max_length=64)


class AddressAttributes(PostalAttributes):
    """An entry of the address book."""

    is_default_shipping = serializers.BooleanField(required=False)
    is_default_billing = serializers.BooleanField(required=False)


class AddressAnswer(AddressAttributes):
    """An entry as it is told."""

    country = serializers.CharField()


class AddressBookView(ShopView):
    """What both address endpoints answer with."""

    resource_name = "addresses"

    def resource(self, address: Address) -> Resource:
        link = self.link("customers", self.customer.reference, "addresses", str(address.pk))
        return Resource("addresses", str(address.pk), AddressAnswer(address).data, link)


class AddressesView(AddressBookView):
    """`/customers/{ref}/addresses`."""

    @describe("List the address book", answer=AddressAnswer, many=True, codes=[NOT_YOURS])
    def get(self, request: Request, reference: str) -> Response:
        self.require_self(reference, errors.NotTheCustomer)
        return self.page(selectors.addresses_of(self.customer), self.resource)

    @describe("Add an address", request=AddressAttributes, answer=AddressAnswer, status=201, codes=[NOT_YOURS])
    def post(self, request: Request, reference: str) -> Response:
        self.require_self(reference, errors.NotTheCustomer)
        told = self.given(AddressAttributes)
        with self.written_down("address-added"):
            address = addresses.add_address(customer=self.customer, fields=told, now=self.now)
        return answer(self.resource(address), status=201)

    @describe("Always refused: which address?", codes=[NO_ID], refused=True)
    def patch(self, request: Request, reference: str) -> Response:
        raise errors.AddressIdMissing

    @describe("Always refused: which address?", codes=[NO_ID], refused=True)
    def delete(self, request: Request, reference: str) -> Response:
        raise errors.AddressIdMissing


class AddressView(AddressBookView):
    """`/customers/{ref}/addresses/{uuid}`."""

    @describe("Read an address", answer=AddressAnswer, codes=[NOT_FOUND, NOT_YOURS])
    def get(self, request: Request, reference: str, address_id: str) -> Response:
        self.require_self(reference, errors.NotTheCustomer)
        return answer(self.resource(selectors.address_of(self.customer, address_id)))

    @describe("Change an address", request=AddressAttributes, answer=AddressAnswer, codes=[NOT_FOUND, NOT_YOURS])
    def patch(self, request: Request, reference: str, address_id: str) -> Response:
        self.require_self(reference, errors.NotTheCustomer)
        told = self.given(AddressAttributes, partial=True)
        with self.written_down("address-changed"):
            address = addresses.change_address(customer=self.customer, address_id=address_id, changes=told)
        return answer(self.resource(address))

    @describe("Remove an address", codes=[NOT_FOUND, NOT_YOURS])
    def delete(self, request: Request, reference: str, address_id: str) -> Response:
        self.require_self(reference, errors.NotTheCustomer)
        with self.written_down("address-removed"):
            addresses.remove_address(customer=self.customer, address_id=address_id)
        return Response(status=204)
