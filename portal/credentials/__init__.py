"""Proof of what she can, signed for her provider: an Open Badges 3.0 credential that is hers."""
