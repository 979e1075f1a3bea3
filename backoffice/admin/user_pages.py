"""Creating and changing users."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from backoffice import errors, ranks, selectors
from backoffice.admin.raising import RaisingPage
from backoffice.admin.user_forms import EditUserForm, UserForm
from backoffice.models import User
from backoffice.services import users
from mfa.web.guarded import GuardedPage
from mfa.web.pages import FormPage
from mfa_platform.accounts.models import Account
from mfa_platform.accounts.realms import Realm

LIST = "admin:accounts_account_changelist"


class OneUserPage(GuardedPage):
    """A page about one user: never oneself, never somebody who may do more."""

    target: Account

    def find(self, **kwargs: Any) -> None:
        known = Account.objects.filter(realm=Realm.USER).select_related("user__merchant")
        self.target = get_object_or_404(known, pk=kwargs["pk"])
        if self.target.pk == self.account.pk or ranks.outranks(self.target, self.account):
            raise PermissionDenied

    @property
    def user(self) -> User:
        """The profile of the user whom the page is about."""
        return selectors.user_of(self.target)

    @property
    def about(self) -> str:
        return self.user.full_name or self.target.email

    @property
    def back(self) -> str:
        return reverse("admin:accounts_account_change", args=[self.target.pk])


def refused(form: UserForm, error: errors.BackOfficeError) -> None:
    """Say at the form what the service would not do."""
    form.add_error("email" if isinstance(error, errors.EmailTaken) else None, str(error.advice))


class CreateUserView(RaisingPage, FormPage[UserForm]):
    """A new user, who is mailed a link to choose a password; nobody else ever knows it."""

    usual_action = "create-user"
    right = "backoffice.add_user"
    template = "backoffice/admin/user_form.html"

    @property
    def back(self) -> str:
        return reverse(LIST)

    def form(self, data: QueryDict | None = None) -> UserForm:
        return UserForm(data, actor=self.account, initial={"language": get_language(), "is_staff": True})

    def context(self, form: UserForm) -> dict[str, Any]:
        return {"title": _("New user"), "back": self.back, "back_label": _("All users"), "submit": _("Create")}

    def done(self, form: UserForm) -> HttpResponse:
        values = form.values
        try:
            user = users.create_user(
                actor=self.account, email=values.pop("email"), fields=values, origin=self.origin, now=self.now
            )
        except errors.BackOfficeError as error:
            refused(form, error)
            return self.again(form)
        messages.success(self.request, gettext("The user is created. A link to choose a password is on its way."))
        return HttpResponseRedirect(reverse("admin:accounts_account_change", args=[user.account_id]))


class EditUserView(OneUserPage, RaisingPage, FormPage[EditUserForm]):
    """Name, e-mail, language, doors, groups, and whether they may come in at all."""

    usual_action = "change-user"
    right = "backoffice.change_user"
    template = "backoffice/admin/user_form.html"

    @property
    def was_raised(self) -> bool:
        return self.target.is_superuser

    @property
    def address(self) -> str:
        return self.target.email

    def form(self, data: QueryDict | None = None) -> EditUserForm:
        return EditUserForm(data, actor=self.account, initial=self.known())

    def known(self) -> dict[str, Any]:
        """What is stored."""
        profile = ("first_name", "last_name", "is_agent", "is_merchant_agent", "merchant")
        account = ("email", "language", "is_staff", "is_superuser", "is_active")
        stored = {name: getattr(self.user, name) for name in profile}
        return stored | {name: getattr(self.target, name) for name in account} | {"groups": self.target.groups.all()}

    def context(self, form: EditUserForm) -> dict[str, Any]:
        return {"title": self.about, "back": self.back, "back_label": self.about, "submit": _("Save")}

    def done(self, form: EditUserForm) -> HttpResponse:
        try:
            users.update_user(actor=self.account, user=self.user, changes=form.values, origin=self.origin, now=self.now)
        except errors.BackOfficeError as error:
            refused(form, error)
            return self.again(form)
        messages.success(self.request, gettext("The user is saved."))
        return HttpResponseRedirect(self.back)
