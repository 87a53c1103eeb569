"""One question, one answer; and the ways in which callers have talked other gateways' questions round."""

import json

import pytest
from suites.agreement.credentials import Credentials
from tests.dataplane.decision.known import APP, HOST
from tests.forward_auth.asked import Said, ask, told

from twogate.dataplane.decision.node import DecisionNode
from twogate.forward_auth.app import ForwardAuth

PROXIES = ("/nginx", "/traefik", "/caddy", "/caddy/rewriting", "/nginx/rewriting")


@pytest.fixture
def one(credentials: Credentials) -> str:
    return f"Authorization: Bearer {credentials.shown['one'][0]}"


async def envoy(app: ForwardAuth, target: str, *lines: str, method: str = "GET") -> Said:
    return await ask(app, f"/envoy{target}", f"Host: {HOST}", "X-Forwarded-For: 192.0.2.7", *lines, method=method)


@pytest.mark.parametrize("proxy", PROXIES)
async def test_a_good_request_passes_with_who_it_is(app: ForwardAuth, one: str, proxy: str) -> None:
    """200 and X-Auth-*; the credential is not among what is handed on."""
    said = await ask(app, proxy, *told("/v1/orders/7", one))
    assert said.status == 200
    assert said.fields["x-auth-subject"] == "usr_one"
    assert said.fields["x-twogate-target"] == "/v1/orders/7"
    assert "authorization" not in said.fields


async def test_envoy_asks_with_the_callers_own_line(app: ForwardAuth, one: str) -> None:
    """Its query too; what an answer does not set, Envoy is told to take out."""
    said = await envoy(app, "/v1/orders/7?a=b", one)
    assert said.status == 200
    assert said.fields["x-envoy-auth-headers-to-remove"] == "authorization,cookie"
    kept = await envoy(app, "/public/x", "Authorization: Basic x", "Cookie: a=b")
    assert "x-envoy-auth-headers-to-remove" not in kept.fields
    assert (await envoy(app, "/v1/orders/7")).reason == "credential_missing"


async def test_nginx_hears_yes_or_no_and_asks_for_the_rest(app: ForwardAuth) -> None:
    """403 for whatever is refused; then the refusal itself, in the caller's dialect."""
    question = told("/v1/orders/7", "Accept: text/html")
    assert (await ask(app, "/nginx", *question)).status == 403
    refusal = await ask(app, "/nginx/refusal", *question)
    assert refusal.status == 302
    assert refusal.fields["location"].endswith("return_to=%2Fv1%2Forders%2F7")


async def test_a_refusal_that_is_none_any_more_is_no_answer_either(app: ForwardAuth, one: str) -> None:
    """Between nginx's two questions a quota may have room again: try again, never 200 from this door."""
    said = await ask(app, "/nginx/refusal", *told("/v1/rare", one))
    assert (said.status, said.fields["retry-after"]) == (503, "5")
    for _ in range(2):
        assert (await ask(app, "/nginx", *told("/v1/rare", one))).status == 200
    for _ in range(2):
        assert (await ask(app, "/nginx/refusal", *told("/v1/rare", one))).status == 429


async def test_a_preflight_is_answered_where_204_is_no_yes(app: ForwardAuth) -> None:
    """Nginx and Caddy (status 200 only) and Envoy; Traefik would let it through, so it is refused there."""
    lines = (f"Origin: {APP}", "Access-Control-Request-Method: PUT")
    question = told("/v1/orders/7", *lines, method="OPTIONS")
    assert (await ask(app, "/caddy", *question)).status == 204
    assert (await envoy(app, "/v1/orders/7", *lines, method="OPTIONS")).status == 204
    assert (await ask(app, "/nginx", *question)).status == 403
    assert (await ask(app, "/nginx/refusal", *question)).status == 204
    assert (await ask(app, "/traefik", *question)).status == 405


@pytest.mark.parametrize(
    "path", ["/", "/nginx/", "/envoy", "/unknown", "/haproxy", "/nginx/refusal/x", "/twogate/sign-in"]
)
async def test_a_path_that_is_no_question_is_nothing(app: ForwardAuth, path: str) -> None:
    """404, which no proxy takes for a yes."""
    assert (await ask(app, path, *told("/public/x"))).status == 404


# ------------------------------------------------------------------ attacks
@pytest.mark.parametrize("proxy", PROXIES)
async def test_case_65_a_client_never_picks_the_route(app: ForwardAuth, proxy: str) -> None:
    """Whatever the caller says about its target: refused as doubtful, or not read."""
    lies = ("X-Original-URL: /public/x", "X-Original-URI: /public/x", "X-Rewrite-URL: /public/x")
    said = await ask(app, proxy, *told("/v1/orders/7", *lies))
    assert said.status in {401, 403}
    assert (await ask(app, proxy, *told("/v1/orders/7", "X-Forwarded-Uri: /public/x"))).status in {400, 403}
    assert (await envoy(app, "/v1/orders/7", "X-Forwarded-Uri: /public/x")).status == 401


@pytest.mark.parametrize(
    "target",
    [
        *(
            "/v1/orders/7?/public/",
            "/v1/orders/7?x=/public/x",
            "/v1/orders/7#/public/",
            "/v1/orders/7%23/../../public/x",
        ),
        *("/v1/orders/7%3f/public", "/v1/orders/7;/public", "?/public/x", "/v1/orders#/../public/x"),
    ],
)
async def test_case_66_nothing_behind_the_path_picks_the_route(app: ForwardAuth, target: str) -> None:
    """Neither a query nor a fragment, escaped or not, is a part of the path that a rule matches."""
    said = await ask(app, "/caddy/rewriting", *told(target))
    assert said.status in {400, 401, 403}


@pytest.mark.parametrize(
    "line",
    [
        *("User-Agent: GoogleHC/1.0", "User-Agent: kube-probe/1.30", "User-Agent: ELB-HealthChecker/2.0"),
        *("X-Forwarded-Proto: https", "X-Internal: true", "Via: twogate", "X-Auth-Subject: usr_one"),
        *("X-Twogate-Address: 127.0.0.1", "X-Twogate-Request-Id: x", "Sec-Fetch-Site: same-origin"),
    ],
)
async def test_case_67_no_field_grants_access(app: ForwardAuth, line: str) -> None:
    """A health check is as unknown as anybody."""
    assert (await ask(app, "/traefik", *told("/v1/orders/7", line))).reason == "credential_missing"
    assert (await ask(app, "/traefik", *told("/v1/orders/7", line, address="127.0.0.1"))).reason == "credential_missing"


async def test_case_68_a_lookalike_identity_never_passes(app: ForwardAuth, one: str) -> None:
    """With or without a token: a proxy that lets it through must not let the request through."""
    for line in ("X_Auth_Subject: usr_root", "x_auth-level: aal3", "X-Auth_Scope: admin"):
        assert (await ask(app, "/traefik", *told("/v1/orders/7", one, line))).reason == "request_malformed"
        assert (await ask(app, "/traefik", *told("/public/x", line))).reason == "request_malformed"


async def test_case_69_a_connection_field_takes_nothing_away(app: ForwardAuth, one: str) -> None:
    """What is answered names everybody who passes, whatever the caller lists in Connection."""
    said = await ask(app, "/caddy", *told("/v1/orders/7", one, "Connection: close, X-Auth-Subject, X-Forwarded-Uri"))
    assert (said.status, said.fields["x-auth-subject"]) == (200, "usr_one")


@pytest.mark.parametrize(
    "lines",
    [
        ("Cookie: twogate=%00; a",),
        ("Cookie: ;=;twogate",),
        ("Cookie: twogate=a b c",),
        ("Cookie: twogate=" + "A" * 9000,),
        ("Authorization: Bearer \x00",),
        ("Authorization: Bearer ..",),
        ("Authorization: bearer",),
        ("Authorization: Bearer \xff\xfe",),
        ("Cookie: \xff=\xfe; twogate=\xff",),
    ],
)
async def test_case_70_malformed_never_means_passed(app: ForwardAuth, lines: tuple[str, ...]) -> None:
    """A cookie, a token or a target that cannot be read gets a 4xx, never 200 without a name."""
    assert (await ask(app, "/traefik", *told("/v1/orders/7", *lines))).status in {400, 401}
    for target in ("/v1/orders/%", "/v1/orders/%zz", "\xff", "", " ", "/v1/\x00", "http://[::1", "//", "*"):
        assert 400 <= (await ask(app, "/traefik", *told(target, *lines))).status < 500


@pytest.mark.parametrize(
    "target",
    [
        *("/public/../v1/orders/7", "/public/%2e%2e/v1/orders/7", "/public/.%2e/v1/orders/7", "//v1/orders/7"),
        *("/public/..%2fv1/orders/7", "/public/..%5cv1/orders/7", "/public/;/../v1/orders/7", "/v1/orders/7;x=/public"),
        *("/public\\..\\v1\\orders\\7", "/public/%252e%252e/v1/orders/7", "/./v1/./orders/7", "/v1/%6frders/7", "*"),
        *("/public/../../v1/orders/7", "http://other.example/public/x", f"http://{HOST}/v1/orders/7", "/v1/orders//7"),
    ],
)
async def test_case_71_no_spelling_of_a_path_gets_round_its_rule(app: ForwardAuth, target: str) -> None:
    """Without a token none of them passes, whether the proxy rewrites or passes on what was sent."""
    for proxy in ("/traefik", "/caddy", "/caddy/rewriting"):
        said = await ask(app, proxy, *told(target))
        assert said.status in {400, 401}, (proxy, said)


async def test_case_76_when_nothing_can_be_looked_up_it_is_closed(
    app: ForwardAuth, node: DecisionNode, one: str
) -> None:
    """No policy, no answer but 503; health says it too."""
    assert (await ask(app, "/health")).status == 200
    node.meaning.now = None
    assert (await ask(app, "/traefik", *told("/v1/orders/7", one))).reason == "gateway_stale"
    health = await ask(app, "/health")
    assert (health.status, json.loads(health.body)["refusing"]) == (503, True)
