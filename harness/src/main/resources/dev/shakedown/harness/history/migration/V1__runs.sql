-- SQLite and PostgreSQL both take this. Everything here is derived: run directories and
-- baselines.jsonl hold the truth, `shakedown history rebuild` fills these tables again.

CREATE TABLE run (
  id            TEXT PRIMARY KEY,
  origin        TEXT NOT NULL,   -- whose runs folder: host:/folder, empty in the folder's own index
  directory     TEXT NOT NULL,   -- below that folder
  parent        TEXT,            -- the run of whose series this is one load
  scenario      TEXT NOT NULL,
  scenario_hash TEXT NOT NULL,
  started_ms    BIGINT NOT NULL, -- since 1970, UTC
  verdict       TEXT NOT NULL,
  validity      TEXT NOT NULL,
  state         TEXT NOT NULL,
  simulated     BOOLEAN NOT NULL,
  gpu           TEXT NOT NULL,
  fingerprint   TEXT NOT NULL    -- JSON, name to value
);

CREATE INDEX run_by_scenario ON run (scenario, started_ms);
CREATE INDEX run_by_origin ON run (origin);

-- Figures of a whole run: ttft.p99, outputTokens/s
CREATE TABLE metric (
  run_id TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  name   TEXT NOT NULL,
  unit   TEXT NOT NULL,          -- ns for latencies; empty where the name says it
  value  DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (run_id, name)
);

CREATE TABLE baseline_decision (
  id       TEXT PRIMARY KEY,
  origin   TEXT NOT NULL,
  scenario TEXT NOT NULL,
  what     TEXT NOT NULL,        -- ACCEPT or RESET
  runs     TEXT NOT NULL,        -- JSON, list of run ids
  who      TEXT NOT NULL,
  why      TEXT NOT NULL,
  at_ms    BIGINT NOT NULL
);
