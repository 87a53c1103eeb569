"""Pictures of every page, as Debian's Chromium shows it: which there are, and how one is taken.

Decides the list. ``tests/house/test_pictures.py`` holds it against the templates and the addresses of the product and
against docs/screens, so no page is without one. Pictures are kept when they are wanted (``make screens``); that axe
finds nothing, in both colours and at a phone's width, is checked each time.
"""

import os
from pathlib import Path

from playwright.sync_api import Page
from suites.browser import objections, sideways
from suites.small_png import small

SCREENS = Path(__file__).parents[1] / "docs" / "screens"
DESK, PHONE = {"width": 1000, "height": 720}, {"width": 320, "height": 640}
DARK = "-phone-dark"

PICTURES: dict[str, tuple[str, ...]] = {
    "account.html": ("overview", "overview-chinese", "overview-german"),
    "activity.html": ("activity", "grace"),
    "address.html": ("address", "mail-address"),
    "address_code.html": ("address-code",),
    "ask.html": (
        "sign-in",
        "sign-in-chinese",
        "sign-in-french",
        "sign-in-german",
        "sign-in-spanish",
        "wrong-password",
        "one-more-step",
        "step-up",
        "passkey-step-up",
        "push-number",
        "sms-ask",
        "recovery-pass",
    ),
    "choose.html": ("choose",),
    "codes.html": ("recovery-codes",),
    "device.html": ("device",),
    "device_answer.html": ("device-answer",),
    "device_answered.html": ("device-answered",),
    "error.html": ("nothing-here",),
    "factors.html": ("factors", "done"),
    "first.html": ("first",),
    "panic.html": ("lock-my-account",),
    "panicked.html": ("locked",),
    "password.html": ("password",),
    "phone.html": ("phone", "phone-connected", "phone-approve", "phone-approved", "phone-off"),
    "recover.html": ("recover",),
    "recover_asked.html": ("recover-asked",),
    "recover_finish.html": ("recover-finish",),
    "recover_finished.html": ("recover-finished",),
    "recover_own.html": ("recover-own",),
    "recover_stop.html": ("recover-stop",),
    "recover_stopped.html": ("recover-stopped",),
    "recovery.html": ("recovery",),
    "remove.html": ("remove",),
    "rename.html": ("rename",),
    "revoke.html": ("revoke",),
    "sessions.html": ("sessions",),
    "set_up.html": ("first-factor", "set-up", "passkey-set-up", "push-set-up", "sms-number", "sms-code"),
    "sign_out.html": ("sign-out",),
    "signed_out.html": ("signed-out",),
    "token_new.html": ("token-new",),
    "token_shown.html": ("token-shown",),
    "tokens.html": ("tokens",),
    "typing.html": ("typing",),
    "undo.html": ("undo-over", "undo"),
    "undone.html": ("undone",),
    "consent.html": ("consent",),
    "end_session.html": ("end-session",),
    "hand_over.html": ("hand-over",),
    "programs.html": ("programs",),
    "withdraw.html": ("withdraw",),
}
"""Each page's template and its pictures: the page in its states, by the names of the files."""

NAMES = frozenset(name for names in PICTURES.values() for name in names)


def picture(page: Page, name: str) -> None:
    """Keep what the page looks like, when pictures are wanted (TWOGATE_SCREENS=1)."""
    assert name.removesuffix(DARK) in NAMES, f"{name} is not in the list of pictures"
    if os.environ.get("TWOGATE_SCREENS"):
        SCREENS.mkdir(exist_ok=True)
        page.evaluate("document.activeElement?.blur?.()")
        taken = page.screenshot(full_page=True, animations="disabled", caret="hide")
        (SCREENS / f"{name}.png").write_bytes(small(taken))


def check(page: Page, name: str, *, both: bool = True) -> None:
    """Light on a desk and dark on a phone: axe finds nothing, nothing scrolls sideways, and a picture is taken.

    ``both``: keep the one of the phone, too. The window is as it was afterwards.
    """
    before = page.viewport_size
    for scheme, size in (("light", DESK), ("dark", PHONE)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size(size)  # type: ignore[arg-type]
        found = objections(page)
        assert found == [], (name, scheme, found)
        assert sideways(page) == 0, (name, scheme)
        if scheme == "light" or both:
            picture(page, name if scheme == "light" else f"{name}{DARK}")
    page.emulate_media(color_scheme="light")
    if before is not None:
        page.set_viewport_size(before)
