"""The version of the reading rules, stored with every record they made."""

# Raised whenever a change of rules or vocabulary can change a record.
RULES_VERSION = "1"
