"""Tests of the plan: certificate, ties, ledger, prices and conflicts."""
