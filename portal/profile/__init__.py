"""Profile: the page that she owns of what she can, did and wants, and whom she shows it to."""
