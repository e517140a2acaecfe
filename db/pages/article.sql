-- The page of an article: its lines and what was read from them. :id is an id of table article.

-- name: article 文章
SELECT a.id, a.title, a.title_raw, a.published_at, a.source, a.url, a.site, a.summary, a.region_code, r.name AS region_name
FROM article a
LEFT JOIN region r ON r.code = a.region_code
WHERE a.id = :id;

-- name: lines 原文行
SELECT l.line_no, l.role, l.text FROM line_view l WHERE l.article_id = :id ORDER BY l.line_no;

-- name: procedures 办事事项
SELECT p.id, p.heading, p.line_no, p.parent_id, t.name_zh AS type_name
FROM procedure p
JOIN procedure_type t ON t.slug = p.type
WHERE p.article_id = :id
ORDER BY p.seq;

-- name: flags 质量标记
SELECT f.code, k.title_zh, k.explanation_zh, f.severity, f.quote, f.detail, f.line_no, f.scope
FROM quality_flag f
JOIN flag_kind k ON k.code = f.code
WHERE f.article_id = :id
ORDER BY CASE f.severity WHEN 'error' THEN 1 WHEN 'warning' THEN 2 ELSE 3 END, f.line_no, f.id;

-- name: versions 版本
SELECT v.fetched_at, v.content_hash FROM article_version v WHERE v.article_id = :id ORDER BY v.fetched_at DESC;
