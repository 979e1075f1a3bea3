"""What browsers, and everything else that shows the site without reading its pages, look for at the root."""

from django.http import HttpRequest, HttpResponseRedirect
from django.templatetags.static import static
from django.views.decorators.http import require_safe


@require_safe
def favicon(request: HttpRequest) -> HttpResponseRedirect:
    """To the icon that the pages name."""
    return HttpResponseRedirect(static("icons/favicon.svg"))
