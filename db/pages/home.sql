-- The front page: how much there is, and where. Nothing is counted here: publishing has counted (table coverage).

-- name: totals 合计
SELECT (SELECT count(*) FROM article) AS articles,
       (SELECT count(*) FROM coverage WHERE type IS NULL AND region_code IS NOT NULL) AS regions,
       (SELECT sum(procedures) FROM coverage WHERE type IS NULL) AS procedures,
       (SELECT sum(usable) FROM coverage WHERE type IS NULL) AS usable,
       (SELECT max(newest) FROM coverage WHERE type IS NULL) AS newest;

-- name: types 各类事项
SELECT t.slug, t.name_zh, sum(c.procedures) AS procedures, count(c.region_code) AS regions
FROM coverage c
JOIN procedure_type t ON t.slug = c.type
GROUP BY t.slug
ORDER BY procedures DESC, t.slug;

-- name: provinces 各省
SELECT p.code, p.name, p.short_name, sum(c.procedures) AS procedures, count(*) AS regions
FROM coverage c
JOIN region p ON p.code = substr(c.region_code, 1, 2) || '0000'
WHERE c.type IS NULL
GROUP BY p.code
ORDER BY p.code;

-- name: heat 各省各类事项
SELECT p.code AS province, c.type, sum(c.procedures) AS procedures, sum(c.usable) AS usable
FROM coverage c
JOIN region p ON p.code = substr(c.region_code, 1, 2) || '0000'
WHERE c.type IS NOT NULL
GROUP BY p.code, c.type;
