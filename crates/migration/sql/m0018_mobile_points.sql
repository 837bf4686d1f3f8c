-- Mobile card points (6.5): laptops that are prepared online, open cards without network, and hand them in later. What a laptop keeps
-- itself stands in its own files: see `laptop.sql`.

CREATE TABLE mobile_points (
    id                {uuid} PRIMARY KEY,
    name              {text} NOT NULL,           -- in words: the event, the place
    service_point_id  {uuid} NOT NULL REFERENCES service_points (id),
    secret_hash       {bytes} NOT NULL UNIQUE,   -- keyed hash of what the laptop shows when it hands in
    prepared_at       {time} NOT NULL,
    prepared_by       {text} NOT NULL,
    valid_until       {time} NOT NULL,           -- it opens nothing after that
    numbers           {int} NOT NULL,            -- virtual numbers set aside
    one_cards         {int} NOT NULL,            -- One-Cards taken along
    holders           {int} NOT NULL,            -- how many holders its filter was made from
    synced_at         {time},                    -- when it handed in last
    outstanding       {int} NOT NULL,            -- what it still had then that was not answered
    ended_at          {time},
    ended_by          {text},
    revoked           {bool} NOT NULL,           -- ended because it is lost or stolen, or nobody knows
    late_until        {time}                     -- until then a revoked one may hand in, to be looked at one by one
){strict};

-- Who may open cards there.
CREATE TABLE mobile_point_staff (
    point_id  {uuid} NOT NULL REFERENCES mobile_points (id),
    staff_id  {uuid} NOT NULL REFERENCES staff (id),
    PRIMARY KEY (point_id, staff_id)
){strict};

-- Virtual numbers that were given away to be handed out elsewhere. What was set aside never comes back into the pot: it may stand on a
-- slip that nobody here knows of.
CREATE TABLE numbers_set_aside (
    number    {sorted} PRIMARY KEY,
    place     {uuid} NOT NULL,                   -- the mobile point
    state     {text} NOT NULL                    -- free | used | void
){strict};
CREATE INDEX numbers_set_aside_by_place ON numbers_set_aside (place, state, number);

-- Each opening that a point handed in, once.
CREATE TABLE point_openings (
    id           {uuid} PRIMARY KEY,             -- given by the laptop
    point_id     {uuid} NOT NULL REFERENCES mobile_points (id),
    digest       {bytes} NOT NULL,               -- keyed: the same id with another content is refused
    opened_at    {time} NOT NULL,                -- by the laptop's clock
    came_at      {time} NOT NULL,
    staff_id     {uuid} NOT NULL,
    kind         {text} NOT NULL,                -- document | one_card
    number       {text} NOT NULL,                -- virtual number or barcode, as handed out
    state        {text} NOT NULL,                -- accepted | conflict | settled
    reasons      {text} NOT NULL,                -- codes of what stood against it, separated by a space
    settlement   {text} NOT NULL,                -- stands | updated | opened | dropped, or nothing
    reader_id    {uuid} REFERENCES readers (id), -- whose card it is, or who holds another
    card_id      {uuid} REFERENCES cards (id),
    content      {bytes},                        -- sealed, while somebody has to decide
    settled_at   {time},
    settled_by   {text},
    version      {int} NOT NULL
){strict};
CREATE INDEX point_openings_by_point ON point_openings (point_id, state);
CREATE INDEX point_openings_open ON point_openings (state, came_at);

-- Visits to units that were agreed on (4.4.2).
CREATE TABLE appointments (
    id          {uuid} PRIMARY KEY,
    library_id  {uuid} NOT NULL REFERENCES libraries (id),
    unit_id     {uuid},                          -- where the unit is known
    unit        {text} NOT NULL,                 -- its name
    day         {date} NOT NULL,
    begins      {text} NOT NULL,                 -- HH:MM
    place       {text} NOT NULL,
    contact     {bytes} NOT NULL,                -- sealed, as the phone and the note are
    phone       {bytes} NOT NULL,
    note        {bytes},
    expected    {int} NOT NULL,                  -- people
    staff       {text} NOT NULL,                 -- who goes, in words
    point_id    {uuid} REFERENCES mobile_points (id),
    state       {text} NOT NULL,                 -- asked | agreed | done | called_off
    created_at  {time} NOT NULL,
    created_by  {text} NOT NULL,
    version     {int} NOT NULL
){strict};
CREATE INDEX appointments_by_day ON appointments (day, library_id);
