-- title: 网站每天发多少篇、哪些事项最多？
-- description: 按列表所示日期和事项统计文章数。
SELECT substr(l.listed_at, 1, 10) AS 日期, t.name_zh AS 事项, count(*) AS 文章数
FROM listed_article l
LEFT JOIN procedure_type t ON t.slug = l.type
WHERE l.listed_at IS NOT NULL
GROUP BY 日期, l.type
ORDER BY 日期 DESC, 文章数 DESC, l.type
