"""How often something may be done that costs somebody else: a message to an address of a stranger's choice, say."""

from django.core.cache import cache


def allowed(what: str, who: object, *, times: int, seconds: int) -> bool:
    """Whether `who` may do `what` once more: at most `times` in `seconds` from the first. Counts this time."""
    key = f"limits:{what}:{who}"
    cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key) <= times
    except ValueError:  # it ran out between the two
        return True
