"""RFC 7636: proof key for code exchange. Method S256 only (RFC 9700 section 2.1.1)."""
