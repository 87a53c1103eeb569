"""What a User-Agent says, in words a person recognises their own device by.

Decides nothing that matters: the text is the caller's own claim and is only ever shown back.
"""

from twogate.web.pages.texts import text

_PROGRAMS = (  # the first that is found names it: Chrome's name is in all of its relatives'
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
    ("python-", "Python"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def program(user_agent: str) -> str:
    """Return for example "Firefox on Linux"."""
    name = next((name for sign, name in _PROGRAMS if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    if name and system:
        return text("program.on", program=name, system=system)
    return name or system or user_agent[:40] or text("program.unknown")
