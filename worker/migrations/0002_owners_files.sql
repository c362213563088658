-- What a memory was read from, and how its entries are used.
UPDATE meta SET value = '2' WHERE key = 'schema_version';

-- The owner's own Markdown, so that it is rendered back to the byte: a row holds from its version on until the next one.
CREATE TABLE memory_files (
    workspace_id TEXT NOT NULL,           -- owner
    agent_id TEXT NOT NULL,               -- whose memory
    version INTEGER NOT NULL,             -- first version with these files
    part INTEGER NOT NULL,                -- place of the part, from 0
    body TEXT NOT NULL,                   -- part of the JSON list of the files
    PRIMARY KEY (workspace_id, agent_id, version, part)
);

-- How often each entry was recalled, as the agent's stack last told: JSON, by the entry's id.
ALTER TABLE agents ADD COLUMN usage TEXT NOT NULL DEFAULT '{}';
-- The same, fixed when the dream starts.
ALTER TABLE dreams ADD COLUMN usage TEXT NOT NULL DEFAULT '{}';
