"""RFC 7591 and RFC 7592: clients that register themselves; OpenID Connect Dynamic Client Registration 1.0."""
