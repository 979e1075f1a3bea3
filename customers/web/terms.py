"""What is agreed to by registering."""

from django.http import HttpRequest, HttpResponse

from customers.web.pages import Page


class TermsView(Page):
    """Terms and privacy, in plain words."""

    template = "customers/terms.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show()
