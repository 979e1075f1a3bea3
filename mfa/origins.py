"""Where a request came from, as a value that the layers below HTTP can record."""

import socket
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest


@dataclass(frozen=True)
class Origin:
    """Portal or API slug, client address, browser and request id. All strings are cut to what the tables hold."""

    portal: str = ""
    ip: str | None = None
    user_agent: str = ""
    request_id: str = ""


def of_request(request: HttpRequest, *, portal: str) -> Origin:
    """The origin of `request` (a Django or a DRF one)."""
    meta = request.META
    user_agent = meta.get("HTTP_USER_AGENT", "")[:255]
    return Origin(
        portal=portal,
        ip=client_ip(meta.get("REMOTE_ADDR", ""), meta.get("HTTP_X_FORWARDED_FOR", "")),
        user_agent=user_agent if user_agent.isprintable() else "".join(filter(str.isprintable, user_agent)),
        request_id=getattr(request, "request_id", ""),
    )


def client_ip(peer: str, forwarded_for: str) -> str | None:
    """The client's address: `X-Forwarded-For` is believed only as far as configured proxies wrote it.

    Anybody can send the header; only the entries behind our own proxies are facts, read from the right.
    """
    chain = [*(part.strip() for part in forwarded_for.split(",") if part.strip()), peer]
    while len(chain) > 1 and not {chain[-1], _valid(chain[-1])}.isdisjoint(settings.TRUSTED_PROXIES):
        chain.pop()
    return _valid(chain[-1]) or _valid(peer)


def network_of(ip: str | None) -> str:
    """The network that limits are counted for: an IPv4 address, or the /64 that one customer of a provider has."""
    if ip is None or ":" not in ip:
        return ip or ""
    return socket.inet_ntop(socket.AF_INET6, socket.inet_pton(socket.AF_INET6, ip)[:8] + bytes(8))


def _valid(address: str) -> str | None:
    """`address` as the system writes it, which costs a twentieth of what `ipaddress` does; None if it is none.

    An IPv4 address that arrives at an IPv6 socket is written as such an address (RFC 4291, 2.5.5.2). It stays an IPv4
    one: all of them are within the same /64, and would be one network to every limit.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        written = socket.inet_ntop(family, socket.inet_pton(family, address))
    except (OSError, ValueError):
        return None
    return written.removeprefix("::ffff:") if "." in written else written
