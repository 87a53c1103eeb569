"""Seeds of tokens as vendors deliver them: PSKC (RFC 6030), CSV of OATH tokens, CSV of YubiKeys."""
