"""The store: SQLite by default, PostgreSQL by one setting. Tables, repositories, outbox and migrations."""
