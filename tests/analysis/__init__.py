"""Tests of the analyses: the ladder, and changes asked for in a word."""
