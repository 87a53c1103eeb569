"""The languages that pages speak: which there are, which one a request gets, and what they say."""
