"""Rights by the names that `has_perm` knows them by."""

from django.contrib.auth.models import Permission


def right(name: str) -> Permission:
    """The right called `app.codename`."""
    app, codename = name.split(".")
    return Permission.objects.get(content_type__app_label=app, codename=codename)
