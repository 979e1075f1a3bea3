"""Filters whose choices are known, so that no list has to ask the database what there is."""

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mfa import doors, methods, models
from mfa.admin import accounts
from mfa.services import events

Choices = list[tuple[str, Any]]


class KnownFilter(SimpleListFilter):
    """Compares one field with the chosen value; a value that is no choice filters nothing."""

    field: ClassVar[str]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        known = value is not None and value in dict(self.lookup_choices)
        return queryset.filter(**{self.field: value}) if known else queryset


class Kind(KnownFilter):
    title = _("event")
    parameter_name = field = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(kind, events.label(kind)) for kind in events.KINDS]


class Outcome(KnownFilter):
    title = _("outcome")
    parameter_name = field = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return list(models.Outcome.choices)


class Portal(KnownFilter):
    title = _("portal")
    parameter_name = field = "portal"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return list(doors.all_doors().items())


class Since(SimpleListFilter):
    """The last hour, day, week, month: what one looks for after a call."""

    title = _("time")
    parameter_name = "since"
    SPANS: ClassVar[dict[str, tuple[Any, timedelta]]] = {
        "hour": (_("Last hour"), timedelta(hours=1)),
        "day": (_("Last 24 hours"), timedelta(days=1)),
        "week": (_("Last 7 days"), timedelta(days=7)),
        "month": (_("Last 30 days"), timedelta(days=30)),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(key, label) for key, (label, _span) in self.SPANS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        span = self.SPANS.get(self.value() or "")
        return queryset.filter(at__gte=timezone.now() - span[1]) if span else queryset


class MfaState(SimpleListFilter):
    """Whether the account is protected, about to be, or locked. Subclasses name the field that is the account."""

    title = _("MFA")
    parameter_name = "mfa"
    account_field = "account"
    STATES: ClassVar[dict[str, Any]] = {
        "on": _("On"),
        "off": _("Off"),
        "pending": _("Being set up"),
        "locked": _("Locked"),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return list(self.STATES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        state = self.value()
        if state not in self.STATES:
            return queryset
        return queryset.filter(**{f"{self.account_field}__in": accounts.in_state(state, now=timezone.now())})


class MfaMethod(SimpleListFilter):
    """Who has which method on."""

    title = _("method")
    parameter_name = "method"
    account_field = "account"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(slug, method.name) for slug, method in methods.installed().items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        slug = self.value()
        if slug not in methods.installed():
            return queryset
        return queryset.filter(**{f"{self.account_field}__in": accounts.with_method(slug)})
