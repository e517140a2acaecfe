-- Several regions on one type of procedure. :code is a code of table region, :type a slug of table procedure_type.

-- name: types 事项类型
SELECT t.slug, t.name_zh
FROM procedure_type t
WHERE EXISTS (SELECT 1 FROM coverage c WHERE c.type = t.slug)
ORDER BY t.name_zh;

-- name: best 各地最可用的事项
SELECT p.id
FROM procedure p
JOIN article a ON a.id = p.article_id
WHERE p.region_code = :code AND p.type = :type
ORDER BY EXISTS (SELECT 1 FROM quality_flag f WHERE f.procedure_id = p.id AND f.severity = 'error'),
         NOT EXISTS (SELECT 1 FROM step s WHERE s.procedure_id = p.id), a.published_at DESC, p.id
LIMIT 1;
