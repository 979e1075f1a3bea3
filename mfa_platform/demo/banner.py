"""What `make run` and `make stack` print: where to go, and as whom."""

LOGINS = [
    ("customers", "sonia@example.com, spencor@example.com"),
    ("administrator", "admin@example.com"),
    ("support (may remove MFA)", "support@example.com"),
    ("agent", "agent@example.com"),
    ("merchant", "merchant@example.com"),
    ("merchant agent", "merchant-agent@example.com"),
]
PAGES = [
    ("Storefront", "/login"),
    ("Mails", "/mailbox/"),
    ("Admin", "/admin/"),
    ("Agent", "/agent/login"),
    ("Merchant", "/merchant/login"),
    ("Merchant agent", "/merchant-agent/login"),
    ("Glue REST API, to try", "/glue/docs"),
    ("Storefront API, to try", "/glue-storefront/docs"),
    ("Backend API, to try", "/glue-backend/docs"),
    ("Design system", "/styleguide/"),
]


def banner(base_url: str) -> str:
    """The addresses under `base_url` and the demo logins, as plain text."""
    pages = [f"  {name:<26}{base_url}{path}" for name, path in PAGES]
    logins = [f"  {who:<26}{emails}" for who, emails in LOGINS]
    lines = ["", *pages, "", "  Every demo password is change123:", *logins, "", "  Stop with Ctrl-C.", ""]
    return "\n".join(lines)
