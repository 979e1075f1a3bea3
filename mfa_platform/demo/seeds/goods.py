"""What there is to buy, how it is sent and how it is paid."""

from django.utils.translation import gettext_noop as _

from customers.models import PaymentMethod, Product, ShipmentMethod

# SKU, names and descriptions (English, German), price in cents with tax, tax rate in percent.
PRODUCTS = [
    ("101_mug", "Stoneware mug", "Becher aus Steinzeug", "Holds a big coffee. Dishwasher-safe.",
     "Für einen großen Kaffee. Spülmaschinenfest.", 1800, 19),
    ("102_kettle", "Enamel kettle", "Emaillierter Wasserkessel", "Whistles when it boils, on any hob.",
     "Pfeift, wenn es kocht, auf jedem Herd.", 6400, 19),
    ("103_lamp", "Reading lamp", "Leselampe", "Turned ash, linen shade, warm light.",
     "Gedrechselte Esche, Leinenschirm, warmes Licht.", 11900, 19),
    ("104_stool", "Larch stool", "Hocker aus Lärche", "Three legs never wobble. Oiled by hand.",
     "Drei Beine wackeln nie. Von Hand geölt.", 14900, 19),
    ("105_vase", "Bottle vase", "Flaschenvase", "For one stem. Every piece is a little different.",
     "Für einen Stiel. Jedes Stück ist ein wenig anders.", 3200, 19),
    ("106_notebook", "Dotted notebook", "Notizbuch, gepunktet", "192 pages that lie flat. Paper from German mills.",
     "192 Seiten, die flach liegen. Papier aus deutschen Mühlen.", 1650, 19),
    ("107_blanket", "Wool blanket", "Wolldecke", "Felted lambswool, 130 by 180 cm.",
     "Gewalkte Lammwolle, 130 mal 180 cm.", 12900, 19),
    ("108_basket", "Willow basket", "Weidenkorb", "Woven in Franconia; carries ten kilos of apples.",
     "In Franken geflochten, trägt zehn Kilo Äpfel.", 5400, 19),
    ("109_board", "Beech board", "Brett aus Buche", "End grain that is kind to knives.",
     "Hirnholz, das Messer schont.", 4900, 19),
    ("110_candle", "Beeswax candle", "Bienenwachskerze", "Burns for forty hours and smells of honey.",
     "Brennt vierzig Stunden und duftet nach Honig.", 2200, 19),
    ("111_clock", "Wall clock", "Wanduhr", "Silent movement, hands in brass.",
     "Lautloses Werk, Zeiger aus Messing.", 8900, 19),
    ("112_brush", "Dish brush", "Spülbürste", "The head can be replaced, the handle stays.",
     "Der Kopf wird getauscht, der Griff bleibt.", 950, 19),
]  # fmt: skip

MERCHANTS = {"101_mug": "MER000001", "105_vase": "MER000001"}
"""Products that are not the shop's own: SKU and reference of the merchant."""
CARRIER = _("Parcel Post")
SHIPMENT_METHODS = [(_("Standard"), 490), (_("Express"), 1190)]
PAYMENT_METHODS = [_("Invoice"), _("Credit Card")]


def seed() -> None:
    """Products, shipment methods and payment methods."""
    for sku, name_en, name_de, description_en, description_de, price, tax_rate in PRODUCTS:
        texts = {"name_en": name_en, "name_de": name_de, "description_en": description_en}
        texts |= {"description_de": description_de, "merchant_reference": MERCHANTS.get(sku, "")}
        Product.objects.get_or_create(sku=sku, defaults={**texts, "gross_price": price, "tax_rate": tax_rate})
    for name, price in SHIPMENT_METHODS:
        ShipmentMethod.objects.get_or_create(name=name, carrier_name=CARRIER, defaults={"gross_price": price})
    for name in PAYMENT_METHODS:
        PaymentMethod.objects.get_or_create(name=name, provider_name="DummyPayment")
