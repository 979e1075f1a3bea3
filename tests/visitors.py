"""Somebody at the other end of a real connection: a browser or an API client of a server that really runs."""

import json
import re
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode

from tests.cast import JSONAPI, PASSWORD


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Message
    text: str

    @property
    def media_type(self) -> str:
        return self.headers.get_content_type()

    @property
    def codes(self) -> list[str]:
        """Of a JSON:API error document."""
        return [error["code"] for error in json.loads(self.text)["errors"]]


class _Stay(urllib.request.HTTPRedirectHandler):
    """Redirects are answers too."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


class Visitor:
    """Keeps cookies and follows no redirect."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.cookies = CookieJar()
        self.headers: dict[str, str] = {}
        self._opener = urllib.request.build_opener(_Stay, urllib.request.HTTPCookieProcessor(self.cookies))

    def request(self, method: str, path: str, body: str | None = None, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in (self.headers | headers).items()}
        data = body.encode() if body is not None else None
        wanted = urllib.request.Request(f"{self.base_url}{path}", data=data, headers=named, method=method)
        try:
            response = self._opener.open(wanted, timeout=40)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            return Answer(response.status, response.headers, response.read().decode())

    def get(self, path: str) -> Answer:
        return self.request("GET", path)

    def submit(self, path: str, form: dict[str, str], *, page: str = "") -> Answer:
        """Fill in the form on `page` (or `path`) and send it to `path`."""
        return self.post(path, {**hidden(self.get(page or path)), **form})

    def post(self, path: str, form: dict[str, str]) -> Answer:
        return self.request("POST", path, urlencode(form), Content_Type="application/x-www-form-urlencoded")

    def ask(self, method: str, path: str, attributes: dict[str, Any] | None = None, **headers: str) -> Answer:
        """One request to the Glue REST API; the resource is the last part of the path."""
        document = {"data": {"type": path.rsplit("/", 1)[-1], "attributes": attributes or {}}}
        body = None if method in {"GET", "DELETE"} else json.dumps(document)
        return self.request(method, f"/glue/{path}", body, Content_Type=JSONAPI, **headers)

    def get_token(self, email: str) -> None:
        """Sign in at the API."""
        answer = self.ask("POST", "access-tokens", {"username": email, "password": PASSWORD})
        self.headers["Authorization"] = f"Bearer {json.loads(answer.text)['data']['attributes']['accessToken']}"


def hidden(page: Answer) -> dict[str, str]:
    """What the forms of `page` send along unseen: the token against forged requests, and what a code step keeps."""
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text)
    return {name: value for name, value in fields if name in {"csrfmiddlewaretoken", "parked", "method"}}
