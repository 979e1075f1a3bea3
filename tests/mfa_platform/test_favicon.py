"""What is asked for at the root by whatever has not read a page."""

from django.test import Client


def test_the_icon_is_where_browsers_look_for_it(client: Client) -> None:
    asked = client.get("/favicon.ico")

    assert (asked.status_code, asked["Location"]) == (302, "/static/icons/favicon.svg")


def test_nothing_can_be_sent_there(client: Client) -> None:
    assert client.post("/favicon.ico").status_code == 405
