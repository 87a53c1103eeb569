"""Every sentence of every page, in one place, so that another language is another catalogue.

Decides what people read. The sentences for reasons are ``terms.reasons.SENTENCE``; a page may say it more fully.
"""

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "site": "Twogate",
    "skip": "Skip to content",
    "error.request_id": "If you ask for help, name this request:",
    "error.title.400": "That request was not right",
    "error.title.401": "Please sign in",
    "error.title.403": "Not allowed",
    "error.title.404": "Nothing here",
    "error.title.405": "Not possible here",
    "error.title.408": "That took too long",
    "error.title.409": "Something changed meanwhile",
    "error.title.413": "That is too much",
    "error.title.422": "Something is missing",
    "error.title.429": "Please wait a moment",
    "error.title.500": "Something went wrong",
    "error.title.503": "Not available right now",
}


class MissingText(KeyError):  # noqa: N818  # it says what is so
    """A page asks for a sentence that the catalogue lacks."""


def text(key: str, **values: object) -> str:
    """Return the sentence, with its gaps filled in.

    Raises:
        MissingText: the catalogue has no such sentence.
    """
    found = ENGLISH.get(key)
    if found is None:
        raise MissingText(key)
    return found.format_map(values) if values else found


def has_text(key: str) -> bool:
    """Whether the catalogue has this sentence."""
    return key in ENGLISH
