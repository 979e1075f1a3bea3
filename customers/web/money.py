"""Amounts as people read them."""

from decimal import Decimal

from babel.numbers import format_currency
from django.utils import translation

from customers import stores


def amount(cents: int, currency: str = stores.DEFAULT_CURRENCY) -> str:
    """Cents in the active language: `€24.00`, `24,00 €`."""
    locale = {"de": "de_DE"}.get((translation.get_language() or "en")[:2], "en_IE")
    return format_currency(Decimal(cents) / 100, currency, locale=locale)
