-- title: 哪些文章的转移时限不是规定的 15 个工作日？
-- description: 线下办理参保地变更或转移接续，文章所说的办理时间与国家规定的 15 个工作日不同。
SELECT v.region_name AS 地区, v.type_name AS 事项, t.max_value AS 上限, t.unit AS 单位, t.text AS 原文,
       v.title AS 文章, v.published_at AS 发布时间, v.url AS 网址, t.line_no AS 原文行号
FROM procedure_view v
JOIN time_limit t ON t.procedure_id = v.id
WHERE v.type IN ('insured-place-change', 'relation-transfer')
  AND t.kind = 'processing' AND t.channel_mode = 'offline' AND t.max_value IS NOT NULL
  AND NOT (t.unit = 'working_day' AND t.max_value = 15)
ORDER BY v.region_code, v.published_at DESC, v.id, t.seq
