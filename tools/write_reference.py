# ruff: noqa: INP001  # a script beside the package
"""Write docs/reference from the code: commands, settings, policy keys, reasons, events, exit codes.

Decides how the pages look. What they say is decided where the code decides it, so that no page can lag behind;
tests/house/test_reference.py holds the committed pages equal to what this writes.
"""

import enum
import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import UnionType
from typing import Any, Literal, get_args, get_origin

import typer
from pydantic.fields import FieldInfo

from twogate.cli.exit_codes import MEANING
from twogate.cli.main import COMMANDS, _load, app
from twogate.rules.policy.keys import RULE, TOP, UPSTREAM, Key
from twogate.rules.policy.refusal import SIGN_IN, STATUS, STEP_UP
from twogate.settings.environment import PREFIX
from twogate.settings.model import is_secret, sections
from twogate.settings.section import Address, Bytes, Seconds
from twogate.terms.events import Event
from twogate.terms.reasons import SENTENCE, Reason

PLACE = Path(__file__).resolve().parents[1] / "docs" / "reference"
_WRITTEN = "Written by `make docs` from the code; change the code, not this page."
_MARKUP = re.compile(r"\[/?(?:bold|dim|green|red|yellow)\]")
_EXAMPLE = re.compile(r"\[dim\]\$\[/dim\] (.*)")
_SECONDS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
_MANY = 10_000  # of a unit; a number as long as this is written without one
_SIZES = (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10))


def pages() -> dict[str, str]:
    """Return every page by its file name."""
    made = {
        "cli.md": _cli(),
        "settings.md": _settings(),
        "policy.md": _policy(),
        "reasons.md": _reasons(),
        "events.md": _events(),
        "exit-codes.md": _exit_codes(),
    }
    return {name: re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n" for name, lines in made.items()}


def main() -> None:
    """Write what has changed."""
    PLACE.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        path = PLACE / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"written: docs/reference/{name}\n")


def _head(title: str, text: str) -> list[str]:
    return [f"# {title}", "", f"{text} {_WRITTEN}", ""]


def _table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    titles = list(columns)
    lines = [_row(titles), _row(["---"] * len(titles)), *(_row(row) for row in rows), ""]
    return lines if len(lines) > 3 else []  # noqa: PLR2004  # a head without rows is no table


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"


def _code(text: object) -> str:
    return f"`{text}`" if str(text) else ""


# ---- commands
def _cli() -> Iterator[str]:
    yield from _head("Commands", "Every command of `twogate`, with its options.")
    yield "Exit codes mean the same in every command: [exit-codes.md](exit-codes.md)."
    yield ""
    own = [option for option in typer.main.get_command(app).params if not str(option.name).endswith("_completion")]
    yield from _options("Before any command:", own)
    panel = ""
    for name, (where, text) in COMMANDS.items():
        if where != panel:
            panel = where
            yield from (f"## {panel}", "")
        yield from (f"### twogate {name}", "", text, "")
        command = _load(name)
        inner = getattr(command, "commands", {})
        if not inner:
            yield from _command(f"twogate {name}", command)
        for word, one in inner.items():
            yield from (f"#### twogate {name} {word}", "")
            yield from _command(f"twogate {name} {word}", one)


def _command(path: str, command: Any) -> Iterator[str]:
    shown = [one for one in command.params if not getattr(one, "hidden", False) and one.name != "help"]
    arguments = [one for one in shown if one.param_type_name == "argument"]
    options = [one for one in shown if one.param_type_name == "option"]
    words = [_argument(one) for one in arguments]
    yield from ("```sh", " ".join([path, *words, *(["[OPTIONS]"] if options else [])]), "```", "")
    yield from (_plain(paragraph) + "\n" for paragraph in inspect.cleandoc(command.help or "").split("\n\n"))
    yield from _table(("argument", "meaning"), ((_code(_argument(one)), _meaning(one)) for one in arguments))
    yield from _options("", options)
    examples = [found[1] for line in (command.epilog or "").splitlines() if (found := _EXAMPLE.match(line))]
    if examples:
        yield from ("```sh", *examples, "```", "")


def _options(title: str, options: list[Any]) -> list[str]:
    rows = ((_code(_spelling(one)), _meaning(one), _code(_default(one))) for one in options)
    return [*([title, ""] if title else []), *_table(("option", "meaning", "default"), rows)]


def _argument(one: Any) -> str:
    name = str(one.metavar or one.name).upper().strip("[]")
    return name if one.required else f"[{name}]"


def _spelling(one: Any) -> str:
    words = ", ".join([*one.opts, *one.secondary_opts])
    if one.is_flag:
        return words
    annotation = one.type_descriptor.annotation
    kind = {int: "NUMBER", float: "NUMBER", Path: "PATH"}.get(annotation, "TEXT")
    return f"{words} {one.metavar or kind}"


def _meaning(one: Any) -> str:
    text = _plain(one.help or "")
    if one.min is not None and one.max is not None:
        text += f" From {one.min} to {one.max}."
    annotation = one.type_descriptor.annotation
    if inspect.isclass(annotation) and issubclass(annotation, enum.Enum):
        text += f" One of {', '.join(_code(choice.value) for choice in annotation)}."
    return text + (" Required." if one.required and one.param_type_name == "option" else "")


def _default(one: Any) -> str:
    value = one.default
    if value is None or value is False or value == "" or callable(value) or not one.show_default:
        return ""
    return str(value.value if isinstance(value, enum.Enum) else value)


def _plain(text: str) -> str:
    return " ".join(_MARKUP.sub("", text).split())


# ---- settings
def _settings() -> Iterator[str]:
    yield from _head("Settings", "Every setting of `settings.toml`; none is required.")
    yield "The command line beats the environment, which beats the file, which beats the default. A setting is also the"
    yield f"environment variable `{PREFIX}<SECTION>_<KEY>`; lists are written with commas there. A secret can be read"
    yield "from a file: its key, or its variable, with `_file` or `_FILE` behind it. Three variables are no settings:"
    yield f"`{PREFIX}DATA` (the data directory), `{PREFIX}SETTINGS` (another settings file) and `{PREFIX}DEBUG`."
    yield ""
    for name, model in sections().items():
        yield from (f"## [{name}]", "", _plain(inspect.getdoc(model) or ""), "")
        rows = (
            (_code(key), _field(field), _code(_value(field)), _code(f"{PREFIX}{name}_{key}".upper()))
            for key, field in model.model_fields.items()
        )
        yield from _table(("key", "meaning", "default", "environment"), rows)


def _field(field: FieldInfo) -> str:
    limits = [_limit(field, word, sign) for word, sign in (("ge", "at least"), ("le", "at most"))]
    said = ", ".join([_kind(field), *(limit for limit in limits if limit)])
    return f"{field.description} *({said})*"


def _kind(field: FieldInfo) -> str:
    inner = [one for choice in get_args(field.annotation) for one in getattr(choice, "__metadata__", ())]
    for kind, name in ((Seconds, "duration"), (Bytes, "size"), (Address, "address and port")):
        if get_args(kind)[1] in [*field.metadata, *inner]:
            return name
    if is_secret(field):
        return "secret"
    choices = _choices(field.annotation)
    if choices:
        return "one of " + ", ".join(_code(choice) for choice in choices)
    if get_origin(field.annotation) is tuple:
        return "list of texts"
    if get_origin(field.annotation) is dict:
        return "tables"
    kinds = [one for one in get_args(field.annotation) or (field.annotation,) if one is not type(None)]
    return {bool: "true or false", int: "whole number", float: "number", Path: "path"}.get(kinds[0], "text")


def _choices(annotation: Any) -> list[str]:
    if get_origin(annotation) is Literal:
        return [str(choice) for choice in get_args(annotation)]
    if isinstance(annotation, UnionType):
        return []
    if inspect.isclass(annotation) and issubclass(annotation, enum.Enum):
        return [str(choice.value) for choice in annotation]
    return []


def _limit(field: FieldInfo, word: str, sign: str) -> str:
    found = [getattr(one, word) for one in field.metadata if getattr(one, word, None) is not None]
    return f"{sign} {_number(field, found[-1])}" if found else ""


def _number(field: FieldInfo, value: Any) -> str:
    """Write a number as its setting is written: a duration ``15m``, a size ``20MiB``."""
    for kind, units in ((Seconds, _SECONDS), (Bytes, _SIZES)):
        if get_args(kind)[1] in field.metadata:
            whole = (
                f"{value // size}{unit}" for unit, size in units if value % size == 0 and 0 < value // size < _MANY
            )
            return next(whole, str(value))
    return f"{value:,}" if isinstance(value, int) else str(value)


def _value(field: FieldInfo) -> str:
    if is_secret(field):
        return ""
    value = field.get_default(call_default_factory=True)
    if value is None or value in ("", (), {}):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, enum.Enum):
        return str(value.value)
    return _number(field, value).replace(",", "") if isinstance(value, int) else str(value)


# ---- the policy
def _policy() -> Iterator[str]:
    yield from _head("Policy keys", "Every key of `twogate.toml`.")
    yield "`twogate policy schema` prints the same as JSON Schema for editors; `twogate policy check` reads a file."
    yield ""
    tables = (("At the top", TOP), ("[[upstream]]", UPSTREAM), ("[[rule]]", RULE))
    for title, keys in tables:
        yield from (f"## {title}", "")
        rows = ((_code(word), _about(key), "yes" if key.required else "") for word, key in keys.items())
        yield from _table(("key", "meaning", "required"), rows)


def _about(key: Key) -> str:
    about = key.about.replace("*", "\\*")
    return f"{about[0].upper()}{about[1:]} *({_shape(key.schema)})*"


def _shape(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return "one of " + ", ".join(_code(word) for word in schema["enum"])
    if "anyOf" in schema:
        return f"a text or a list of at most {schema['anyOf'][1]['maxItems']:,}"
    if schema["type"] == "integer":
        return f"{schema['minimum']} to {schema['maximum']}"
    return {"boolean": "true or false", "string": "text"}[schema["type"]]


# ---- closed lists
def _reasons() -> Iterator[str]:
    yield from _head("Reasons", "Every reason for a no, in `reason` of an answer, in the log and in the audit log.")
    yield from ("## At the gateway", "")
    yield "The status a program gets; people are sent to a page instead where one helps."
    yield ""
    told = [reason for reason in Reason if reason in STATUS]
    rows = ((_code(one), SENTENCE[one], str(STATUS[one]), _help(one)) for one in told)
    yield from _table(("reason", "what the caller is told", "status", "what helps"), rows)
    yield from ("## At the control plane", "")
    yield "The status depends on the door: OAuth endpoints answer with the error of their RFC, pages show the sentence."
    yield "A step-up helps with none of these."
    yield ""
    others = ((_code(one), SENTENCE[one]) for one in Reason if one not in STATUS)
    yield from _table(("reason", "what the caller is told"), others)


def _help(reason: Reason) -> str:
    if reason in STEP_UP:
        return "a step-up"
    return "signing in" if reason in SIGN_IN else ""


def _events() -> Iterator[str]:
    yield from _head("Events", "Every event of the audit log: `subject:object:action`.")
    yield "`twogate audit list --event NAME` finds them, `twogate audit verify` checks the chain they are in."
    yield ""
    yield from _table(
        ("event", "whose doing", "what it is about", "what happened"),
        ((_code(event), *(part.replace("_", " ") for part in event.value.split(":"))) for event in Event),
    )


def _exit_codes() -> Iterator[str]:
    yield from _head("Exit codes", "The same meaning in every command.")
    rows = ((str(int(code)), code.name, text) for code, text in MEANING.items())
    yield from _table(("code", "name", "meaning"), rows)


if __name__ == "__main__":
    main()
