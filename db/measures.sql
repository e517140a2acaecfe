-- How the articles of a site look, in one row. The shares are of the articles that this run read, at least of the
-- :window last read, so that a run that read three says something too, and a single one without steps is no alarm: those
-- that the site calls unchanged (304) fill up the window. Where there is no other they say nothing of how pages are read
-- today. With :whole the shares are of all articles.
WITH read AS (
  SELECT a.id, a.region_code, p.http_status = 200 AS was_sent, p.http_status = 200 AND p.run_id = :run_id AS now
  FROM page p
  JOIN article a ON a.id = p.article_id
  WHERE p.site = :site AND p.state = 'fetched'
),
newest AS (
  SELECT read.id, read.region_code
  FROM read
  JOIN page p ON p.article_id = read.id
  WHERE :whole OR EXISTS (SELECT 1 FROM read WHERE was_sent)
  ORDER BY now DESC, was_sent DESC, p.fetched_at DESC, read.id
  LIMIT CASE WHEN :whole THEN -1 ELSE max(:window, (SELECT count(*) FROM read WHERE now)) END
),
lines AS (SELECT role FROM line WHERE article_id IN (SELECT id FROM newest))
SELECT
  (SELECT count(*) FROM page WHERE site = :site AND state = 'fetched') AS fetched,
  (SELECT avg(region_code IS NOT NULL) FROM newest) AS with_region,
  (SELECT avg(id IN (SELECT article_id FROM procedure)) FROM newest) AS with_procedure,
  (SELECT avg(id IN (SELECT article_id FROM step)) FROM newest) AS with_steps,
  (SELECT avg((SELECT count(*) FROM procedure WHERE article_id = newest.id AND type = 'other')) FROM newest)
    AS unknown_headings,
  (SELECT avg(role = 'other') FROM lines) AS unread_lines,
  (SELECT avg((SELECT count(*) FROM quality_flag WHERE article_id = newest.id AND severity = 'error')) FROM newest)
    AS error_flags,
  (SELECT count(*) FROM page LEFT JOIN article a ON a.id = article_id
   WHERE page.site = :site AND substr(coalesce(a.published_at, listed_at), 1, 10) BETWEEN :first_day AND :today) / 7.0
    AS new_per_day;
