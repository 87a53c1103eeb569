"""From file and environment to settings, or to every mistake at once."""

from dataclasses import replace
from operator import attrgetter
from pathlib import Path

import pytest

from twogate.settings.environment import Environment, read_environment
from twogate.settings.load import load, variables
from twogate.settings.mistakes import SettingsInvalid
from twogate.settings.model import Settings, is_secret, sections
from twogate.settings.paths import Paths


def mistakes_of(environment: Environment) -> list[str]:
    """Load and return the mistakes as they are printed."""
    with pytest.raises(SettingsInvalid) as caught:
        load(environment)
    return [str(mistake) for mistake in caught.value.mistakes]


def with_variables(paths: Paths, **variables_: str) -> Environment:
    """An environment with settings in it."""
    return read_environment({"TWOGATE_DATA": str(paths.data), **{f"TWOGATE_{k}": v for k, v in variables_.items()}})


def test_nothing_has_to_be_set(environment: Environment) -> None:
    """An empty directory and an empty environment give the defaults."""
    assert load(environment) == Settings()


def test_the_default_is_safe(environment: Environment) -> None:
    """Out of the box the gateway listens on loopback only and a second factor is always asked for."""
    settings = load(environment)
    assert settings.gateway.listen.startswith("127.0.0.1:")
    assert settings.sign_in.second_factor == "always"
    assert settings.control.listen is None


def test_a_file_is_read(paths: Paths, environment: Environment) -> None:
    """Keys in settings.toml replace defaults."""
    paths.settings.write_text('[gateway]\nlisten = "127.0.0.1:9999"\nstale_after = "2m"\n')
    assert load(environment).gateway.listen == "127.0.0.1:9999"
    assert load(environment).gateway.stale_after == 120


def test_the_environment_beats_the_file_and_the_command_line_beats_both(paths: Paths) -> None:
    """Command line, environment, file, default: in this order."""
    paths.settings.write_text('[gateway]\nlisten = "127.0.0.1:1"\nthreads = 1\nmax_connections = 11\n')
    environment = with_variables(paths, GATEWAY_LISTEN="127.0.0.1:2", GATEWAY_THREADS="2")
    gateway = load(environment, overrides={("gateway", "listen"): "127.0.0.1:3"}).gateway
    assert (gateway.listen, gateway.threads, gateway.max_connections) == ("127.0.0.1:3", 2, 11)


def test_a_settings_file_elsewhere_may_be_named(paths: Paths, environment: Environment, tmp_path: Path) -> None:
    """TWOGATE_SETTINGS names another file; when it is missing that is a mistake, not a default."""
    other = tmp_path / "other.toml"
    other.write_text("[gateway]\nthreads = 3\n")
    assert load(replace(environment, settings_file=other)).gateway.threads == 3
    assert "cannot read it" in mistakes_of(replace(environment, settings_file=paths.data / "none.toml"))[0]


def test_all_mistakes_are_told_at_once_with_their_lines(paths: Paths) -> None:
    """File, environment and types: one reading tells everything, each with its place and a hint."""
    paths.settings.write_text(
        'stray = 1\n[gateway]\nlistn = "x"\nthreads = "2"\nmax_connections = true\nlisten = "nowhere"\n'
        "[gatway]\na = 1\n"
    )
    found = mistakes_of(with_variables(paths, LOG_LEVL="info"))
    expected = [
        f"{paths.settings}:1: `stray` stands outside any section",
        "environment TWOGATE_LOG_LEVL: no such setting (did you mean TWOGATE_LOG_LEVEL?)",
        f"{paths.settings}:3: no such setting in [gateway]: `listn` (did you mean `listen`?)",
        f"{paths.settings}:4: `gateway.threads`",
        f"{paths.settings}:5: `gateway.max_connections`",
        f"{paths.settings}:6: `gateway.listen`",
        f"{paths.settings}:7: no such section: `gatway` (did you mean `gateway`?)",
    ]
    for beginning in expected:
        assert any(line.startswith(beginning) for line in found), (beginning, found)
    assert len(found) == len(expected)


def test_a_file_that_is_not_toml_names_the_line(paths: Paths, environment: Environment) -> None:
    """The parser's line is told, its column is not needed."""
    paths.settings.write_text("[gateway]\nthreads = = 2\n")
    assert mistakes_of(environment)[0].startswith(f"{paths.settings}:2: is not TOML")


def test_a_file_that_is_not_text_is_refused(paths: Paths, environment: Environment) -> None:
    """Bytes that are not UTF-8 give one line, no traceback."""
    paths.settings.write_bytes(b"\xff\xfe\x00")
    assert "is not UTF-8" in mistakes_of(environment)[0]


def test_a_secret_may_come_from_a_file(paths: Paths) -> None:
    """<key>_file works in the file and in the environment, for every secret there is."""
    secret = paths.data / "secret"
    secret.write_text("open-sesame\n")
    paths.settings.write_text(f'[edge]\nkey_file = "{secret}"\n')
    assert load(with_variables(paths)).edge.key.text() == "open-sesame"
    assert load(with_variables(paths, MAIL_PASSWORD_FILE=str(secret))).mail.password.text() == "open-sesame"
    named = {name for name in variables() if name.endswith("_FILE")}
    secrets = {
        f"{section}_{key}_FILE".upper()
        for section, model in sections().items()
        for key, field in model.model_fields.items()
        if is_secret(field)
    }
    assert secrets <= named
    assert len(secrets) >= 5


def test_the_environments_secret_replaces_the_files(paths: Paths) -> None:
    """A file names key_file, the environment gives the key itself: the environment wins."""
    paths.settings.write_text('[edge]\nkey_file = "/nonexistent"\n')
    assert load(with_variables(paths, EDGE_KEY="given")).edge.key.text() == "given"


@pytest.mark.parametrize("content", [None, b"", b"\n \n", b"\xff\xfe", b"x" * 70_000])
def test_a_secret_file_that_cannot_be_used_is_a_mistake(paths: Paths, content: bytes | None) -> None:
    """Missing, empty, not text, huge: each is told; an empty secret is never used."""
    secret = paths.data / "secret"
    if content is not None:
        secret.write_bytes(content)
    paths.settings.write_text(f'[edge]\nkey_file = "{secret}"\n')
    (line,) = mistakes_of(with_variables(paths))
    assert line.startswith(f"{paths.settings}:2: ")


def test_a_secret_given_twice_is_a_mistake(paths: Paths) -> None:
    """Which of two secrets holds is not guessed."""
    paths.settings.write_text('[edge]\nkey = "a"\nkey_file = "/etc/hostname"\n')
    assert "both set" in mistakes_of(with_variables(paths))[0]


def test_no_mistake_shows_a_value(paths: Paths) -> None:
    """What was written in place of a setting may be a secret, so no mistake repeats it."""
    paths.settings.write_text('[edge]\nkey = 12345678\nwait = "tg_edge_secret"\n[store]\nmaster_key = ["hush"]\n')
    told = " ".join(mistakes_of(with_variables(paths)))
    assert not any(value in told for value in ("12345678", "tg_edge_secret", "hush"))


@pytest.mark.parametrize(
    ("variable", "text", "setting", "value"),
    [
        ("GATEWAY_THREADS", "3", "gateway.threads", 3),
        ("GATEWAY_HOSTS", "a.example, b.example", "gateway.hosts", ("a.example", "b.example")),
        ("GATEWAY_TLS_CERT", "/x/y.pem", "gateway.tls_cert", Path("/x/y.pem")),
        ("GATEWAY_STALE_AFTER", "1h", "gateway.stale_after", 3600),
        ("FACTORS_TOTP_DIGITS", "8", "factors.totp_digits", 8),
        ("TOKENS_REVOCATION_WAIT", "0.5", "tokens.revocation_wait", 0.5),
        ("TOKENS_REVOCATION_WAIT", "2", "tokens.revocation_wait", 2.0),
        ("SIGN_IN_SECOND_FACTOR", "when_needed", "sign_in.second_factor", "when_needed"),
    ],
)
def test_a_variable_is_read_as_its_setting(
    paths: Paths, variable: str, text: str, *, setting: str, value: object
) -> None:
    """Numbers, lists, paths, durations and choices come out of text with the type of their setting."""
    settings = load(with_variables(paths, **{variable: text}))
    assert attrgetter(setting)(settings) == value


def test_a_variable_of_the_wrong_kind_is_named(paths: Paths) -> None:
    """A number that is none is refused under the variable's name."""
    (line,) = mistakes_of(with_variables(paths, GATEWAY_THREADS="many"))
    assert line.startswith("environment TWOGATE_GATEWAY_THREADS: ")
