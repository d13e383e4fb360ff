"""Work places: what employers post, what fits a person and why, who may know of her."""
