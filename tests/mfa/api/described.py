"""What the APIs' OpenAPI documents say, and whether answers keep to it."""

from functools import cache

import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from mfa_platform.wsgi import application

CONFORMANCE = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


@cache
def document(api="glue"):
    """The whole document. No test changes what it is made from."""
    return Client().get(f"/{api}/schema", headers={"accept": "application/json"}).json()


def operations(api="glue"):
    """Path below the API, method and description of each operation."""
    return {
        (path.removeprefix(f"/{api}/"), method.upper()): operation
        for path, methods in document(api)["paths"].items()
        for method, operation in methods.items()
    }


@cache
def loaded(api):
    """The document as Schemathesis reads it."""
    return schemathesis.openapi.from_wsgi(f"/{api}/schema", application)


def hold_to_it(operation, visitors, *, examples, prepare):
    """Ask `operation` made up things as each of `visitors` (name: headers); `prepare(case, who)` sets what it knows."""

    @hypothesis_settings(
        max_examples=examples, derandomize=True, database=None, deadline=None,
        phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(operation.as_strategy())
    def ask(case):
        for who, headers in visitors.items():
            prepare(case, who)
            case.validate_response(case.call(headers=headers), checks=CONFORMANCE)

    ask()
