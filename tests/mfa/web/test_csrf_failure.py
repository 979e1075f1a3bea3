"""A form with an old token: nothing is changed, and there is a way on, which never leaves the site."""

import pytest
from django.test import Client

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
