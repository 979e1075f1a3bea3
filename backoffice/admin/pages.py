"""Questions whose answer a service may refuse."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from backoffice import errors
from mfa.web import guarded


class ConfirmPage(guarded.ConfirmPage):
    """Says why, where it is."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            return super().post(request, **kwargs)
        except errors.BackOfficeError as error:
            return self.refused(error.advice)
