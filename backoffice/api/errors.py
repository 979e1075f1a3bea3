"""The HTTP status of each of the back office's codes."""

from backoffice import errors
from mfa.api.errors import ApiError

STATUS = {"403": 403, "404": 404, "5201": 404, "5202": 400, "5203": 400, "5204": 403, "5206": 400, "901": 422}


def of_domain(error: errors.BackOfficeError) -> ApiError:
    """A domain error as the Backend API says it."""
    return ApiError(STATUS[error.code], error.code, error.text, pointer=error.pointer)
