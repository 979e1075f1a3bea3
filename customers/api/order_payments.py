"""`order-payments`, for customers and guests."""

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers import errors
from customers.api.base import GUEST, ShopView
from customers.api.checkout import NO_IDENTITY
from customers.services import payments
from mfa.api import fields
from mfa.api.jsonapi import Resource, answer
from mfa.api.permissions import AllowGuests, SecondFactorIsFresh
from mfa.api.schema import describe


class OrderPaymentAttributes(fields.Attributes):
    """What the payment provider said."""

    payment_identifier = fields.Text(
        max_length=64, help_text="From the checkout's answer; the order reference does too."
    )
    data_payload = serializers.JSONField(required=False, allow_null=True, help_text="Whatever the provider sent.")


class OrderPaymentsView(ShopView):
    """`/order-payments`."""

    permission_classes = [AllowGuests, SecondFactorIsFresh]
    resource_name = "order-payments"

    @describe(
        "Confirm the payment of an order",
        request=OrderPaymentAttributes,
        answer=OrderPaymentAttributes,
        headers=GUEST,
        status=201,
        codes=[NO_IDENTITY, ("2401", 422, errors.PaymentNotUpdated.text)],
    )
    def post(self, request: Request) -> Response:
        owner, told = self.owner(), self.given(OrderPaymentAttributes)
        with self.written_down("order-paid"):
            payment = payments.confirm_payment(owner=owner, identifier=told["payment_identifier"], now=self.now)
        identifier = str(payment.pk)
        attributes = {"payment_identifier": identifier, "data_payload": told.get("data_payload")}
        return answer(
            Resource("order-payments", identifier, attributes, self.link("order-payments", identifier)), status=201
        )
