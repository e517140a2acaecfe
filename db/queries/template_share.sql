-- title: 每篇文章有多少是模板？
-- description: 文章中收录的各行，换掉地名后在别的城市的文章里也出现的占多少。
WITH shared AS (
  SELECT s.norm_text
  FROM line l
  JOIN statement s ON s.id = l.statement_id
  JOIN article a ON a.id = l.article_id
  WHERE a.region_code IS NOT NULL
  GROUP BY s.norm_text
  HAVING count(DISTINCT a.region_code) > 1
)
SELECT r.name AS 地区, a.title AS 文章, count(*) AS 行数, count(shared.norm_text) AS 模板行数,
       round(100.0 * count(shared.norm_text) / count(*), 1) AS 模板百分比, a.url AS 网址
FROM line l
JOIN statement s ON s.id = l.statement_id
JOIN article a ON a.id = l.article_id
LEFT JOIN shared ON shared.norm_text = s.norm_text
LEFT JOIN region r ON r.code = a.region_code
WHERE l.role NOT IN ('title', 'byline', 'site_disclaimer', 'related')
GROUP BY a.id
ORDER BY 模板百分比 DESC, 行数 DESC, a.id
