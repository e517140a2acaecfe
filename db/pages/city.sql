-- The page of a region: what articles say is done there. :code is a code of table region.

-- name: region 地区
SELECT r.code, r.name, r.short_name, r.level, up.code AS parent_code, up.name AS parent_name
FROM region r
LEFT JOIN region up ON up.code = r.parent_code
WHERE r.code = :code;

-- name: procedures 办事事项
SELECT p.id, p.type, t.name_zh AS type_name, p.heading, a.id AS article_id, a.title, a.published_at, a.source,
       (SELECT count(*) FROM channel c WHERE c.procedure_id = p.id) AS channels,
       (SELECT count(*) FROM step s WHERE s.procedure_id = p.id) AS steps,
       (SELECT count(*) FROM material m WHERE m.procedure_id = p.id) AS materials,
       (SELECT count(*) FROM quality_flag f WHERE f.procedure_id = p.id AND f.severity = 'error') AS errors,
       (SELECT count(*) FROM quality_flag f WHERE f.procedure_id = p.id AND f.severity = 'warning') AS warnings
FROM procedure p
JOIN article a ON a.id = p.article_id
JOIN procedure_type t ON t.slug = p.type
WHERE p.region_code = :code
ORDER BY p.type, errors > 0, steps + materials = 0, a.published_at DESC, p.id;

-- name: below 下辖地区
SELECT r.code, r.name, sum(c.procedures) AS procedures
FROM region r
JOIN coverage c ON c.region_code = r.code
WHERE r.parent_code = :code
GROUP BY r.code
ORDER BY r.code;

-- name: beside 相邻地区
SELECT r.code, r.name, sum(c.procedures) AS procedures
FROM region r
JOIN coverage c ON c.region_code = r.code
WHERE r.parent_code = (SELECT parent_code FROM region WHERE code = :code) AND r.code <> :code
GROUP BY r.code
ORDER BY procedures DESC, r.code;

-- name: listed 还没读到的文章
SELECT l.article_id, l.title, l.listed_at, l.state, t.name_zh AS type_name
FROM listed_article l
LEFT JOIN procedure_type t ON t.slug = l.type
WHERE l.region_code = :code AND l.state <> 'fetched'
ORDER BY l.listed_at DESC, l.article_id
LIMIT 20;
