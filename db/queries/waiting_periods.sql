-- title: 断缴几个月要等？各地怎么写？
-- description: 文章所说的待遇等待期规定：断缴多久触发，原文怎么说。
SELECT v.region_name AS 地区, u.trigger_op AS 比较, u.trigger_value AS 触发数, u.trigger_unit AS 单位, u.text AS 原文,
       v.title AS 文章, v.published_at AS 发布时间, v.url AS 网址, u.line_no AS 原文行号
FROM procedure_view v
JOIN rule u ON u.procedure_id = v.id
WHERE u.kind = 'waiting_period'
ORDER BY u.trigger_value, v.region_code, v.published_at DESC, v.id, u.seq
