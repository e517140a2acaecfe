"""The tables room: keeps, checks, publishes and exports records. No Scrapy, no network."""
