"""The pages for failures stand on nothing that could have failed: no request, no session, no database."""

import pytest
from django.template.loader import render_to_string


@pytest.mark.parametrize("status", [500, 503])
def test_a_page_for_a_failure_needs_nothing(status: int) -> None:
    html = render_to_string(f"{status}.html")

    assert "<h1>" in html
    assert "<form" not in html
    assert 'data-portal="storefront"' in html


@pytest.mark.parametrize("status", [400, 403, 404])
def test_the_other_pages_say_how_to_go_on_even_without_a_request(status: int) -> None:
    assert "Go to the start page" in render_to_string(f"{status}.html")
