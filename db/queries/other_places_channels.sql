-- title: 哪些文章写了外地的应用、公众号或银行？
-- description: 文章给出的渠道属于另一个地区，可能是套用了外地稿件。
SELECT r.name AS 文章地区, a.title AS 文章, f.quote AS 渠道, other.name AS 渠道所属地区, f.line_no AS 原文行号,
       a.published_at AS 发布时间, a.url AS 网址
FROM quality_flag f
JOIN article a ON a.id = f.article_id
LEFT JOIN region r ON r.code = a.region_code
LEFT JOIN region other ON other.code = f.normalised
WHERE f.code = 'wrong_region_channel'
ORDER BY a.published_at DESC, a.id, f.line_no
