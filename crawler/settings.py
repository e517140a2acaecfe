"""Scrapy's settings, each with its reason. Any of them can be set for one command with ``-s NAME=VALUE``.

Those that are an operator's to set (operator.toml) may also stand in atlas.toml.
"""

BOT_NAME = "shebao-atlas"
SPIDER_MODULES = ["crawler.spiders"]
COMMANDS_MODULE = "crawler.commands"

# Everything a run writes is below this folder: crawl.db, procedures.db, archive/, exports/.
DATA_DIR = "data"

# How the owner of a site can reach you: a mail address or a web page. It becomes part of the user agent;
# without it no host but loopback is asked.
CONTACT = ""

# What `scrapy schedule` crawls, and when; six hours apart, past the minute at which everybody begins.
SITES: list[str] = []
CRON = "17 */6 * * *"

# The archive is kept for ever, as the disk allows, unless the operator says otherwise.
ARCHIVE_MAX_GB = 0.0
ARCHIVE_KEEP_DAYS = 0

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

# A host that says "not now" (429, 503) and not until when is asked again after so many seconds, then twice as many.
BACKOFF_SECONDS = 5.0

# No host is asked more often a day than the site file says (daily_requests), nor, above 0, than this.
DAILY_REQUESTS = 0

# A site that answers slowly is asked more slowly, never faster than its delay.
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0
AUTOTHROTTLE_MAX_DELAY = 60.0

# An article moves once or twice; what redirects more often goes in circles.
REDIRECT_MAX_TIMES = 5

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
    "crawler.quiet.Quiet": 560,  # below Retry (550), so that a second try waits too
    "crawler.middlewares.Redirect": 600,
    "crawler.middlewares.PublicHost": 760,  # below HttpProxy (750), which says whether a proxy asks for us
    "crawler.archiving.KeepAnswers": 950,  # nearest to the network: it keeps what was sent as it was sent
}
EXTENSIONS = {"crawler.extensions.Progress": 500, "crawler.extensions.Lease": 510, "crawler.extensions.RunLog": 490}

# Why a run was begun: by_hand, or scheduled where a timer starts it (-s RUN_REASON=scheduled).
RUN_REASON = "by_hand"

# One crawl of a site at a time: so often, in seconds, a run says in crawl.db that it is still there.
# One not heard of for two minutes is dead, and the next may begin.
LEASE_RENEWED_EVERY = 20.0

# Asked at the end of each crawl that finished; whoever watches it misses it otherwise (e.g. a healthchecks address).
HEARTBEAT_URL = ""
# Sent a JSON message that says why, at the end of each crawl or publishing that failed.
FAILURE_URL = ""

# The pages need no login, and a cookie would only let the site tell requests apart.
COOKIES_ENABLED = False

# Both are doors into the running process that nobody here goes through.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False

# The progress line and the summary say how it goes; the log is for what went wrong.
LOG_LEVEL = "WARNING"
LOG_JSON = False
# Each run's log, from INFO on, is in DATA_DIR/logs/SITE.log too.
LOG_MAX_MB = 10.0
LOG_FILES = 5
