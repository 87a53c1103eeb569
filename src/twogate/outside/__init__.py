"""Other people's services and the machine: clock, entropy, mail."""
