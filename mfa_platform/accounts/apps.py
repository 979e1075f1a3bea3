from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who can log in, with which sessions and tokens. The lowest layer: it knows nothing of MFA, shops or portals."""

    name = "mfa_platform.accounts"
    label = "accounts"
    verbose_name = "Accounts"
