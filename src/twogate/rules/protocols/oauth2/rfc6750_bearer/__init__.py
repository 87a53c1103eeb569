"""RFC 6750: bearer token usage."""
