-- A conversation is what one service calls by one name: two programs that count theirs from 1 have nothing to do with each
-- other. All that is told of a conversation can be made again from its calls.
CREATE TABLE parts AS
SELECT conversation, service, min(start) AS first, max(start + duration) AS last, count(*) AS steps, sum(asks) AS calls,
    sum(asks AND error IS NOT NULL) AS errors, sum(asks * ifnull(input, 0)) AS input, sum(asks * ifnull(output, 0)) AS output,
    total(asks * cost) AS cost, ifnull(sum(DISTINCT CASE WHEN asks THEN 1 << cost_source END), 0) AS sources,
    -- The service that began it keeps its number.
    row_number() OVER (PARTITION BY conversation ORDER BY min(start), service) AS place,
    count(*) OVER (PARTITION BY conversation) AS services
FROM calls WHERE conversation IS NOT NULL GROUP BY conversation, service;

CREATE TABLE talks (
    id INTEGER PRIMARY KEY,
    service INTEGER NOT NULL,
    name TEXT NOT NULL,
    run INTEGER NOT NULL,
    component INTEGER,
    team INTEGER,
    user INTEGER,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    -- of its rows in calls: all, and those that asked a model
    steps INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    input INTEGER NOT NULL,
    output INTEGER NOT NULL,
    cost REAL NOT NULL,
    -- whose word the cost is, as bits: 1 reported, 2 simulated, 4 computed
    sources INTEGER NOT NULL DEFAULT 0,
    UNIQUE (name, service)
);
INSERT INTO talks
SELECT iif(p.place = 1, p.conversation, NULL), p.service, v.name, iif(p.services = 1, v.run, c.run),
    iif(p.services = 1, v.component, c.component), iif(p.services = 1, v.team, c.team), iif(p.services = 1, v.user, c.user),
    p.first, p.last, p.steps, p.calls, p.errors, p.input, p.output, p.cost, p.sources
FROM parts AS p JOIN conversations AS v ON v.id = p.conversation
JOIN calls AS c ON c.conversation = p.conversation AND c.start = p.first
    AND c.id = (SELECT min(id) FROM calls WHERE conversation = p.conversation AND start = p.first AND service = p.service)
-- The numbers that are kept come first: a new one is higher than all of them.
ORDER BY p.place;
UPDATE calls SET conversation = (
    SELECT t.id FROM conversations AS v JOIN talks AS t ON t.name = v.name AND t.service = calls.service
    WHERE v.id = calls.conversation
) WHERE conversation IN (SELECT conversation FROM parts WHERE place > 1);
DROP TABLE parts;
DROP TABLE conversations;
ALTER TABLE talks RENAME TO conversations;
CREATE INDEX conversations_by_time ON conversations (last, id);

-- Which runs, components and teams had a part in a conversation, and how many of its rows in calls are theirs.
CREATE TABLE conversation_marks (
    -- 0: run, 1: component, 2: team
    kind INTEGER NOT NULL,
    value INTEGER NOT NULL,
    conversation INTEGER NOT NULL,
    steps INTEGER NOT NULL,
    PRIMARY KEY (kind, value, conversation)
) WITHOUT ROWID;
INSERT INTO conversation_marks
SELECT 0, run, conversation, count(*) FROM calls WHERE conversation IS NOT NULL GROUP BY run, conversation;
INSERT INTO conversation_marks
SELECT 1, component, conversation, count(*) FROM calls WHERE conversation IS NOT NULL AND component IS NOT NULL
GROUP BY component, conversation;
INSERT INTO conversation_marks
SELECT 2, team, conversation, count(*) FROM calls WHERE conversation IS NOT NULL AND team IS NOT NULL
GROUP BY team, conversation;
