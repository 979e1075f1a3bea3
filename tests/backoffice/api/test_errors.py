"""Every error of the back office has a status, and texts that are Glue's where the codes are."""

import pytest

from backoffice import errors
from backoffice.api.errors import STATUS, of_domain


def kinds(base=errors.BackOfficeError):
    for kind in base.__subclasses__():
        yield kind
        yield from kinds(kind)


@pytest.mark.parametrize("kind", list(kinds()))
def test_every_error_has_a_status(kind):
    [problem] = of_domain(kind()).problems

    assert (problem.status, problem.code, problem.detail) == (STATUS[kind.code], kind.code, kind.text)


def test_assignments_are_refused_in_glues_words():
    said = {kind.code: (STATUS[kind.code], kind.text) for kind in kinds() if kind.code.startswith("52")}

    assert said == {
        "5201": (404, "Warehouse user assignment not found."),
        "5202": (400, "User not found."),
        "5203": (400, "Warehouse not found."),
        "5204": (403, "Operation is forbidden."),
        "5206": (400, "Warehouse user assignment already exists."),
    }
