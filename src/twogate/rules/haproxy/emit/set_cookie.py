"""What an upstream may set: any cookie but ours.

Decides how its attempts are taken out. A field of ours is emptied, then empty ones are dropped by a few lines of Lua,
which run only where there is one: HAProxy itself deletes fields by their name, never by their value.
"""

from twogate.rules.haproxy.cookies import IN_SET_COOKIE
from twogate.rules.haproxy.document import Line, Word, say

FILE = "cookies.lua"

_NAME = "drop-empty-cookies"

PROGRAM = f"""\
core.register_action("{_NAME}", {{ "http-res" }}, function(txn)
  local found = txn.http:res_get_headers()["set-cookie"]
  txn.http:res_del_header("set-cookie")
  local at = 0
  while found[at] do
    if found[at] ~= "" then
      txn.http:res_add_header("set-cookie", found[at])
    end
    at = at + 1
  end
end)
"""


def load() -> Line:
    """The line of the global section."""
    return say(f"lua-load-per-thread {FILE}")


def filtered() -> tuple[Line, ...]:
    """Take our names out of what the upstream sets; the others stay as they are and in their order."""
    return (
        say("http-response replace-header Set-Cookie", Word(f"{IN_SET_COOKIE}.*"), "%[str()]"),
        say(f"http-response lua.{_NAME} if {{ res.fhdr(set-cookie) -m len 0 }}"),
    )
