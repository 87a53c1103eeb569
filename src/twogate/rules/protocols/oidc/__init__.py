"""OpenID Connect Core 1.0 on top of OAuth 2.0."""
