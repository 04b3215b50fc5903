-- What a call cost is from 0 to a million dollars; more, or less, was a mistake of whoever told it, and swallowed every sum.
UPDATE calls SET cost = NULL, cost_source = NULL WHERE cost NOT BETWEEN 0 AND 1e6;
UPDATE rollups SET cost = 0 WHERE cost NOT BETWEEN 0 AND 1e6 * count;
UPDATE conversations SET cost = (SELECT total(c.cost) FROM calls AS c WHERE c.conversation = conversations.id AND c.asks = 1)
WHERE cost NOT BETWEEN 0 AND 1e6 * calls;

-- Whose word the cost of a conversation is, as bits: 1 reported, 2 simulated, 4 computed.
ALTER TABLE conversations ADD COLUMN sources INTEGER NOT NULL DEFAULT 0;
UPDATE conversations SET sources = told.sources FROM (
    SELECT conversation, sum(DISTINCT 1 << cost_source) AS sources FROM calls
    WHERE conversation IS NOT NULL AND asks = 1 AND cost_source IS NOT NULL GROUP BY 1
) AS told WHERE conversations.id = told.conversation;
