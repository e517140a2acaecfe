-- title: 在支付宝里一步一步怎么点？
-- description: 各地文章写的支付宝步骤。事项填名称或代码，如“余额”；不填则列出全部。
SELECT v.region_name AS 地区, v.type_name AS 事项, s.seq AS 序号, s.text AS 步骤, s.ui_paths AS 点击路径,
       v.title AS 文章, v.published_at AS 发布时间, v.url AS 网址, s.line_no AS 原文行号
FROM procedure_view v
JOIN channel c ON c.procedure_id = v.id
JOIN step s ON s.channel_id = c.id
WHERE c.kind = 'alipay' AND (instr(v.type_name, :type) OR v.type = :type)
ORDER BY v.type, v.region_code, v.published_at DESC, v.id, s.seq
