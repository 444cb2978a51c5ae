"""What DAPPER asks of the package pathos: comparisons run on one thread, so no pool is ever opened."""
