"""The countries the shop delivers to, by ISO 3166-1 alpha-2 code."""

import unicodedata

NAMES: dict[str, tuple[str, str]] = {
    "AD": ("Andorra", "Andorra"),
    "AE": ("United Arab Emirates", "Vereinigte Arabische Emirate"),
    "AT": ("Austria", "Österreich"),
    "AU": ("Australia", "Australien"),
    "BE": ("Belgium", "Belgien"),
    "BG": ("Bulgaria", "Bulgarien"),
    "BR": ("Brazil", "Brasilien"),
    "CA": ("Canada", "Kanada"),
    "CH": ("Switzerland", "Schweiz"),
    "CN": ("China", "China"),
    "CY": ("Cyprus", "Zypern"),
    "CZ": ("Czechia", "Tschechien"),
    "DE": ("Germany", "Deutschland"),
    "DK": ("Denmark", "Dänemark"),
    "EE": ("Estonia", "Estland"),
    "ES": ("Spain", "Spanien"),
    "FI": ("Finland", "Finnland"),
    "FR": ("France", "Frankreich"),
    "GB": ("United Kingdom", "Vereinigtes Königreich"),
    "GR": ("Greece", "Griechenland"),
    "HR": ("Croatia", "Kroatien"),
    "HU": ("Hungary", "Ungarn"),
    "IE": ("Ireland", "Irland"),
    "IL": ("Israel", "Israel"),
    "IN": ("India", "Indien"),
    "IS": ("Iceland", "Island"),
    "IT": ("Italy", "Italien"),
    "JP": ("Japan", "Japan"),
    "KR": ("South Korea", "Südkorea"),
    "LI": ("Liechtenstein", "Liechtenstein"),
    "LT": ("Lithuania", "Litauen"),
    "LU": ("Luxembourg", "Luxemburg"),
    "LV": ("Latvia", "Lettland"),
    "MC": ("Monaco", "Monaco"),
    "MT": ("Malta", "Malta"),
    "MX": ("Mexico", "Mexiko"),
    "NL": ("Netherlands", "Niederlande"),
    "NO": ("Norway", "Norwegen"),
    "NZ": ("New Zealand", "Neuseeland"),
    "PL": ("Poland", "Polen"),
    "PT": ("Portugal", "Portugal"),
    "RO": ("Romania", "Rumänien"),
    "RS": ("Serbia", "Serbien"),
    "SE": ("Sweden", "Schweden"),
    "SG": ("Singapore", "Singapur"),
    "SI": ("Slovenia", "Slowenien"),
    "SK": ("Slovakia", "Slowakei"),
    "SM": ("San Marino", "San Marino"),
    "TR": ("Türkiye", "Türkei"),
    "UA": ("Ukraine", "Ukraine"),
    "US": ("United States", "Vereinigte Staaten"),
    "VA": ("Vatican City", "Vatikanstadt"),
    "ZA": ("South Africa", "Südafrika"),
}


def name(code: str, *, language: str = "en") -> str:
    """The country's name in English or German; the code itself where the shop does not deliver there."""
    english, german = NAMES.get(code, (code, code))
    return german if language.startswith("de") else english


def choices(language: str = "en") -> list[tuple[str, str]]:
    """Codes with their names in `language`, in the order in which its speakers look for them."""
    named = [(code, name(code, language=language)) for code in NAMES]
    return sorted(named, key=lambda choice: _place(choice[1]))


def _place(word: str) -> tuple[str, str]:
    """Where `word` stands in a list: an accent only tells words apart that are otherwise the same (DIN 5007-1)."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))
    return bare.casefold(), word
