-- The slowest and the dearest, without looking at all calls: within each stretch of 32,768 ids they stand in order. A question
-- takes the highest of each stretch; a batch that is written touches one stretch of the index, not all of it.
CREATE INDEX calls_by_duration ON calls (id >> 15, asks, duration);
CREATE INDEX calls_by_cost ON calls (id >> 15, asks, cost) WHERE cost IS NOT NULL;

-- Words are indexed in blocks of 65,536 ids, each a table words_<block> of its own, which goes as a whole. An index from which
-- rows are deleted one by one merges itself anew at commits, for seconds.
DROP TABLE words;
CREATE TABLE word_blocks (
    block INTEGER PRIMARY KEY,
    -- 1: it is being let go and not searched any more
    leaving INTEGER NOT NULL DEFAULT 0
);
UPDATE progress SET indexed = 0;

-- From which minute on (nanoseconds) the sums by minute and by hour are exactly those of the calls that are still there.
ALTER TABLE progress ADD COLUMN whole INTEGER NOT NULL DEFAULT 0;
UPDATE progress SET whole = (SELECT ifnull(max(start), 0) / 60000000000 * 60000000000 + 60000000000 FROM calls) WHERE pruned > 0;

-- What a log record is about, where it says so: 'answer <id>', or 'talk <name>' of a message that names no answer. By it the
-- judgements of an answer are found, and what was said around a call that only a log record tells.
ALTER TABLE logs ADD COLUMN subject TEXT;
CREATE INDEX logs_of_subjects ON logs (subject, time) WHERE subject IS NOT NULL;
DROP INDEX logs_of_traces;
CREATE INDEX logs_of_spans ON logs (trace, span) WHERE trace IS NOT NULL;

-- What a run leaves behind is let go in small steps.
CREATE INDEX runs_leaving ON runs (id) WHERE state = 2;
CREATE INDEX rollups_of_runs ON rollups (run);
CREATE INDEX series_of_runs ON metric_series (run);
