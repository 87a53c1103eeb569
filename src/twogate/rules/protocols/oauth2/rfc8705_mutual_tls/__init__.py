"""RFC 8705: access tokens bound to a client certificate."""
