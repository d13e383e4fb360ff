"""How somebody who seeks work and who has it meet, try, and go on together."""
