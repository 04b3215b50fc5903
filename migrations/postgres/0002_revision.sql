-- Counts every change of what counts: a turn that is added, replaced or taken back. Numbers of turns come again, these never.
ALTER TABLE sessions ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
UPDATE sessions SET revision = turn_number;
