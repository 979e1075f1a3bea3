"""Prices and taxes, in whole cents. Catalogue prices include tax; what is to pay never depends on the price mode."""

from collections.abc import Sequence
from dataclasses import dataclass

from customers.models import CartItem, PriceMode, ShipmentMethod


@dataclass(frozen=True)
class Line:
    """So many of something, at a price with tax in cents; `tax_rate` in percent."""

    quantity: int
    unit_gross: int
    tax_rate: int

    @property
    def sum_gross(self) -> int:
        return self.unit_gross * self.quantity

    @property
    def unit_tax(self) -> int:
        return self.unit_gross - without_tax(self.unit_gross, self.tax_rate)

    @property
    def sum_tax(self) -> int:
        """Of the sum, not of the unit times the quantity: rounded once."""
        return self.sum_gross - without_tax(self.sum_gross, self.tax_rate)

    def unit_price(self, mode: str) -> int:
        """The price of one, as the cart's price mode says it."""
        return self.unit_gross if mode == PriceMode.GROSS else self.unit_gross - self.unit_tax

    def sum_price(self, mode: str) -> int:
        """The price of all, as the cart's price mode says it."""
        return self.sum_gross if mode == PriceMode.GROSS else self.sum_gross - self.sum_tax


@dataclass(frozen=True)
class Totals:
    """What it all comes to. `subtotal` and `expense_total` follow the price mode, `grand_total` is what is paid."""

    expense_total: int
    discount_total: int
    tax_total: int
    subtotal: int
    grand_total: int


def without_tax(gross: int, tax_rate: int) -> int:
    """`gross` without its tax, rounded half up."""
    return (200 * gross + 100 + tax_rate) // (2 * (100 + tax_rate))


def line_of(item: CartItem) -> Line:
    """A cart item at today's catalogue price."""
    return Line(item.quantity, item.product.gross_price, item.product.tax_rate)


def totals(items: Sequence[CartItem], *, mode: str, shipment: ShipmentMethod | None = None) -> Totals:
    """What `items`, and `shipment` once it is chosen, come to."""
    lines = [line_of(item) for item in items]
    sending = [Line(1, shipment.gross_price, shipment.tax_rate)] if shipment else []
    return Totals(
        expense_total=sum(line.sum_price(mode) for line in sending),
        discount_total=0,
        tax_total=sum(line.sum_tax for line in (*lines, *sending)),
        subtotal=sum(line.sum_price(mode) for line in lines),
        grand_total=sum(line.sum_gross for line in (*lines, *sending)),
    )
