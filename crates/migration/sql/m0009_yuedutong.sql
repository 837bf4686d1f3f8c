-- Partner platforms, as 粤读通 (4.1.1, 6.1.4): their accounts and keys, the calls they signed, the readers they know, what they
-- are told.
CREATE TABLE partners (
    id                {uuid} PRIMARY KEY,
    name              {text} NOT NULL UNIQUE,   -- what it calls itself in its calls
    service_point_id  {uuid} NOT NULL REFERENCES service_points (id),
    addresses         {text} NOT NULL,          -- networks it may call from, separated by blanks; empty: any
    calls_per_minute  {int} NOT NULL,
    events_url        {text},                   -- where it is told of cards; none: what happens waits
    version           {int} NOT NULL,
    created_at        {time} NOT NULL,
    closed_at         {time}
){strict};
CREATE INDEX partners_by_point ON partners (service_point_id);

-- Two keys may be open at once, so that they can be changed without a gap.
CREATE TABLE partner_keys (
    id          {uuid} PRIMARY KEY,
    partner_id  {uuid} NOT NULL REFERENCES partners (id),
    label       {text} NOT NULL,                -- the key's name in calls: k1, k2 …
    secret      {bytes} NOT NULL,               -- sealed
    created_at  {time} NOT NULL,
    closed_at   {time},
    UNIQUE (partner_id, label)
){strict};

-- Calls that were let in, as long as their time could be taken for the present: none is let in twice.
CREATE TABLE partner_calls (
    partner_id  {uuid} NOT NULL REFERENCES partners (id),
    nonce       {text} NOT NULL,
    at          {time} NOT NULL,
    PRIMARY KEY (partner_id, nonce)
){strict};
CREATE INDEX partner_calls_by_time ON partner_calls (partner_id, at);

-- The code that a reader goes by at a partner. last_seq counts what the partner was told of them: the row is changed by who adds
-- an event, so the order of the numbers is the order of the commits, on any number of instances.
CREATE TABLE partner_links (
    id          {uuid} PRIMARY KEY,
    partner_id  {uuid} NOT NULL REFERENCES partners (id),
    reader_id   {uuid} NOT NULL REFERENCES readers (id),
    code        {bytes} NOT NULL,               -- sealed
    code_key    {bytes} NOT NULL,               -- what it is found by
    also        {bool} NOT NULL,                -- came with a merged record, beside the reader's own
    last_seq    {int} NOT NULL,
    created_at  {time} NOT NULL,
    ended_at    {time}
){strict};
CREATE UNIQUE INDEX one_link_per_code ON partner_links (code_key, partner_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX one_link_per_reader ON partner_links (reader_id, partner_id) WHERE ended_at IS NULL AND also = {false};
CREATE INDEX partner_links_by_reader ON partner_links (reader_id);

CREATE TABLE partner_events (
    id           {uuid} PRIMARY KEY,
    partner_id   {uuid} NOT NULL REFERENCES partners (id),
    link_id      {uuid} NOT NULL REFERENCES partner_links (id),
    seq          {int} NOT NULL,                -- 1, 2, 3 … for each link, without gaps
    event        {text} NOT NULL,
    card         {text},                        -- how the card stood then, JSON
    at           {time} NOT NULL,
    state        {text} NOT NULL,               -- waiting | sending | sent | refused | dropped
    tries        {int} NOT NULL,
    next_try_at  {time} NOT NULL,
    sent_at      {time},
    fault        {text},
    UNIQUE (link_id, seq)
){strict};
CREATE INDEX partner_events_waiting ON partner_events (next_try_at) WHERE state IN ('waiting', 'sending');
