-- Games, what was played in them, and what that cost. Times are microseconds since 1970, UTC.

CREATE TABLE sessions (
    key         INTEGER PRIMARY KEY,
    id          TEXT    NOT NULL UNIQUE,
    kind        TEXT    NOT NULL,
    campaign    TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    document    TEXT    NOT NULL,
    created     INTEGER NOT NULL,
    played      INTEGER NOT NULL,
    turn_number INTEGER NOT NULL
) STRICT;

CREATE INDEX sessions_played ON sessions (played, id);

-- Rows are added, and their mark is changed; nothing else ever is.
-- mark: 0 kept, 1 replaced, 2 undone, 3 aside.
CREATE TABLE turns (
    id       INTEGER PRIMARY KEY,
    session  INTEGER NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
    number   INTEGER NOT NULL,
    mark     INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    input    TEXT    NOT NULL,
    response TEXT    NOT NULL,
    facts    TEXT,
    back     TEXT
) STRICT;

-- One turn of each number counts.
CREATE UNIQUE INDEX turns_kept ON turns (session, number) WHERE mark = 0;
CREATE INDEX turns_session ON turns (session, number);

CREATE TABLE spendings (
    scope  TEXT    NOT NULL,
    name   TEXT    NOT NULL,
    usd    REAL    NOT NULL,
    tokens INTEGER NOT NULL,
    booked INTEGER NOT NULL,
    PRIMARY KEY (scope, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX spendings_booked ON spendings (scope, booked);

-- How many sessions there are: counting them would take longer with each one.
CREATE TABLE tally (sessions INTEGER NOT NULL) STRICT;
INSERT INTO tally VALUES (0);

CREATE TRIGGER sessions_more AFTER INSERT ON sessions BEGIN
    UPDATE tally SET sessions = sessions + 1;
END;

CREATE TRIGGER sessions_less AFTER DELETE ON sessions BEGIN
    UPDATE tally SET sessions = sessions - 1;
END;

CREATE TRIGGER sessions_spendings AFTER DELETE ON sessions BEGIN
    DELETE FROM spendings WHERE scope = 'session' AND name = old.id;
END;
