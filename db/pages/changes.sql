-- What came or changed since a day. :since is a date, :code a code of table region or '', :type a slug or ''.

-- name: changes 新的和有变化的事项
SELECT p.id, p.heading, p.type, t.name_zh AS type_name, p.region_code, r.name AS region_name, a.title, a.published_at,
       a.url, v.fetched_at AS changed_at,
       NOT EXISTS (SELECT 1 FROM article_version o WHERE o.article_id = v.article_id AND o.id < v.id) AS is_new,
       EXISTS (SELECT 1 FROM quality_flag f WHERE f.procedure_id = p.id AND f.severity = 'error') AS errors
FROM article_version v
JOIN article a ON a.id = v.article_id
JOIN procedure p ON p.article_id = a.id
JOIN procedure_type t ON t.slug = p.type
LEFT JOIN region r ON r.code = p.region_code
WHERE v.fetched_at >= :since
  AND (:code = '' OR p.region_code = :code)
  AND (:type = '' OR p.type = :type)
  AND NOT EXISTS (SELECT 1 FROM article_version o WHERE o.article_id = v.article_id AND o.id > v.id)
ORDER BY v.id DESC, p.seq
LIMIT 100;
