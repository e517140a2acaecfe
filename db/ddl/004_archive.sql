-- The archive's index: which response lies where, and which of them a record was read from.
CREATE TABLE "capture" (
  "id" INTEGER NOT NULL,
  "site" TEXT NOT NULL,
  "url" TEXT NOT NULL,
  "target_uri" TEXT NOT NULL,
  "article_id" TEXT,
  "http_status" INTEGER NOT NULL,
  "payload_digest" TEXT NOT NULL,
  "fetched_at" TEXT NOT NULL,
  "warc_file" TEXT NOT NULL,
  "warc_offset" INTEGER NOT NULL,
  "warc_length" INTEGER NOT NULL,
  PRIMARY KEY ("id")
);
CREATE INDEX "idx_capture_url" ON "capture" ("url");
CREATE INDEX "idx_capture_article_id" ON "capture" ("article_id");
CREATE INDEX "idx_capture_warc_file_warc_offset" ON "capture" ("warc_file", "warc_offset");
CREATE TABLE "article_page" (
  "article_id" TEXT NOT NULL,
  "page_no" INTEGER NOT NULL,
  "capture_id" INTEGER NOT NULL,
  "charset" TEXT NOT NULL,
  "charset_reason" TEXT NOT NULL,
  PRIMARY KEY ("article_id", "page_no"),
  FOREIGN KEY ("article_id") REFERENCES "article" ("id"),
  FOREIGN KEY ("capture_id") REFERENCES "capture" ("id")
);
CREATE INDEX "idx_article_page_capture_id" ON "article_page" ("capture_id");
-- Pages fetched before there was an archive are asked for whole once more, so that it holds them too.
UPDATE "page" SET "etag" = NULL, "last_modified" = NULL;
