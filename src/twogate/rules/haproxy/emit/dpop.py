"""Tokens that are bound to a key (RFC 9449): the scheme ``DPoP``, and the proof that must come beside it.

Decides where in the order they are looked at, and how the proof is checked: HAProxy 2.8 verifies signatures only under
keys that it has in files, and here the key comes with the request. So a few lines of Lua ask the agent beside this
gateway, over a unix socket, one line for one line; nobody is asked about a token that is not good in itself. Bearer
tokens and cookies never come here. No answer, or one that is not understood, is a refusal: what was proved stands in
``req.thumbprint``, and only the Lua writes it. That each proof counts once, on all nodes, is the agent's to find out.
"""

from twogate.rules.haproxy.document import Comment, Line, Word, format_text, say
from twogate.rules.haproxy.emit import dialects
from twogate.rules.haproxy.emit.facts import fact
from twogate.rules.haproxy.emit.verdict import PASSED, refuse
from twogate.rules.haproxy.plan import Plan
from twogate.rules.policy.refusal import DPOP
from twogate.terms.binding import KEY
from twogate.terms.reasons import Reason

FILE = "dpop.lua"
ALGORITHMS = "ES256 PS256 EdDSA"
_NAME = "check-proof"
_PATIENCE = 3  # seconds; the agent has to hear from the control plane
_NONCE = "txn.dpop_nonce"

PROGRAM = f"""\
local where, scheme = ...
local REFUSALS = {{ {", ".join(f'["{reason.value}"] = true' for reason in sorted(DPOP))} }}

local function refuse(txn, reason)
  txn:set_var("txn.why", reason)
end

local function ask(question)
  local agent = core.tcp()
  agent:settimeout({_PATIENCE})
  local answer = nil
  if agent:connect(where) and agent:send(question) then
    answer = agent:receive("*l")
  end
  agent:close()
  return answer
end

core.register_action("{_NAME}", {{ "http-req" }}, function(txn)
  local proofs = txn.http:req_get_headers()["dpop"]
  txn.http:req_del_header("dpop")
  if proofs == nil or proofs[0] == nil or proofs[1] ~= nil then
    return refuse(txn, "{Reason.DPOP_INVALID.value}")
  end
  local url = scheme .. "://" .. txn.sf:req_fhdr("host") .. txn.sf:path()
  local asked = {{ txn.sf:method(), url, txn:get_var("req.digest"), proofs[0] }}
  local answer = ask(table.concat(asked, "\\t") .. "\\n") or ""
  local key = answer:match("^ok ([%w_-]+)$")
  if key then
    return txn:set_var("req.thumbprint", "{KEY}" .. key)
  end
  local reason, nonce = answer:match("^no ([%w_]+) ?(%S*)$")
  if reason and REFUSALS[reason] then
    txn:set_var("{_NONCE}", nonce)
    return refuse(txn, reason)
  end
  refuse(txn, "{Reason.CONTROL_UNAVAILABLE.value}")
end)
"""
"""``where`` is the socket. No header value holds a line feed (HAProxy refuses it); one with a tab adds a field."""


def load(plan: Plan) -> tuple[Line, ...]:
    """The line of the global section."""
    if not plan.site.proof_socket:
        return ()
    return (say(f"lua-load-per-thread {FILE}", Word(plan.site.proof_socket), plan.scheme),)


def definitions(plan: Plan) -> tuple[Line, ...]:
    """Name the scheme."""
    return (say("acl dpop_scheme req.fhdr(authorization) -i -m beg", Word("dpop ")),) if plan.site.proof_socket else ()


def several(plan: Plan) -> tuple[Line, ...]:
    """Our cookie beside such a token is one credential too many."""
    if not plan.site.proof_socket:
        return ()
    return (say(refuse(Reason.CREDENTIALS_MULTIPLE), "if by_cookie dpop_scheme", PASSED),)


def token(plan: Plan) -> tuple[Line, ...]:
    """Take the token out of the header, once whoever bears a good one has gone; the memory knows only revoked ones."""
    if not plan.site.proof_socket:
        return ()
    return (
        Comment("a token that is bound to a key"),
        say("http-request set-var(req.token)", Word("req.fhdr(authorization),bytes(5),ltrim( )"), "if dpop_scheme"),
        say("http-request set-var(req.digest) var(req.token),sha2(256),hex,lower if dpop_scheme"),
        say("http-request set-var(txn.facts) var(req.digest),map_str(claims.map) if dpop_scheme"),
    )


def proof(plan: Plan) -> tuple[Line, ...]:
    """Have the proof checked; the comparison of ``req.thumbprint`` with the token's binding follows."""
    if not plan.site.proof_socket:
        return ()
    return (
        say("acl of_key", Word(fact("binding")), "-m reg", Word(f"^{KEY}.")),
        say(refuse(Reason.BINDING_MISSING), "if dpop_scheme !of_key", PASSED),
        say(f"http-request lua.{_NAME} if dpop_scheme of_key", PASSED),
    )


def spoken(plan: Plan) -> tuple[Line, ...]:
    """Answer what is wrong with a proof (RFC 9449 sections 7.1 and 9)."""
    if not plan.site.proof_socket:
        return ()
    needed = Reason.DPOP_NONCE_NEEDED
    fresh = ("hdr DPoP-Nonce", Word(f"%[var({_NONCE})]"))
    return (
        say(*_reply(plan, "use_dpop_nonce"), *fresh, f"if {{ var(txn.why) -m str {needed.value} }}"),
        say(*_reply(plan, "invalid_dpop_proof"), "if { var(txn.why) -m str", *sorted(DPOP - {needed}), "}"),
    )


def _reply(plan: Plan, error: str) -> tuple[str | Word, ...]:
    metadata = format_text(f"{plan.policy.public_url}/.well-known/oauth-protected-resource")
    said = (
        f'DPoP error="{error}", error_description="{dialects.DETAIL}", algs="{ALGORITHMS}", '
        f'resource_metadata="{metadata}"'
    )
    body = dialects.reply(401, dialects.problem_file(401))
    return ("http-request return", *body, "hdr Cache-Control no-store hdr WWW-Authenticate", Word(said))
