"""The what-if page: budgets, weights and rules moved by hand, answered by a solver that is kept warm."""
