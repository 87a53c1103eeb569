"""RFC 7523: a client proves itself with a statement that it signed."""
