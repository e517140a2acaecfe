-- title: 哪些文章让人打 12333 问医保？
-- description: 医保服务热线是 12393；12333 是人力资源和社会保障热线。
SELECT r.name AS 地区, a.title AS 文章, f.quote AS 文中号码, f.line_no AS 原文行号, a.published_at AS 发布时间, a.url AS 网址
FROM quality_flag f
JOIN article a ON a.id = f.article_id
LEFT JOIN region r ON r.code = a.region_code
WHERE f.code = 'hotline_mismatch'
ORDER BY a.published_at DESC, a.id, f.line_no
