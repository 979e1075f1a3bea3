"""The cart, a customer's or a guest's. Its pages ask for no code, as `items` do not in the APIs."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from customers import errors, pricing, selectors
from customers.models import Cart
from customers.services import carts, items
from customers.web import baskets
from customers.web.forms.cart import QuantityForm
from customers.web.pages import Page


class CartView(Page):
    """What is in it, each row with a form of its own."""

    template = "customers/cart.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show_cart()

    def show_cart(self, *, wrong: dict[str, QuantityForm] | None = None) -> HttpResponse:
        """The cart; `wrong` are forms by SKU that could not be carried out."""
        cart = baskets.cart_of(self.request.session, self.customer)
        rows = _rows(cart, wrong or {})
        totals = pricing.totals([row["item"] for row in rows], mode=cart.price_mode) if cart else None
        form = next(iter((wrong or {}).values()), None)
        return self.show(cart=cart, rows=rows, totals=totals, form=form, status=422 if form else 200)


class AddView(Page):
    """Puts something in."""

    template = "customers/product.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("customers:cart")

    def post(self, request: HttpRequest) -> HttpResponse:
        product = selectors.product(request.POST.get("sku", ""))
        form = QuantityForm(request.POST)
        if not form.is_valid():
            return self.show(product=product, form=form, status=422)
        owner = baskets.new_owner_of(request.session, self.customer)
        quantity = form.cleaned_data["quantity"]
        try:
            with self.written_down("cart-changed"):
                cart = carts.default_cart(owner=owner, now=self.now)
                items.add_to_cart(owner=owner, cart_id=str(cart.pk), sku=product.sku, quantity=quantity, now=self.now)
        except errors.TooManyOfOne:
            form.add_error("quantity", _("The cart can hold at most %(most)d of this.") % {"most": items.MOST_OF_ONE})
            return self.show(product=product, form=form, status=422)
        messages.success(request, _("%(name)s is in the cart.") % {"name": product.name})
        return redirect("customers:cart")


class ItemView(CartView):
    """Changes one row, or takes it out."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return redirect("customers:cart")

    def post(self, request: HttpRequest, sku: str) -> HttpResponse:
        cart = baskets.cart_of(request.session, self.customer)
        owner = baskets.owner_of(request.session, self.customer)
        form = QuantityForm(request.POST, auto_id=f"{sku}_%s")
        removing = "remove" in request.POST
        if not removing and not form.is_valid():
            return self.show_cart(wrong={sku: form})
        try:
            if cart is None or owner is None:
                raise errors.ItemNotFound
            with self.written_down("cart-changed"):
                if removing:
                    items.remove_from_cart(owner=owner, cart_id=str(cart.pk), group_key=sku, now=self.now)
                else:
                    self.change(owner=owner, cart_id=str(cart.pk), group_key=sku, form=form)
        except errors.ItemNotFound:
            messages.info(request, _("That is not in the cart any more."))
        return redirect("customers:cart")

    def change(self, *, form: QuantityForm, **item: Any) -> None:
        items.change_quantity(**item, quantity=form.cleaned_data["quantity"], now=self.now)
        messages.success(self.request, _("The cart is up to date."))


def _rows(cart: Cart | None, wrong: dict[str, QuantityForm]) -> list[dict[str, Any]]:
    """Items, what they come to, and their forms."""
    return [
        {
            "item": item,
            "sum": pricing.line_of(item).sum_gross,
            "form": wrong.get(item.product.sku)
            or QuantityForm(initial={"quantity": item.quantity}, auto_id=f"{item.product.sku}_%s"),
        }
        for item in (cart.items.all() if cart else ())
    ]
