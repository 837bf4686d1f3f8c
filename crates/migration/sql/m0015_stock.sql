-- The stock of One-Cards: where each card lies, and how it came there (5.2.1, 5.2.2).

-- What a card looks like: SVG of both sides, in which words, bars and squares are filled in.
CREATE TABLE card_designs (
    id             {uuid} PRIMARY KEY,
    library_id     {uuid} NOT NULL REFERENCES libraries (id),
    name           {text} NOT NULL,
    front          {text} NOT NULL,
    back           {text} NOT NULL,
    logo           {text} NOT NULL,               -- SVG; empty: the one that is built in
    version        {int} NOT NULL,
    created_at     {time} NOT NULL,
    closed_at      {time}
){strict};
CREATE INDEX card_designs_by_library ON card_designs (library_id);

-- Cards that a manufacturer was asked for.
CREATE TABLE stock_orders (
    id             {uuid} PRIMARY KEY,
    library_id     {uuid} NOT NULL REFERENCES libraries (id),
    design_id      {uuid} REFERENCES card_designs (id),
    manufacturer   {text} NOT NULL,
    first_number   {sorted} NOT NULL,
    last_number    {sorted} NOT NULL,
    count          {int} NOT NULL,
    received       {int} NOT NULL,
    state          {text} NOT NULL,               -- ordered, received, cancelled
    expected_on    {date},
    note           {text} NOT NULL,
    actor          {text} NOT NULL,
    created_at     {time} NOT NULL,
    closed_at      {time}
){strict};
CREATE INDEX stock_orders_by_library ON stock_orders (library_id, state);
CREATE INDEX stock_orders_by_number ON stock_orders (first_number);

-- Cards on their way from one library to another.
CREATE TABLE stock_transfers (
    id             {uuid} PRIMARY KEY,
    from_id        {uuid} NOT NULL REFERENCES libraries (id),
    to_id          {uuid} NOT NULL REFERENCES libraries (id),
    count          {int} NOT NULL,
    ranges         {text} NOT NULL,               -- as sent: first-last, first-last
    arrived        {int} NOT NULL,
    state          {text} NOT NULL,               -- sent, received
    note           {text} NOT NULL,
    sent_by        {text} NOT NULL,
    sent_at        {time} NOT NULL,
    received_by    {text},
    received_at    {time}
){strict};
CREATE INDEX stock_transfers_by_from ON stock_transfers (from_id, state);
CREATE INDEX stock_transfers_by_to ON stock_transfers (to_id, state);

-- One row for each physical card: it is at one place, and is used once.
CREATE TABLE stock_cards (
    barcode        {sorted} PRIMARY KEY,
    library_id     {uuid} NOT NULL REFERENCES libraries (id),   -- in whose book it is
    place          {text} NOT NULL,               -- store, desk, batch, point, transit; used, spoiled, void, missing
    place_id       {uuid} NOT NULL,               -- the library, desk, batch, point or transfer
    design_id      {uuid} REFERENCES card_designs (id),
    moved_at       {time} NOT NULL
){strict};
CREATE INDEX stock_cards_by_place ON stock_cards (place_id, place, barcode);
CREATE INDEX stock_cards_by_library ON stock_cards (library_id, place, place_id);

-- The ledger: each row takes a run of cards from one place and gives it to another. Rows are only added.
CREATE TABLE stock_movements (
    id             {uuid} PRIMARY KEY,
    at             {time} NOT NULL,
    kind           {text} NOT NULL,
    first_number   {sorted} NOT NULL,
    last_number    {sorted} NOT NULL,
    count          {int} NOT NULL,
    from_library   {uuid},                        -- none for what came from outside
    from_place     {text},
    from_id        {uuid},
    to_library     {uuid} NOT NULL,
    to_place       {text} NOT NULL,
    to_id          {uuid} NOT NULL,
    cause          {uuid},                        -- the order, transfer, stock-taking or run behind it
    reason         {text} NOT NULL,
    actor          {text} NOT NULL
){strict};
CREATE INDEX stock_movements_by_from ON stock_movements (from_library, at);
CREATE INDEX stock_movements_by_to ON stock_movements (to_library, at);
CREATE INDEX stock_movements_by_number ON stock_movements (first_number, last_number);

-- A stock-taking, and what was counted in its course.
CREATE TABLE stock_counts (
    id             {uuid} PRIMARY KEY,
    library_id     {uuid} NOT NULL REFERENCES libraries (id),
    place          {text} NOT NULL,               -- store or desk
    place_id       {uuid} NOT NULL,
    state          {text} NOT NULL,               -- open, booked, dropped
    expected       {int},                         -- as booked
    counted        {int},
    missing        {int},
    found          {int},
    reason         {text} NOT NULL,
    opened_by      {text} NOT NULL,
    opened_at      {time} NOT NULL,
    closed_by      {text},
    closed_at      {time}
){strict};
CREATE INDEX stock_counts_by_library ON stock_counts (library_id, opened_at);
CREATE TABLE stock_counted (
    count_id       {uuid} NOT NULL REFERENCES stock_counts (id),
    barcode        {sorted} NOT NULL,
    PRIMARY KEY (count_id, barcode)
){strict};

-- Cards that a library prints itself.
CREATE TABLE card_runs (
    id             {uuid} PRIMARY KEY,
    library_id     {uuid} NOT NULL REFERENCES libraries (id),
    design_id      {uuid} NOT NULL REFERENCES card_designs (id),
    design_version {int} NOT NULL,
    layout         {text} NOT NULL,               -- card, sheet, label
    first_number   {sorted} NOT NULL,
    last_number    {sorted} NOT NULL,
    count          {int} NOT NULL,
    state          {text} NOT NULL,               -- made, failed, passed, released, dropped
    failed         {int} NOT NULL,
    failures       {text} NOT NULL,               -- numbers that could not be read, with what was read instead
    pages_digest   {bytes},                       -- of the pages that were read: those and no others are printed
    made_by        {text} NOT NULL,
    made_at        {time} NOT NULL,
    checked_at     {time},
    released_by    {text},
    released_at    {time}
){strict};
CREATE INDEX card_runs_by_library ON card_runs (library_id, made_at);
CREATE INDEX card_runs_by_number ON card_runs (first_number);

-- How many One-Cards were given out in a month.
CREATE INDEX cards_by_opening ON cards (kind, opened_at, issuing_library_id);
