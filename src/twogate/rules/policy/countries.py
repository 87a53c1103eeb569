"""Country codes as policies and databases write them: ISO 3166-1 alpha-2, with XK, which databases use for Kosovo.

Decides which codes there are. A slip such as UK would otherwise be a condition that no address ever meets.
"""

import re

from twogate.rules.policy.mistakes import nearest
from twogate.terms.place import LOCAL

_ISO_3166 = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
"""
CODES = frozenset(_ISO_3166.split())
COUNTRY_PATTERN = f"(?:{'|'.join(sorted(CODES))}|{LOCAL})"
ASN_PATTERN = r"AS[1-9][0-9]{0,9}"
MAX_ASN = 2**32 - 2  # RFC 7300: the last one is reserved
_SLIPS = {"UK": "GB", "EL": "GR", "EN": "GB", "SP": "ES", "JA": "JP"}


def country(text: str) -> str:
    """A country's code, or ``local``: private, loopback and link-local addresses."""
    if text == LOCAL or text in CODES:
        return text
    code = text.upper()
    meant = _SLIPS.get(code, code if code in CODES else "")
    hint = f'did you mean "{meant}"?' if meant else nearest(code, sorted(CODES)) or 'for example "DE"'
    raise ValueError(f"a country is two capital letters of ISO 3166, or local for private networks; {hint}")


def asn(text: str) -> int:
    """An autonomous system by its number (RFC 5396): ``AS3320``."""
    if not re.fullmatch(ASN_PATTERN, text) or int(text[2:]) > MAX_ASN:
        raise ValueError('an autonomous system is written "AS3320"')
    return int(text[2:])
