"""RFC 8707: resource indicators for OAuth 2.0."""
