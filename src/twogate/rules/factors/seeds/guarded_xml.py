"""XML without its dangers: no document type, no entities, no outside, bounded in size and depth.

Decides what is refused before any of it is expanded (XXE, "billion laughs"). What elements mean is for the caller.
"""

from xml.etree.ElementTree import Element, TreeBuilder  # the tree only; the parser below is guarded
from xml.parsers import expat  # every handler of a DTD refuses

from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused

_DEEPEST = 32
_BETWEEN = "}"


class _Forbidden(Exception):  # noqa: N818  # it stops the parser, nobody else sees it
    """The document has what it must not have."""


def parse(document: bytes, *, largest: int) -> Passed[Element] | Refused:
    """Return the root; names are ``{namespace}local``."""
    if len(document) > largest:
        return Refused(Reason.INPUT_MALFORMED, f"the file is larger than {largest >> 20} MiB")
    builder, depth = TreeBuilder(), 0
    parser = expat.ParserCreate(namespace_separator=_BETWEEN)

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise _Forbidden("elements are nested too deeply")
        builder.start(_named(name), attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_named(name))

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    try:
        parser.Parse(document, True)
        return Passed(builder.close())
    except _Forbidden as error:
        return Refused(Reason.INPUT_MALFORMED, str(error))
    except (LookupError, ValueError):  # how pyexpat says that it does not know an encoding
        return Refused(Reason.INPUT_MALFORMED, "not well-formed XML: an encoding that is not read here")
    except expat.ExpatError as error:
        return Refused(Reason.INPUT_MALFORMED, f"not well-formed XML: line {error.lineno}")


def _refuse(*_declared: object) -> int:
    raise _Forbidden("a document type or an entity is declared; that is refused")


def _named(name: str) -> str:
    return "{" + name if _BETWEEN in name else name
