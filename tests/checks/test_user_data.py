"""What user data says when it is unwrapped, and the secrets in it."""

import base64
import gzip
import json
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.user_data import MOST_BYTES, secrets, texts

SCRIPT = "#!/bin/bash\necho the script\n"
KEY_ID = "AKIA" + "Z7Q4N2M5T8W3R6KD"
SECRET = "v9Xo2Lr7Qm4Tz8Wc1Yb6" + "Ud3Hs5Kj0Pf9Gn2Ae7Ri"
PEM = "-----BEGIN {} KEY-----\n" + "MIIEowIBAAKCAQEA7vbqajDhA7l5gFmYQWmBmSGoXh8Iu0y0o2m4T5Wn0b0Y\n" * 3


def encoded(raw):
    return base64.b64encode(raw if isinstance(raw, bytes) else raw.encode()).decode()


def mime(*parts):
    whole = MIMEMultipart()
    for part in parts:
        whole.attach(MIMEText(part, "x-shellscript"))
    return whole.as_string()


@pytest.mark.parametrize(
    "data",
    [
        SCRIPT,
        encoded(SCRIPT),
        encoded(gzip.compress(SCRIPT.encode())),
        encoded(encoded(SCRIPT + "#" * 60)),
        encoded(gzip.compress(mime("echo first", SCRIPT).encode())),
        encoded(mime(encoded(gzip.compress(SCRIPT.encode())) + "\n", "echo last")),
        encoded(SCRIPT.encode("utf-16")),
    ],
    ids=["plain", "base64", "gzip", "twice", "gzipped-mime", "gzip-in-mime", "utf-16"],
)
def test_a_text_is_found_in_every_wrapping(data):
    assert any("echo the script" in text for text in texts(data))


def test_each_part_of_a_multipart_is_read():
    assert [text.strip() for text in texts(encoded(mime("echo one", "echo two")))] == ["echo one", "echo two"]


def test_a_bomb_is_cut_short():
    (text,) = texts(encoded(gzip.compress(b"# " * MOST_BYTES)))
    assert len(text) == MOST_BYTES


def test_broken_gzip_and_endless_wrapping_are_taken_as_they_are():
    assert list(texts(encoded(b"\x1f\x8bnot gzip"))) == ["\x1f�not gzip"]
    data = "x" * 64
    for _ in range(30):
        data = encoded(data)
    assert len(list(texts(data))) == 1


@given(st.binary(max_size=400))
def test_whatever_stands_there_is_read_without_a_fault(raw):
    for text in texts(encoded(raw)):
        secrets(text)


@given(st.text(max_size=200))
def test_a_text_comes_back_as_it_was(text):
    script = "#!/bin/sh\n" + text
    assert list(texts(encoded(script))) == [script.encode("utf-8", "replace").decode()]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f"export AWS_ACCESS_KEY_ID={KEY_ID}\nexport AWS_SECRET_ACCESS_KEY={SECRET}", "AWS access key AKIA…R6KD"),
        (f"aws_access_key_id = {KEY_ID}\naws_secret_access_key = {SECRET}", "AWS access key"),
        (json.dumps({"key": KEY_ID, "secret": SECRET}), "AWS access key"),
        (f"aws configure set aws_secret_access_key {SECRET}", "AWS secret access key"),
        (f'"SecretAccessKey": "{SECRET}"', "AWS secret access key"),
        (PEM.format("RSA PRIVATE"), "private key"),
        (PEM.format("PRIVATE"), "private key"),
        (PEM.format("OPENSSH PRIVATE"), "private key"),
        (PEM.format("EC PRIVATE").replace("\n", "\\n"), "private key"),
        ("postgres://app:correct-horse@db.internal:5432/orders", "password in a postgres:// address"),
        ("git clone https://ci:9fj2kdl3kf@git.example/repo.git", "password in a https:// address"),
        ("mongodb+srv://u:p4ssw0rd9@cluster.example", "password in a mongodb+srv:// address"),
        ("redis://:s3cr3tpw9@cache:6379", "password in a redis:// address"),
        ("TOKEN=" + "ghp_" + "a1B2" * 9, "GitHub token"),
        ("glpat-" + "a1B2" * 5, "GitLab token"),
        ("xoxb-" + "123456789012-abcdefABCDEF", "Slack token"),
        ("https://hooks.slack.com/services/" + "T0AB/B0CD/" + "a1B2" * 6, "Slack webhook"),
        ("sk_live_" + "a1B2" * 6, "Stripe key"),
        ("AIza" + "a1B2c" * 7, "Google API key"),
    ],
)
def test_a_secret_is_named_with_its_line_and_never_repeated(text, what):
    (found,) = secrets(f"#!/bin/sh\n{text}\n")
    assert found.what.startswith(what)
    assert found.line == 2
    for word in (SECRET, KEY_ID, "correct-horse", "a1B2a1B2", "9fj2kdl3kf", "MIIEow"):
        assert word not in str(found)


@pytest.mark.parametrize(
    "text",
    [
        "AKIAIOSFODNN7EXAMPLE\nwJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        f"AWS_ACCESS_KEY_ID={KEY_ID}",
        f"{KEY_ID}\nda39a3ee5e6b4b0d3255bfef95601890afd80709",
        f"{KEY_ID}\nwJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        f"prefix{KEY_ID} {SECRET}",
        "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "aws_secret_access_key = ${SECRET}",
        f"{KEY_ID}" + "\n" * 5000 + SECRET,
        "-----BEGIN RSA PRIVATE KEY-----\n${PRIVATE_KEY}\n-----END RSA PRIVATE KEY-----",
        "grep -q 'BEGIN RSA PRIVATE KEY' key.pem",
        PEM.format("PUBLIC"),
        "-----BEGIN CERTIFICATE-----\n" + "A" * 64,
        "postgres://app:${PASSWORD}@db/orders",
        "postgres://app:$PASSWORD@db/orders",
        "postgres://app:<password>@db/orders",
        "postgres://app:password@db/orders",
        "postgres://app:{{ password }}@db/orders",
        "postgres://app:xxxx@db/orders",
        "https://example.com:8443/@scope/name",
        "https://user@example.com/",
        "git@github.com:acme/app.git",
        "ghp_short",
        "echo hello",
        "",
    ],
)
def test_what_only_looks_like_a_secret_is_none(text):
    assert secrets(text) == []


def test_several_secrets_are_told_in_order_and_once():
    text = f"redis://:s3cr3tpw9@cache\n{KEY_ID} {SECRET}\n{KEY_ID}\nredis://:s3cr3tpw9@cache\n"
    assert [(found.what.split()[0], found.line) for found in secrets(text)] == [
        ("password", 1),
        ("AWS", 2),
        ("AWS", 3),
        ("password", 4),
    ]
