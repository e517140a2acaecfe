-- title: 哪些城市的文章要求带某种材料？
-- description: 材料填名称或其中几个字，如“户口簿”；事项填名称或代码，不填则统计全部事项。
SELECT v.region_name AS 地区, v.type_name AS 事项, m.requirement AS 是否必备, m.condition AS 适用情形,
       count(DISTINCT v.article_id) AS 文章数, max(v.published_at) AS 最新发布时间
FROM procedure_view v
JOIN material m ON m.procedure_id = v.id
WHERE (instr(m.name, :material) OR instr(m.name_raw, :material))
  AND (instr(v.type_name, :type) OR v.type = :type)
GROUP BY v.region_code, v.type, m.requirement, m.condition
ORDER BY 文章数 DESC, v.region_code, v.type, m.requirement
