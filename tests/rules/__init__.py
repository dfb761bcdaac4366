"""Tests of the rule families, one module each."""
