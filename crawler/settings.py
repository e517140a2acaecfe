"""Scrapy's settings, each with its reason. Any of them can be set for one command with ``-s NAME=VALUE``."""

BOT_NAME = "shebao-atlas"
SPIDER_MODULES = ["crawler.spiders"]
COMMANDS_MODULE = "crawler.commands"

# Everything a run writes is below this folder: crawl.db, procedures.db, exports/.
DATA_DIR = "data"

# How the owner of a site can reach you: a mail address or a web page. It becomes part of the user agent;
# without it no host but loopback is asked.
CONTACT = ""

# A guest obeys the house's rules. robots.txt is read for this name, whatever the contact is.
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = BOT_NAME

# One request at a time. The spider sets the delay from the site file, and is quicker only on loopback.
CONCURRENT_REQUESTS = 1
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0.0  # the delay is a promise, not an average

# An article is some 20 KB: what takes longer or is larger is none, and must not hold up the crawl.
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_MAXSIZE = 8 * 1024 * 1024

# Twice more, at once; what still fails is stored as failed and due again later. The summary names it, no log.
RETRY_TIMES = 2
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"

# Every answer has an outcome to store, also a 404: the spider sees them all.
HTTPERROR_ALLOW_ALL = True

# The database says what is to be fetched and what was: a second memory of seen addresses could only disagree.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"

DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # compares no ports; ours does
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,  # no article refreshes elsewhere
    "crawler.middlewares.OnSite": 50,
    "crawler.middlewares.Robots": 100,
    "crawler.middlewares.Redirect": 600,
}
EXTENSIONS = {"crawler.extensions.Progress": 500}

# The pages need no login, and a cookie would only let the site tell requests apart.
COOKIES_ENABLED = False

# Both are doors into the running process that nobody here goes through.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False

# The progress line and the summary say how it goes; the log is for what went wrong.
LOG_LEVEL = "WARNING"
