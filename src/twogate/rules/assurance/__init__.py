"""What do these proofs add up to, and is it enough, still?"""
