"""Named facts that make a sign-in unlike the ones before; they never raise an assurance (NIST SP 800-63B-4)."""
