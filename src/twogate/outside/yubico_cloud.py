"""Validation servers for Yubico OTP, asked over HTTPS, all at once.

Decides how a question travels: one nonce for every server, no redirects, no proxies of the environment, an answer of
four kilobytes at most, and the first one that can be believed counts. Whether one can be is
``rules.factors.yubico_validation``. When none answers in time the answer is no.
"""

import asyncio
import ssl
from collections.abc import Sequence
from typing import Any

import httpx2

from twogate.rules.factors.yubico_validation import LONGEST_ANSWER, NONCE_BYTES, Question, read, read_key
from twogate.settings.hardware_tokens import YubicoSettings
from twogate.terms.ports import Entropy
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

Answer = Passed[dict[str, Any]] | Refused


class YubicoCloud:
    """Asks about one-time passwords whose secret is not known here."""

    def __init__(self, settings: YubicoSettings, entropy: Entropy, *, trust: ssl.SSLContext | None = None) -> None:
        self._settings = settings
        self._entropy = entropy
        self._key = read_key(settings.key.text()) or Secret("")
        self._trust = trust  # None: the system's authorities

    async def ask(self, otp: str) -> Answer:
        """Whether it is good, and where the key's counters stand; ``VALIDATOR_UNREACHABLE`` when nobody can say."""
        nonce = self._entropy.bytes(NONCE_BYTES).hex()
        question = Question(self._settings.client, self._key, otp, nonce)
        async with httpx2.AsyncClient(
            verify=self._trust if self._trust is not None else True,
            trust_env=False,
            follow_redirects=False,
            timeout=float(self._settings.timeout),
        ) as client:
            asked = [
                asyncio.ensure_future(_ask(client, server, question))
                for server in dict.fromkeys(self._settings.servers)
            ]
            try:
                async with asyncio.timeout(self._settings.timeout):
                    return await _first_sure(asked)
            except TimeoutError:
                return Refused(Reason.VALIDATOR_UNREACHABLE, f"no answer within {self._settings.timeout} s")
            finally:
                for one in asked:
                    one.cancel()
                await asyncio.gather(*asked, return_exceptions=True)


async def _first_sure(asked: Sequence["asyncio.Future[Answer]"]) -> Answer:
    """The first answer that says something; else the last reason why nobody did."""
    last: Answer = Refused(Reason.VALIDATOR_UNREACHABLE, "nobody was asked")
    for done in asyncio.as_completed(asked):
        last = await done
        if isinstance(last, Passed) or last.reason is not Reason.VALIDATOR_UNREACHABLE:
            return last
    return last


async def _ask(client: httpx2.AsyncClient, server: str, question: Question) -> Answer:
    try:
        async with client.stream("GET", f"{server}?{question.query}") as response:
            body = b""
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > LONGEST_ANSWER:
                    return Refused(Reason.VALIDATOR_UNREACHABLE, "the answer is too long")
            if response.status_code != httpx2.codes.OK:
                return Refused(Reason.VALIDATOR_UNREACHABLE, f"the server answers {response.status_code}")
    except (httpx2.HTTPError, OSError) as error:
        return Refused(Reason.VALIDATOR_UNREACHABLE, type(error).__name__)  # its text may repeat the question
    return read(body, question)
