"""Databases of other products, as they left them: django-otp's made of its models, django-allauth's by hand."""

import json

from django.apps import apps
from django.db import connection

from tests import otp

PLUGINS = ("otp_totp", "otp_static", "otp_email", "otp_hotp")
USERS = """
    CREATE TABLE auth_user (
      id integer NOT NULL PRIMARY KEY, username varchar(150) NOT NULL UNIQUE, email varchar(254) NOT NULL,
      password varchar(128) NOT NULL, is_active boolean NOT NULL)
"""
AUTHENTICATORS = """
    CREATE TABLE mfa_authenticator (
      id bigint NOT NULL PRIMARY KEY, type varchar(20) NOT NULL, data {json} NOT NULL, user_id integer NOT NULL,
      created_at timestamp NOT NULL, last_used_at timestamp NULL)
"""
ADDRESSES = """
    CREATE TABLE account_emailaddress (
      id integer NOT NULL PRIMARY KEY, email varchar(254) NOT NULL, verified boolean NOT NULL,
      "primary" boolean NOT NULL, user_id integer NOT NULL)
"""


class OldDatabase:
    """One with accounts; `over` is the connection to it."""

    def __init__(self, over=connection):
        self.over, self.last = over, 100
        self.run(USERS)

    def run(self, statement, *values):
        with self.over.cursor() as cursor:
            cursor.execute(statement, values or None)

    def number(self):
        self.last += 1
        return self.last

    def person(self, email="sonia@example.com", *, active=True):
        """An account; its key."""
        key = self.number()
        self.run("INSERT INTO auth_user VALUES (%s, %s, %s, '', %s)", key, f"user{key}", email, active)
        return key


class Otp(OldDatabase):
    """With django-otp. Its plug-ins have to be `otp.installed`."""

    def __init__(self, over=connection):
        super().__init__(over)
        for plugin in PLUGINS:
            for model in apps.get_app_config(plugin).get_models():
                otp.make_table(model, over=over)

    def make(self, name, /, **values):
        return apps.get_model(name).objects.using(self.over.alias).create(**values)

    def app(self, person, /, **values):
        return self.make("otp_totp.TOTPDevice", user_id=person, **{"name": "Phone", **values})

    def codes(self, person, /, *codes, **values):
        device = self.make("otp_static.StaticDevice", user_id=person, name="backup", **values)
        for code in codes:
            self.make("otp_static.StaticToken", device=device, token=code)
        return device

    def mails(self, person, /, **values):
        return self.make("otp_email.EmailDevice", user_id=person, name="mail", **values)


class Allauth(OldDatabase):
    """With django-allauth's MFA."""

    def __init__(self, over=connection):
        super().__init__(over)
        self.run(AUTHENTICATORS.format(json="jsonb" if over.vendor == "postgresql" else "text"))

    def authenticator(self, key, kind, data):
        number = self.number()
        self.run(
            "INSERT INTO mfa_authenticator VALUES (%s, %s, %s, %s, '2024-01-01 00:00:00', NULL)",
            number, kind, json.dumps(data), key,
        )  # fmt: skip
        return number

    def address(self, key, email, *, verified):
        self.run(
            "INSERT INTO account_emailaddress VALUES (%s, %s, %s, %s, %s)", self.number(), email, verified, True, key
        )
