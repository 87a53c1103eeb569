"""OAuth 2.0 authorization server rules, one folder for each RFC; each folder's ``errors.py`` holds its errors."""
