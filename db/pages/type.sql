-- One type of procedure in one region. :code is a code of table region, :type a slug of table procedure_type.

-- name: type 事项类型
SELECT t.slug, t.name_zh, t.official_item, t.official_code, t.code_certainty
FROM procedure_type t
WHERE t.slug = :type;

-- name: nearest 同省其他地方
SELECT r.code, r.name, c.procedures, c.usable, c.newest
FROM coverage c
JOIN region r ON r.code = c.region_code
WHERE c.type = :type AND c.region_code <> :code AND substr(c.region_code, 1, 2) = substr(:code, 1, 2)
ORDER BY substr(c.region_code, 1, 4) <> substr(:code, 1, 4), c.usable > 0 DESC, c.newest DESC
LIMIT 60;
