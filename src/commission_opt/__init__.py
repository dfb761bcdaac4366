"""Optimisation of outcome-based commissioning."""
