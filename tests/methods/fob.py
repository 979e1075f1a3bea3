"""A fob whose codes are said to be worthless to anybody but this site: a hand-held device as strong as a passkey."""

from tests.methods.handheld import Handheld


class Fob(Handheld):
    """Its owner may have several."""

    slug = "fob"
    name = "Fob"
    summary = "You press a fob."
    prompt = "Press your fob."
    several = phishing_resistant = True
