-- Articles that were taken out on request and must stay out.
CREATE TABLE "withdrawn" (
  "article_id" TEXT NOT NULL,
  "url" TEXT,
  "reason" TEXT,
  "withdrawn_at" TEXT NOT NULL,
  PRIMARY KEY ("article_id")
);
