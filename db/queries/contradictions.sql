-- title: 同一地区、同一事项的文章在哪里互相矛盾？
-- description: 几篇文章说的办理时间不一样。列出每种说法和文章数；哪一种对，要向当地核实。地区填名称或代码，不填则列出全部。
SELECT v.region_name AS 地区, v.type_name AS 事项, t.channel_mode AS 办理形式,
       count(DISTINCT t.max_value || t.unit) AS 说法数,
       group_concat(DISTINCT CASE WHEN t.min_value <> t.max_value THEN printf('%g-', t.min_value) ELSE '' END
         || printf('%g', t.max_value) || CASE t.unit WHEN 'working_day' THEN '个工作日' WHEN 'day' THEN '天'
            WHEN 'month' THEN '个月' ELSE '年' END) AS 各种说法,
       count(DISTINCT v.article_id) AS 文章数
FROM procedure_view v
JOIN time_limit t ON t.procedure_id = v.id
WHERE v.region_code IS NOT NULL AND t.kind = 'processing' AND t.max_value IS NOT NULL
  AND (instr(coalesce(v.region_name, ''), :region) OR v.region_code = :region)
GROUP BY v.region_code, v.type, t.channel_mode
HAVING 说法数 > 1
ORDER BY 说法数 DESC, 文章数 DESC, v.region_code, v.type, t.channel_mode
