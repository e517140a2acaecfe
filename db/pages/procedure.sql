-- The card of a procedure: what one article says of it. :id is an id of table procedure.

-- name: procedure 事项
SELECT p.id, p.type, t.name_zh AS type_name, p.heading, p.region_code, r.name AS region_name, p.schemes, p.line_no,
       p.parent_id, a.id AS article_id, a.title, a.published_at, a.source, a.url, a.site, t.official_item
FROM procedure p
JOIN article a ON a.id = p.article_id
JOIN procedure_type t ON t.slug = p.type
LEFT JOIN region r ON r.code = p.region_code
WHERE p.id = :id;

-- name: channels 渠道
SELECT c.id, c.mode, c.kind, k.name_zh AS kind_name, c.name, c.is_generic
FROM channel c
JOIN channel_kind k ON k.kind = c.kind
WHERE c.procedure_id = :id
ORDER BY c.seq;

-- name: steps 步骤
SELECT s.channel_id, s.seq, s.role, s.actor, s.text, s.ui_paths, s.line_no
FROM step s
WHERE s.procedure_id = :id
ORDER BY s.channel_id, s.seq;

-- name: materials 材料
SELECT m.name, m.name_raw, m.requirement, m.condition, m.substitute, m.alternative_group, m.is_form, m.channel_mode,
       m.line_no
FROM material m
WHERE m.procedure_id = :id
ORDER BY m.seq;

-- name: time_limits 时限
SELECT l.kind, l.channel_mode, l.instant, l.min_value, l.max_value, l.unit, l.start_event, l.text, l.line_no
FROM time_limit l
WHERE l.procedure_id = :id
ORDER BY l.seq;

-- name: rules 规定
SELECT u.kind, k.name_zh AS kind_name, u.title, u.text, u.line_no
FROM rule u
JOIN rule_kind k ON k.kind = u.kind
WHERE u.procedure_id = :id
ORDER BY u.seq;

-- name: coverage 报销范围
SELECT v.item_group, v.polarity, v.label, v.text, v.line_no
FROM coverage_item v
WHERE v.procedure_id = :id
ORDER BY v.seq;

-- name: costs 费用
SELECT c.amount, c.text, c.line_no FROM cost c WHERE c.procedure_id = :id ORDER BY c.seq;

-- name: locations 地点
SELECT l.name, l.address, l.hours, l.text, l.line_no FROM location l WHERE l.procedure_id = :id ORDER BY l.seq;

-- name: hotlines 电话
SELECT h.number, h.name, h.owner, h.matches_scheme, h.line_no FROM hotline h WHERE h.procedure_id = :id ORDER BY h.seq;

-- name: notes 提示
SELECT n.label, n.text, n.line_no FROM note n WHERE n.procedure_id = :id ORDER BY n.seq;

-- name: legal_refs 引用文件
SELECT g.title, g.number, g.text, g.line_no FROM legal_ref g WHERE g.procedure_id = :id ORDER BY g.seq;

-- name: flags 质量标记
SELECT f.code, k.title_zh, k.explanation_zh, f.severity, f.quote, f.detail, f.line_no
FROM quality_flag f
JOIN flag_kind k ON k.code = f.code
WHERE f.procedure_id = :id
   OR (f.procedure_id IS NULL AND f.article_id = (SELECT article_id FROM procedure WHERE id = :id) AND f.scope <> 'link')
ORDER BY CASE f.severity WHEN 'error' THEN 1 WHEN 'warning' THEN 2 ELSE 3 END, f.line_no, f.id;

-- name: others 同一文章的其他事项
SELECT p.id, p.heading, t.name_zh AS type_name, p.parent_id
FROM procedure p
JOIN procedure_type t ON t.slug = p.type
WHERE p.article_id = (SELECT article_id FROM procedure WHERE id = :id) AND p.id <> :id
ORDER BY p.seq;

-- name: same 同一地区的同类事项
SELECT p.id, p.heading, a.title, a.published_at
FROM procedure p
JOIN article a ON a.id = p.article_id
JOIN procedure own ON own.id = :id
WHERE p.type = own.type AND p.region_code = own.region_code AND p.article_id <> own.article_id
ORDER BY a.published_at DESC, p.id
LIMIT 20;
