"""OpenID Connect Discovery 1.0."""
