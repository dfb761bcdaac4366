"""One question a file, each answered from certified plans."""
