"""JSON Schema (2020-12) of the policy file, for editors.

Decides how the table of ``keys`` is written as a schema. The schema is a little wider than ``parse``: it knows
patterns but neither time zones nor which upstream exists.
"""

from typing import Any

from twogate.rules.policy.keys import RULE, TOP, UPSTREAM, Key


def schema() -> dict[str, Any]:
    """Return the schema of a whole file."""
    document = _table(TOP)
    document["properties"] |= {
        "upstream": {
            "description": "the servers behind the gateway",
            "type": "array",
            "minItems": 1,
            "items": _table(UPSTREAM),
        },
        "rule": {
            "description": "who may call what; the most specific template wins, whatever the order in the file",
            "type": "array",
            "items": _table(RULE),
        },
    }
    document["required"].append("upstream")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Twogate policy",
        **document,
    }


def _table(keys: dict[str, Key]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {word: {"description": key.about, **key.schema} for word, key in keys.items()},
        "required": [word for word, key in keys.items() if key.required],
        "additionalProperties": False,
    }
