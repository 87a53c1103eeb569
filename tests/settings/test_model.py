"""All sections together."""

import json

from twogate.settings.model import Settings, is_secret, sections
from twogate.settings.section import Section


def test_every_field_is_a_section() -> None:
    """Nothing is set outside a section."""
    assert set(sections()) == set(Settings.model_fields)
    assert all(issubclass(model, Section) for model in sections().values())


def test_what_looks_like_a_secret_is_typed_as_one() -> None:
    """A key called password, key, pepper or secret hides itself; paths and command lines say so in their name."""
    words = ("password", "secret", "pepper", "master_key")
    for name, model in sections().items():
        for key, field in model.model_fields.items():
            if key in words or key == "key":
                assert is_secret(field), f"{name}.{key}"


def test_defaults_need_no_file() -> None:
    """The defaults are valid by their own rules."""
    assert Settings.model_validate_json(json.dumps({}), strict=True) == Settings()
