"""What a machine's user data says when it is unwrapped, and the secrets in it; they are named, never repeated."""

from __future__ import annotations

import binascii
import codecs
import re
import zlib
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes

MOST_BYTES = 1 << 22
"""Of what is unpacked: user data is 16 KB at most, so more than this is meant to do harm."""
DEEPEST = 6
"""Wrappings within wrappings."""


def texts(data: str) -> Iterator[str]:
    """The texts in user data as AWS gives it: base64, and within it gzip, MIME parts and base64 once more."""
    try:
        raw = b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raw = data.encode()
    yield from _unwrap(raw, DEEPEST)


def _unwrap(raw: bytes, depth: int) -> Iterator[str]:
    inner = _inside(raw) if depth else ()
    if inner:
        for part in inner:
            yield from _unwrap(part, depth - 1)
    elif raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield raw.decode("utf-16", "replace")
    else:
        yield raw.decode("utf-8", "replace")


def _inside(raw: bytes) -> tuple[bytes, ...]:
    """What a wrapping holds; empty: it is none."""
    if raw.startswith(b"\x1f\x8b"):
        try:
            return (zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(raw, MOST_BYTES),)
        except zlib.error:
            return ()
    if re.match(rb"\s*(content-type:\s*multipart/|mime-version:)", raw, re.IGNORECASE):
        parts = [p.get_payload(decode=True) for p in message_from_bytes(raw.lstrip()).walk() if not p.is_multipart()]
        return tuple(part for part in parts if isinstance(part, bytes))
    packed = b"".join(raw.split())
    if len(packed) >= 64 and re.fullmatch(rb"[A-Za-z0-9+/]+={0,2}", packed):
        try:
            return (b64decode(packed, validate=True),)
        except binascii.Error:
            return ()
    return ()


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret that was found: what it is, and in which line."""

    what: str
    line: int

    def __str__(self) -> str:
        return f"{self.what} (line {self.line})"


def secrets(text: str) -> list[Secret]:
    """The secrets in `text`, of kinds that are hardly ever anything else, in order."""
    found = [
        Secret(kind.called(match), text.count("\n", 0, match.start()) + 1)
        for kind in _KINDS
        if kind.sign in text
        for match in kind.pattern.finditer(text)
        if kind.is_real(match)
    ]
    pairs = list(_key_pairs(text))
    found += pairs or _lone_keys(text)
    return sorted(set(found), key=lambda secret: (secret.line, secret.what))


_KEY_ID = re.compile(r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])")
_SECRET_KEY = re.compile(
    r"(?<![A-Za-z0-9/+=_-])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])|(?<==)[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])"
)
_NEAR = 2000
"""Characters between the id of an access key and its secret."""


def _key_pairs(text: str) -> Iterator[Secret]:
    """Ids of access keys with what looks like their secret near them; AWS's documented examples are none."""
    ids = list(_KEY_ID.finditer(text))
    wholes = [m.start() for m in _SECRET_KEY.finditer(text) if _is_random(m[0])] if ids else []
    for match in ids:
        if not match[0].endswith("EXAMPLE") and any(abs(match.start() - at) <= _NEAR for at in wholes):
            line = text.count("\n", 0, match.start()) + 1
            yield Secret(f"AWS access key {match[0][:4]}…{match[0][-4:]} with its secret", line)


_NAMED_KEY = re.compile(
    r"(?i)secret_?access_?key[\"']?\s*(?:=|:|\s)\s*[\"']?(?P<key>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])"
)


def _lone_keys(text: str) -> Iterator[Secret]:
    """Secret access keys that are called so, where their id stands elsewhere."""
    for match in _NAMED_KEY.finditer(text):
        if _is_random(match["key"]):
            yield Secret("AWS secret access key", text.count("\n", 0, match.start()) + 1)


def _is_random(word: str) -> bool:
    """Whether 40 letters may be a secret access key: of every kind, which digests are not, and no example."""
    kinds = (str.isupper, str.islower, str.isdigit)
    return "EXAMPLE" not in word and all(any(kind(letter) for letter in word) for kind in kinds)


def _is_password(match: re.Match[str]) -> bool:
    """Whether the password of a URL is one, and not a place for one: `${PASSWORD}`, `<password>`, `****`."""
    word = match["password"]
    named = re.fullmatch(r"(?i)(your|my|the)?[-_]?(pass(word|wd|phrase)?|pw|pwd|secret|token)[-_]?(here)?", word)
    return not named and not re.search(r"[$<>{}%*]|^\[|^(.)\1*$", word)


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of secret: how it is called, what is always in it, and how it is written."""

    what: str
    sign: str
    pattern: re.Pattern[str]
    is_real: Callable[[re.Match[str]], bool] = bool

    def called(self, match: re.Match[str]) -> str:
        return self.what.format(**match.groupdict())


def _token(what: str, sign: str, rest: str) -> _Kind:
    return _Kind(what, sign, re.compile(rf"(?<![A-Za-z0-9_]){re.escape(sign)}{rest}"))


_KINDS = (
    # some of the key itself, for a header alone is in many a script
    _Kind(
        "private key",
        "PRIVATE KEY",
        re.compile(
            r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:\s|\\n|[A-Za-z-]+: [^\n]+\n)*[A-Za-z0-9+/]{40}"
        ),
    ),
    _Kind(
        "password in a {scheme}:// address",
        "://",
        re.compile(
            r"\b(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{1,20})://[^\s:/@'\"]{0,64}:(?P<password>[^\s/@'\"]{3,128})@[\w.\[-]"
        ),
        _is_password,
    ),
    _Kind("GitHub token", "gh", re.compile(r"(?<![A-Za-z0-9_])gh[pousr]_[A-Za-z0-9]{36}")),
    _token("GitHub token", "github_pat_", r"[A-Za-z0-9_]{60}"),
    _token("GitLab token", "glpat-", r"[A-Za-z0-9_-]{20}"),
    _token("Slack token", "xox", r"[abeprs]-[A-Za-z0-9-]{20}"),
    _token("Slack token", "xapp-", r"\d-[A-Za-z0-9-]{20}"),
    _token("Slack webhook", "https://hooks.slack.com/services/", r"T[A-Z0-9]+/B[A-Z0-9]+/[A-Za-z0-9]{16}"),
    _token("Stripe key", "sk_live_", r"[A-Za-z0-9]{20}"),
    _token("Stripe key", "rk_live_", r"[A-Za-z0-9]{20}"),
    _token("Google API key", "AIza", r"[A-Za-z0-9_-]{35}"),
    _token("SendGrid key", "SG.", r"[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    _token("DigitalOcean token", "dop_v1_", r"[a-f0-9]{64}"),
    _token("Vault token", "hvs.", r"[A-Za-z0-9_-]{24}"),
)
