"""What administrators call: JSON under ``/.twogate/admin``, by their own session, with two factors."""
