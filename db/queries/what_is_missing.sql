-- title: 每类事项有多少城市的文章，还缺多少？
-- description: 已经读出事项的地区数，以及在列表里见过文章、但还没有读出这类事项的地区数。
SELECT t.name_zh AS 事项, count(DISTINCT c.region_code) AS 已读地区数, coalesce(sum(c.procedures), 0) AS 事项数,
       (SELECT count(DISTINCT l.region_code)
        FROM listed_article l
        WHERE l.type = t.slug AND l.region_code IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM coverage k WHERE k.type = t.slug AND k.region_code = l.region_code)) AS 见过未读地区数
FROM procedure_type t
LEFT JOIN coverage c ON c.type = t.slug
GROUP BY t.slug
ORDER BY 见过未读地区数 DESC, 已读地区数 DESC, t.slug
