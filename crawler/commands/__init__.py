"""Commands of this project: ``scrapy COMMAND --help``; each module is one command."""
