"""Sentences that are written below the pages, in each language: by their English, which is the key."""
