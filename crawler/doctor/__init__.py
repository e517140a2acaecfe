"""``scrapy doctor``: a site asked politely for a few pages; what was found in plain words, nothing stored.

`visit` fetches, `addresses` and `markup` guess what a site file should say, `findings` judges.
"""
