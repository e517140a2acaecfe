-- All tables of the first version. Frozen: later changes are migrations of their own.
CREATE TABLE "region" (
  "code" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "short_name" TEXT NOT NULL,
  "level" TEXT NOT NULL CHECK ("level" IN ('province', 'municipality', 'prefecture', 'county_direct')),
  "parent_code" TEXT,
  PRIMARY KEY ("code"),
  FOREIGN KEY ("parent_code") REFERENCES "region" ("code")
);
CREATE INDEX "idx_region_parent_code" ON "region" ("parent_code");
CREATE TABLE "procedure_type" (
  "slug" TEXT NOT NULL,
  "name_zh" TEXT NOT NULL,
  "name_en" TEXT NOT NULL,
  "schemes" TEXT NOT NULL,
  "official_item" TEXT,
  "official_code" TEXT,
  "code_certainty" TEXT,
  PRIMARY KEY ("slug")
);
CREATE TABLE "channel_kind" (
  "kind" TEXT NOT NULL,
  "name_zh" TEXT NOT NULL,
  "name_en" TEXT NOT NULL,
  "mode" TEXT NOT NULL CHECK ("mode" IN ('online', 'offline', 'phone', 'mail', 'other')),
  PRIMARY KEY ("kind")
);
CREATE TABLE "rule_kind" (
  "kind" TEXT NOT NULL,
  "name_zh" TEXT NOT NULL,
  "name_en" TEXT NOT NULL,
  PRIMARY KEY ("kind")
);
CREATE TABLE "flag_kind" (
  "code" TEXT NOT NULL,
  "severity" TEXT NOT NULL CHECK ("severity" IN ('error', 'warning', 'info')),
  "scope" TEXT NOT NULL CHECK ("scope" IN ('article', 'procedure', 'section', 'line', 'link', 'corpus')),
  "title_zh" TEXT NOT NULL,
  "explanation_zh" TEXT NOT NULL,
  PRIMARY KEY ("code")
);
CREATE TABLE "run" (
  "id" INTEGER NOT NULL,
  "site" TEXT NOT NULL,
  "reason" TEXT NOT NULL,
  "options" TEXT NOT NULL,
  "rules_version" TEXT NOT NULL,
  "started_at" TEXT NOT NULL,
  "finished_at" TEXT,
  "outcome" TEXT CHECK ("outcome" IN ('finished', 'failed', 'stopped')),
  "counts" TEXT,
  "error" TEXT,
  PRIMARY KEY ("id")
);
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
  "state" TEXT NOT NULL CHECK ("state" IN ('waiting', 'fetched', 'dead', 'failed')),
  "http_status" INTEGER,
  "reason" TEXT,
  "tries" INTEGER NOT NULL,
  "etag" TEXT,
  "last_modified" TEXT,
  "first_seen_at" TEXT NOT NULL,
  "fetched_at" TEXT,
  "due_at" TEXT NOT NULL,
  "run_id" INTEGER NOT NULL,
  PRIMARY KEY ("article_id"),
  FOREIGN KEY ("region_code") REFERENCES "region" ("code"),
  FOREIGN KEY ("type") REFERENCES "procedure_type" ("slug"),
  FOREIGN KEY ("run_id") REFERENCES "run" ("id")
);
CREATE INDEX "idx_page_site_state" ON "page" ("site", "state");
CREATE INDEX "idx_page_site_due_at" ON "page" ("site", "due_at");
CREATE INDEX "idx_page_url" ON "page" ("url");
CREATE INDEX "idx_page_region_code" ON "page" ("region_code");
CREATE INDEX "idx_page_type" ON "page" ("type");
CREATE INDEX "idx_page_run_id" ON "page" ("run_id");
CREATE TABLE "article" (
  "id" TEXT NOT NULL,
  "url" TEXT,
  "site" TEXT,
  "title_raw" TEXT NOT NULL,
  "title" TEXT NOT NULL,
  "title_date" TEXT,
  "published_at" TEXT,
  "source" TEXT,
  "category" TEXT,
  "summary" TEXT,
  "region_code" TEXT,
  "region_name" TEXT,
  "region_source" TEXT NOT NULL CHECK ("region_source" IN ('title', 'heading', 'none')),
  "schemes" TEXT NOT NULL,
  "audience" TEXT NOT NULL,
  "extractor" TEXT,
  "charset" TEXT,
  "rules_version" TEXT NOT NULL,
  "content_hash" TEXT NOT NULL,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("region_code") REFERENCES "region" ("code")
);
CREATE INDEX "idx_article_published_at" ON "article" ("published_at");
CREATE INDEX "idx_article_url" ON "article" ("url");
CREATE INDEX "idx_article_region_code" ON "article" ("region_code");
CREATE TABLE "article_version" (
  "id" INTEGER NOT NULL,
  "article_id" TEXT NOT NULL,
  "content_hash" TEXT NOT NULL,
  "run_id" INTEGER NOT NULL,
  "fetched_at" TEXT NOT NULL,
  "record" TEXT NOT NULL,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("article_id") REFERENCES "article" ("id"),
  FOREIGN KEY ("run_id") REFERENCES "run" ("id")
);
CREATE INDEX "idx_article_version_article_id" ON "article_version" ("article_id");
CREATE INDEX "idx_article_version_run_id" ON "article_version" ("run_id");
CREATE TABLE "statement" (
  "id" INTEGER NOT NULL,
  "text" TEXT NOT NULL,
  "norm_text" TEXT NOT NULL,
  PRIMARY KEY ("id"),
  UNIQUE ("text")
);
CREATE INDEX "idx_statement_norm_text" ON "statement" ("norm_text");
CREATE TABLE "line" (
  "article_id" TEXT NOT NULL,
  "line_no" INTEGER NOT NULL,
  "role" TEXT NOT NULL CHECK ("role" IN ('title', 'byline', 'summary', 'teaser', 'heading', 'intro', 'filler', 'step', 'material', 'time_limit', 'rule', 'coverage', 'note', 'definition', 'off_topic', 'disclaimer', 'site_disclaimer', 'related', 'other')),
  "statement_id" INTEGER NOT NULL,
  PRIMARY KEY ("article_id", "line_no"),
  FOREIGN KEY ("article_id") REFERENCES "article" ("id"),
  FOREIGN KEY ("statement_id") REFERENCES "statement" ("id")
);
CREATE INDEX "idx_line_statement_id" ON "line" ("statement_id");
CREATE TABLE "procedure" (
  "id" TEXT NOT NULL,
  "article_id" TEXT NOT NULL,
  "seq" INTEGER NOT NULL,
  "parent_seq" INTEGER,
  "parent_id" TEXT,
  "type" TEXT NOT NULL,
  "heading" TEXT NOT NULL,
  "region_code" TEXT,
  "schemes" TEXT NOT NULL,
  "line_no" INTEGER NOT NULL,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("article_id") REFERENCES "article" ("id"),
  FOREIGN KEY ("parent_id") REFERENCES "procedure" ("id"),
  FOREIGN KEY ("type") REFERENCES "procedure_type" ("slug"),
  FOREIGN KEY ("region_code") REFERENCES "region" ("code"),
  FOREIGN KEY ("article_id", "line_no") REFERENCES "line" ("article_id", "line_no")
);
CREATE INDEX "idx_procedure_parent_id" ON "procedure" ("parent_id");
CREATE INDEX "idx_procedure_type" ON "procedure" ("type");
CREATE INDEX "idx_procedure_region_code" ON "procedure" ("region_code");
CREATE INDEX "idx_procedure_article_id_line_no" ON "procedure" ("article_id", "line_no");
CREATE TABLE "channel" (
  "id" TEXT NOT NULL,
  "article_id" TEXT NOT NULL,
  "procedure_id" TEXT NOT NULL,
  "seq" INTEGER NOT NULL,
  "mode" TEXT NOT NULL CHECK ("mode" IN ('online', 'offline', 'phone', 'mail', 'other')),
  "kind" TEXT NOT NULL,
  "name" TEXT,
  "is_generic" INTEGER NOT NULL CHECK ("is_generic" IN (0, 1)),
  PRIMARY KEY ("id"),
  FOREIGN KEY ("article_id") REFERENCES "article" ("id"),
  FOREIGN KEY ("procedure_id") REFERENCES "procedure" ("id"),
  FOREIGN KEY ("kind") REFERENCES "channel_kind" ("kind")
);
CREATE INDEX "idx_channel_article_id" ON "channel" ("article_id");
CREATE INDEX "idx_channel_procedure_id" ON "channel" ("procedure_id");
CREATE INDEX "idx_channel_kind" ON "channel" ("kind");
CREATE TABLE "step" (
  "id" TEXT NOT NULL,
  "article_id" TEXT NOT NULL,
  "procedure_id" TEXT NOT NULL,
  "seq" INTEGER NOT NULL,
  "channel_id" TEXT NOT NULL,
  "role" TEXT NOT NULL CHECK ("role" IN ('action', 'precondition', 'agency_action', 'result', 'note')),
  "actor" TEXT CHECK ("actor" IN ('applicant', 'agency', 'employer')),
  "text" TEXT NOT NULL,
  "ui_paths" TEXT NOT NULL,
  "line_no" INTEGER NOT NULL,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("article_id") REFERENCES "article" ("id"),
  FOREIGN KEY ("procedure_id") REFERENCES "procedure" ("id"),
  FOREIGN KEY ("channel_id") REFERENCES "channel" ("id"),
  FOREIGN KEY ("article_id", "line_no") REFERENCES "line" ("article_id", "line_no")
);
CREATE INDEX "idx_step_procedure_id" ON "step" ("procedure_id");
CREATE INDEX "idx_step_channel_id" ON "step" ("channel_id");
CREATE INDEX "idx_step_article_id_line_no" ON "step" ("article_id", "line_no");
CREATE TABLE "material" (
  "id" TEXT NOT NULL,
  "article_id" TEXT NOT NULL,
  "procedure_id" TEXT NOT NULL,
  "seq" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  "name_raw" TEXT NOT NULL,
  "requirement" TEXT NOT NULL CHECK ("requirement" IN ('required', 'conditional', 'optional')),
  "condition" TEXT,
  "substitute" TEXT,
  "alternative_group" TEXT,
  "is_form" INTEGER NOT NULL CHECK ("is_form" IN (0, 1)),
  "channel_mode" TEXT CHECK ("channel_mode" IN ('online', 'offline', 'phone', 'mail', 'other')),
  "line_no" INTEGER NOT NULL,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("article_id") REFERENCES "article" ("id"),
  FOREIGN KEY ("procedure_id") REFERENCES "procedure" ("id"),
  FOREIGN KEY ("article_id", "line_no") REFERENCES "line" ("article_id", "line_no")
);
CREATE INDEX "idx_material_procedure_id" ON "material" ("procedure_id");
CREATE INDEX "idx_material_article_id_line_no" ON "material" ("article_id", "line_no");
CREATE TABLE "time_limit" (
  "id" TEXT NOT NULL,
  "article_id" TEXT NOT NULL,
  "procedure_id" TEXT NOT NULL,
  "seq" INTEGER NOT NULL,
  "kind" TEXT NOT NULL CHECK ("kind" IN ('processing', 'waiting', 'validity')),
  "channel_mode" TEXT CHECK ("channel_mode" IN ('online', 'offline', 'phone', 'mail', 'other')),
  "instant" INTEGER NOT NULL CHECK ("instant" IN (0, 1)),
  "min_value" REAL,
  "max_value" REAL,
  "unit" TEXT CHECK ("unit" IN ('working_day', 'day', 'month', 'year')),
  "start_event" TEXT,
  "text" TEXT NOT NULL,
  "line_no" INTEGER NOT NULL,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("article_id") REFERENCES "article" ("id"),
  FOREIGN KEY ("procedure_id") REFERENCES "procedure" ("id"),
  FOREIGN KEY ("article_id", "line_no") REFERENCES "line" ("article_id", "line_no")
);
CREATE INDEX "idx_time_limit_procedure_id" ON "time_limit" ("procedure_id");
CREATE INDEX "idx_time_limit_article_id_line_no" ON "time_limit" ("article_id", "line_no");
CREATE TABLE "rule" (
  "id" TEXT NOT NULL,
  "article_id" TEXT NOT NULL,
  "procedure_id" TEXT NOT NULL,
  "seq" INTEGER NOT NULL,
  "kind" TEXT NOT NULL,
  "title" TEXT,
  "text" TEXT NOT NULL,
  "trigger_event" TEXT,
  "trigger_op" TEXT CHECK ("trigger_op" IN ('>=', '>', '<=', '<', '=')),
  "trigger_value" REAL,
  "trigger_unit" TEXT CHECK ("trigger_unit" IN ('working_day', 'day', 'month', 'year')),
  "line_no" INTEGER NOT NULL,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("article_id") REFERENCES "article" ("id"),
  FOREIGN KEY ("procedure_id") REFERENCES "procedure" ("id"),
  FOREIGN KEY ("kind") REFERENCES "rule_kind" ("kind"),
  FOREIGN KEY ("article_id", "line_no") REFERENCES "line" ("article_id", "line_no")
);
CREATE INDEX "idx_rule_procedure_id" ON "rule" ("procedure_id");
CREATE INDEX "idx_rule_kind" ON "rule" ("kind");
CREATE INDEX "idx_rule_article_id_line_no" ON "rule" ("article_id", "line_no");
CREATE TABLE "hotline" (
  "id" TEXT NOT NULL,
  "article_id" TEXT NOT NULL,
  "procedure_id" TEXT NOT NULL,
  "seq" INTEGER NOT NULL,
  "number" TEXT,
  "name" TEXT,
  "owner" TEXT,
  "matches_scheme" INTEGER CHECK ("matches_scheme" IN (0, 1)),
  "line_no" INTEGER NOT NULL,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("article_id") REFERENCES "article" ("id"),
  FOREIGN KEY ("procedure_id") REFERENCES "procedure" ("id"),
  FOREIGN KEY ("article_id", "line_no") REFERENCES "line" ("article_id", "line_no")
);
CREATE INDEX "idx_hotline_procedure_id" ON "hotline" ("procedure_id");
CREATE INDEX "idx_hotline_article_id_line_no" ON "hotline" ("article_id", "line_no");
CREATE TABLE "coverage_item" (
  "id" TEXT NOT NULL,
  "article_id" TEXT NOT NULL,
  "procedure_id" TEXT NOT NULL,
  "seq" INTEGER NOT NULL,
  "item_group" TEXT,
  "polarity" TEXT NOT NULL CHECK ("polarity" IN ('included', 'excluded', 'condition', 'rule')),
  "label" TEXT,
  "text" TEXT NOT NULL,
  "line_no" INTEGER NOT NULL,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("article_id") REFERENCES "article" ("id"),
  FOREIGN KEY ("procedure_id") REFERENCES "procedure" ("id"),
  FOREIGN KEY ("article_id", "line_no") REFERENCES "line" ("article_id", "line_no")
);
CREATE INDEX "idx_coverage_item_procedure_id" ON "coverage_item" ("procedure_id");
CREATE INDEX "idx_coverage_item_article_id_line_no" ON "coverage_item" ("article_id", "line_no");
CREATE TABLE "note" (
  "id" TEXT NOT NULL,
  "article_id" TEXT NOT NULL,
  "procedure_id" TEXT NOT NULL,
  "seq" INTEGER NOT NULL,
  "kind" TEXT NOT NULL,
  "label" TEXT,
  "text" TEXT NOT NULL,
  "line_no" INTEGER NOT NULL,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("article_id") REFERENCES "article" ("id"),
  FOREIGN KEY ("procedure_id") REFERENCES "procedure" ("id"),
  FOREIGN KEY ("article_id", "line_no") REFERENCES "line" ("article_id", "line_no")
);
CREATE INDEX "idx_note_procedure_id" ON "note" ("procedure_id");
CREATE INDEX "idx_note_article_id_line_no" ON "note" ("article_id", "line_no");
CREATE TABLE "cost" (
  "id" TEXT NOT NULL,
  "article_id" TEXT NOT NULL,
  "procedure_id" TEXT NOT NULL,
  "seq" INTEGER NOT NULL,
  "amount" REAL,
  "currency" TEXT,
  "text" TEXT NOT NULL,
  "line_no" INTEGER NOT NULL,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("article_id") REFERENCES "article" ("id"),
  FOREIGN KEY ("procedure_id") REFERENCES "procedure" ("id"),
  FOREIGN KEY ("article_id", "line_no") REFERENCES "line" ("article_id", "line_no")
);
CREATE INDEX "idx_cost_procedure_id" ON "cost" ("procedure_id");
CREATE INDEX "idx_cost_article_id_line_no" ON "cost" ("article_id", "line_no");
CREATE TABLE "location" (
  "id" TEXT NOT NULL,
  "article_id" TEXT NOT NULL,
  "procedure_id" TEXT NOT NULL,
  "seq" INTEGER NOT NULL,
  "name" TEXT,
  "address" TEXT,
  "hours" TEXT,
  "text" TEXT NOT NULL,
  "line_no" INTEGER NOT NULL,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("article_id") REFERENCES "article" ("id"),
  FOREIGN KEY ("procedure_id") REFERENCES "procedure" ("id"),
  FOREIGN KEY ("article_id", "line_no") REFERENCES "line" ("article_id", "line_no")
);
CREATE INDEX "idx_location_procedure_id" ON "location" ("procedure_id");
CREATE INDEX "idx_location_article_id_line_no" ON "location" ("article_id", "line_no");
CREATE TABLE "legal_ref" (
  "id" TEXT NOT NULL,
  "article_id" TEXT NOT NULL,
  "procedure_id" TEXT NOT NULL,
  "seq" INTEGER NOT NULL,
  "title" TEXT,
  "number" TEXT,
  "text" TEXT NOT NULL,
  "line_no" INTEGER NOT NULL,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("article_id") REFERENCES "article" ("id"),
  FOREIGN KEY ("procedure_id") REFERENCES "procedure" ("id"),
  FOREIGN KEY ("article_id", "line_no") REFERENCES "line" ("article_id", "line_no")
);
CREATE INDEX "idx_legal_ref_procedure_id" ON "legal_ref" ("procedure_id");
CREATE INDEX "idx_legal_ref_article_id_line_no" ON "legal_ref" ("article_id", "line_no");
CREATE TABLE "related_link" (
  "id" TEXT NOT NULL,
  "article_id" TEXT NOT NULL,
  "seq" INTEGER NOT NULL,
  "title_raw" TEXT NOT NULL,
  "title" TEXT NOT NULL,
  "title_date" TEXT,
  "listed_at" TEXT,
  "category" TEXT,
  "region_code" TEXT,
  "type" TEXT NOT NULL,
  "audience" TEXT,
  "url" TEXT,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("article_id") REFERENCES "article" ("id"),
  FOREIGN KEY ("region_code") REFERENCES "region" ("code"),
  FOREIGN KEY ("type") REFERENCES "procedure_type" ("slug")
);
CREATE INDEX "idx_related_link_article_id" ON "related_link" ("article_id");
CREATE INDEX "idx_related_link_region_code" ON "related_link" ("region_code");
CREATE INDEX "idx_related_link_type" ON "related_link" ("type");
CREATE TABLE "quality_flag" (
  "id" TEXT NOT NULL,
  "article_id" TEXT NOT NULL,
  "procedure_id" TEXT,
  "code" TEXT NOT NULL,
  "severity" TEXT NOT NULL CHECK ("severity" IN ('error', 'warning', 'info')),
  "scope" TEXT NOT NULL CHECK ("scope" IN ('article', 'procedure', 'section', 'line', 'link')),
  "line_no" INTEGER,
  "quote" TEXT,
  "detail" TEXT,
  "normalised" TEXT,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("article_id") REFERENCES "article" ("id"),
  FOREIGN KEY ("procedure_id") REFERENCES "procedure" ("id"),
  FOREIGN KEY ("code") REFERENCES "flag_kind" ("code"),
  FOREIGN KEY ("article_id", "line_no") REFERENCES "line" ("article_id", "line_no")
);
CREATE INDEX "idx_quality_flag_procedure_id" ON "quality_flag" ("procedure_id");
CREATE INDEX "idx_quality_flag_code" ON "quality_flag" ("code");
CREATE INDEX "idx_quality_flag_article_id_line_no" ON "quality_flag" ("article_id", "line_no");
