"""RFC 6749: the OAuth 2.0 authorization framework, as RFC 9700 allows it to be used today."""
