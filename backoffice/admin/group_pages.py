"""Creating, changing and deleting groups."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice import errors, rights
from backoffice.admin.pages import ConfirmPage
from backoffice.admin.rights_form import RightsForm, givable
from backoffice.services import groups
from mfa.web import fields
from mfa.web.guarded import GuardedPage
from mfa.web.pages import FormPage

LIST = "admin:auth_group_changelist"


class GroupForm(RightsForm):
    """A name, and the rights that it lends."""

    name: forms.Field = fields.text(Group, "name", label=_("Name"), autocomplete="off", missing=_("Enter a name."))


class GroupFormPage(GuardedPage, FormPage[GroupForm]):
    """The form, with what happens to be wrong at the name."""

    action = "change-groups"
    template = "backoffice/admin/group_form.html"

    def save(self, form: GroupForm) -> Group:
        """Raises what the service raises."""
        raise NotImplementedError

    def done(self, form: GroupForm) -> HttpResponse:
        try:
            group = self.save(form)
        except errors.BackOfficeError as error:
            form.add_error("name" if isinstance(error, errors.NameTaken) else None, str(error.advice))
            return self.again(form)
        messages.success(self.request, gettext("The group is saved."))
        return HttpResponseRedirect(reverse("admin:auth_group_change", args=[group.pk]))


class CreateGroupView(GroupFormPage):
    """A new group, out of rights that one has."""

    right = "auth.add_group"

    @property
    def back(self) -> str:
        return reverse(LIST)

    def form(self, data: QueryDict | None = None) -> GroupForm:
        return GroupForm(data, offered=givable(self.account, rights.KNOWN))

    def context(self, form: GroupForm) -> dict[str, Any]:
        return {"title": _("New group"), "back": self.back, "back_label": _("All groups"), "submit": _("Create")}

    def save(self, form: GroupForm) -> Group:
        return groups.create_group(
            actor=self.account, name=form.cleaned_data["name"], permissions=form.permissions,
            origin=self.origin, now=self.now,
        )  # fmt: skip


class OneGroupPage(GuardedPage):
    """A page about a group that lends nothing but what one has."""

    group: Group

    def find(self, **kwargs: Any) -> None:
        self.group = get_object_or_404(Group, pk=kwargs["pk"])
        if groups.is_above(self.group, self.account):
            raise PermissionDenied

    @property
    def about(self) -> str:
        return self.group.name

    @property
    def back(self) -> str:
        return reverse("admin:auth_group_change", args=[self.group.pk])


class EditGroupView(OneGroupPage, GroupFormPage):
    """Its name and its rights."""

    right = "auth.change_group"

    def form(self, data: QueryDict | None = None) -> GroupForm:
        lent = groups.rights_of(self.group)
        offered = givable(self.account, rights.KNOWN | lent)
        return GroupForm(data, offered=offered, chosen=lent, initial={"name": self.group.name})

    def context(self, form: GroupForm) -> dict[str, Any]:
        return {"title": self.about, "back": self.back, "back_label": self.about, "submit": _("Save")}

    def save(self, form: GroupForm) -> Group:
        return groups.change_group(
            actor=self.account, group=self.group, name=form.cleaned_data["name"], permissions=form.permissions,
            origin=self.origin, now=self.now,
        )  # fmt: skip


class DeleteGroupView(OneGroupPage, ConfirmPage):
    """Takes its rights from everybody in it."""

    action = "change-groups"
    right = "auth.delete_group"
    title = _("Delete group")
    explanation = _("Whoever is in it loses the rights that it lends, at once. This cannot be undone.")
    button = _("Delete group")
    finished = _("The group is deleted.")

    @property
    def next(self) -> str:
        return reverse(LIST)

    def carry_out(self) -> None:
        groups.delete_group(actor=self.account, group=self.group, origin=self.origin, now=self.now)
