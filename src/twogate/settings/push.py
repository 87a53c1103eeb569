"""``[push]``: how phones are woken when somebody is asked on them.

Decides which ways are open. With none of them set up, phones of most browsers are still reached by Web Push, and
every phone finds what waits for it when its page is opened.
"""

import json
import re
from typing import Self

from pydantic import Field, model_validator

from twogate.settings.section import SecretText, Section
from twogate.terms.secret import Secret

# The push services of Chromium, Firefox, Safari and Edge: nothing else is called on a phone's word.
SERVICES = (
    "https://fcm.googleapis.com",
    "https://updates.push.services.mozilla.com",
    "https://web.push.apple.com",
    "https://*.push.apple.com",
    "https://*.notify.windows.com",
)
_ORIGIN = re.compile(r"https?://(?:\*\.)?[a-z0-9.-]+(?::[0-9]{1,5})?")
_LOCAL = re.compile(r"http://(?:localhost|127\.0\.0\.1|\[::1\])(?::[0-9]{1,5})?(?:/.*)?")
_ACCOUNT_KEYS = {"project_id", "client_email", "private_key", "token_uri"}


class PushSettings(Section):
    """Prompts on phones."""

    enabled: bool = Field(default=True, description="Whether people may connect a phone and be asked on it.")
    web_push: bool = Field(default=True, description="Wake phones through their browser's push service (RFC 8030).")
    web_push_contact: str = Field(
        default="",
        pattern=r"^(?:(?:mailto:|https://)\S+)?$",
        description="How a push service can reach you, `mailto:...` or `https://...` (RFC 8292). Some insist on it.",
    )
    web_push_services: tuple[str, ...] = Field(
        default=SERVICES,
        description="The push services that may be called, as origins; `*.` stands for one label. A phone names the "
        "address itself, so nothing else is ever called.",
    )
    ntfy_url: str = Field(default="", description="An ntfy server (`https://ntfy.example.com`); empty = none.")
    ntfy_token: SecretText = Field(default=Secret(""), description="Its access token; empty = none is sent.")
    fcm_account: SecretText = Field(
        default=Secret(""),
        description="For an app of your own: the service account of Firebase Cloud Messaging, as its JSON file.",
    )
    fcm_url: str = Field(default="https://fcm.googleapis.com", description="The server of its HTTP v1 interface.")
    apns_key: SecretText = Field(
        default=Secret(""), description="For an app of your own: the signing key for Apple's push service (PEM)."
    )
    apns_key_id: str = Field(default="", description="The key's id, ten characters.")
    apns_team: str = Field(default="", description="Your team's id.")
    apns_topic: str = Field(default="", description="The app's bundle id.")
    apns_url: str = Field(default="https://api.push.apple.com", description="Apple's server.")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for origin in self.web_push_services:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is no origin: write scheme and host, without a path")
        for url in (*self.web_push_services, self.ntfy_url, self.fcm_url, self.apns_url):
            if url and not url.startswith("https://") and not _LOCAL.fullmatch(url):
                raise ValueError(f"{url!r} has to be https, unless it is on this machine")
        if self.fcm_account and not account_of(self.fcm_account):
            raise ValueError("fcm_account is not the JSON of a service account")
        if self.apns_key and not (self.apns_key_id and self.apns_team and self.apns_topic):
            raise ValueError("apns_key needs apns_key_id, apns_team and apns_topic")
        return self


def account_of(secret: Secret) -> dict[str, str]:
    """The members of a service account's file that are needed; nothing where it is none."""
    try:
        raw = json.loads(secret.text())
    except ValueError:
        return {}
    if not isinstance(raw, dict) or not raw.keys() >= _ACCOUNT_KEYS:
        return {}
    return {name: str(raw[name]) for name in _ACCOUNT_KEYS}
