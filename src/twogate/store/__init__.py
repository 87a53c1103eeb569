"""The database: SQLite (WAL) or PostgreSQL behind the same repositories; frozen records in, frozen records out."""
