-- What is lent, as readers know it: one row for all copies.
CREATE TABLE titles (
    id      {uuid} PRIMARY KEY,
    key     {sorted} NOT NULL UNIQUE,        -- the same for all copies: ISBN, or title, author and kind; see circulation/titles.rs
    title   {text} NOT NULL,
    author  {text} NOT NULL,
    isbn    {text}
){strict};

-- What a title is found by: each end of its text, so that any part of it is the beginning of one.
CREATE TABLE title_words (
    word      {sorted} NOT NULL,
    title_id  {uuid} NOT NULL REFERENCES titles (id),
    PRIMARY KEY (word, title_id)
){strict};

-- One copy, with a barcode of its own.
CREATE TABLE items (
    id              {uuid} PRIMARY KEY,
    barcode         {text} NOT NULL UNIQUE,
    title_id        {uuid} NOT NULL REFERENCES titles (id),
    call_number     {text} NOT NULL,
    kind            {text} NOT NULL,         -- book | periodical | av | reading_room
    owner_id        {uuid} NOT NULL REFERENCES libraries (id),
    library_id      {uuid} NOT NULL REFERENCES libraries (id), -- where it is, or was lent
    destination_id  {uuid} REFERENCES libraries (id),          -- where it goes, while in transit
    state           {text} NOT NULL,         -- available | on_loan | in_transit | on_hold_shelf | withdrawn | missing
    price           {int},                   -- fen; none: not known
    added_at        {time} NOT NULL,
    version         {int} NOT NULL
){strict};
CREATE INDEX items_by_title ON items (title_id);

-- Loans are their own record. A reader who keeps no history is taken out of what was returned.
CREATE TABLE loans (
    id                   {uuid} PRIMARY KEY,
    item_id              {uuid} NOT NULL REFERENCES items (id),
    reader_id            {uuid} REFERENCES readers (id),
    kind                 {text} NOT NULL,    -- of the item, when it was lent
    library_id           {uuid} NOT NULL REFERENCES libraries (id), -- that lent it: its rules count
    service_point_id     {uuid},
    channel              {text} NOT NULL,
    lent_at              {time} NOT NULL,
    due                  {date} NOT NULL,    -- the last day without a charge
    renewals             {int} NOT NULL,
    returned_at          {time},
    returned_library_id  {uuid} REFERENCES libraries (id),
    told                 {text} NOT NULL     -- none | due_soon | overdue: what the reader was reminded of
){strict};
-- An item is lent to one reader at a time.
CREATE UNIQUE INDEX one_open_loan ON loans (item_id) WHERE returned_at IS NULL;
CREATE INDEX loans_open_by_reader ON loans (reader_id) WHERE returned_at IS NULL;
CREATE INDEX loans_by_reader ON loans (reader_id, lent_at);
CREATE INDEX loans_due ON loans (due) WHERE returned_at IS NULL;

-- What was done with items, row by row; added, never changed. No reader stands here: the loan names them as long as it may.
CREATE TABLE item_events (
    id                {uuid} PRIMARY KEY,
    item_id           {uuid} NOT NULL REFERENCES items (id),
    loan_id           {uuid},
    at                {time} NOT NULL,
    event             {text} NOT NULL,       -- lent | renewed | returned | arrived | held | withdrawn | missing | found | loaded
    library_id        {uuid} NOT NULL,
    service_point_id  {uuid},
    channel           {text} NOT NULL,
    actor             {text} NOT NULL,       -- staff:… | token:… | reader | system
    due               {date},
    idempotency_key   {bytes} UNIQUE,
    request_digest    {bytes}
){strict};
CREATE INDEX item_events_by_item ON item_events (item_id, at);

-- What a reader owes. Entries settle it, and are never changed; what is left is kept beside them.
CREATE TABLE charges (
    id          {uuid} PRIMARY KEY,
    reader_id   {uuid} NOT NULL REFERENCES readers (id),
    loan_id     {uuid} REFERENCES loans (id),
    library_id  {uuid} NOT NULL REFERENCES libraries (id), -- whose rules made it
    kind        {text} NOT NULL,             -- overdue | lost | damaged | other
    amount      {int} NOT NULL,              -- fen
    unpaid      {int} NOT NULL,              -- fen
    days        {int},                       -- open days overdue
    note        {bytes},                     -- sealed
    at          {time} NOT NULL,
    by          {text} NOT NULL
){strict};
CREATE INDEX charges_unpaid ON charges (reader_id) WHERE unpaid > 0;
CREATE INDEX charges_by_reader ON charges (reader_id, at);
CREATE INDEX charges_by_loan ON charges (loan_id);

CREATE TABLE charge_entries (
    id                {uuid} PRIMARY KEY,
    charge_id         {uuid} NOT NULL REFERENCES charges (id),
    record_id         {uuid} NOT NULL,       -- the service record of the payment or waiver
    kind              {text} NOT NULL,       -- payment | waiver
    amount            {int} NOT NULL,        -- fen
    method            {text},                -- cash | wechat | alipay | card | machine
    reason            {bytes},               -- sealed
    at                {time} NOT NULL,
    by                {text} NOT NULL,
    library_id        {uuid} NOT NULL REFERENCES libraries (id),
    service_point_id  {uuid}
){strict};
CREATE INDEX charge_entries_by_charge ON charge_entries (charge_id);
CREATE INDEX charge_entries_by_record ON charge_entries (record_id);

-- Days on which a library is closed beside its weekly ones: nothing is charged for them.
CREATE TABLE closed_days (
    library_id  {uuid} NOT NULL REFERENCES libraries (id),
    day         {date} NOT NULL,
    note        {text} NOT NULL,
    PRIMARY KEY (library_id, day)
){strict};

CREATE TABLE reservations (
    id          {uuid} PRIMARY KEY,
    title_id    {uuid} NOT NULL REFERENCES titles (id),
    reader_id   {uuid} NOT NULL REFERENCES readers (id),
    library_id  {uuid} NOT NULL REFERENCES libraries (id), -- where it is picked up
    state       {text} NOT NULL,             -- waiting | ready | fulfilled | cancelled | expired
    item_id     {uuid} REFERENCES items (id),-- the copy that was kept for it: on its way while it waits
    created_at  {time} NOT NULL,
    until       {date},                      -- the last day to pick it up
    ended_at    {time}
){strict};
CREATE UNIQUE INDEX one_reservation ON reservations (reader_id, title_id) WHERE state IN ('waiting', 'ready');
CREATE UNIQUE INDEX one_reservation_of_item ON reservations (item_id) WHERE state IN ('waiting', 'ready');
CREATE INDEX reservations_waiting ON reservations (title_id, created_at) WHERE state = 'waiting';
CREATE INDEX reservations_ready ON reservations (until) WHERE state = 'ready';
CREATE INDEX reservations_by_reader ON reservations (reader_id);

-- Readers who chose whether returned loans stay with their names; who has not chosen keeps them.
CREATE TABLE history_choices (
    reader_id   {uuid} PRIMARY KEY REFERENCES readers (id),
    keep        {bool} NOT NULL,
    changed_at  {time} NOT NULL
){strict};
