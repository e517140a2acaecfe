-- title: 哪些步骤只有这座城市的文章写了？
-- description: 换掉地名以后，别的城市的文章里都没有的步骤。地区填名称或代码；不填则列出全部。
SELECT r.name AS 地区, t.name_zh AS 事项, st.text AS 步骤, a.title AS 文章, a.published_at AS 发布时间, a.url AS 网址,
       l.line_no AS 原文行号
FROM step st
JOIN procedure p ON p.id = st.procedure_id
JOIN procedure_type t ON t.slug = p.type
JOIN article a ON a.id = st.article_id
JOIN region r ON r.code = a.region_code
JOIN line l ON l.article_id = st.article_id AND l.line_no = st.line_no
JOIN statement s ON s.id = l.statement_id
WHERE (instr(r.name, :region) OR r.code = :region)
  AND NOT EXISTS (
    SELECT 1
    FROM statement s2
    JOIN line l2 ON l2.statement_id = s2.id
    JOIN article a2 ON a2.id = l2.article_id
    WHERE s2.norm_text = s.norm_text AND a2.region_code <> a.region_code
  )
ORDER BY r.code, t.slug, a.published_at DESC, st.id
