"""A policy from TOML text, or every mistake in it at once, each with its line.

Decides whether a document says a policy. The small texts are read by ``notation`` and ``templates``, which keys
exist is in ``keys``; whether the policy is wise is for ``lint``.
"""

import re
import tomllib
from typing import Any

from twogate.rules.assurance.level import Level
from twogate.rules.policy.keys import RULE, TOP, UPSTREAM, Key, read_table
from twogate.rules.policy.lines import Place, locate
from twogate.rules.policy.mistakes import Mistake, Notebook, nearest
from twogate.rules.policy.model import Mode, Policy, Requirement, Rule, Upstream

MAX_BYTES = 5_000_000
MAX_TEMPLATES = 50_000
_MAX_NAME = 64
_TABLES = {"upstream": UPSTREAM, "rule": RULE}
_LINE_IN_ERROR = re.compile(r"^(.*) \(at (?:line (\d+), column \d+|end of document)\)$", re.DOTALL)


def parse(text: str) -> Policy | tuple[Mistake, ...]:
    """Read a whole policy file."""
    if len(text) > MAX_BYTES or len(text.encode(errors="replace")) > MAX_BYTES:
        return (Mistake(1, "", "the file is larger than 5 MB", "split the API over several gateways"),)
    try:
        raw = tomllib.loads(text)
        lines = locate(text)
    except tomllib.TOMLDecodeError as error:
        return (_syntax_mistake(str(error), text),)
    except RecursionError:
        return (Mistake(1, "", "lists or tables are nested too deeply"),)
    notes = Notebook(lines)
    policy = _policy(raw, notes)
    return notes.mistakes if policy is None or notes.found else policy


def parse_bytes(document: bytes) -> Policy | tuple[Mistake, ...]:
    """Read a policy file as it lies on disk; TOML is UTF-8."""
    try:
        return parse(document.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = document.count(b"\n", 0, error.start) + 1
        return (Mistake(line, "", "the file is not UTF-8", "save it as UTF-8"),)


def _syntax_mistake(message: str, text: str) -> Mistake:
    found = _LINE_IN_ERROR.match(message)
    last = text.count("\n") + 1
    line = int(found[2]) if found and found[2] else last
    what = found[1] if found else message
    return Mistake(line, "", f"this is not TOML: {what[:1].lower()}{what[1:]}")


def _policy(raw: dict[str, Any], notes: Notebook) -> Policy | None:
    top = {word: value for word, value in raw.items() if word not in _TABLES}
    _hint_tables(top, notes)
    values = read_table(top, TOP, place=(), notes=notes)
    upstreams = _upstreams(raw, notes)
    rules = _rules(raw, upstreams, notes)
    if "public_url" not in values:
        return None
    return Policy(
        public_url=values["public_url"],
        upstreams=upstreams,
        rules=rules,
        cors_origins=values.get("cors", ()),
        blocked_networks=values.get("block", ()),
    )


def _hint_tables(top: dict[str, Any], notes: Notebook) -> None:
    """``[[rules]]`` is the commonest slip: name the table that was meant, and say nothing else about it."""
    for word in [word for word in top if word not in TOP]:
        hint = nearest(word, _TABLES)
        if hint:
            notes.note((word,), f'unknown table or key "{word[:60]}"', hint)
            del top[word]


def _tables(
    raw: dict[str, Any], word: str, *, keys: dict[str, Key], notes: Notebook
) -> list[tuple[Place, dict[str, Any]]]:
    """Read each ``[[word]]``; one that is no table is noted and left out."""
    tables = raw.get(word, [])
    if not isinstance(tables, list):
        notes.note((word,), f"{word} is a list of tables", f"write [[{word}]]")
        return []
    read: list[tuple[Place, dict[str, Any]]] = []
    for number, table in enumerate(tables):
        if isinstance(table, dict):
            read.append(((word, number), read_table(table, keys, place=(word, number), notes=notes)))
        else:
            notes.note((word, number), f"{word} is a list of tables", f"write [[{word}]]")
    return read


def _upstreams(raw: dict[str, Any], notes: Notebook) -> tuple[Upstream, ...]:
    upstreams: list[Upstream] = []
    for place, values in _tables(raw, "upstream", keys=UPSTREAM, notes=notes):
        if "name" not in values or "url" not in values:
            continue
        if any(values["name"] == other.name for other in upstreams):
            notes.note((*place, "name"), f"there are two upstreams named {values['name']}")
        if "ca_file" in values and not values["url"].startswith("https://"):
            notes.note((*place, "ca_file"), "ca_file needs an https url")
        upstreams.append(Upstream(**values))
    if not raw.get("upstream"):
        notes.note(
            (),
            "no [[upstream]]: say which server stands behind the gateway",
            '[[upstream]] name = "api", url = "http://127.0.0.1:9000"',
        )
    return tuple(upstreams)


def _rules(raw: dict[str, Any], upstreams: tuple[Upstream, ...], notes: Notebook) -> tuple[Rule, ...]:
    tables = _tables(raw, "rule", keys=RULE, notes=notes)
    templates = sum(len(values.get("match", ())) for _, values in tables)
    if templates > MAX_TEMPLATES:
        notes.note(("rule",), f"{templates} templates; a policy has at most {MAX_TEMPLATES}")
    taken = _given_names(tables, notes)
    rules: list[Rule] = []
    for place, values in tables:
        _check_sense(place, values, notes)
        upstream = _upstream_of(place, values, upstreams=upstreams, notes=notes)
        if "match" not in values or upstream is None:
            continue
        name = values.get("name") or _made_name(values["match"][0].source, taken)
        rules.append(
            Rule(
                name=name,
                match=values["match"],
                require=_requirement(values),
                upstream=upstream,
                mode=values.get("mode", Mode.ENFORCE),
                forward_credential=values.get("forward_credential", False),
                line=notes.lines.of(place),
            )
        )
    return tuple(rules)


def _given_names(tables: list[tuple[Place, dict[str, Any]]], notes: Notebook) -> set[str]:
    lines: dict[str, int] = {}
    for place, values in tables:
        name = values.get("name")
        if name in lines:
            notes.note((*place, "name"), f"there are two rules named {name}", f"the other is on line {lines[name]}")
        elif name is not None:
            lines[name] = notes.lines.of((*place, "name"))
    return set(lines)


def _made_name(source: str, taken: set[str]) -> str:
    """Make a name from a template: ``GET /v1/x/{id}`` is ``get-v1-x-id``, a second one ``get-v1-x-id-2``."""
    stem = re.sub(r"[^a-z0-9.]+", "-", source.lower().replace("**", "all").replace("*", "any")).strip("-.")
    stem = stem[: _MAX_NAME - 8].rstrip("-.") or "root"
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}"
    taken.add(name)
    return name


def _requirement(values: dict[str, Any]) -> Requirement:
    return Requirement(
        level=values.get("require", Level.AAL1),
        max_age=values.get("max_age"),
        factors=values.get("factors", 0),
        client_certificate=values.get("client_certificate", False),
        scopes=values.get("scopes", ()),
        networks=values.get("networks", ()),
        countries=values.get("countries", ()),
        asn=values.get("asn", ()),
        hours=values.get("hours", ()),
        quota=values.get("quota", ()),
    )


def _check_sense(place: Place, values: dict[str, Any], notes: Notebook) -> None:
    """A rule that looks at no credential cannot ask anything of one."""
    if values.get("require") is not Level.NONE:
        return
    for word in ("max_age", "factors", "scopes"):
        if values.get(word):
            notes.note((*place, word), f'{word} means nothing with require = "none"', "ask for aal1 or leave it out")


def _upstream_of(
    place: Place, values: dict[str, Any], *, upstreams: tuple[Upstream, ...], notes: Notebook
) -> str | None:
    """Return the name of the upstream a rule sends to; the only one where it names none."""
    names = [upstream.name for upstream in upstreams]
    named: str | None = values.get("upstream")
    if named is None:
        if len(names) > 1:
            notes.note(place, "upstream is missing: there are several", f"one of {', '.join(names[:10])}")
        return names[0] if names else None
    if named not in names:
        notes.note((*place, "upstream"), f"there is no upstream named {named}", nearest(named, names))
        return None
    return named
