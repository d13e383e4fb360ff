"""How fast the portal is, measured against a bare Flask view in the same run."""
