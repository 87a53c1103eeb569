"""From one file and the environment to frozen settings, or to every mistake at once.

Decides the order: the command line beats the environment, which beats the file, which beats the default.
This is the only place that reads a settings file or the file of a secret.
"""

import difflib
import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from twogate.settings.environment import PREFIX, Environment, place
from twogate.settings.mistakes import Mistake, SettingsInvalid
from twogate.settings.model import Settings, is_secret, sections
from twogate.settings.paths import Paths, reason
from twogate.settings.profile import filled

_AT_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)")
_HEADER = re.compile(r"\s*\[\s*([A-Za-z0-9_-]+)\s*\]")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")
_SECRET_LIMIT = 65_536
_FILE = "_file"

Raw = dict[str, dict[str, Any]]
Place = tuple[str, str]  # section and key


def load(environment: Environment, *, overrides: Mapping[Place, object] | None = None) -> Settings:
    """Return the settings in force.

    Raises:
        SettingsInvalid: with all mistakes found.
    """
    mistakes: list[Mistake] = []
    origin: dict[Place, str] = {}
    raw = _read_file(environment, origin=origin, mistakes=mistakes)
    _add_environment(raw, environment, origin=origin, mistakes=mistakes)
    for (section, key), value in (overrides or {}).items():
        raw.setdefault(section, {})[key] = value
        origin[section, key] = f"--{key.replace('_', '-')}"
    _read_secret_files(raw, origin=origin, mistakes=mistakes)
    try:
        settings = Settings.model_validate_json(json.dumps(filled(raw), default=str), strict=True)
    except ValidationError as error:
        first = {found["loc"][:2]: found for found in reversed(error.errors(include_url=False, include_input=False))}
        mistakes.extend(_mistake(found, origin) for found in reversed(first.values()))
        raise SettingsInvalid(*mistakes) from None
    if mistakes:
        raise SettingsInvalid(*mistakes)
    return settings


def _read_file(environment: Environment, *, origin: dict[Place, str], mistakes: list[Mistake]) -> Raw:
    path = environment.settings_file or Paths(environment.data).settings
    if environment.settings_file is None and not path.exists():
        return {}
    try:
        text = path.read_text(encoding="utf-8")
        raw = tomllib.loads(text)
    except OSError as error:
        mistakes.append(Mistake(str(path), f"cannot read it: {reason(error)}"))
        return {}
    except UnicodeDecodeError:
        mistakes.append(Mistake(str(path), "is not UTF-8 text"))
        return {}
    except tomllib.TOMLDecodeError as error:
        line = _AT_LINE.search(str(error))
        where = f"{path}:{line[1]}" if line else str(path)
        mistakes.append(Mistake(where, f"is not TOML: {_AT_LINE.sub('', str(error)).lower()}"))
        return {}
    origin.update(_lines(path, text))
    return _only_sections(raw, path=path, origin=origin, mistakes=mistakes)


def _only_sections(raw: dict[str, Any], *, path: Path, origin: dict[Place, str], mistakes: list[Mistake]) -> Raw:
    for name in [name for name, value in raw.items() if not isinstance(value, dict)]:
        del raw[name]
        where = origin.get(("", name), str(path))
        mistakes.append(Mistake(where, f"`{name}` stands outside any section", "put it under a [section]"))
    return raw


def _lines(path: Path, text: str) -> dict[Place, str]:
    """Find where each key stands; the file has two levels only, so a look at the lines is enough."""
    section = ""
    found: dict[Place, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            section = header[1]
            found.setdefault((section, ""), f"{path}:{number}")
        elif key := _KEY.match(line):
            found.setdefault((section, key[1]), f"{path}:{number}")
    return found


def variables() -> dict[str, Place]:
    """Every environment variable there is, without the prefix, and the setting it sets."""
    names: dict[str, Place] = {}
    for section, model in sections().items():
        for key, field in model.model_fields.items():
            names[f"{section}_{key}".upper()] = (section, key)
            if is_secret(field):
                names[f"{section}_{key}{_FILE}".upper()] = (section, key + _FILE)
    return names


def _add_environment(raw: Raw, environment: Environment, *, origin: dict[Place, str], mistakes: list[Mistake]) -> None:
    names = variables()
    for name, text in environment.settings:
        found = place(name, names)
        if isinstance(found, Mistake):
            mistakes.append(found)
            continue
        section, key = found
        field = sections()[section].model_fields.get(key)
        raw.setdefault(section, {})[key] = text if field is None else _typed(field, text)
        other = key.removesuffix(_FILE) if key.endswith(_FILE) else key + _FILE
        raw[section].pop(other, None)  # the environment's way to give a secret replaces the file's way
        origin[found] = f"environment {PREFIX}{name}"


def _typed(field: FieldInfo, text: str) -> object:
    """Read a variable as the kind of value its setting has; what does not fit is left for the model to refuse."""
    choices = [choice for choice in get_args(field.annotation) if choice is not type(None)]
    if get_origin(field.annotation) is tuple:
        return [part.strip() for part in text.split(",") if part.strip()]
    kind = choices[0] if choices else field.annotation
    if get_origin(field.annotation) is Literal:
        kind = type(kind)
    if kind is bool:
        return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(text.lower(), text)
    if kind in (int, float) and re.fullmatch(r"-?[0-9]{1,18}", text):
        return int(text)
    if kind is float and re.fullmatch(r"-?[0-9]{1,18}\.[0-9]{1,18}", text):
        return float(text)
    return text


def _read_secret_files(raw: Raw, *, origin: dict[Place, str], mistakes: list[Mistake]) -> None:
    for section, model in sections().items():
        values = raw.get(section, {})
        for key, field in model.model_fields.items():
            if not is_secret(field) or key + _FILE not in values:
                continue
            where = origin.get((section, key + _FILE), f"[{section}] {key}{_FILE}")
            path = values.pop(key + _FILE)
            if key in values:
                mistakes.append(Mistake(where, f"`{key}` and `{key}{_FILE}` are both set", "keep one of them"))
                continue
            secret = _read_secret(path, where=where)
            if isinstance(secret, Mistake):
                mistakes.append(secret)
            else:
                values[key] = secret


def _read_secret(path: object, *, where: str) -> str | Mistake:
    try:
        content = Path(str(path)).read_bytes()
        text = content.decode("utf-8").strip()
    except OSError as error:
        return Mistake(where, f"cannot read {path}: {reason(error)}")
    except UnicodeDecodeError:
        return Mistake(where, f"{path} is not UTF-8 text")
    if not text or len(content) > _SECRET_LIMIT:
        return Mistake(where, f"{path} {'holds no secret' if not text else 'is too large for a secret'}")
    return text


def _mistake(found: ErrorDetails, origin: Mapping[Place, str]) -> Mistake:
    section, key = (*map(str, found["loc"][:2]), "", "")[:2]
    where = origin.get((section, key)) or origin.get((section, "")) or f"[{section}] {key}".strip()
    if found["type"] == "extra_forbidden":
        return _unknown(section, key, where=where)
    text = found["msg"].removeprefix("Value error, ")
    name = f"{section}.{key}" if key else section
    return Mistake(where, f"`{name}`: {text[0].lower()}{text[1:]}")


def _unknown(section: str, key: str, *, where: str) -> Mistake:
    known = list(sections()) if not key else [*sections()[section].model_fields]
    kind, name = ("section", section) if not key else (f"setting in [{section}]", key)
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(known)}"
    return Mistake(where, f"no such {kind}: `{name}`", hint)
