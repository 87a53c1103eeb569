"""Fields behind a body (RFC 9110 section 6.5): a request that has them is refused before they reach an upstream.

Decides where that is looked for and how. HAProxy 2.8 neither shows nor removes them, and some servers add them to the
headers, where they would stand beside ours. Only a body that says its length by its frames alone can have any: chunked
in HTTP/1.1, without Content-Length in HTTP/2 (HAProxy drops what follows a body of known length). Such requests go to
a twin of their backend with a filter in Lua that lets the body pass as it comes and counts: what waits to be forwarded
is longer than its body by one byte, the end, and by more only where fields follow. Other requests pay nothing.
"""

from twogate.rules.haproxy.document import Line, Word, say
from twogate.rules.haproxy.emit.verdict import PASSED
from twogate.rules.haproxy.plan import GUARDED, OPEN
from twogate.terms.reasons import Reason

FILE = "trailers.lua"
TWIN = ".streamed"
"""What the name of a backend ends in that is for bodies of unknown length."""

_NAME = "no-trailers"

PROGRAM = f"""\
local Filter = {{ id = "{_NAME}", flags = filter.FLT_CFG_FL_HTX }}
Filter.__index = Filter

function Filter:new()
  return setmetatable({{ refused = false }}, Filter)
end

function Filter:start_analyze(txn, channel)
  if not channel:is_resp() then
    filter.register_data_filter(self, channel)
  end
end

-- Fields are held back until the message is whole: they are then scheduled, and thrown away by http_end in one step.
function Filter:http_payload(txn, message)
  local body = message:body()
  local length = body and #body or 0
  if message:input() - length > 1 then
    self.refused = true
    if not message:eom() then
      return length
    end
  end
end

function Filter:http_end(txn, message)
  if self.refused and not message:is_resp() then
    txn:set_var("txn.why", "{Reason.REQUEST_MALFORMED.value}")
    return filter.ERROR
  end
end

core.register_filter("{_NAME}", Filter, function(prototype)
  return prototype
end)
"""
"""Whatever goes wrong in it ends the request: HAProxy answers 400, and the upstream never hears the body's end."""


def load() -> Line:
    """The line of the global section; each thread has a Lua of its own, so none waits for another."""
    return say(f"lua-load-per-thread {FILE}")


def use_twin() -> tuple[Line, ...]:
    """Send bodies of unknown length to the twin. ``special`` and ``odd`` are true of every such request."""
    twin = ("use_backend", Word(f"%[var(txn.rule),field(1,|)]{TWIN}"), "if")
    of_a_rule = f"of_a_rule {PASSED}"  # asked last: the usual request is neither special nor odd
    return (
        say(f"acl of_a_rule var(txn.rule) -m beg {GUARDED} {OPEN}"),
        say(*twin, "special { req.fhdr(transfer-encoding) -m found }", of_a_rule),
        say(*twin, "odd { req.ver -m beg 2 } !{ req.fhdr(content-length) -m found }", of_a_rule),
    )


def refuse() -> Line:
    """The filter of a twin."""
    return say(f"filter lua.{_NAME}")
