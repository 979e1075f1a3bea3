"""The accounts of an old database, each with what it has there. Only ever reads."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connections

from mfa_platform.accounts import emails

BATCH = 500
"""Accounts that are read at once."""
VERIFIED = "account_emailaddress"
"""Where django-allauth keeps whose address was confirmed."""


class NotThere(Exception):
    """The database has no such table or column; the text names it."""


@dataclass(frozen=True)
class Found:
    """One factor: the `method` of ours that it becomes, `row`, by which it is known again, and what to remember."""

    row: str
    method: str
    details: dict[str, Any] = field(default_factory=dict, repr=False)
    counter: int = -1
    name: str = ""
    reason: str = ""
    """Why it cannot be taken over; empty where it can."""


@dataclass(frozen=True)
class Person:
    """One old account. `reason` is why nothing of it can be taken over."""

    key: Any
    email: str
    reason: str = ""
    factors: list[Found] = field(default_factory=list)


@dataclass(frozen=True)
class Users:
    """Where the old accounts are."""

    table: str = "auth_user"
    key: str = "id"
    email: str = "email"


class OldDatabase:
    """What is in the tables of the connection `alias`, read with SQL: the packages need not be installed."""

    def __init__(self, alias: str) -> None:
        self.connection = connections[alias]
        with self.connection.cursor() as cursor:
            self.tables = set(self.connection.introspection.table_names(cursor))

    def columns(self, table: str) -> set[str]:
        """Raises `NotThere`."""
        if table not in self.tables:
            raise NotThere(f"table {table}")
        with self.connection.cursor() as cursor:
            described = self.connection.introspection.get_table_description(cursor, table)
        return {column.name for column in described}

    def rows(self, table: str, wanted: Sequence[str], *, by: str, keys: Iterable[Any]) -> list[dict[str, Any]]:
        """The `wanted` columns of the rows whose column `by` is one of `keys`, None for a column that is not there.

        No rows where there is no such table. Raises `NotThere` where `by` is missing.
        """
        keys = list(keys)
        if table not in self.tables or not keys:
            return []
        there = self.columns(table)
        if by not in there:
            raise NotThere(f"column {table}.{by}")
        marks = ", ".join(["%s"] * len(keys))
        names = [name for name in wanted if name in there]
        return [
            {**dict.fromkeys(wanted), **row}
            for row in self._select(names, f"FROM {self._name(table)} WHERE {self._name(by)} IN ({marks})", keys)
        ]

    def users(self, users: Users) -> Iterator[list[dict[str, Any]]]:
        """All accounts in batches, in the order of their keys, as `key`, `email` and `active`. Raises `NotThere`."""
        there = self.columns(users.table)
        if missing := {users.key, users.email} - there:
            raise NotThere(f"column {users.table}.{min(missing)}")
        names = [users.key, users.email, *(["is_active"] if "is_active" in there else [])]
        key = self._name(users.key)
        after: list[Any] = []
        while True:
            where = f"WHERE {key} > %s" if after else ""
            rows = self._select(names, f"FROM {self._name(users.table)} {where} ORDER BY {key} LIMIT {BATCH}", after)
            if not rows:
                return
            yield [
                {"key": row[users.key], "email": row[users.email] or "", "active": bool(row.get("is_active", True))}
                for row in rows
            ]
            after = [rows[-1][users.key]]

    def _select(self, names: Sequence[str], rest: str, values: Sequence[Any]) -> list[dict[str, Any]]:
        with self.connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(map(self._name, names))} {rest}", values)  # quoted names
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def _name(self, name: str) -> str:
        """Quoted; only names that the database itself listed come here."""
        quoted: str = self.connection.ops.quote_name(name)
        return quoted


Reader = Callable[[OldDatabase, dict[Any, str]], dict[Any, list[Found]]]
"""Reads what the accounts with these keys and addresses have, by key."""


def read(old: OldDatabase, users: Users, reader: Reader) -> Iterator[Person]:
    """Everybody who has something there. Raises `NotThere`.

    An address is what they are known by, so it has to be theirs: whoever could register there under somebody else's
    would put a factor of their own into that one's account here.
    """
    shared = _shared(old, users)
    for batch in old.users(users):
        addresses = {user["key"]: user["email"] for user in batch}
        factors, confirmed = reader(old, addresses), _confirmed(old, addresses)
        for user in batch:
            if user["key"] in factors:
                reason = _reason(user, shared, confirmed)
                yield Person(user["key"], user["email"], reason, factors[user["key"]])


def _reason(user: dict[str, Any], shared: set[str], confirmed: set[tuple[Any, str]] | None) -> str:
    email = emails.normalise(user["email"])
    if not user["active"]:
        return "an account that was closed there"
    if email in shared:
        return "an address that several accounts have there"
    if confirmed is not None and (user["key"], email) not in confirmed:
        return "an address that was never confirmed there"
    return ""


def _shared(old: OldDatabase, users: Users) -> set[str]:
    """The addresses that are not one account's alone, in our spelling."""
    seen: set[str] = set()
    shared: set[str] = set()
    for batch in old.users(users):
        for user in batch:
            email = emails.normalise(user["email"])
            (shared if email in seen else seen).add(email)
    return shared


def _confirmed(old: OldDatabase, addresses: Iterable[Any]) -> set[tuple[Any, str]] | None:
    """Who has confirmed which address; None where nobody kept that."""
    if VERIFIED not in old.tables:
        return None
    rows = old.rows(VERIFIED, ["user_id", "email", "verified"], by="user_id", keys=addresses)
    return {(row["user_id"], emails.normalise(row["email"])) for row in rows if row["verified"]}
