-- title: 在某地办某事，要带什么材料？
-- description: 按地区和事项列出文章所说的材料。地区、事项填名称或代码，也可以只填一部分，如“无锡”“参保地”；不填则列出全部。
SELECT v.region_name AS 地区, v.type_name AS 事项, m.name AS 材料, m.requirement AS 是否必备, m.condition AS 适用情形,
       m.name_raw AS 原文写法, v.title AS 文章, v.published_at AS 发布时间, v.url AS 网址, m.line_no AS 原文行号
FROM procedure_view v
JOIN material m ON m.procedure_id = v.id
WHERE (instr(coalesce(v.region_name, ''), :region) OR v.region_code = :region)
  AND (instr(v.type_name, :type) OR v.type = :type)
ORDER BY v.region_code, v.type, v.published_at DESC, v.id, m.seq
