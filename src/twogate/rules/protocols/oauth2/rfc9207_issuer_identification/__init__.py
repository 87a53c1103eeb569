"""RFC 9207: authorization server issuer identification."""
