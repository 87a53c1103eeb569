"""Signed tokens (RFC 7515, 7518, 7519): one algorithm, one serialization, one spelling for each token."""
