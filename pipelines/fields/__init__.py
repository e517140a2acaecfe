"""One file per field of a procedure: a sentence goes in, the leaves it gives come out."""
