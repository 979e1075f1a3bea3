"""Pages for development."""

from django.urls import path

from mfa_platform.demo import styleguide, views

app_name = "demo"
urlpatterns = [
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("mailbox/", views.mail_list, name="mailbox"),
    path("mailbox/<str:key>/", views.mail, name="mail"),
    path("mailbox/<str:key>/html", views.mail_html, name="mail-html"),
]
