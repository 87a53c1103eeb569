"""Every kind of credential that a caller may show, and what the gateway ought to make of it.

Decides a table: name, the text on the wire, the identity that ``evaluate`` is given. What the change feed says of
each is in ``runtime_maps``, in the form in which the edge agent writes it.
"""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field, replace
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey
from suites.signatures import low, twin

from twogate.rules.assurance.level import Level
from twogate.rules.haproxy import maps
from twogate.rules.policy.request import Identity, Presented, Unverified
from twogate.terms.access import AccessFacts
from twogate.terms.changes import VerificationKey

KID = "key-1"
KEY = ECKey.generate_key("P-256", private=True)
OTHER_KEY = ECKey.generate_key("P-256", private=True)
VERIFICATION = (VerificationKey(KID, KEY.as_pem(private=False).decode()),)
HOUR = 3600


@dataclass
class Credentials:
    """All credentials for one gateway, and the maps of its change feed."""

    public_url: str
    now: int = field(default_factory=lambda: int(time.time()))  # noqa: TID251  # the real gateway's clock
    shown: dict[str, tuple[str, Identity]] = field(default_factory=dict)
    runtime_maps: dict[str, str] = field(default_factory=lambda: dict.fromkeys(maps.RUNTIME_MAPS, ""))

    def __post_init__(self) -> None:
        self._people()
        self._times()
        self._change_feed()
        self._forgeries()
        self._opaque()

    def _facts(self, name: str, **changes: Any) -> AccessFacts:
        plain = AccessFacts(
            subject=f"usr_{name}",
            grant=f"gnt_{name}",
            rank=int(Level.AAL1),
            auth_time=self.now - 20,
            expires=self.now + HOUR,
            not_before=self.now - 20,
            factors=1,
            audience=self.public_url,
            client="cli_app",
            amr=("pwd",),
            issued=self.now - 20,
        )
        return replace(plain, **changes)

    def _jwt(self, facts: AccessFacts, *, key: Any = KEY, header: dict[str, Any] | None = None, **claims: Any) -> str:
        head = {"typ": "at+jwt", "alg": "ES256", "kid": KID, **(header or {})}
        body = {"iss": f"{self.public_url}/.twogate", "sub": facts.subject, "exp": facts.expires, "tg": facts.pack()}
        return low(str(jwt.encode(head, {**body, **claims}, key, algorithms=[head["alg"]])))

    def _add(self, name: str, facts: AccessFacts, **state: Any) -> None:
        self.shown[name] = (self._jwt(facts), Presented(facts, **state))

    def _people(self) -> None:
        both = {"rank": 2, "factors": 2, "amr": ("mfa", "otp", "pwd")}
        for name, changes in {
            "one": {},
            "reader": {"scope": ("read",)},
            "writer": {"scope": ("read", "write:x")},
            "lookalike": {"scope": ("rea", "xwrite:x", "write:xy")},
            "two": both,
            "two_scoped": {**both, "scope": ("write:x", "read")},
            "two_stale": {**both, "auth_time": self.now - 1000},
            "two_old": {**both, "auth_time": self.now - 9000, "scope": ("read", "write:x")},
            "phr": {**both, "rank": 3, "amr": ("hwk", "mfa")},
            "phrh": {**both, "rank": 4, "scope": ("read", "write:x")},
            "aal3": {**both, "rank": 5, "factors": 3, "scope": ("read", "write:x")},
            "old": {"auth_time": self.now - 9000},
            "recovered": {"factors": 0},
        }.items():
            self._add(name, self._facts(name, **changes))

    def _times(self) -> None:
        self._add("expired", self._facts("expired", expires=self.now - 60))
        self._add("early", self._facts("early", not_before=self.now + HOUR))
        self._add("early_expired", self._facts("e_e", not_before=self.now + HOUR, expires=self.now - 60))
        self._add("elsewhere", self._facts("elsewhere", audience="https://other.example"))
        self._add("elsewhere_expired", self._facts("e_x", audience="https://other.example", expires=self.now - 60))
        self._add("bound", self._facts("bound", binding="thumbprint"))

    def _change_feed(self) -> None:
        grants, subjects = [], []
        for name, changes in {
            "revoked": {},
            "revoked_expired": {"expires": self.now - 60},
            "revoked_strong": {"rank": 5},
        }.items():
            facts = self._facts(name, **changes)
            self._add(name, facts, revoked=True)
            grants.append(f"{facts.grant} {maps.REVOKED}\n")
        for name, changes in {"blocked": {}, "blocked_bound": {"binding": "x"}}.items():
            self._add(name, self._facts(name, **changes), subject_blocked=True)
            subjects.append(f"usr_{name} {maps.BLOCKED}\n")
        since = self.now - 500
        for name, age in {"demanded": 1000, "demanded_met": 20}.items():
            facts = self._facts(name, auth_time=self.now - age, rank=2, factors=2, scope=("read", "write:x"))
            self._add(name, facts, step_up_since=since)
            subjects.append(f"usr_{name} {maps.SINCE}{since}\n")
        facts = self._facts("tombstone")
        self._add("tombstone", facts, revoked=True)
        self.runtime_maps[maps.CLAIMS] += f"{digest(self.shown['tombstone'][0])} {maps.REVOKED}\n"
        self.runtime_maps[maps.GRANTS] += "".join(grants)
        self.runtime_maps[maps.SUBJECTS] += "".join(subjects)

    def _forgeries(self) -> None:
        facts = self._facts("forged", rank=5, factors=3, scope=("read", "write:x"))
        good = self._jwt(facts)
        head, body, signature = good.split(".")
        forged = {
            "other_key": self._jwt(facts, key=OTHER_KEY),
            "other_kid": self._jwt(facts, header={"kid": "key-2"}),
            "no_kid": self._jwt(facts, header={"kid": ""}),
            "other_type": self._jwt(facts, header={"typ": "JWT"}),
            "other_issuer": self._jwt(facts, iss="https://other.example"),
            "no_facts": self._jwt(facts, tg=""),
            "facts_of_other_version": self._jwt(facts, tg=f"1{facts.pack()[1:]}"),
            "hmac_with_public_key": _hmac({"typ": "at+jwt", "alg": "HS256", "kid": KID}, body),
            "no_algorithm": f"{_part({'typ': 'at+jwt', 'alg': 'none', 'kid': KID})}.{body}.",
            "embedded_key": self._jwt(facts, key=OTHER_KEY, header={"jwk": OTHER_KEY.as_dict(private=False)}),
            "changed_body": f"{head}.{_changed(body)}.{signature}",
            "cut_signature": good[:-4],
            "padded": good + "=",
            "twin_signature": twin(good),
            "twin_of_a_revoked_token": twin(self.shown["tombstone"][0]),
            "another_spelling": good[:-1] + _sibling(good[-1]),
            "four_parts": good + ".x",
            "words": "let-me-in",
            "dots": "..",
            "facts_themselves": facts.pack().replace(" ", ""),
            "long": good + "A" * 5000,
        }
        for name, text in forged.items():
            self.shown[name] = (text, Unverified())

    def _opaque(self) -> None:
        token = self._facts("pat", auth_time=0, expires=self.now + HOUR, scope=("read",))
        for name, facts in {
            "pat": token,
            "svc": replace(token, subject="cli_svc", grant="gnt_svc", expires=0, scope=("read", "write:x")),
            "svc_strong": replace(token, subject="cli_strong", grant="gnt_strong", rank=5, factors=3, expires=0),
            "pat_expired": replace(token, subject="usr_pe", expires=self.now - 60),
        }.items():
            text = f"tg_pat_{name}{'x' * 40}"
            self.shown[name] = (text, Presented(facts))
            self.runtime_maps[maps.TOKENS] += f"{digest(text)} {facts.pack()}\n"
        self.shown["pat_unknown"] = (f"tg_pat_unknown{'x' * 40}", Unverified())


def digest(token: str) -> str:
    """How tokens are named in maps."""
    return hashlib.sha256(token.encode()).hexdigest()


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _hmac(header: dict[str, Any], body: str) -> str:
    """Sign with the public key as if it were a shared secret (RFC 8725 section 2.1)."""
    signed = f"{_part(header)}.{body}"
    mac = hmac.digest(KEY.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def _changed(body: str) -> str:
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return _part({**claims, "tg": claims["tg"].replace("usr_forged", "usr_victim")})


def _sibling(last: str) -> str:
    """Another character with the same significant bits: base64 decoders that are lenient read the same bytes."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return alphabet[alphabet.index(last) ^ 1]
