"""RFC 8628: sign-in for devices without a keyboard or a browser; the person does it on another one."""
