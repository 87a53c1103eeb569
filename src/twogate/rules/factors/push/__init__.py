"""A prompt on a phone with a code to be typed there: an out-of-band authenticator (NIST SP 800-63B-4, 3.1.3)."""
