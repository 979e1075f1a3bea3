"""What a protected request costs, as far as it can be counted (docs/performance.md); `make bench` measures the rest."""

import pytest

from bench import cases, exact

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(
    params=[cases.all_cases, cases.of_backend, cases.of_assignments], ids=["customers", "backend", "assignments"]
)
def case(settings, request):
    settings.ROOT_URLCONF = "bench.urls"
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    return request.param(most=exact.WARM)


@pytest.mark.parametrize(("name", "beyond"), [("no MFA", 0), ("in grace", 0), ("code", 1)])
def test_statements_beyond_the_same_endpoint_without_the_permission(case, name, beyond):
    assert exact.statements(case[name]) == exact.statements(case["N"]) + beyond


@pytest.mark.parametrize(("name", "all_of_them"), [("missing", 1), ("wrong", 2)])
def test_statements_of_a_refused_request(case, name, all_of_them):
    assert exact.statements(case[name]) == all_of_them


@pytest.mark.parametrize(("name", "most"), [("no MFA", 1.01), ("in grace", 1.01), ("code", 1.10)])
def test_python_calls_over_the_same_endpoint_without_the_permission(case, name, most):
    exact.calls(case["N"])  # what is cached once and for all is not part of the price

    assert exact.calls(case[name]) / exact.calls(case["N"]) <= most
