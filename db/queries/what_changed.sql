-- title: 某天以来有什么变化？
-- description: 某一天（如 2026-02-01）以来新读到的文章和内容有变化的文章；不填日期则列出全部。
SELECT date(v.fetched_at, '+8 hours') AS 日期,
       CASE WHEN v.id = (SELECT min(first.id) FROM article_version first WHERE first.article_id = v.article_id)
            THEN '新文章' ELSE '内容有变' END AS 变化,
       r.name AS 地区, a.title AS 文章, a.published_at AS 发布时间, a.url AS 网址
FROM article_version v
JOIN article a ON a.id = v.article_id
LEFT JOIN region r ON r.code = a.region_code
WHERE date(v.fetched_at, '+8 hours') >= :since
ORDER BY v.fetched_at DESC, v.id DESC
