"""RFC 7009: token revocation."""
