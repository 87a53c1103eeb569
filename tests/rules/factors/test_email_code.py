"""Codes by e-mail: an address is read by somebody, and that is all they show (NIST SP 800-63B-4, section 3.1.3.1)."""

import pytest
from tests.ports import NOON, SeededEntropy

from twogate.rules.assurance.level import Level, add_up
from twogate.rules.factors.contract import Challenge
from twogate.rules.factors.email_code import NATURE, EmailCode, address_of, masked
from twogate.rules.factors.registry import Parameters, registry
from twogate.terms.dispatch import Channel
from twogate.terms.ids import CredentialId
from twogate.terms.proof import Category, Nature, Proof
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

ADDRESS, PURPOSE = "zoe@example.com", "address"
CODES = EmailCode(life=3600)


def _asked() -> Challenge:
    return CODES.challenge(ADDRESS, purpose=PURPOSE, entropy=SeededEntropy(), now=NOON)


def _code(asked: Challenge) -> Secret:
    assert asked.send is not None
    return Secret(asked.send.facts["code"])


def test_a_code_goes_to_the_address_and_comes_back() -> None:
    """Eight digits, typed with or without blanks."""
    asked = _asked()
    assert asked.send is not None
    assert (asked.send.channel, asked.send.to, asked.send.life) == (Channel.EMAIL, ADDRESS, 3600)
    code = _code(asked).text()
    assert len(code) == 8
    typed = Secret(f"{code[:4]} {code[4:]}")
    assert CODES.check(asked.remember, typed, NOON, address=ADDRESS, purpose=PURPOSE) == Passed(NATURE)
    assert asked.show == {"address": "z•••@example.com"}


def test_case_20_a_code_confirms_the_address_and_the_request_it_was_made_for() -> None:
    """Not an address typed meanwhile, and not something else that somebody wanted."""
    asked = _asked()
    for address, purpose in (("eve@example.com", PURPOSE), (ADDRESS, "recovery")):
        assert CODES.check(asked.remember, _code(asked), NOON, address=address, purpose=purpose) == Refused(
            Reason.CODE_NOT_SENT, "asked of another address, or for something else"
        )


@pytest.mark.parametrize("given", [b"", b"1", b"00000000", b"\xff" * 8, b"1" * 40])
def test_a_wrong_code_shows_nothing(given: bytes) -> None:
    """Whatever was typed."""
    found = CODES.check(_asked().remember, Secret(given), NOON, address=ADDRESS, purpose=PURPOSE)
    assert found == Refused(Reason.CODE_WRONG)


@pytest.mark.parametrize(("life", "over"), [(60, 60), (10 * 86_400, 86_400)])
def test_a_code_is_good_for_a_day_at_most(life: int, over: int) -> None:
    """Section 4.2.1.2, whatever was set."""
    codes = EmailCode(life=life)
    asked = codes.challenge(ADDRESS, purpose=PURPOSE, entropy=SeededEntropy(), now=NOON)
    kept = asked.remember
    good = codes.check(kept, _code(asked), NOON.plus(over - 1), address=ADDRESS, purpose=PURPOSE)
    late = codes.check(kept, _code(asked), NOON.plus(over), address=ADDRESS, purpose=PURPOSE)
    assert (good, late) == (Passed(NATURE), Refused(Reason.CODE_EXPIRED))


def test_mail_never_raises_assurance() -> None:
    """Beside a password it adds nothing, and it is no factor that could be asked for."""
    password = Nature(frozenset({Category.KNOWN}), ("pwd",))
    proofs = [Proof(name, CredentialId(name), nature, NOON) for name, nature in (("p", password), ("m", NATURE))]
    assert add_up(proofs) == add_up(proofs[:1])
    assert add_up(proofs).level is Level.AAL1
    assert add_up(proofs[1:]).level is Level.NONE
    assert all("mail" not in factor.name for factor in registry(Parameters()).factors)


@pytest.mark.parametrize("text", ["zoe@example.com", " zoe.b+x@mail.example.co.uk ", "o'neil@localhost"])
def test_an_address_is_taken_as_it_is(text: str) -> None:
    """Only blanks around it go."""
    assert address_of(text) == Passed(text.strip())


@pytest.mark.parametrize(
    "text",
    [
        *("", "zoe", "@example.com", "zoe@", "zoe@@example.com", "a@b@c", "zoe@example.com,eve@example.com"),
        *("zoe@example.com;eve@example.com", "Zoe <zoe@example.com>", "zoe @example.com", '"zoe"@example.com'),
        *("zoe@example.com\r\nBcc: eve@example.com", "zoe@[127.0.0.1]", "zoe@exa..mple", "zoe@.example", "(x)zoe@e.x"),
        *("zoe@example.com eve@example.com", "zoë@exämple.com", "a" * 65 + "@example.com", "a@" + "b" * 254),
    ],
)
def test_case_19_one_address_is_one_address(text: str) -> None:
    """Two of them, names, comments, quotes, line breaks and domain literals are refused."""
    assert address_of(text) == Refused(Reason.ADDRESS_MALFORMED)


def test_a_masked_address_shows_where_to_look() -> None:
    """First letter and domain."""
    assert masked("zoe@example.com") == "z•••@example.com"
