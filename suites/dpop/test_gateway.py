"""DPoP at a real gateway: every check of RFC 9449 section 4.3, and that nothing goes around them."""

import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from suites.dpop.conftest import POLICY, Door, Memory, saying
from suites.gateway.rig import Reply, bearer, running
from tests.rules.protocols.keys import Caller, jwk_of, unsigned

from twogate.outside.clock import SystemClock

PATH = "/things/1"
EVE = Caller(number=7)


def _refused(reply: Reply, door: Door, reason: str = "dpop_invalid", error: str = "invalid_dpop_proof") -> bool:
    """It is refused for this reason, in the words of RFC 9449, and the upstream heard nothing."""
    assert (reply.status, reply.json["reason"]) == (401, reason)
    challenge = reply.header("www-authenticate") or ""
    assert f'error="{error}"' in challenge
    return door.gateway.upstream.heard == []


def test_a_good_proof_lets_a_bound_token_in(door: Door) -> None:
    """The upstream hears who it is; neither token nor proof goes on."""
    token = door.token()
    reply = door.ask(PATH, token, door.proof(PATH, token))
    assert reply.status == 200, reply.body
    heard = door.gateway.upstream.last()
    assert heard.header("x-auth-subject") == "usr_alice"
    assert not {"authorization", "dpop"} & heard.names


@pytest.mark.parametrize("header", ["DPoP", "dpop", "DPOP", "dPoP"])
@pytest.mark.parametrize("scheme", ["DPoP", "dpop", "DPOP"])
def test_the_case_of_header_and_scheme_does_not_matter(door: Door, header: str, scheme: str) -> None:
    """RFC 9110 sections 5.1 and 11.1."""
    token = door.token()
    headers = [("Authorization", f"{scheme} {token}"), (header, door.proof(PATH, token))]
    assert door.gateway.send("GET", PATH, headers).status == 200


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize(
    "path", [PATH, "/things/a%20b", "/things/x/../1", "//things//1", "/things/%41", "/things/1?a=b"]
)
def test_htu_is_the_place_that_the_upstream_sees(door: Door, method: str, path: str) -> None:
    """Query and spelling do not matter, what they stand for does."""
    token = door.token()
    assert door.ask(path, token, door.proof(path, token, method=method), method=method).status == 200
    plain = door.gateway.upstream.last().target
    assert door.ask(path, token, door.proof(plain, token, method=method), method=method).status == 200
    door.gateway.upstream.heard.clear()
    assert _refused(door.ask(path, token, door.proof("/things/2", token, method=method), method=method), door)


def test_a_bound_token_is_no_bearer_token(door: Door) -> None:
    """With a proof beside it or without: the scheme says what a token is; it is never remembered as one."""
    token = door.token()
    assert door.ask(PATH, token, door.proof(PATH, token)).status == 200
    door.gateway.upstream.heard.clear()
    for proofs in ((), (door.proof(PATH, token),)):
        assert _refused(door.ask(PATH, token, *proofs, scheme="Bearer"), door, "binding_missing", "invalid_token")
    by_cookie = door.gateway.ask("GET", PATH, Cookie=f"twogate={token}", Accept="application/json")
    assert by_cookie.json["reason"] == "binding_missing"
    assert door.gateway.upstream.heard == []


def test_a_bearer_token_is_no_bound_token(door: Door) -> None:
    """An unbound token, or one that is bound to a certificate, does not become one by a proof; known or not."""
    for change in ({"binding": ""}, {"binding": door.caller.thumbprint}):
        token = door.token(**change)
        for _ in range(2):
            assert _refused(door.ask(PATH, token, door.proof(PATH, token)), door, "binding_missing", "invalid_token")
    known = door.gateway.token()
    assert door.gateway.ask("GET", PATH, **bearer(known)).status == 200
    door.gateway.upstream.heard.clear()
    assert _refused(door.ask(PATH, known, door.proof(PATH, known)), door, "binding_missing", "invalid_token")


def test_one_header_exactly(door: Door) -> None:
    """None, two, an empty one, two in one."""
    token = door.token()
    one, two = (door.proof(PATH, token) for _ in range(2))
    for proofs in ((), (one, two), ("",), (f"{one}, {two}",), (f"{one}\t{two}",), ("x",), (one, "")):
        assert _refused(door.ask(PATH, token, *proofs), door)
    assert door.memory.asked == 0


@pytest.mark.parametrize("member", ["jti", "htm", "htu", "iat", "ath", "head_typ", "head_alg", "head_jwk"])
def test_each_part_must_be_there(door: Door, member: str) -> None:
    """Each claim, and each member of the header."""
    token = door.token()
    assert _refused(door.ask(PATH, token, door.proof(PATH, token, **{member: None})), door)


def test_one_wrong_thing_is_enough(door: Door) -> None:
    """typ, method, place, time, token, key: one at a time, and the good proof still works afterwards."""
    token, now = door.token(), SystemClock().now().seconds
    other = door.token()
    changes = (
        {"head_typ": "at+jwt"},
        {"head_alg": "RS256"},
        {"head_jwk": jwk_of(door.caller.key, private=True)},
        {"head_jwk": EVE.jwk},
        {"htm": "POST"},
        {"htm": "get"},
        {"htu": "http://evil.example/things/1"},
        {"htu": door.base + "/things/2"},
        {"iat": now - 3_600},
        {"iat": now + 3_600},
        {"jti": ""},
        {"ath": "x"},
    )
    for change in changes:
        assert _refused(door.ask(PATH, token, door.proof(PATH, token, **change)), door)
    assert _refused(door.ask(PATH, token, door.proof(PATH, other)), door)
    assert door.ask(PATH, token, door.proof(PATH, token)).status == 200


def test_ten_seconds_of_a_wrong_clock_are_forgiven(door: Door) -> None:
    """Before and after; and more claims than needed do no harm."""
    token, now = door.token(), SystemClock().now().seconds
    for change in ({"iat": now - 10}, {"iat": now + 10}, {"extra": {"a": [1]}}):
        assert door.ask(PATH, token, door.proof(PATH, token, **change)).status == 200


def test_case_40_unsigned_proofs_are_none(door: Door) -> None:
    """``none`` in every spelling, and signatures of zeros (case 46)."""
    token = door.token()
    claims = {"jti": "x", "htm": "GET", "htu": door.base + PATH, "iat": SystemClock().now().seconds}
    for algorithm in ("none", "None", "nOnE", "ES256"):
        for signature in (b"", bytes(64)):
            header = {"typ": "dpop+jwt", "alg": algorithm, "jwk": door.caller.jwk}
            assert _refused(door.ask(PATH, token, unsigned(header, claims, signature)), door)


def test_another_key_does_not_do(door: Door) -> None:
    """A proof that is good in itself, of somebody who stole the token and has a key of their own."""
    token = door.token()
    stolen = EVE.proof("GET", door.base + PATH, at=SystemClock().now(), token=token)
    assert _refused(door.ask(PATH, token, stolen), door, "binding_missing", "invalid_token")


def test_case_51_a_proof_counts_once(door: Door) -> None:
    """Of twenty uses at once, one passes; afterwards none. Two nodes are in ``test_two_nodes``."""
    token = door.token()
    proof = door.proof(PATH, token)
    with ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(lambda _: door.ask(PATH, token, proof), range(20)))
    assert sum(reply.status == 200 for reply in replies) == 1
    assert {reply.json["reason"] for reply in replies if reply.status != 200} == {"dpop_replayed"}
    door.gateway.upstream.heard.clear()
    assert _refused(door.ask(PATH, token, proof), door, "dpop_replayed")


def test_a_nonce_is_asked_for_where_one_is_wanted(door: Door) -> None:
    """RFC 9449 section 9: ``use_dpop_nonce`` with the nonce, and with it the next proof is good."""
    door.memory.nonce = "n-1"
    token = door.token()
    reply = door.ask(PATH, token, door.proof(PATH, token))
    assert _refused(reply, door, "dpop_nonce_needed", "use_dpop_nonce")
    nonce = reply.header("dpop-nonce")
    assert nonce == "n-1"
    assert door.ask(PATH, token, door.proof(PATH, token, nonce=nonce)).status == 200


def test_case_76_who_cannot_be_asked_lets_nobody_in(door: Door) -> None:
    """The control plane is away or silent: 503 within some seconds; bearer tokens do not notice."""
    token = door.token()
    for name in ("away", "silent"):
        setattr(door.memory, name, True)
        begun = time.monotonic()
        reply = door.ask(PATH, token, door.proof(PATH, token))
        assert (reply.status, reply.json["reason"]) == (503, "control_unavailable")
        assert time.monotonic() - begun < 5
        assert door.gateway.ask("GET", PATH, **bearer(door.gateway.token())).status == 200
        setattr(door.memory, name, False)
    assert all(heard.header("authorization") is None for heard in door.gateway.upstream.heard)
    time.sleep(1.5)  # the silent question ends
    assert door.ask(PATH, token, door.proof(PATH, token)).status == 200


def test_nobody_is_asked_about_a_token_that_is_not_good(door: Door) -> None:
    """Expired, for others, forged: the reason is the token's, and the proof is not used up."""
    now = SystemClock().now().seconds
    for change, reason in (
        ({"expires": now - 1}, "token_expired"),
        ({"audience": "https://other"}, "audience_wrong"),
        ({"claim_iss": "https://evil"}, "token_invalid"),
    ):
        token = door.token(**change)
        assert _refused(door.ask(PATH, token, door.proof(PATH, token)), door, reason, "invalid_token")
    assert door.memory.asked == 0


def test_one_credential_only(door: Door) -> None:
    """Our cookie beside it, a bearer token beside it, two of them: 400."""
    token, plain = door.token(), door.gateway.token()
    proof = ("DPoP", door.proof(PATH, token))
    dpop = ("Authorization", f"DPoP {token}")
    for more in (("Cookie", f"twogate={plain}"), ("Authorization", f"Bearer {plain}"), dpop):
        reply = door.gateway.send("GET", PATH, [dpop, proof, more])
        assert (reply.status, reply.json["reason"]) == (400, "credentials_multiple")
    assert door.gateway.upstream.heard == []


def test_rules_that_need_nobody_and_rules_that_hand_on(door: Door) -> None:
    """An open rule takes no notice and passes everything on; one that hands on passes the token on as it came."""
    token = door.token()
    assert door.ask("/public/1", token, "nonsense").status == 200
    assert door.gateway.upstream.last().header("dpop") == "nonsense"
    assert door.ask("/handed/1", token, door.proof("/handed/1", token)).status == 200
    assert door.gateway.upstream.last().header("authorization") == f"DPoP {token}"


def test_what_the_token_does_not_prove_is_still_asked(door: Door) -> None:
    """A proof of a key is no proof of a person: the rule's level counts as ever."""
    token = door.token()
    reply = door.ask("/admin/1", token, door.proof("/admin/1", token))
    assert (reply.status, reply.json["reason"]) == (401, "level_too_low")


def test_many_at_once_get_their_own_answers(door: Door) -> None:
    """Two callers with two keys in parallel: nobody is taken for the other (case 72)."""
    keys = (door.caller, Caller(number=3))
    tokens = [door.gateway.token(binding=f"jkt:{one.thumbprint}", subject=f"usr_{n}") for n, one in enumerate(keys)]
    wrong: list[str] = []
    lock = threading.Lock()

    def ask(number: int) -> None:
        who, signer = number % 2, number % 3 % 2
        proof = keys[signer].proof("GET", door.base + PATH, at=SystemClock().now(), token=tokens[who], jti=f"m{number}")
        reply = door.ask(PATH, tokens[who], proof)
        subject = dict(reply.json.get("headers", [])).get("x-auth-subject")
        if (reply.status == 200) is not (who == signer) or (reply.status == 200 and subject != f"usr_{who}"):
            with lock:
                wrong.append(f"{number}: {reply.status} {subject}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(120)))
    assert wrong == []


def test_case_76_without_an_agent_nobody_gets_in(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nobody listens, or whoever does says what is not understood: 503; the gateway itself goes on."""
    folder = tmp_path_factory.mktemp("g")
    path = folder / "p.sock"
    with running(folder, POLICY, proof_socket=str(path)) as gateway:
        lonely = Door(gateway, Caller(), Memory())
        token = lonely.token()
        for said in (
            None,
            b"",
            b"ok\n",
            b"ok \n",
            b"ok key extra\n",
            b"no\n",
            b"no such_reason\n",
            b"yes\n",
            b"x" * 9_000,
        ):
            with contextlib.ExitStack() as stack:
                if said is not None:
                    stack.enter_context(saying(path, said))
                reply = lonely.ask(PATH, token, lonely.proof(PATH, token))
                assert (reply.status, reply.json["reason"]) == (503, "control_unavailable"), said
        with saying(path, b"ok " + b"k" * 43 + b"\n"):
            reply = lonely.ask(PATH, token, lonely.proof(PATH, token))
            assert (reply.status, reply.json["reason"]) == (401, "binding_missing")
        assert gateway.upstream.heard == []
        assert gateway.ask("GET", PATH, **bearer(gateway.token())).status == 200
