"""RFC 9449: proof of possession of a key, shown with each request."""
