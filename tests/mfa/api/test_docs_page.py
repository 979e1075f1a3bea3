"""`…/docs`: each API's page wears the product's header, and says where to go without JavaScript."""

import pytest
from django.test import Client

from mfa.api.docs import DESCRIPTIONS


@pytest.mark.parametrize("api", DESCRIPTIONS)
def test_the_page_leads_back_to_its_neighbours_and_to_the_document(api):
    page = Client().get(f"/{api}/docs").content.decode()

    assert f"<h1>{DESCRIPTIONS[api][0]}</h1>" in page
    assert '<a class="wordmark" href="/">' in page
    assert all(f'href="/{other}/docs"' in page for other in DESCRIPTIONS)
    assert f'href="/{api}/schema"' in page.partition("<noscript>")[2].partition("</noscript>")[0]
