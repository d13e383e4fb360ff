"""Tenders: opportunities of municipalities and funds, what answers them, and dossiers."""
