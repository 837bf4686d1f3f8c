-- E-cards, entry gates and visits (6.1.4.2, A.3.1).

-- Codes of e-cards that were used: each once. Kept until no gate can bring one any more.
CREATE TABLE spent_codes (
    mark     {bytes} PRIMARY KEY,               -- card, time and nonce of the code
    card_id  {uuid} NOT NULL,
    gate     {text} NOT NULL,                   -- token, machine or member of staff, and the service point
    at       {time} NOT NULL,
    used_at  {time} NOT NULL                    -- when this was noted: later, where a gate was cut off
){strict};
CREATE INDEX spent_codes_by_time ON spent_codes (used_at);

-- A visit: once for each reader and library within the interval that the library has set.
CREATE TABLE visits (
    id                {uuid} PRIMARY KEY,
    library_id        {uuid} NOT NULL REFERENCES libraries (id),
    service_point_id  {uuid} REFERENCES service_points (id),
    reader_id         {uuid} REFERENCES readers (id),   -- none: it is no longer known who it was
    at                {time} NOT NULL,
    day               {date} NOT NULL,          -- of Asia/Shanghai
    noted_at          {time} NOT NULL,
    shown             {text} NOT NULL           -- code | card_number | document_number
){strict};
CREATE INDEX visits_by_reader ON visits (reader_id, library_id, at);
CREATE INDEX visits_by_day ON visits (library_id, day);

-- One row for each reader who came to a library lately: whoever counts a visit changes it first, so that of two gates at once one counts.
CREATE TABLE visitors (
    library_id  {uuid} NOT NULL REFERENCES libraries (id),
    reader_id   {uuid} NOT NULL REFERENCES readers (id),
    version     {int} NOT NULL,
    noted_at    {time} NOT NULL,
    PRIMARY KEY (library_id, reader_id)
){strict};

-- What a gate was answered under its own name for an entry: the same again, however often it asks.
CREATE TABLE gate_answers (
    gate     {text} NOT NULL,
    name     {text} NOT NULL,
    request  {bytes} NOT NULL,                  -- keyed hash of what was shown
    answer   {text} NOT NULL,                   -- admitted, counted, or the reason of the refusal
    at       {time} NOT NULL,
    PRIMARY KEY (gate, name)
){strict};
CREATE INDEX gate_answers_by_time ON gate_answers (at);

ALTER TABLE machines ADD COLUMN records_visits {bool} NOT NULL DEFAULT {false};
