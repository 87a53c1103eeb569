"""Where and when somebody may sign in, and how far places are apart."""
