"""From cart to order, for customers and guests."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from customers import errors, pricing, selectors
from customers.models import Cart
from customers.services import checkout
from customers.web import baskets
from customers.web.forms.checkout import CustomerCheckoutForm, GuestCheckoutForm
from customers.web.pages import Page
from mfa.web.access import PortalView
from mfa.web.pages import FormPage
from mfa.web.step_up import StepUpMixin

Form = CustomerCheckoutForm | GuestCheckoutForm

ORDER_KEY = "order"
"""Session key of the reference of the order placed last."""


class CheckoutView(StepUpMixin, Page, FormPage[Form]):
    """Asks customers with a second factor for a code, as the API does; guests are never asked."""

    action = "place-order"
    cart: Cart

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Past the redirect to the login: guests may come here too.
        return PortalView.dispatch(self, request, *args, **kwargs)

    def needs_code(self) -> bool:
        return self.customer is not None and super().needs_code()

    @property
    def template(self) -> str:  # type: ignore[override]
        return "customers/checkout.html" if self.customer else "customers/checkout_guest.html"

    def enter(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        cart = baskets.cart_of(request.session, self.customer)
        if cart is None or not cart.items.all():
            # Pressing twice, or going back to a page that was sent: the order is there, not lost.
            return redirect("customers:order-placed" if request.method == "POST" else "customers:cart")
        self.cart = cart
        return super().enter(request, *args, **kwargs)

    def form(self, data: QueryDict | None = None) -> Form:
        if self.customer is None:
            return GuestCheckoutForm(data, cart=self.cart)
        addresses = list(selectors.addresses_of(self.customer))
        return CustomerCheckoutForm(data, cart=self.cart, customer=self.customer, addresses=addresses)

    def context(self, form: Form) -> dict[str, Any]:
        found = list(self.cart.items.all())
        lines = [(item, pricing.line_of(item).sum_gross) for item in found]
        totals = pricing.totals(found, mode=self.cart.price_mode)
        ways = [(method, totals.grand_total + method.gross_price) for method in form.shipments]
        return {"lines": lines, "totals": totals, "ways": ways, "is_guest": self.customer is None}

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if form.is_valid() and form.cleaned_data["version"] != self.cart.version:
            # What is ordered must be what was shown, whatever another tab did meanwhile.
            typed = request.POST.copy()
            typed["version"] = str(self.cart.version)
            form = self.form(typed)
            form.add_error(None, _("The cart changed meanwhile. Look at it again before you order."))
        return self.done(form) if form.is_valid() else self.again(form)

    def done(self, form: Form) -> HttpResponse:
        owner = baskets.new_owner_of(self.request.session, self.customer)
        try:
            with self.written_down("order-placed"):
                order = checkout.place_order(
                    owner=owner, cart_id=str(self.cart.pk), buyer=form.buyer(), wish=form.chosen(), now=self.now
                )
        except (errors.CartEmpty, errors.CheckoutCartNotFound):
            return redirect("customers:order-placed")
        except errors.OrderNotPlaced:
            messages.error(self.request, _("Something in the cart cannot be bought any more. Take it out to go on."))
            return redirect("customers:cart")
        self.request.session[ORDER_KEY] = order.reference
        return redirect("customers:order-placed")


class PlacedView(Page):
    """Thanks for an order, and says what happens next. It can be reloaded as long as the session lasts."""

    template = "customers/order_placed.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        owner = baskets.owner_of(request.session, self.customer)
        reference = request.session.get(ORDER_KEY)
        if owner is None or reference is None:
            return redirect("customers:cart")
        try:
            order = selectors.order_of(owner, reference)
        except errors.OrderNotFound:  # it was placed before somebody else logged in here
            return redirect("customers:cart")
        return self.show(order=order, is_guest=self.customer is None)
