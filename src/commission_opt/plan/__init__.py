"""The certified plan: certificate, ties, ledger, tables, prices, conflicts."""
