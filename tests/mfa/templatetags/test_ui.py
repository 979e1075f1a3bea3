"""The block tags of the design system, and the partials whose markup other people's code relies on."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from mfa import methods
from mfa.templatetags import ui


class SampleForm(forms.Form):
    email = forms.EmailField(widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    company = forms.CharField(required=False)


def rendered(source: str, **context: Any) -> str:
    request = RequestFactory().get("/")
    return Template("{% load ui %}" + source).render(Context({"request": request, **context}))


def test_a_container_escapes_its_parameters_and_keeps_its_content() -> None:
    html = rendered("{% card title=title %}<p>{{ title }}</p>{% endcard %}", title="<b>")

    assert '<h2 class="card-title">&lt;b&gt;</h2>' in html
    assert "<p>&lt;b&gt;</p>" in html


def test_a_control_is_tied_to_the_hint_of_the_template_and_to_its_error() -> None:
    field = SampleForm({"company": ""})["email"]

    html = rendered('{% include "components/field.html" with hint="For the invoice" %}', field=field)

    assert 'aria-describedby="id_email_helptext id_email_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_email_helptext">For the invoice<' in html
    assert 'id="id_email_error"' in html


def test_the_forms_own_attributes_win_over_the_templates() -> None:
    assert 'autocomplete="username"' in ui.widget(SampleForm()["email"], autocomplete="email")
    assert 'autocomplete="organization"' in ui.widget(SampleForm()["company"], autocomplete="organization")


def test_what_need_not_be_filled_in_says_so() -> None:
    assert "(optional)" in rendered('{% include "components/field.html" %}', field=SampleForm()["company"])
    assert "(optional)" not in rendered('{% include "components/field.html" %}', field=SampleForm()["email"])


def test_words_of_the_page_are_not_taken_for_parameters_of_a_button() -> None:
    html = rendered('{% include "components/form.html" with submit="Save" %}', form=SampleForm(), name="Sonia", qa="x")

    assert '<button type="submit" class="button button-primary"><span>Save</span></button>' in html


def test_a_row_shows_its_state_and_an_empty_place_the_way_to_fill_it() -> None:
    row = rendered('{% row title="Home" badge="Default" tone="good" %}{% endrow %}')
    empty = rendered('{% include "components/empty_state.html" with title="None" href="/catalogue" action="Shop" %}')

    assert '<span class="badge badge-good">' in row
    assert '<a href="/catalogue" class="button button-primary">' in empty


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00"), (9, "0:09"), (75, "1:15"), (-3, "0:00")])
def test_seconds_are_shown_as_a_clock(seconds: int, shown: str) -> None:
    assert ui.clock(seconds) == shown


def test_a_method_without_a_picture_of_its_own_gets_the_shield() -> None:
    assert ui.method_icon("email") == "email"
    assert ui.method_icon("carrier-pigeon") == "shield"


def test_the_picture_of_every_method_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (settings.BASE_DIR / "static/icons/ui.svg").read_text()))

    assert {method.icon for method in methods.installed().values()} <= drawn


@pytest.mark.parametrize(("status", "form"), [(0, "activateForm"), (1, "activateForm"), (2, "deactivateForm")])
def test_a_method_row_offers_the_one_form_that_its_state_allows(status: int, form: str) -> None:
    method = {"type": "email", "label": "E-mail", "text": "A code by mail", "status": status}

    html = rendered('{% include "components/method_row.html" %}', method=method)

    assert 'data-qa="mfa-type-section" data-method="email"' in html
    assert f'data-status="{status}"' in html
    assert html.count("<form") == 1
    assert f'name="{form}"' in html
    assert '<button type="submit"' in html
    assert 'name="type" value="email"' in html


def test_the_code_step_has_the_field_that_browsers_and_phones_fill_in() -> None:
    step = {"destination": "s•••a@e•••.com", "minutes": 10, "action_label": "to sign in", "resend_in": 45}

    html = rendered('{% include "components/code_step.html" %}', step=step)

    assert 'data-qa="mfa-code-step"' in html
    assert html.count('name="code"') == 1
    assert 'inputmode="numeric" autocomplete="one-time-code"' in html
    assert "It works for 10 minutes." in html
    assert 'data-seconds="45"' in html


def test_every_form_of_the_code_step_sends_the_hidden_fields_along() -> None:
    class Form(forms.Form):
        code = forms.CharField()
        parked = forms.CharField(widget=forms.HiddenInput)

    step = {
        "form": Form(initial={"parked": "p4rk3d"}),
        "resend_in": 0,
        "methods": [{"type": "totp", "label": "App", "text": ""}],
    }

    assert rendered('{% include "components/code_step.html" %}', step=step).count('name="parked" value="p4rk3d"') == 3


def test_while_locked_there_is_no_field_to_waste_a_code_in() -> None:
    step = {
        "locked": True,
        "locked_until": timezone.now(),
        "resend_in": 0,
        "methods": [{"type": "totp", "label": "App", "text": ""}],
    }

    html = rendered('{% include "components/code_step.html" %}', step=step)

    assert 'name="code"' not in html
    assert "Send a new code" not in html
    assert 'data-qa="mfa-method-choice"' in html


@pytest.mark.parametrize(
    ("level", "role"), [("info", "status"), ("success", "status"), ("warning", "alert"), ("error", "alert")]
)
def test_messages_have_the_role_that_their_level_deserves(level: str, role: str) -> None:
    html = rendered('{% include "components/flash.html" %}', messages=[{"level_tag": level}])

    assert f'class="flash flash-{level}" role="{role}"' in html


@pytest.mark.parametrize(("seconds", "words"), [(5, "1\xa0minute"), (60, "1\xa0minute"), (90, "2\xa0minutes")])
def test_nobody_is_told_to_wait_for_no_minutes(seconds: int, words: str) -> None:
    assert ui.wait(timezone.now() + timedelta(seconds=seconds)) == words
