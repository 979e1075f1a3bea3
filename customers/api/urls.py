"""The shop's resources, to be included below the prefix of each customers' API. As in Glue, no path ends in a slash."""

from django.urls import path

from customers.api import (
    addresses,
    carts,
    catalogue,
    checkout,
    guest_carts,
    items,
    order_payments,
    orders,
    passwords,
    profile,
)

urlpatterns = [
    path("customers", profile.CustomersView.as_view()),
    path("customers/<str:reference>", profile.CustomerDetailView.as_view()),
    path("customers/<str:reference>/addresses", addresses.AddressesView.as_view()),
    path("customers/<str:reference>/addresses/<str:address_id>", addresses.AddressView.as_view()),
    path("customers/<str:reference>/carts", carts.CustomerCartsView.as_view()),
    path("customer-password/<str:reference>", passwords.CustomerPasswordView.as_view()),
    path("carts", carts.CartsView.as_view()),
    path("carts/<str:cart_id>", carts.CartDetailView.as_view()),
    path("carts/<str:cart_id>/items", items.ItemsView.as_view()),
    path("carts/<str:cart_id>/items/<str:group_key>", items.ItemView.as_view()),
    path("guest-carts", guest_carts.GuestCartsView.as_view()),
    path("guest-carts/<str:cart_id>", guest_carts.GuestCartDetailView.as_view()),
    path("guest-carts/<str:cart_id>/guest-cart-items", guest_carts.GuestItemsView.as_view()),
    path("guest-carts/<str:cart_id>/guest-cart-items/<str:group_key>", guest_carts.GuestItemView.as_view()),
    path("guest-cart-items", guest_carts.GuestCartItemsView.as_view()),
    path("checkout", checkout.CheckoutView.as_view()),
    path("order-payments", order_payments.OrderPaymentsView.as_view()),
    path("orders", orders.OrdersView.as_view()),
    path("orders/<str:reference>", orders.OrderView.as_view()),
    path("concrete-products", catalogue.ProductsView.as_view()),
    path("concrete-products/<str:sku>", catalogue.ProductView.as_view()),
    path("shipment-methods", catalogue.ShipmentMethodsView.as_view()),
    path("payment-methods", catalogue.PaymentMethodsView.as_view()),
]
