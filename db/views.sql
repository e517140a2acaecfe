-- The views of procedures.db. Their captions are in tables.toml.

CREATE VIEW procedure_view AS
SELECT p.id, r.name AS region_name, pr.name AS province, t.name_zh AS type_name, p.heading, a.title, a.published_at,
       a.url, p.schemes, p.article_id, p.seq, p.parent_seq, p.parent_id, p.type, p.region_code, p.line_no,
       p.rowid AS row_no
FROM procedure p
JOIN article a ON a.id = p.article_id
JOIN procedure_type t ON t.slug = p.type
LEFT JOIN region r ON r.code = p.region_code
LEFT JOIN region pr ON pr.code = substr(r.code, 1, 2) || '0000';

CREATE VIEW usable_procedure_view AS
SELECT v.*
FROM procedure_view v
WHERE NOT EXISTS (SELECT 1 FROM quality_flag f WHERE f.procedure_id = v.id AND f.severity = 'error');

CREATE VIEW line_view AS
SELECT l.article_id, l.line_no, l.role, l.statement_id, s.text, s.norm_text
FROM line l
JOIN statement s ON s.id = l.statement_id;
