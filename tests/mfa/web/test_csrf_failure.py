"""A form with an old token: nothing is changed, and there is a way on, which never leaves the site."""

import pytest
from django.test import Client

from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db

HOST = "http://testserver"


def refused(referer):
    headers = {"referer": referer} if referer else {}
    response = Client(enforce_csrf_checks=True).post("/login", {"email": "sonia@example.com"}, headers=headers)
    assert response.status_code == 403
    return response


@pytest.mark.parametrize("path", ["/login", "/login?next=/customer/profile", "/customer/addresses/new"])
def test_it_leads_back_to_the_page_with_the_form(path):
    response = refused(HOST + path)

    assert response.context["came_from"] == path
    assert f'<a href="{path}"' in response.content.decode()
    assert "Back button shows what you typed" in response.content.decode()


def test_what_was_typed_on_a_page_of_ours_is_sent_again_with_one_press(customer):
    """Two tabs: a code entered in one of them makes the form in the other old."""
    browser = Client(enforce_csrf_checks=True)
    browser.get("/login")
    typed = {"email": customer.email, "password": PASSWORD, "next": "/checkout?a=<b>"}

    page = browser.post("/login?x=1", {**typed, "csrfmiddlewaretoken": "old"}, headers={"origin": HOST})

    assert page.status_code == 403
    assert dict(page.context["typed"]) == typed
    assert 'action="/login?x=1"' in page.content.decode()
    assert 'value="/checkout?a=&lt;b&gt;"' in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    again = browser.post("/login", {**typed, "csrfmiddlewaretoken": page.context["csrf_token"]})
    assert again.status_code == 302


@pytest.mark.parametrize(
    "origin", [None, "null", "https://evil.example", "https://testserver", f"{HOST}:81", f"{HOST}.evil"]
)
def test_what_another_site_sent_is_not(origin):
    headers = {"origin": origin} if origin else {}
    page = Client(enforce_csrf_checks=True).post("/login", {"email": "mallory@example.com"}, headers=headers)

    assert page.status_code == 403
    assert "mallory" not in page.content.decode()
    assert "Send it again" not in page.content.decode()


@pytest.mark.parametrize(
    "referer",
    [
        "",
        "https://evil.example/login",
        f"{HOST}.evil.example/login",
        f"{HOST}//evil.example/login",
        f"{HOST}/\\evil.example",
        "http://[testserver/login",
        "javascript:alert(1)",
        "//testserver:80@evil.example/",
    ],
)
def test_it_leads_nowhere_else(referer):
    response = refused(referer)

    assert response.context["came_from"] == ""
    assert "evil" not in response.content.decode()
    assert "Go to the start page" in response.content.decode()
