"""The settings as JSON Schema (draft 2020-12), for editors and for the reference.

Decides nothing: it shows what the sections decide, and adds ``<key>_file`` beside each secret.
"""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from twogate.settings.model import Settings, is_secret, sections

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _Quiet(GenerateJsonSchema):
    """A secret's default is not shown, and that needs no warning."""

    ignored_warning_kinds = {"non-serializable-default", "skipped-choice"}  # noqa: RUF012  # as the parent declares it


def schema() -> dict[str, Any]:
    """Return the schema of a whole ``settings.toml``."""
    document = Settings.model_json_schema(mode="validation", schema_generator=_Quiet)
    models = {model.__name__: model for model in sections().values()}
    for name, definition in document["$defs"].items():
        for key, field in models[name].model_fields.items() if name in models else ():
            if is_secret(field):
                definition["properties"][f"{key}_file"] = {
                    "type": "string",
                    "title": f"{key} file",
                    "description": f"A file that holds `{key}`.",
                }
    return {"$schema": _DIALECT, "title": "Twogate settings", **document}
