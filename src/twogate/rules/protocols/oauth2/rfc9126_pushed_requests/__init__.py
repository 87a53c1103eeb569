"""RFC 9126: authorization requests that their client leaves at the server first."""
