-- Group issuing (6.1.3): units, the links behind which they send lists themselves, batches, and their rows.
CREATE TABLE units (
    id                   {uuid} PRIMARY KEY,
    library_id           {uuid} NOT NULL REFERENCES libraries (id), -- that looks after it
    kind                 {text} NOT NULL,        -- school | kindergarten | company | authority | community | other
    name                 {text} NOT NULL,
    name_key             {text} NOT NULL,        -- the name without what spellings differ in
    contacts             {bytes} NOT NULL,       -- sealed JSON: people with role, phone, e-mail; the address
    agreement_number     {text},
    agreement_from       {date},
    agreement_until      {date},
    agreement_file_id    {uuid} REFERENCES attachments (id),
    mapping              {text} NOT NULL,        -- JSON: what the columns of its lists hold
    created_at           {time} NOT NULL,
    created_by           {text} NOT NULL,
    closed_at            {time},
    version              {int} NOT NULL,
    UNIQUE (library_id, name_key)
){strict};

-- Where a unit sends a list by itself, until it ends.
CREATE TABLE unit_links (
    id          {uuid} PRIMARY KEY,
    unit_id     {uuid} NOT NULL REFERENCES units (id),
    token_key   {bytes} NOT NULL UNIQUE,         -- keyed hash of what stands in the link
    service_point_id  {uuid} NOT NULL REFERENCES service_points (id), -- where what comes by it is issued
    batch_id    {uuid},                          -- what came by it
    created_at  {time} NOT NULL,
    created_by  {text} NOT NULL,
    expires_at  {time} NOT NULL,
    closed_at   {time}
){strict};
CREATE INDEX unit_links_by_unit ON unit_links (unit_id, created_at);

CREATE TABLE group_batches (
    id                 {uuid} PRIMARY KEY,
    unit_id            {uuid} NOT NULL REFERENCES units (id),
    library_id         {uuid} NOT NULL REFERENCES libraries (id), -- that issues the cards
    service_point_id   {uuid} NOT NULL REFERENCES service_points (id),
    name               {text} NOT NULL,
    state              {text} NOT NULL,          -- draft | checked | confirmed | issued | handed_over | withdrawn
    source             {text} NOT NULL,          -- file | form | program
    minors_kind        {text} NOT NULL,          -- document | one_card: for those under 16, who choose
    tells_readers      {bool} NOT NULL,
    sheet              {text},                   -- JSON: how the file was read; nothing of what stands in it
    check_run          {uuid},                   -- the check that writes rows now, or wrote them last
    row_count          {int} NOT NULL,
    consent_at         {time},                   -- since when the guardians' signed list is here (Table A1, note)
    consent_by         {text},
    to_issue           {int} NOT NULL,           -- rows that were confirmed
    last_place         {int} NOT NULL,           -- the last row that was dealt with
    done               {int} NOT NULL,           -- rows that were dealt with
    opened             {int} NOT NULL,           -- cards
    confirmed_at       {time},
    confirmed_by       {text},
    running_since      {time},                   -- since when it goes on without a pause, and how many were done then
    done_before        {int} NOT NULL,
    worked_at          {time},                   -- when rows were dealt with last
    paused_at          {time},
    issued_at          {time},
    stopped            {bool} NOT NULL,          -- ended before all rows were dealt with
    handed_over_at     {time},
    handed_over_by     {text},
    receiver           {bytes},                  -- sealed: who took the cards for the unit
    withdrawn_at       {time},
    withdrawn_by       {text},
    withdrawn_why      {text},
    forgotten_at       {time},                   -- when the list was taken out
    created_at         {time} NOT NULL,
    created_by         {text} NOT NULL,
    version            {int} NOT NULL
){strict};
CREATE INDEX group_batches_by_library ON group_batches (library_id, created_at);
CREATE INDEX group_batches_by_unit ON group_batches (unit_id, created_at);
CREATE INDEX group_batches_at_work ON group_batches (confirmed_at) WHERE state = 'confirmed';

-- The guardians' signed lists.
CREATE TABLE group_files (
    attachment_id  {uuid} PRIMARY KEY REFERENCES attachments (id),
    batch_id       {uuid} NOT NULL REFERENCES group_batches (id)
){strict};
CREATE INDEX group_files_by_batch ON group_files (batch_id);

CREATE TABLE group_rows (
    batch_id    {uuid} NOT NULL REFERENCES group_batches (id),
    place       {int} NOT NULL,                  -- in the list, from 1
    sheet       {int} NOT NULL,                  -- which sheet of the file, from 0
    sheet_row   {int} NOT NULL,                  -- its row there, as a spreadsheet shows it
    class       {text} NOT NULL,
    kind        {text} NOT NULL,                 -- document | one_card: which card it asks for
    minor       {bool} NOT NULL,                 -- under 16 when it was checked
    content     {bytes},                         -- sealed JSON: the fields; none once they were forgotten
    finding     {text} NOT NULL,                 -- valid | invalid | holder | twice | possible | held | refused
    goes        {bool} NOT NULL,                 -- whether a card is issued when it is the row's turn
    decided     {text},                          -- what a clerk said: not_same | left_out
    faults      {text} NOT NULL,                 -- JSON: which cells, and what is wrong; codes only
    same_as     {int},                           -- the earlier row of the same person
    reader_id   {uuid},                          -- whose record it is, or may be
    library_id  {uuid},                          -- that issued the card they hold
    PRIMARY KEY (batch_id, place)
){strict};
CREATE INDEX group_rows_by_finding ON group_rows (batch_id, finding, place);
CREATE INDEX group_rows_to_go ON group_rows (batch_id, place) WHERE goes;

-- What became of each row when its turn came: at most one of each, whoever was killed in between.
CREATE TABLE group_outcomes (
    batch_id  {uuid} NOT NULL REFERENCES group_batches (id),
    place     {int} NOT NULL,
    outcome   {text} NOT NULL,                   -- opened | holder | refused | invalid | no_one_card
    codes     {text} NOT NULL,                   -- JSON: why not
    card_id   {uuid},
    number    {text},
    at        {time} NOT NULL,
    PRIMARY KEY (batch_id, place)
){strict};
