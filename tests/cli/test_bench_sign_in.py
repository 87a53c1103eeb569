"""The bench of sign-ins and tokens measures what it says, with the real services."""

from collections.abc import Iterator
from contextlib import contextmanager

from twogate.cli.bench_sign_in import Load, run_sign_in_bench
from twogate.settings.factors import HashingSettings

CHEAP = HashingSettings(memory_kib=7_168, passes=1, threads=1)


async def test_every_operation_is_done_and_put_beside_the_bare_hash() -> None:
    """Each operation succeeds many times, and the ratio is that of the two rates in the same answer."""
    stages = []

    @contextmanager
    def stage(text: str) -> Iterator[None]:
        stages.append(text)
        yield

    found = await run_sign_in_bench(Load(0.4, CHEAP), stage=stage)
    done = {name: facts["done"] for name, facts in found["operations"].items()}
    assert list(done) == [
        "argon2id_alone",
        "password_sign_in",
        "code_check",
        "refresh_rotation",
        "client_credentials",
    ]
    assert min(done.values()) >= 2
    rates = {name: facts["per_second"] for name, facts in found["operations"].items()}
    ratio = rates["password_sign_in"] / rates["argon2id_alone"]
    assert abs(found["password_sign_in_of_argon2id"] - ratio) < 0.02
    assert found["argon2id"] == {"memory_kib": 7_168, "passes": 1, "lanes": 1}
    assert "client credentials" in stages
