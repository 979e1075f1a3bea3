"""The storefront's pages. Those that every portal has, log in and the like, are `mfa.web.urls`'."""

from django.urls import path

from customers.portals import STOREFRONT
from customers.web import account, addresses, cart, catalogue, checkout, orders, profile, registration, terms
from mfa.web import passwords

app_name = "customers"

urlpatterns = [
    path("", catalogue.CatalogueView.as_view(), name="home"),
    path("catalogue", catalogue.CatalogueView.as_view(), name="catalogue"),
    path("products/<str:sku>", catalogue.ProductView.as_view(), name="product"),
    path("terms", terms.TermsView.as_view(), name="terms"),
    path("cart", cart.CartView.as_view(), name="cart"),
    path("cart/items", cart.AddView.as_view(), name="cart-add"),
    path("cart/items/<str:sku>", cart.ItemView.as_view(), name="cart-item"),
    path("checkout", checkout.CheckoutView.as_view(), name="checkout"),
    path("checkout/placed", checkout.PlacedView.as_view(), name="order-placed"),
    path("register", registration.RegisterView.as_view(), name="register"),
    path("register/asked", registration.AskedView.as_view(), name="register-asked"),
    path("register/confirm/<str:token>", registration.ConfirmView.as_view(), name="register-confirm"),
    path("customer/overview", account.OverviewView.as_view(), name="overview"),
    path("customer/overview/dismiss", account.DismissView.as_view(), name="overview-dismiss"),
    path("customer/profile", profile.ProfileView.as_view(), name="profile"),
    path("customer/email", profile.EmailView.as_view(), name="email"),
    path("customer/email/cancel", profile.EmailCancelView.as_view(), name="email-cancel"),
    path("customer/email/confirm/<str:token>", profile.EmailConfirmView.as_view(), name="email-confirm"),
    path("customer/password", passwords.ChangeView.as_view(), {"portal": STOREFRONT}, name="password"),
    path("customer/addresses", addresses.ListView.as_view(), name="addresses"),
    path("customer/addresses/new", addresses.AddView.as_view(), name="address-add"),
    path("customer/addresses/<uuid:address_id>", addresses.ChangeView.as_view(), name="address"),
    path("customer/addresses/<uuid:address_id>/remove", addresses.RemoveView.as_view(), name="address-remove"),
    path("customer/orders", orders.ListView.as_view(), name="orders"),
    path("customer/orders/<str:reference>", orders.OrderView.as_view(), name="order"),
    path("customer/delete", account.DeleteView.as_view(), name="delete"),
]
