"""Debian's ``oathtool``, which computes one-time passwords and shares no line with us."""

import shutil
import subprocess


def codes(*options: str, key: bytes) -> list[str]:
    """What it prints for a key; it is installed by the set-up."""
    program = shutil.which("oathtool")
    assert program is not None, "oathtool is missing: make setup installs it"
    command = [program, *options, "-"]  # the key on standard input: nothing secret in the list of processes
    done = subprocess.run(command, input=key.hex(), capture_output=True, text=True, timeout=20, check=True)
    return done.stdout.split()


def hotp_codes(key: bytes, counter: int, *, digits: int, count: int = 1) -> list[str]:
    """``count`` HOTP codes from ``counter`` on."""
    return codes("--hotp", f"--counter={counter}", f"--digits={digits}", f"--window={count - 1}", key=key)


def totp_code(key: bytes, seconds: int, *, digits: int, algorithm: str, period: int) -> str:
    """The TOTP code at a time."""
    when = f"--now=@{seconds}"
    shape = (f"--totp={algorithm}", f"--digits={digits}", f"--time-step-size={period}s", when)
    return codes(*shape, key=key)[0]
