-- Games, what was played in them, and what that cost. Times are microseconds since 1970, UTC.

CREATE TABLE sessions (
    key         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id          TEXT COLLATE "C" NOT NULL UNIQUE,
    kind        TEXT   NOT NULL,
    campaign    TEXT   NOT NULL,
    version     BIGINT NOT NULL,
    document    TEXT   NOT NULL,
    created     BIGINT NOT NULL,
    played      BIGINT NOT NULL,
    turn_number BIGINT NOT NULL
);

CREATE INDEX sessions_played ON sessions (played, id);

-- Rows are added, and their mark is changed; nothing else ever is.
-- mark: 0 kept, 1 replaced, 2 undone, 3 aside.
CREATE TABLE turns (
    id       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session  BIGINT   NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
    number   BIGINT   NOT NULL,
    mark     SMALLINT NOT NULL,
    at       BIGINT   NOT NULL,
    input    TEXT     NOT NULL,
    response TEXT     NOT NULL,
    facts    TEXT,
    back     TEXT
);

-- One turn of each number counts.
CREATE UNIQUE INDEX turns_kept ON turns (session, number) WHERE mark = 0;
CREATE INDEX turns_session ON turns (session, number);

CREATE TABLE spendings (
    scope  TEXT             NOT NULL,
    name   TEXT             NOT NULL,
    usd    DOUBLE PRECISION NOT NULL,
    tokens BIGINT           NOT NULL,
    booked BIGINT           NOT NULL,
    PRIMARY KEY (scope, name)
);

CREATE INDEX spendings_booked ON spendings (scope, booked);
