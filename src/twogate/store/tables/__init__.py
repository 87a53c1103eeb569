"""The tables, one file for each aggregate; the columns are named as the fields of the frozen records are."""
