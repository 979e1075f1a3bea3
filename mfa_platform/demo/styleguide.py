"""The page at /styleguide/: every component in every state, with forms and dates that are real. DEBUG only."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from mfa_platform.demo import views

PORTALS = ("storefront", "agent", "merchant", "merchant-agent", "back-office")
GOODS = (
    ("mug", "clay"), ("kettle", ""), ("lamp", "straw"), ("stool", "sky"), ("vase", "sky"), ("notebook", "straw"),
    ("blanket", "clay"), ("basket", "straw"), ("board", "clay"), ("candle", "sky"), ("clock", ""), ("brush", "straw"),
)  # fmt: skip
CODE_LETTERS = ("23456789ab", "cdefghjkmn")
SECTIONS = (
    "basics", "buttons", "fields", "messages", "cards", "lists", "tables", "code-step", "methods", "dialog", "goods"
)  # fmt: skip
SWATCHES = ("paper", "surface", "sunken", "accent", "accent-soft", "good-soft", "warning-soft", "danger-soft")


class SampleForm(forms.Form):
    """One field of each kind."""

    email = forms.EmailField(
        label="E-mail",
        help_text="We send your order confirmations there.",
        error_messages={"invalid": "Enter an e-mail address like name@example.com."},
    )
    password = forms.CharField(
        label="Password", widget=forms.PasswordInput, error_messages={"required": "Enter a password."}
    )
    company = forms.CharField(label="Company", required=False)
    country = forms.ChoiceField(label="Country", choices=[("DE", "Germany"), ("AT", "Austria")])
    contact = forms.ChoiceField(
        label="How may we reach you?",
        choices=[("mail", "E-mail"), ("phone", "Phone")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how we may reach you."},
    )
    note = forms.CharField(label="Note for the courier", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    terms = forms.BooleanField(
        label="I accept the terms and conditions", error_messages={"required": "Accept the terms and conditions."}
    )


class CodeForm(forms.Form):
    """The form of the code step."""

    code = forms.CharField()


@views.development_only
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component; `?portal=` shows them in another portal's accent."""
    accent = request.GET.get("portal", "storefront")
    context: dict[str, Any] = {
        "portal": SimpleNamespace(accent=accent if accent in PORTALS else "storefront", realm="customer"),
        "portals": PORTALS,
        "sections": SECTIONS,
        "tasks": ["Choose", "Confirm", "Done"],
        "swatches": SWATCHES,
        "goods": GOODS,
        "sample": SampleForm(auto_id="sample_%s"),
        "wrong": SampleForm({"email": "sonia@", "country": "DE"}, auto_id="wrong_%s"),
        "notes": _notes(),
        "steps": _steps(),
        "methods": _methods(),
        "page_obj": Paginator(range(50), 10).page(2),
        "codes": [f"kq7m{first}-{last}d3tw-9vhx2-pr4{first}{last}" for first, last in zip(*CODE_LETTERS, strict=True)],
        "now": timezone.now(),
    }
    return render(request, "demo/styleguide.html", context)


def _notes() -> list[Message]:
    return [
        Message(constants.INFO, "Your cart was kept for you."),
        Message(constants.SUCCESS, "Your address was saved."),
        Message(constants.WARNING, "You have two recovery codes left."),
        Message(constants.ERROR, "The mail could not be sent. Try again in a minute."),
    ]


def _steps() -> dict[str, SimpleNamespace]:
    """The code step fresh, after a wrong code, for methods that send nothing or ask a device, and locked."""
    others = _methods()[1:]
    wrong = CodeForm({"code": "000000"}, auto_id="code_wrong_%s")
    wrong.add_error("code", "That code is not right. You can try two more times.")
    app = {
        "prompt": "Open your authenticator app and enter the code it shows.",
        "resend_in": None,
        "methods": others[:1],
    }
    passkey = {
        "prompt": "Confirm with your passkey.",
        "answer_template": "mfa/methods/webauthn-answer.html",
        "question": "{}",
        "resend_in": None,
        "methods": others[:1],
    }
    sent: dict[str, Any] = {
        "destination": "s•••a@e•••.com",
        "minutes": 10,
        "action_label": "to change your password",
        "methods": others,
        "cancel_url": "/styleguide/",
        "method_url": "/styleguide/",
    }
    return {
        "fresh": SimpleNamespace(form=CodeForm(auto_id="code_fresh_%s"), resend_in=45, **sent),
        "wrong": SimpleNamespace(form=wrong, resend_in=0, **sent),
        "app": SimpleNamespace(form=CodeForm(auto_id="code_app_%s"), action_label="to sign in", **app),
        "passkey": SimpleNamespace(form=CodeForm(auto_id="code_passkey_%s"), action_label="to sign in", **passkey),
        "locked": SimpleNamespace(
            locked=True, locked_until=timezone.now() + timedelta(minutes=15), resend_in=0, **sent
        ),
    }


def _methods() -> list[SimpleNamespace]:
    """One method in each state of a row."""
    used = timezone.now() - timedelta(hours=3)
    rows = [
        ("email", "E-mail", "We send a code to s•••a@e•••.com.", 2, used, False),
        ("webauthn", "Passkey", "Your fingerprint, face or device PIN.", 0, None, True),
        ("totp", "Authenticator app", "An app on your phone shows a new code every 30 seconds.", 1, None, False),
        ("recovery-codes", "Recovery codes", "Ten codes on paper, for when all else is lost.", 0, None, False),
    ]
    names = ("type", "label", "text", "status", "last_used_at", "recommended")
    return [SimpleNamespace(**dict(zip(names, row, strict=True))) for row in rows]
