"""Plans as sentences, tables, charts, workbooks and pages; nothing here solves or reads files."""
