"""The HTTP status of each of the shop's codes, and the field rules that have a code of their own."""

from collections.abc import Iterator, Mapping
from typing import Any

from rest_framework.exceptions import ErrorDetail

from customers import errors
from mfa.api import errors as api_errors
from mfa.api.errors import ApiError, ApiErrors, Problem

STATUS = {
    "005": 428, "006": 412, "101": 404, "102": 422, "103": 404, "104": 400, "105": 422, "109": 400, "111": 422,
    "113": 422, "302": 404, "402": 404, "404": 404, "406": 422, "408": 400, "411": 403, "412": 400, "418": 400,
    "419": 400, "420": 400, "421": 400, "422": 400, "801": 404, "802": 403, "1101": 422, "1102": 422, "1103": 422,
    "1104": 422, "1105": 400, "1107": 400, "1108": 422, "1109": 422, "2401": 422,
}  # fmt: skip

FIELD_RULES = {
    ("store", "invalid_choice"): ("112", "Store data is invalid."),
    ("currency", "invalid_choice"): ("117", "Currency is incorrect."),
    ("price_mode", "invalid_choice"): ("119", "Price mode is incorrect."),
    ("accepted_terms", "not_accepted"): ("413", "Terms and Conditions was not accepted."),
    ("gender", "invalid_choice"): ("414", "Gender is not valid."),
    ("email", "invalid"): ("416", "Invalid Email address format."),
    ("email", "max_length"): ("417", "Email is too long."),
}
"""(field, rule) to code and text; all are 422. Every other broken rule is a 901."""


def of_domain(error: errors.ShopError) -> ApiError:
    """A domain error as the APIs say it."""
    if isinstance(error, errors.PasswordRefused):
        return ApiErrors(Problem(STATUS[code], code, errors.PASSWORD_RULES[code]) for code in error.codes)
    return ApiError(STATUS[error.code], error.code, error.detail)


def of_fields(details: Mapping[str, Any]) -> ApiErrors:
    """A serializer's errors: what has a code of its own, then everything else as 901."""
    coded = list(_coded(details))
    others = {name: _without_own_code(name, inner) for name, inner in details.items()}
    return ApiErrors([*coded, *api_errors.field_problems(others, "/data/attributes")])


def _coded(details: Mapping[str, Any]) -> Iterator[Problem]:
    for name, inner in details.items():
        for rule in filter(None, (_rule(name, one) for one in inner)):
            yield Problem(422, *rule, pointer=f"/data/attributes/{api_errors.camel(name)}")


def _without_own_code(name: str, inner: Any) -> Any:
    return [one for one in inner if not _rule(name, one)] if isinstance(inner, list) else inner


def _rule(name: str, detail: Any) -> tuple[str, str] | None:
    return FIELD_RULES.get((name, detail.code)) if isinstance(detail, ErrorDetail) and detail.code else None
