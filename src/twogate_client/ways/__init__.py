"""Ways to sign in, one file for each. Which one is taken is the program's choice; what it must prove is the API's."""
