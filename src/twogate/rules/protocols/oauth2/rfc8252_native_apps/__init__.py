"""RFC 8252: OAuth 2.0 for native apps."""
