-- A run is its site's lease: who has it, and when it was last heard of. And what it left: measures to compare by.
ALTER TABLE "run" ADD COLUMN "host" TEXT;
ALTER TABLE "run" ADD COLUMN "pid" INTEGER;
ALTER TABLE "run" ADD COLUMN "heard_at" TEXT;
ALTER TABLE "run" ADD COLUMN "measures" TEXT;
UPDATE "run" SET "reason" = 'by_hand' WHERE "reason" = 'command';
