-- What a mobile card point keeps on its laptop (6.5): sealed envelopes, and nothing else. Ids and places say nothing of anybody.
CREATE TABLE IF NOT EXISTS papers (
    name     TEXT PRIMARY KEY,
    content  BLOB NOT NULL                       -- sealed: what the point was prepared with
) STRICT;
CREATE TABLE IF NOT EXISTS openings (
    place    INTEGER PRIMARY KEY,                -- 1, 2, 3 …
    id       BLOB NOT NULL UNIQUE,
    content  BLOB NOT NULL,                      -- sealed: who, when, by whom, with which number
    answer   BLOB                                -- sealed: what the house said to it
) STRICT;
