-- title: 办一件事要等多久？
-- description: 文章所说的办理、等待和有效时间，按地区和事项汇总。工作日不折算成自然日。地区、事项填名称或代码，不填则列出全部。
SELECT v.region_name AS 地区, v.type_name AS 事项, t.kind AS 时限类别, t.channel_mode AS 办理形式, t.instant AS 即时,
       t.min_value AS 下限, t.max_value AS 上限, t.unit AS 单位, t.start_event AS 起算点,
       count(DISTINCT v.article_id) AS 文章数, min(t.text) AS 原文
FROM procedure_view v
JOIN time_limit t ON t.procedure_id = v.id
WHERE (instr(coalesce(v.region_name, ''), :region) OR v.region_code = :region)
  AND (instr(v.type_name, :type) OR v.type = :type)
GROUP BY v.region_code, v.type, t.kind, t.channel_mode, t.instant, t.min_value, t.max_value, t.unit, t.start_event
ORDER BY v.region_code, v.type, t.kind, t.channel_mode, t.min_value, t.max_value
