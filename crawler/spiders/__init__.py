"""The spiders: which pages to ask for, in which order."""
