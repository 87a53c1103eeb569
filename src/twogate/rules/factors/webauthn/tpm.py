"""What a TPM says about the key it certified: whether the key can ever be somewhere else.

Decides by TPM 2.0 Library, part 2, section 8.3 (TPMA_OBJECT). A TPM certifies any key it holds, also one that came from
outside or may be copied to another TPM: the statement is true, and the key is still not protected by this hardware.
That certInfo, pubArea, signature and certificate belong together (W3C Web Authentication, section 8.3) was verified
before, in ``registration``.
"""

from typing import Any, Final

from webauthn.helpers.tpm import parse_pub_area

from twogate.rules.factors.webauthn.library import asked_of_library
from twogate.terms.verdict import Refused

TPM: Final = "tpm"


def key_stays_inside(public_area: Any) -> bool:
    """Whether the key was made in this TPM and may not leave it (fixedTPM, fixedParent, sensitiveDataOrigin)."""
    parsed = asked_of_library(lambda: parse_pub_area(public_area))
    if isinstance(parsed, Refused):
        return False
    attributes = parsed.value.object_attributes
    return attributes.fixed_tpm and attributes.fixed_parent and attributes.sensitive_data_origin
