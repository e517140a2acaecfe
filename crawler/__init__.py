"""The web room: which pages, fetched how, kept where."""
