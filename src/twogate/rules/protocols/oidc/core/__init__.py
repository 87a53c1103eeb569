"""OpenID Connect Core 1.0: who signed in, told to the client."""
