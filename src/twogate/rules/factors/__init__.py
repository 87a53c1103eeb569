"""One file for each factor, one contract for all: is this proof good?"""
