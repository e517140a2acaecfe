-- title: 办转移要单位开哪些证明、填哪些表？
-- description: 参保地变更和转移接续的文章所要的证明和表格，按要求的城市数排列。
SELECT m.name AS 材料, m.is_form AS 是否表格, m.condition AS 适用情形, count(DISTINCT v.region_code) AS 城市数,
       count(DISTINCT v.article_id) AS 文章数
FROM procedure_view v
JOIN material m ON m.procedure_id = v.id
WHERE v.type IN ('insured-place-change', 'relation-transfer') AND (instr(m.name, '证明') OR m.is_form)
GROUP BY m.name, m.is_form, m.condition
ORDER BY 城市数 DESC, 文章数 DESC, m.name, m.condition
