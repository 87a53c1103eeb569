"""draft-ietf-oauth-first-party-apps-04: OAuth 2.0 for first-party applications (an Internet-Draft, not an RFC)."""
