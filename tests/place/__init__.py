"""Tests of reading, checking and writing places."""
