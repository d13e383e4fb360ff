"""Assessments: she and an expert by experience lay cards: mine, I want to learn this, not now."""
