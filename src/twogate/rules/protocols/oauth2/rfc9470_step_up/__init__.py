"""RFC 9470: step-up authentication challenge."""
