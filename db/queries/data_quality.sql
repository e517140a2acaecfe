-- title: 这些文章有多可信？
-- description: 每种质量问题出现的次数、涉及的文章数和所占比例。
SELECT k.title_zh AS 问题, f.severity AS 严重程度, count(*) AS 次数, count(DISTINCT f.article_id) AS 文章数,
       round(100.0 * count(DISTINCT f.article_id) / (SELECT count(*) FROM article), 1) AS 占全部文章百分比,
       k.explanation_zh AS 说明
FROM quality_flag f
JOIN flag_kind k ON k.code = f.code
GROUP BY f.code, f.severity
ORDER BY CASE f.severity WHEN 'error' THEN 1 WHEN 'warning' THEN 2 ELSE 3 END, 次数 DESC, f.code
