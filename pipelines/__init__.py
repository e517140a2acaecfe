"""The text room: a page becomes lines, lines an outline, the outline a record. No network, no SQL."""
