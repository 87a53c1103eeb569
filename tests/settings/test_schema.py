"""The published schema accepts what the loader accepts."""

import json
import tomllib

import jsonschema_rs
import pytest

from twogate.settings.model import Settings, sections
from twogate.settings.schema import schema


def test_every_key_is_in_the_schema_with_a_description() -> None:
    """An editor shows what each setting means."""
    definitions = schema()["$defs"]
    for name, model in sections().items():
        properties = definitions[model.__name__]["properties"]
        for key in model.model_fields:
            assert properties[key].get("description"), f"{name}.{key}"


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("", True),
        ('[gateway]\nlisten = "127.0.0.1:80"\nstale_after = "5m"\ntraffic_file = "1MiB"\n', True),
        ('[edge]\nkey_file = "/x"\n', True),
        ("[gateway]\nthreads = 2\n", True),
        ("[gateway]\nunknown = 2\n", False),
        ('[gateway]\nstale_after = "5x"\n', False),
        ('[gateway]\nthreads = "2"\n', False),
        ("[nowhere]\n", False),
    ],
)
def test_schema_and_loader_agree(text: str, good: bool) -> None:  # noqa: FBT001  # a table's column
    """What one takes the other takes."""
    raw = tomllib.loads(text)
    assert jsonschema_rs.validator_for(schema()).is_valid(raw) is good
    raw.get("edge", {}).pop("key_file", None)  # the loader has read the file by then
    if good:
        Settings.model_validate_json(json.dumps(raw), strict=True)
    else:
        with pytest.raises(ValueError, match="validation error"):
            Settings.model_validate_json(json.dumps(raw), strict=True)
