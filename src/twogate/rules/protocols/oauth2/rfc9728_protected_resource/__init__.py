"""RFC 9728: protected resource metadata."""
