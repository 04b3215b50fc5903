-- What programs tell about themselves. Every span, log record and metric point is kept as it came (raws, points.body); the
-- columns beside it are for finding and summing up, and can be made again from it.
--
-- Spans and log records share one sequence of ids, in the order of their arrival: it is the change number for those who watch,
-- and what pruning goes by. Times are nanoseconds since 1970, UTC, unless it says otherwise.

-- Words that come again and again: names, services, models, kinds of errors. Id 0 stands for those that found no room.
CREATE TABLE texts (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
);
INSERT INTO texts VALUES (0, '(other)');

-- One start of one program: what has the same service.name and service.instance.id.
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    identity TEXT NOT NULL UNIQUE,
    service INTEGER NOT NULL,
    instance TEXT,
    label TEXT,
    -- 0: kept, 1: paused (what comes is dropped), 2: being deleted
    state INTEGER NOT NULL DEFAULT 0,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    first_id INTEGER NOT NULL,
    spans INTEGER NOT NULL DEFAULT 0,
    calls INTEGER NOT NULL DEFAULT 0,
    errors INTEGER NOT NULL DEFAULT 0,
    logs INTEGER NOT NULL DEFAULT 0
);

-- OTLP resources and scopes, as they came.
CREATE TABLE resources (id INTEGER PRIMARY KEY, run INTEGER NOT NULL, body BLOB NOT NULL, UNIQUE (run, body));
CREATE TABLE scopes (id INTEGER PRIMARY KEY, body BLOB NOT NULL UNIQUE);
-- For those that found no room.
INSERT INTO scopes VALUES (0, x'');

CREATE TABLE raws (
    id INTEGER PRIMARY KEY,
    body BLOB NOT NULL
);

CREATE TABLE spans (
    id INTEGER PRIMARY KEY,
    start INTEGER NOT NULL,
    duration INTEGER NOT NULL,
    run INTEGER NOT NULL,
    resource INTEGER NOT NULL,
    scope INTEGER NOT NULL,
    name INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    -- 0: unset, 1: ok, 2: error
    status INTEGER NOT NULL,
    -- whether there is a row in calls
    is_call INTEGER NOT NULL,
    trace BLOB NOT NULL,
    span BLOB NOT NULL,
    parent BLOB,
    UNIQUE (trace, span)
);

CREATE TABLE conversations (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
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
    cost REAL NOT NULL
);
CREATE INDEX conversations_by_time ON conversations (last, id);

-- Model calls and what stands around them: agents, tools, retrievals. In the order of time, so that a list reads a stretch
-- of it and tests its filters without looking anywhere else.
CREATE TABLE calls (
    start INTEGER NOT NULL,
    id INTEGER NOT NULL,
    duration INTEGER NOT NULL,
    -- nanoseconds
    ttft INTEGER,
    run INTEGER NOT NULL,
    service INTEGER NOT NULL,
    operation INTEGER NOT NULL,
    -- whether it asked a model: only those are summed up
    asks INTEGER NOT NULL,
    provider INTEGER,
    model INTEGER,
    agent INTEGER,
    component INTEGER,
    conversation INTEGER,
    team INTEGER,
    user INTEGER,
    -- none when it went well
    error INTEGER,
    finish INTEGER,
    input INTEGER,
    output INTEGER,
    cache_read INTEGER,
    cache_write INTEGER,
    reasoning INTEGER,
    cost REAL,
    -- 0: reported, 1: simulated, 2: computed
    cost_source INTEGER,
    PRIMARY KEY (start, id)
) WITHOUT ROWID;
CREATE INDEX calls_of_conversations ON calls (conversation, start, id) WHERE conversation IS NOT NULL;
CREATE INDEX calls_with_errors ON calls (start, id, error) WHERE error IS NOT NULL;

-- What calls to models came to, by minute and by hour. Times and tokens are sums, distributions are sparse histograms that add up.
CREATE TABLE rollups (
    -- seconds: 60 or 3600
    width INTEGER NOT NULL,
    -- seconds since 1970
    start INTEGER NOT NULL,
    run INTEGER NOT NULL,
    service INTEGER NOT NULL,
    operation INTEGER NOT NULL,
    provider INTEGER NOT NULL,
    model INTEGER NOT NULL,
    component INTEGER NOT NULL,
    team INTEGER NOT NULL,
    -- the kind of the error; -1 when it went well
    error INTEGER NOT NULL,
    count INTEGER NOT NULL,
    input INTEGER NOT NULL,
    output INTEGER NOT NULL,
    cache_read INTEGER NOT NULL,
    cache_write INTEGER NOT NULL,
    reasoning INTEGER NOT NULL,
    cost REAL NOT NULL,
    duration BLOB NOT NULL,
    ttft BLOB NOT NULL,
    PRIMARY KEY (width, start, run, service, operation, provider, model, component, team, error)
) WITHOUT ROWID;

CREATE TABLE logs (
    id INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    run INTEGER NOT NULL,
    resource INTEGER NOT NULL,
    scope INTEGER NOT NULL,
    severity INTEGER NOT NULL,
    event INTEGER,
    -- the beginning of the body
    text TEXT NOT NULL,
    trace BLOB,
    span BLOB,
    -- of the whole record: one that is sent again has the same
    digest INTEGER NOT NULL,
    -- where its row in calls begins, if it tells a call that no span tells
    call_start INTEGER,
    UNIQUE (time, digest)
);
CREATE INDEX logs_of_traces ON logs (trace) WHERE trace IS NOT NULL;

CREATE TABLE metrics (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL,
    unit TEXT NOT NULL,
    -- gauge, sum, histogram, exponential_histogram, summary
    kind TEXT NOT NULL,
    -- 0: unspecified, 1: delta, 2: cumulative
    temporality INTEGER NOT NULL,
    monotonic INTEGER NOT NULL
);

CREATE TABLE metric_series (
    id INTEGER PRIMARY KEY,
    metric INTEGER NOT NULL,
    run INTEGER NOT NULL,
    attributes TEXT NOT NULL,
    UNIQUE (metric, run, attributes)
);

CREATE TABLE points (
    series INTEGER NOT NULL,
    time INTEGER NOT NULL,
    -- the value of a number, the sum of a distribution
    value REAL,
    count INTEGER,
    -- what is more than a number, as it came
    body BLOB,
    PRIMARY KEY (series, time)
) WITHOUT ROWID;

-- Words of calls, by id. Only words are in it, neither their places nor the texts.
CREATE VIRTUAL TABLE words USING fts5 (text, content = '', contentless_delete = 1, detail = none);

-- The first id of each minute of arrival: age is counted from here.
CREATE TABLE arrivals (
    minute INTEGER PRIMARY KEY,
    id INTEGER NOT NULL
);

-- One row: the next id, up to where words are indexed, and what was counted.
CREATE TABLE progress (
    next INTEGER NOT NULL,
    indexed INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    duplicates INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    dropped INTEGER NOT NULL,
    pruned INTEGER NOT NULL
);
INSERT INTO progress VALUES (1, 0, 0, 0, 0, 0, 0);
