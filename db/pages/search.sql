-- The search page. :codes and :types are lists with commas, :match an expression of SQLite's full-text search.

-- name: types 事项类型
SELECT t.slug, t.name_zh
FROM procedure_type t
WHERE instr(',' || :types || ',', ',' || t.slug || ',');

-- name: meant 所指的事项
SELECT p.id, p.heading, p.type, t.name_zh AS type_name, r.code AS region_code, r.name AS region_name, a.title,
       a.published_at,
       (SELECT count(*) FROM quality_flag f WHERE f.procedure_id = p.id AND f.severity = 'error') AS errors,
       EXISTS (SELECT 1 FROM step s WHERE s.procedure_id = p.id) AS has_steps
FROM procedure p
JOIN article a ON a.id = p.article_id
JOIN procedure_type t ON t.slug = p.type
LEFT JOIN region r ON r.code = p.region_code
WHERE (:codes = '' OR p.region_code IN (SELECT value FROM json_each('["' || replace(:codes, ',', '","') || '"]')))
  AND (:types = '' OR p.type IN (SELECT value FROM json_each('["' || replace(:types, ',', '","') || '"]')))
ORDER BY errors > 0, has_steps DESC, a.published_at DESC, p.id
LIMIT 20;

-- name: procedures 标题含有
SELECT v.id, v.heading, v.type_name, v.region_name, v.title, v.published_at
FROM procedure_view_fts x
JOIN procedure_view v ON v.row_no = x.rowid
WHERE procedure_view_fts MATCH :match
ORDER BY v.published_at DESC, v.id
LIMIT 50;

-- name: steps 步骤含有
SELECT s.text, s.line_no, s.article_id, s.procedure_id, p.heading, r.name AS region_name
FROM step_fts x
JOIN step s ON s.rowid = x.rowid
JOIN procedure p ON p.id = s.procedure_id
LEFT JOIN region r ON r.code = p.region_code
WHERE step_fts MATCH :match
ORDER BY x.rowid
LIMIT 50;

-- name: articles 文章含有
SELECT a.id, a.title, a.published_at, r.name AS region_name
FROM article_fts x
JOIN article a ON a.rowid = x.rowid
LEFT JOIN region r ON r.code = a.region_code
WHERE article_fts MATCH :match
ORDER BY a.published_at DESC, a.id
LIMIT 50;
