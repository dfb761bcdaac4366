"""Benchmarks: one file a question, one measured verb a test."""
