-- title: 哪些句子在许多城市一模一样？
-- description: 换掉地名以后完全相同的原文行，至少出现在 n 个城市的文章里（不填按 2 个算）。这些多半是模板。
SELECT s.norm_text AS 换掉地名的原文, count(DISTINCT a.region_code) AS 城市数, count(DISTINCT a.id) AS 文章数
FROM line l
JOIN statement s ON s.id = l.statement_id
JOIN article a ON a.id = l.article_id
WHERE l.role NOT IN ('title', 'byline', 'site_disclaimer', 'related') AND a.region_code IS NOT NULL
GROUP BY s.norm_text
HAVING 城市数 >= max(2, CAST(coalesce(:n, '') AS INTEGER))
ORDER BY 城市数 DESC, length(s.norm_text) DESC, s.norm_text
