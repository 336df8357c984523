"""A school's own policy: from its file to clauses, and from clauses to drafted norms that a person reviews."""
