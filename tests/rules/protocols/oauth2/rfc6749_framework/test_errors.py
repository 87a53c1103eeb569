"""OAuth errors: each has its code and section, and two faces."""

import re
from collections.abc import Iterator

from twogate.rules.protocols.oauth2.first_party_apps import errors as first_party_apps
from twogate.rules.protocols.oauth2.rfc6749_framework import errors
from twogate.rules.protocols.oauth2.rfc6750_bearer import errors as rfc6750
from twogate.rules.protocols.oauth2.rfc7009_revocation import errors as rfc7009
from twogate.rules.protocols.oauth2.rfc9470_step_up import errors as rfc9470
from twogate.rules.protocols.oidc.core import errors as oidc
from twogate.terms.reasons import SENTENCE, Reason

MODULES = (errors, rfc6750, rfc7009, rfc9470, first_party_apps, oidc)
ROOT = errors.OAuthRefusal


def _kinds() -> Iterator[type[ROOT]]:
    for module in MODULES:
        for kind in vars(module).values():
            if (
                isinstance(kind, type)
                and issubclass(kind, ROOT)
                and kind is not ROOT
                and kind.__module__ == module.__name__
            ):
                yield kind


def test_every_error_names_its_code_and_section() -> None:
    """Each type has a code of RFC 6749's characters, a client status and the clause it comes from."""
    kinds = list(_kinds())
    assert len(kinds) >= 18
    for kind in kinds:
        assert re.fullmatch(r"[a-z_]+", kind.code), kind
        assert 400 <= kind.status < 500, kind
        assert re.search(r"section|draft", kind.section), kind


def test_every_error_stands_in_the_tree_at_the_head_of_its_file() -> None:
    """The tree in the module docstring is complete."""
    for module in MODULES:
        for kind in _kinds():
            if kind.__module__ == module.__name__:
                assert kind.__name__ in (module.__doc__ or ""), kind


def test_the_caller_gets_a_sentence_and_never_the_detail() -> None:
    """``description`` is the hint or the reason's sentence; ``detail`` stays with the operator."""
    refused = errors.InvalidGrant(Reason.GRANT_INVALID, detail="for the operator")
    assert refused.description == SENTENCE[Reason.GRANT_INVALID]
    assert errors.InvalidRequest(Reason.INPUT_MALFORMED, "a hint").description == "a hint"


def test_descriptions_hold_only_allowed_characters() -> None:
    """RFC 6749 section 5.2: error_description is printable ASCII without quote and backslash."""
    for sentence in SENTENCE.values():
        assert re.fullmatch(r"[\x20-\x21\x23-\x5b\x5d-\x7e]*", sentence), sentence
