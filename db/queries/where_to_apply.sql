-- title: 一件事可以在哪些渠道办？
-- description: 每种渠道有多少个地区的文章提到。事项填名称或代码，也可以只填一部分，如“缴费记录”；不填则统计全部事项。
SELECT k.name_zh AS 渠道, c.mode AS 办理形式, count(DISTINCT v.region_code) AS 地区数,
       count(DISTINCT v.article_id) AS 文章数, group_concat(DISTINCT v.type_name) AS 事项
FROM procedure_view v
JOIN channel c ON c.procedure_id = v.id
JOIN channel_kind k ON k.kind = c.kind
WHERE instr(v.type_name, :type) OR v.type = :type
GROUP BY c.kind, c.mode
ORDER BY 地区数 DESC, 文章数 DESC, c.kind
