"""Tests of the program as data."""
