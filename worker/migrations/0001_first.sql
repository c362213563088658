-- The truth about everything but the raw bytes. Every row belongs to one workspace.
-- Times are RFC 3339 in UTC with milliseconds, so that their text order is their order in time.

-- What this schema is; the Worker refuses to run on another one.
CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,        -- name of the fact
    value TEXT NOT NULL                   -- its value
);
INSERT INTO meta (key, value) VALUES ('schema_version', '1');

-- A step of work states its preconditions as inserts of unmet ones: any row here violates the check,
-- which rolls the whole batch back. So this table is always empty.
CREATE TABLE unmet (
    precondition TEXT NOT NULL CHECK (precondition IS NULL) -- what did not hold
);

-- Who owns agents and keys. Nothing crosses from one to another.
CREATE TABLE workspaces (
    id TEXT NOT NULL PRIMARY KEY,         -- chosen by the operator
    name TEXT NOT NULL,                   -- for people
    created_at TEXT NOT NULL              -- when it was set up
);

-- API keys. The key itself is never stored.
CREATE TABLE api_keys (
    hash TEXT NOT NULL PRIMARY KEY,       -- SHA-256 of the key, lower-case hex
    workspace_id TEXT NOT NULL REFERENCES workspaces (id), -- the only workspace it opens
    name TEXT NOT NULL,                   -- for people
    scopes TEXT NOT NULL,                 -- JSON list of: ingest, read, review, admin
    created_at TEXT NOT NULL,             -- when it was issued
    revoked_at TEXT                       -- since when it opens nothing any more
);

-- Agents and where their memory stands.
CREATE TABLE agents (
    workspace_id TEXT NOT NULL,           -- owner
    id TEXT NOT NULL,                     -- name chosen by the client
    config TEXT NOT NULL,                 -- the engine's whole configuration, JSON
    memory_version INTEGER NOT NULL,      -- newest row in memory_versions; 0 is the empty store before the first
    memory_hash TEXT NOT NULL,            -- hash of that version
    published_version INTEGER NOT NULL,   -- version that KV holds; behind memory_version until it is published
    last_dream_at TEXT,                   -- when the last dream was started
    last_activity_at TEXT,                -- when the last transcript arrived
    created_at TEXT NOT NULL,             -- when it was first heard of
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX agents_unpublished ON agents (workspace_id, id) WHERE published_version <> memory_version;

-- Raw transcripts: where their bytes are. They are never deleted.
CREATE TABLE transcripts (
    workspace_id TEXT NOT NULL,           -- owner
    agent_id TEXT NOT NULL,               -- agent whose sessions it holds
    hash TEXT NOT NULL,                   -- sha256:… of all its bytes: its id
    bytes INTEGER NOT NULL,               -- its length
    pieces TEXT NOT NULL,                 -- JSON list of the sha256:… of its pieces, in order; each is piece:<hash> in KV
    format TEXT NOT NULL,                 -- format that the client named; '' where the engine is to find out
    uploaded_at TEXT NOT NULL,            -- when it arrived
    dream_id TEXT,                        -- first dream whose ledger accounts for it; NULL while it is new
    PRIMARY KEY (workspace_id, agent_id, hash)
);
CREATE INDEX transcripts_newest ON transcripts (workspace_id, agent_id, uploaded_at, hash);
CREATE INDEX transcripts_by_hash ON transcripts (workspace_id, hash);
CREATE INDEX transcripts_new ON transcripts (workspace_id, agent_id) WHERE dream_id IS NULL;

-- Transcripts read: one row for each transcript, format and engine version, whether it could be read or not.
CREATE TABLE readings (
    workspace_id TEXT NOT NULL,           -- owner
    transcript TEXT NOT NULL,             -- hash of the transcript
    format TEXT NOT NULL,                 -- format it was to be read as; '' for whatever it is
    engine TEXT NOT NULL,                 -- version of the engine that read it
    state TEXT NOT NULL CHECK (state IN ('digested', 'failed')),
    found_format TEXT,                    -- format it was read as
    sessions INTEGER NOT NULL,            -- number of its digests
    skipped TEXT NOT NULL,                -- JSON list of what was passed over, by kind
    error_code TEXT,                      -- the engine's code, if it failed
    error_message TEXT,                   -- the engine's sentence, if it failed
    read_at TEXT NOT NULL,                -- when it was read
    PRIMARY KEY (workspace_id, transcript, format, engine)
);

-- The digests of a reading, one for each session.
CREATE TABLE digests (
    workspace_id TEXT NOT NULL,           -- owner
    transcript TEXT NOT NULL,             -- as in readings
    format TEXT NOT NULL,                 -- as in readings
    engine TEXT NOT NULL,                 -- as in readings
    position INTEGER NOT NULL,            -- place of the session in the transcript, from 0
    session TEXT NOT NULL,                -- id of the session
    body TEXT NOT NULL,                   -- the engine's digest, JSON
    PRIMARY KEY (workspace_id, transcript, format, engine, position)
);

-- Versions of an agent's memory. Version 0 is the empty store and has no row.
CREATE TABLE memory_versions (
    workspace_id TEXT NOT NULL,           -- owner
    agent_id TEXT NOT NULL,               -- whose memory
    version INTEGER NOT NULL,             -- counts every write
    schema TEXT NOT NULL,                 -- schema of the store, as the engine writes it
    counter INTEGER NOT NULL,             -- `version` inside the store: counts applied plans, and undo counts it back
    hash TEXT NOT NULL,                   -- the engine's memory_hash
    cause TEXT NOT NULL CHECK (cause IN ('put', 'dream', 'undo')),
    dream_id TEXT,                        -- the dream applied or undone
    created_at TEXT NOT NULL,             -- when it was written
    PRIMARY KEY (workspace_id, agent_id, version)
);

-- Entries over time: a row holds from its first version up to, but not including, its last.
CREATE TABLE memory_entries (
    workspace_id TEXT NOT NULL,           -- owner
    agent_id TEXT NOT NULL,               -- whose memory
    entry_id TEXT NOT NULL,               -- id in the store
    from_version INTEGER NOT NULL,        -- first version with this content at this place
    to_version INTEGER,                   -- first version without; NULL while it stands
    position INTEGER NOT NULL,            -- place in the store, from 0
    body TEXT NOT NULL,                   -- the entry, JSON
    PRIMARY KEY (workspace_id, agent_id, entry_id, from_version)
);
CREATE INDEX memory_entries_in_order ON memory_entries (workspace_id, agent_id, position);
CREATE INDEX memory_entries_standing ON memory_entries (workspace_id, agent_id) WHERE to_version IS NULL;

-- Dreams. What a dream is about is fixed in its row when it starts, so that every run of it gives the same plan.
CREATE TABLE dreams (
    workspace_id TEXT NOT NULL,           -- owner
    id TEXT NOT NULL,                     -- dream_…
    agent_id TEXT NOT NULL,               -- whose dream
    state TEXT NOT NULL CHECK (state IN ('pending', 'running', 'review', 'completed', 'failed', 'canceled')),
    cause TEXT NOT NULL CHECK (cause IN ('cron', 'hand')),
    -- fixed at the start
    now TEXT NOT NULL,                    -- the time given to the engine
    config TEXT NOT NULL,                 -- the engine's configuration, JSON
    memory_version INTEGER NOT NULL,      -- the memory it is about
    memory_hash TEXT NOT NULL,            -- hash of that memory
    transcripts TEXT NOT NULL,            -- JSON list of the hashes it reads, newest first
    left_out TEXT NOT NULL,               -- JSON list of the new ones that did not fit
    idempotency_key TEXT,                 -- of the request that started it
    created_at TEXT NOT NULL,             -- when it was started
    -- while it runs
    lease_until TEXT NOT NULL,            -- when the repairing cron takes it up again
    attempts INTEGER NOT NULL,            -- how often that happened
    started_at TEXT,                      -- when the first of its steps was written
    -- when it is planned
    engine TEXT,                          -- version of the engine
    plan_hash TEXT,                       -- hash of the plan
    held INTEGER,                         -- 1 if the plan is over the loss cap
    operations INTEGER,                   -- how many changes it proposes
    quarantined INTEGER,                  -- how much it quarantined
    sessions INTEGER,                     -- how many sessions it used
    report TEXT,                          -- the plan's report, JSON
    error_code TEXT,                      -- why it failed or was canceled
    error_message TEXT,                   -- the same for people
    finished_at TEXT,                     -- when it was planned, failed or canceled
    -- when it is decided
    decision_key TEXT,                    -- Idempotency-Key of the decisions
    decision_hash TEXT,                   -- hash of the decisions
    result TEXT,                          -- the answer to the decisions, JSON
    decided_at TEXT,                      -- when
    undo_result TEXT,                     -- the answer to the undo, JSON
    undone_at TEXT,                       -- when
    PRIMARY KEY (workspace_id, id)
);
-- An agent has one dream at a time; the second of two that start at once is refused here.
CREATE UNIQUE INDEX dreams_open ON dreams (workspace_id, agent_id) WHERE state IN ('pending', 'running', 'review');
CREATE UNIQUE INDEX dreams_idempotent ON dreams (workspace_id, agent_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX dreams_newest ON dreams (workspace_id, created_at, id);
CREATE INDEX dreams_by_agent ON dreams (workspace_id, agent_id, created_at, id);
CREATE INDEX dreams_leased ON dreams (lease_until) WHERE state IN ('pending', 'running');

-- The operations of a plan.
CREATE TABLE operations (
    workspace_id TEXT NOT NULL,           -- owner
    dream_id TEXT NOT NULL,               -- the plan's dream
    op TEXT NOT NULL,                     -- id of the operation
    position INTEGER NOT NULL,            -- place in the plan, from 0
    kind TEXT NOT NULL,                   -- add, merge, supersede, rewrite, retire, promote
    body TEXT NOT NULL,                   -- the operation, canonical JSON
    PRIMARY KEY (workspace_id, dream_id, op)
);

-- The rest of a plan, cut to fit the size of a row.
CREATE TABLE plan_parts (
    workspace_id TEXT NOT NULL,           -- owner
    dream_id TEXT NOT NULL,               -- the plan's dream
    part INTEGER NOT NULL,                -- from 0
    body TEXT NOT NULL,                   -- slice of the canonical JSON of the plan without operations
    PRIMARY KEY (workspace_id, dream_id, part)
);

-- What people said.
CREATE TABLE decisions (
    workspace_id TEXT NOT NULL,           -- owner
    dream_id TEXT NOT NULL,               -- the plan's dream
    op TEXT NOT NULL,                     -- id of the operation
    decision TEXT NOT NULL CHECK (decision IN ('approve', 'modify', 'reject')),
    text TEXT,                            -- the text to write instead, with modify
    reason TEXT,                          -- why, in their words
    actor TEXT NOT NULL,                  -- who
    decided_at TEXT NOT NULL,             -- when
    PRIMARY KEY (workspace_id, dream_id, op)
);

-- What must not be proposed again from the same evidence.
CREATE TABLE tombstones (
    workspace_id TEXT NOT NULL,           -- owner
    agent_id TEXT NOT NULL,               -- whose memory
    dream_id TEXT NOT NULL,               -- where it was rejected
    op TEXT NOT NULL,                     -- the rejected operation
    body TEXT NOT NULL,                   -- the engine's tombstone, JSON
    created_at TEXT NOT NULL,             -- when it was rejected
    PRIMARY KEY (workspace_id, agent_id, dream_id, op)
);

-- What undo needs, cut to fit the size of a row.
CREATE TABLE inverses (
    workspace_id TEXT NOT NULL,           -- owner
    dream_id TEXT NOT NULL,               -- the dream that was applied
    part INTEGER NOT NULL,                -- from 0
    body TEXT NOT NULL,                   -- slice of the engine's inverse, JSON
    PRIMARY KEY (workspace_id, dream_id, part)
);

-- Who did what. Written in the same batch as what it records; the chain is also the workspace's lock: two steps that
-- read the same head cannot both be written.
CREATE TABLE audit (
    workspace_id TEXT NOT NULL,           -- owner
    seq INTEGER NOT NULL,                 -- from 1, without a gap
    at TEXT NOT NULL,                     -- when
    actor TEXT NOT NULL,                  -- key:<start of its hash>, cron, or queue
    action TEXT NOT NULL,                 -- such as dream.planned
    subject TEXT NOT NULL,                -- such as dream:<id>
    detail TEXT NOT NULL,                 -- canonical JSON
    prev_hash TEXT NOT NULL,              -- hash of the row before; '' in the first
    hash TEXT NOT NULL,                   -- sha256:… of the canonical JSON of all the other columns, detail as an object
    PRIMARY KEY (workspace_id, seq)
);
