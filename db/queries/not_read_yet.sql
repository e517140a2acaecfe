-- title: 列表里有、还没读到的文章有哪些？
-- description: 在网站列表或文章末尾见过，但没有抓到或已经失效的文章，最新的在前。
SELECT l.listed_at AS 列表所示时间, l.title AS 标题, t.name_zh AS 事项, r.name AS 地区, l.state AS 状态, l.url AS 网址
FROM listed_article l
LEFT JOIN procedure_type t ON t.slug = l.type
LEFT JOIN region r ON r.code = l.region_code
WHERE l.state <> 'fetched'
ORDER BY l.listed_at DESC, l.article_id
