-- What a crawl must remember of an article, of a list and of a host to come back without asking too much.
ALTER TABLE "page" RENAME TO "page_before";
CREATE TABLE "page" (
  "article_id" TEXT NOT NULL,
  "site" TEXT NOT NULL,
  "url" TEXT,
  "title_raw" TEXT,
  "title" TEXT,
  "title_date" TEXT,
  "listed_at" TEXT,
  "category" TEXT,
  "region_code" TEXT,
  "type" TEXT,
  "audience" TEXT,
  "state" TEXT NOT NULL CHECK ("state" IN ('waiting', 'fetched', 'missing', 'gone', 'dead', 'failed', 'duplicate')),
  "http_status" INTEGER,
  "reason" TEXT,
  "tries" INTEGER NOT NULL,
  "etag" TEXT,
  "last_modified" TEXT,
  "first_seen_at" TEXT NOT NULL,
  "fetched_at" TEXT,
  "due_at" TEXT NOT NULL,
  "run_id" INTEGER NOT NULL,
  "problem" TEXT,
  "misses" INTEGER NOT NULL,
  "missed_on" TEXT,
  "changed_at" TEXT,
  "later_pages" TEXT,
  "duplicate_of" TEXT,
  PRIMARY KEY ("article_id"),
  FOREIGN KEY ("region_code") REFERENCES "region" ("code"),
  FOREIGN KEY ("type") REFERENCES "procedure_type" ("slug"),
  FOREIGN KEY ("run_id") REFERENCES "run" ("id")
);
INSERT INTO "page" ("article_id", "site", "url", "title_raw", "title", "title_date", "listed_at", "category", "region_code", "type", "audience", "state", "http_status", "reason", "tries", "etag", "last_modified", "first_seen_at", "fetched_at", "due_at", "run_id", "misses")
  SELECT "article_id", "site", "url", "title_raw", "title", "title_date", "listed_at", "category", "region_code", "type", "audience", "state", "http_status", "reason", "tries", "etag", "last_modified", "first_seen_at", "fetched_at", "due_at", "run_id", 0 FROM "page_before";
DROP TABLE "page_before";
CREATE INDEX "idx_page_site_state" ON "page" ("site", "state");
CREATE INDEX "idx_page_site_due_at" ON "page" ("site", "due_at");
CREATE INDEX "idx_page_url" ON "page" ("url");
CREATE INDEX "idx_page_region_code" ON "page" ("region_code");
CREATE INDEX "idx_page_type" ON "page" ("type");
CREATE INDEX "idx_page_run_id" ON "page" ("run_id");
CREATE TABLE "listing" (
  "url" TEXT NOT NULL,
  "site" TEXT NOT NULL,
  "etag" TEXT,
  "last_modified" TEXT,
  "read_at" TEXT NOT NULL,
  "newest_at" TEXT,
  "articles" TEXT NOT NULL,
  "further" TEXT NOT NULL,
  PRIMARY KEY ("url")
);
CREATE TABLE "host" (
  "name" TEXT NOT NULL,
  "day" TEXT NOT NULL,
  "requests" INTEGER NOT NULL,
  "quiet_until" TEXT,
  "reason" TEXT,
  PRIMARY KEY ("name")
);
