"""Web Push: messages encrypted to one browser (RFC 8188, RFC 8291) and who sends them (RFC 8292)."""
