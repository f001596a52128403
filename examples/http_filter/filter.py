"""The rules of examples/http_filter: None accepts a body, a str rejects it, and bytes replace it."""

import re

import web

PASSWORD = re.compile(rb"(password=)[^&\s]+")


def on_post(path, headers, body):
    if not headers.get("content-type", "").startswith(("text/", "application/x-www-form-urlencoded")):
        return "only text can be posted"
    if b"casino" in body.lower():
        web.log(f"spam on {path}, from {headers.get('user-agent', 'an unknown client')}")
        return "this looks like spam"
    masked = PASSWORD.sub(rb"\1***", body)
    if masked != body:
        return masked
