"""Notices: an outbox written in the same transaction as what it tells of, sent by a worker."""
