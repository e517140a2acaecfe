-- title: 各地说的不予报销项目一样吗？
-- description: 文章列为不予支付的项目，以及有多少个地区的文章这样写。
SELECT v.text AS 项目, v.item_group AS 分组, count(DISTINCT p.region_code) AS 地区数, count(DISTINCT v.article_id) AS 文章数
FROM coverage_item v
JOIN procedure p ON p.id = v.procedure_id
WHERE v.polarity = 'excluded'
GROUP BY v.text, v.item_group
ORDER BY 地区数 DESC, 文章数 DESC, v.text
