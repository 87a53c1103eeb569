"""The files beside ``haproxy.cfg``: their names and formats, the contract with the edge agent.

Decides names and line formats. Writing them to disk and feeding the running HAProxy over its admin socket
(``add map``, ``set map``, ``del map``, ``clear map``) is the edge agent's work.

All names are relative to the directory of ``haproxy.cfg`` (the configuration says ``default-path config``), and
the admin socket knows the maps by exactly these names: ``add map grants.map gnt_x revoked``. A line is
``key value``; ``#`` opens a comment line; a value may hold blanks. A file must exist at start; it may be empty.

=============  ======================  =====================================================================
file           key                     value
=============  ======================  =====================================================================
claims.map     sha256(token), hex      what the data plane remembers of a verified JWT: ``AccessFacts.pack()``
                                       (the ``tg`` claim). HAProxy itself adds lines. The agent prunes the ones
                                       whose ``expires`` passed, empties the map when a key is withdrawn or the
                                       public URL changes, and writes ``revoked`` (a tombstone, until the token
                                       has expired) to revoke one single JWT (``token.revoked``). Tombstones are
                                       kept through ``clear map`` and restarts by adding them again.
tokens.map     sha256(token), hex      ``AccessFacts.pack()`` of an opaque API token (``tg_pat_``, ``tg_svc_``);
                                       ``api_token.added`` adds or sets, ``api_token.removed`` deletes the line.
grants.map     grant id                ``revoked``: no token under this grant passes (``grant.revoked``).
subjects.map   subject                 ``blocked`` (``subject.blocked``) or ``since:<NumericDate>``
                                       (``subject.step_up``: the proof must be that young or younger); the line is
                                       deleted by ``subject.cleared``. ``blocked`` outweighs ``since``.
addresses.map  network in CIDR         ``blocked`` (``address.blocked``, ``address.cleared``). Both families.
=============  ======================  =====================================================================

The five above are the agent's: ``GatewayFiles.files`` does not hold them, and the agent writes them (empty or
from its snapshot) before HAProxy starts. What a policy fixes (``blocked_networks`` of the policy too) is compiled
into the configuration and the files of ``GatewayFiles.files``, never fed at run time:

=============  ======================  =====================================================================
methods.map    HTTP method             the spelling under which rules are found (``HEAD`` may read ``GET``)
routes.map     method, beginning       ``backend|rule key|rule name`` of the rule in force, then, behind another bar,
               of the path             the same of a more specific shadow rule; or a mask (``rules.haproxy.routes``)
masked.map     the same, masked        the same, where wild segments are written ``{}``
search*.map    method, masked path     the same, for the few policies that need a search (``emit.search``)
levels.map     rank                    the ``acr`` value
sentences.map  reason                  what a refusal's ``detail`` says
origins.map    web origin              ``allowed``: the CORS origins
places/*.lst   (no value)              what one requirement class names of the two below
places/*.map   network                 the country's code or autonomous system (``AS3320``) of what the policy names
keys/*.pem     one for each key id     public keys that ``jwt_verify`` reads
replies/*      lf-files                bodies of refusals and error pages
cookies.lua    Lua                     drops emptied Set-Cookie fields (``emit.set_cookie``)
dpop.lua       Lua                     asks the agent about proofs of bound tokens (``emit.dpop``)
trailers.lua   Lua                     refuses requests with fields behind their body (``emit.trailers``)
=============  ======================  =====================================================================
"""

CONFIGURATION = "haproxy.cfg"

CLAIMS = "claims.map"
TOKENS = "tokens.map"
GRANTS = "grants.map"
SUBJECTS = "subjects.map"
ADDRESSES = "addresses.map"

RUNTIME_MAPS = (CLAIMS, TOKENS, GRANTS, SUBJECTS, ADDRESSES)
"""The maps that the edge agent owns; each must exist when HAProxy starts."""

METHODS = "methods.map"
ROUTES = "routes.map"
MASKED = "masked.map"
SEARCH = "search.map"
SEARCH_SHADOWS = "search-shadows.map"
SENTENCES = "sentences.map"
ORIGINS = "origins.map"
KEYS = "keys"
REPLIES = "replies"

REVOKED = "revoked"
BLOCKED = "blocked"
SINCE = "since:"

MAX_CREDENTIAL = 4096
"""Longest token (bytes) that is looked at; a longer one is refused unread."""
