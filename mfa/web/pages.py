"""What the pages of all portals have in common."""

from typing import Any, ClassVar, Generic, TypeVar

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from mfa.web.access import PortalView

F = TypeVar("F", bound=BaseForm)


class Page(PortalView):
    """One template."""

    template: ClassVar[str]

    def show(self, *, status: int = 200, **context: Any) -> HttpResponse:
        """Render the page."""
        return render(self.request, self.template, context, status=status)


class FormPage(Page, Generic[F]):
    """A page with one form: shown empty, shown again with what is wrong, or carried on with."""

    def form(self, data: QueryDict | None = None) -> F:
        """The form, with what was typed or with what is known."""
        raise NotImplementedError

    def done(self, form: F) -> HttpResponse:
        """Do it, and lead on; a form that got an error meanwhile is shown again."""
        raise NotImplementedError

    def context(self, form: F) -> dict[str, Any]:
        """What the template needs besides the form."""
        return {}

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.again(self.form())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        return self.done(form) if form.is_valid() else self.again(form)

    def again(self, form: F, *, status: int = 422) -> HttpResponse:
        """The page with `form` as it is now."""
        return self.show(form=form, **self.context(form), status=status if form.errors else 200)
