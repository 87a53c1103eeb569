"""XML that must not be read is refused before anything in it is expanded."""

import pytest

from twogate.rules.factors.seeds.guarded_xml import parse
from twogate.terms.verdict import Passed, Refused

_LAUGHS = "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' for n in range(1, 10))


def _detail(document: bytes | str) -> str:
    verdict = parse(document.encode() if isinstance(document, str) else document, largest=1 << 20)
    assert isinstance(verdict, Refused), verdict
    return verdict.detail


def test_a_tree_with_namespaces() -> None:
    """Names, attributes, text and comments as XML has them."""
    read = parse(b'<a xmlns="urn:x" k="v"><!-- c --><b>t&amp;t</b><c xmlns=""/></a>', largest=1 << 20)
    assert isinstance(read, Passed)
    assert (read.value.tag, read.value.attrib) == ("{urn:x}a", {"k": "v"})
    assert [(child.tag, child.text) for child in read.value] == [("{urn:x}b", "t&t"), ("c", None)]


@pytest.mark.parametrize(
    "head",
    [
        "<!DOCTYPE a>",
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd">',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
        f'<!DOCTYPE a [<!ENTITY lol0 "lol">{_LAUGHS}]>',
    ],
)
def test_no_document_type(head: str) -> None:
    """Empty, external, with entities, with a thousand million laughs: refused where it begins."""
    for encoding in ("utf-8", "utf-16"):
        document = f'<?xml version="1.0" encoding="{encoding}"?>{head}<a>&x;&lol9;</a>'.encode(encoding)
        assert "document type" in _detail(document)


def test_what_is_not_well_formed() -> None:
    """Cut short, an entity nobody declared, nothing, two roots."""
    for document in ("<a>", "<a>&nbsp;</a>", "", "<a/><b/>", "text", b"\xff\xfe<"):
        assert "not well-formed" in _detail(document)


@pytest.mark.parametrize("encoding", ["shift_jis", "no-such", "utf-7", "idna", "hex"])
def test_an_encoding_that_is_not_read_is_refused(encoding: str) -> None:
    """Whatever the parser makes of its name."""
    document = f'<?xml version="1.0" encoding="{encoding}"?><a/>'
    assert isinstance(parse(document.encode(), largest=1 << 20), Refused)


def test_bounds() -> None:
    """Too large, too deep."""
    assert "larger than 1 MiB" in _detail(b"<a>" + b" " * (1 << 20) + b"</a>")
    assert "too deeply" in _detail("<a>" * 100_000)
