"""Quotas at a real gateway: who is counted, what is told, and when to come again."""

import re

from suites.gateway.rig import Gateway, Reply, bearer


def times(gateway: Gateway, number: int, target: str, **headers: str) -> list[Reply]:
    """Ask so many times."""
    return [gateway.ask("GET", target, **headers) for _ in range(number)]


def left(reply: Reply) -> dict[str, int]:
    """What the RateLimit header says is left, for each policy."""
    return {name: int(rest) for name, rest in re.findall(r'"(\w+)";r=(\d+);t=\d+', reply.header("RateLimit") or "")}


def test_a_used_up_quota_is_429_with_the_time_to_come_back(gateway: Gateway) -> None:
    """RFC 6585 section 4 and RFC 9110 section 10.2.3; the numbers of draft-ietf-httpapi-ratelimit-headers beside."""
    replies = times(gateway, 4, "/limited/x", **bearer(gateway.token(subject="usr_q1")))
    assert [reply.status for reply in replies] == [200, 200, 429, 429]
    last = replies[-1]
    assert last.json["reason"] == "quota_exceeded"
    assert last.json["request_id"] == last.rid
    assert 0 < int(last.header("Retry-After") or "0") <= 60
    assert last.header("RateLimit-Policy") == '"minute";q=2;w=60, "day";q=100;w=86400'
    assert left(last)["minute"] == 0
    assert len(gateway.upstream.heard) == 2


def test_passed_answers_say_what_is_left(gateway: Gateway) -> None:
    """A client can slow down before it is told to; only what passed is counted, in every window."""
    token = bearer(gateway.token(subject="usr_q2"))
    assert [left(reply) for reply in times(gateway, 3, "/limited/x", **token)] == [
        {"minute": 1, "day": 99},
        {"minute": 0, "day": 98},
        {"minute": 0, "day": 98},
    ]


def test_each_account_has_its_own_quota_whatever_token_it_shows(gateway: Gateway) -> None:
    """A second token is not a second quota; a second person has one."""
    first, again, other = (gateway.token(subject=name) for name in ("usr_q3", "usr_q3", "usr_q4"))
    statuses = [gateway.ask("GET", "/limited/x", **bearer(token)).status for token in (first, again, first, other)]
    assert statuses == [200, 200, 429, 200]


def test_refused_requests_use_up_nothing(gateway: Gateway) -> None:
    """Nobody spends somebody else's quota without being that person."""
    assert {reply.status for reply in times(gateway, 5, "/limited/x")} == {401}
    revoked = gateway.facts(subject="usr_q5")
    gateway.admin(f"add map grants.map {revoked.grant} revoked")
    assert {reply.status for reply in times(gateway, 5, "/limited/x", **bearer(gateway.token(revoked)))} == {401}
    assert gateway.ask("GET", "/limited/x", **bearer(gateway.token(subject="usr_q5"))).status == 200


def test_without_a_credential_the_address_is_counted(gateway: Gateway) -> None:
    """Also when the caller invents another one."""
    statuses = [gateway.ask("GET", "/open/x", X_Forwarded_For=f"192.0.2.{number}").status for number in range(3)]
    assert statuses == [200, 429, 429]
