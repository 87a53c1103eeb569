"""Portable Symmetric Key Container (RFC 6030): a vendor's delivery of OATH tokens as XML.

Decides which keys of a container can be used here: HOTP and TOTP (sections 10.1, 10.2), decimal codes without check
digits, a policy that is understood in full (section 5: a key whose policy is not understood must not be used), now.
A signature over the container is not looked at: a file is as good as the way it came.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from xml.etree.ElementTree import Element  # a type; ``guarded_xml`` parses

from twogate.rules.factors.oath import TIMED
from twogate.rules.factors.seeds import guarded_xml
from twogate.rules.factors.seeds.pskc_values import (
    Opening,
    Unreadable,
    Values,
    child,
    children,
    decimal,
    local,
    values_of,
)
from twogate.rules.factors.seeds.seed import LARGEST_FILE, Delivery, Described, Seed, gathered, oath_seed
from twogate.terms.instant import Instant
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused

_NAMESPACE = "urn:ietf:params:xml:ns:keyprov:pskc"
_SUITES = {"": "SHA1", "SHA1": "SHA1", "SHA256": "SHA256", "SHA512": "SHA512"}
_NOT_IN_SUITES = re.compile("HMAC|[^A-Z0-9]")
_USAGES = frozenset({"OTP"})


def parse(document: bytes, opening: Opening, now: Instant) -> Passed[Delivery] | Refused:
    """Read a container."""
    parsed = guarded_xml.parse(document, largest=LARGEST_FILE)
    if isinstance(parsed, Refused):
        return parsed
    container = parsed.value
    if container.tag != f"{{{_NAMESPACE}}}KeyContainer":
        return Refused(Reason.INPUT_MALFORMED, "not a PSKC key container")
    if container.get("Version", "").partition(".")[0] != "1":
        return Refused(Reason.INPUT_MALFORMED, "a version of PSKC that is not known here")
    values = values_of(container, opening)
    if isinstance(values, Refused):
        return values
    delivery = gathered(_seeds(container, values.value, now))
    if not delivery.seeds and not delivery.unusable:
        return Refused(Reason.INPUT_MALFORMED, "the container is empty")
    return Passed(delivery)


def _seeds(container: Element, values: Values, now: Instant) -> Iterator[tuple[str, Seed | str]]:
    for number, package in enumerate(children(container, "KeyPackage"), 1):
        serial = _said(package, "DeviceInfo", "SerialNo")
        for key in children(package, "Key"):
            where = f"key {number} ({serial or key.get('Id', '')})"
            try:
                yield where, _seed(package, key, values, now=now)
            except Unreadable as error:
                yield where, str(error)


def _seed(package: Element, key: Element, values: Values, *, now: Instant) -> Seed | str:
    kind = re.split("[:#]", key.get("Algorithm", ""))[-1].lower()
    if kind not in TIMED:
        return "neither HOTP nor TOTP"
    refused = _format(key) or _policy(key, now)
    if refused:
        return refused
    suite = _NOT_IN_SUITES.sub("", _said(key, "AlgorithmParameters", "Suite").upper())
    secret = child(key, "Data", "Secret")
    if secret is None:
        return "its secret is not in the file"
    response = child(key, "AlgorithmParameters", "ResponseFormat")
    model = f"{_said(package, 'DeviceInfo', 'Manufacturer')} {_said(package, 'DeviceInfo', 'Model')}"
    return oath_seed(
        Described(
            serial=_said(package, "DeviceInfo", "SerialNo") or key.get("Id", ""),
            key=values.octets(secret),
            timed=TIMED[kind],
            digits=decimal(response.get("Length", "")) if response is not None else 6,
            algorithm=_SUITES.get(suite, suite),
            period=_number(key, "TimeInterval", values, usual=30),
            counter=_number(key, "Counter", values, usual=0),
            model=model,
        )
    )


def _format(key: Element) -> str:
    response = child(key, "AlgorithmParameters", "ResponseFormat")
    if response is None:
        return ""
    if response.get("Encoding") != "DECIMAL":
        return "its codes are not decimal"
    if response.get("CheckDigits", "false") not in {"false", "0"}:
        return "its codes carry check digits"
    return ""


def _policy(key: Element, now: Instant) -> str:
    """Why its policy forbids to use it here; unknown parts forbid it (RFC 6030 section 5)."""
    policy = child(key, "Policy")
    usages = set()
    for part in () if policy is None else policy:
        text = (part.text or "").strip()
        match local(part):
            case "StartDate" if now < _moment(text):
                return "it may not be used yet"
            case "ExpiryDate" if now >= _moment(text):
                return "it has expired"
            case "StartDate" | "ExpiryDate":
                pass
            case "KeyUsage":
                usages.add(text)
            case "PINPolicy" if part.get("PINUsageMode") == "Local":
                pass  # the token itself asks for its PIN
            case other:
                return f"its policy has {other}, which is not known here"
    return "" if not usages or usages & _USAGES else "it is not meant for one-time passwords"


def _moment(text: str) -> Instant:
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable("its policy has a date that is not one") from None
    return Instant.from_seconds((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp())


def _number(key: Element, name: str, values: Values, *, usual: int) -> int:
    found = child(key, "Data", name)
    return usual if found is None else values.number(found)


def _said(element: Element, *path: str) -> str:
    found = child(element, *path)
    return (found.text or "").strip() if found is not None else ""
