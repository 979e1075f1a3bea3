"""Code written for django-otp works: `user.is_verified()`, `otp_required`."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django_otp.decorators import otp_required

from mfa_platform.urls import urlpatterns as product
from tests.cast import PASSWORD, enable, mailed_code

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@otp_required
def secret(request):
    return HttpResponse("secret")


def verified(request):
    return HttpResponse(str(request.user.is_verified()))


urlpatterns = [path("secret", secret), path("verified", verified), *product]


def test_nobody_is_not_verified(client):
    assert client.get("/verified").content == b"False"
    assert client.get("/secret")["Location"] == "/login?next=/secret"


def test_a_password_verifies_nobody(client, customer):
    client.post("/login", {"email": customer.email, "password": PASSWORD})

    assert client.get("/verified").content == b"False"
    assert client.get("/secret").status_code == 302


def test_a_code_does_for_its_session(customer):
    enable(customer)
    browser = Client()
    browser.post("/login", {"email": customer.email, "password": PASSWORD})
    assert browser.get("/secret").status_code == 302

    browser.post("/login/code", {"code": mailed_code()})

    assert browser.get("/verified").content == b"True"
    assert browser.get("/secret").content == b"secret"


def test_nobody_else_becomes_verified_by_it(rf):
    assert not hasattr(AnonymousUser(), "is_verified")
