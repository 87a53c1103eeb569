"""RFC 9068: JWT profile for OAuth 2.0 access tokens."""
