"""What may be typed, and everything that may not (security, codes and attempts)."""

import pytest

from mfa import errors
from mfa.methods import base
from mfa.models import Challenge
from tests.cast import PASSWORD, code_of, enable
from tests.mfa.services.steps import enter, send

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

NO_CODES = {
    "full-width digits": lambda code: code.translate(FULL_WIDTH),
    "Arabic digits": lambda code: code.translate(ARABIC),
    "superscript digits": lambda code: code.translate(SUPERSCRIPT),
    "one superscript": lambda code: f"{code[:5]}²",
    "a sign": lambda code: f"+{code}",
    "an underscore": lambda code: f"{code[:2]}_{code[2:]}",
    "an exponent": lambda code: "1e5",
    "a float": lambda code: f"{code}.0",
    "a hexadecimal number": lambda code: hex(int(code)),
    "a trailing newline": lambda code: f"{code}\n",
    "a leading newline": lambda code: f"\n{code}",
    "a carriage return": lambda code: f"{code}\r",
    "a vertical tab": lambda code: f"{code}\x0b",
    "NUL": lambda code: f"{code}\x00",
    "NUL in front": lambda code: f"\x00{code}",
    "a no-break space": lambda code: f"{code[:3]}\xa0{code[3:]}",
    "an em space": lambda code: f"{code[:3]}\u2003{code[3:]}",
    "a zero-width space": lambda code: f"{code}\u200b",
    "a right-to-left mark": lambda code: f"\u200f{code}",
    "an en dash": lambda code: f"{code[:3]}–{code[3:]}",
    "a byte order mark": lambda code: f"\ufeff{code}",
    "a lone surrogate": lambda code: f"{code}\ud800",
    "five digits": lambda code: code[:5],
    "seven digits": lambda code: f"{code}0",
    "a leading zero": lambda code: f"0{code}",
    "twice": lambda code: code * 2,
    "quotes": lambda code: f'"{code}"',
    "a list": lambda code: f'["{code}"]',
    "a megabyte of digits": lambda code: code * 200_000,
    "a megabyte of spaces": lambda code: code + " " * 1_000_000,
    "a megabyte of anything": lambda code: "x" * 1_000_000,
    "nothing": lambda code: "",
    "spaces": lambda code: "      ",
    "hyphens": lambda code: "------",
    "SQL": lambda code: f"{code}' OR '1'='1",
    "a format": lambda code: "%s%d{0}",
}
SPELLINGS = ["{0}{1}", "{0} {1}", "{0}-{1}", " {0}{1} ", "-{0} - {1}-", "  {0}  {1}  "]


@pytest.fixture
def challenge(factor, proof):
    return send(factor, proof)


@pytest.mark.parametrize("spell", NO_CODES.values(), ids=NO_CODES)
def test_what_is_no_six_ascii_digits_is_a_wrong_code_and_no_crash(factor, proof, challenge, spell):
    assert isinstance(enter(factor, spell(code_of(challenge)), proof), errors.CodeInvalid)

    challenge.refresh_from_db()
    assert (challenge.attempts_left, challenge.spent_at) == (2, None)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_ascii_spaces_and_hyphens_between_the_digits_do_not_matter(factor, proof, challenge, spelling):
    code = code_of(challenge)

    assert enter(factor, spelling.format(code[:3], code[3:]), proof) is None


@pytest.mark.parametrize("spell", NO_CODES.values(), ids=NO_CODES)
@pytest.mark.parametrize(("begin", "end"), [("type-activate", "type-verify"), ("trigger", "type-deactivate")])
def test_the_apis_take_no_other_spelling_either(api, customer, begin, end, spell):
    if begin == "trigger":
        enable(customer)
    api.mfa(begin)
    header = spell(code_of(Challenge.objects.latest("pk"))).encode("utf-8", "surrogatepass").decode("latin-1")

    response = api.mfa(end, code=header)

    assert response.status_code == 403
    assert response.json()["errors"][0]["code"] in {"5900", "5901"}


@pytest.mark.parametrize("spell", NO_CODES.values(), ids=NO_CODES)
def test_the_pages_take_no_other_spelling_either(client, customer, factor, spell):
    client.post("/login", {"email": customer.email, "password": PASSWORD})
    text = spell(code_of(Challenge.objects.latest("pk"))).encode("utf-8", "replace").decode()

    response = client.post("/login/code", {"code": text})

    assert response.status_code == 422
    assert "_auth_user_id" not in client.session


def test_codes_are_six_digits_with_their_leading_zeros(db):
    codes = {base.derive(nonce, digits=6) for nonce in range(2_000)}

    assert all(len(code) == 6 and code.isascii() and code.isdigit() for code in codes)
    assert any(code.startswith("0") for code in codes)


def test_codes_are_spread_evenly():
    """Chi square over the first and the last digit: 27.9 would be passed by chance once in a thousand times."""
    codes = [base.derive(nonce, digits=6) for nonce in range(5_000)]

    for place in (0, 5):
        counts = [sum(code[place] == digit for code in codes) for digit in "0123456789"]
        assert sum((count - 500) ** 2 / 500 for count in counts) < 27.9


def test_every_challenge_has_its_own_nonce(customer, factor, settings):
    from tests.mfa.services.steps import another_session

    settings.MFA_POLICY = {"customer": {"resend_after": 0, "unused_per_hour": 1000, "unused_per_day": 1000}, "user": {}}
    for _ in range(50):
        send(factor, another_session())

    assert Challenge.objects.values("nonce").distinct().count() == 50


def test_more_digits_are_a_setting(api, customer, settings, mailoutbox):
    settings.MFA_POLICY = {"customer": {"code_digits": 8}, "user": {}}
    enable(customer)
    api.mfa("trigger")
    code = mailoutbox[0].subject.split(" ")[0]

    assert len(code) == 8
    assert api.mfa("type-deactivate", code=code).status_code == 204
