"""A small made-up site in the shape of a real one, offline, that knows the true record of each page.

``build_site()`` gives the site; ``python -m crawler.demo serve`` puts it on a loopback port. Its words
are its own: the package takes nothing from the reader it is there to prove.
"""

from crawler.demo.server import serving
from crawler.demo.site import Site, build_site

__all__ = ["Site", "build_site", "serving"]
