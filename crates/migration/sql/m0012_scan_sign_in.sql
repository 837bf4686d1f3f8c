-- Scan to sign in (6.1.4.2): a terminal shows a code, a reader confirms it on the phone, the terminal's browser is signed in.
CREATE TABLE sign_in_scans (
    id            {uuid} PRIMARY KEY,
    secret_key    {bytes} NOT NULL UNIQUE,      -- what only the terminal's browser holds, as a keyed hash
    name_key      {bytes} NOT NULL UNIQUE,      -- what the code says, likewise
    check_number  {text} NOT NULL,              -- what both screens show
    state         {text} NOT NULL,              -- open | confirmed | refused | used | over
    address       {bytes} NOT NULL,             -- sealed
    address_key   {bytes} NOT NULL,             -- what it is counted by
    library_id    {uuid} REFERENCES libraries (id),   -- whose terminal it is, by its network; none: of no library that is known
    browser       {text} NOT NULL,              -- what kind: words of the faces
    reader_id     {uuid} REFERENCES readers (id),     -- who decided
    card_id       {uuid} REFERENCES cards (id),
    created_at    {time} NOT NULL,
    expires_at    {time} NOT NULL,
    decided_at    {time}
){strict};
-- Of two that wait at once no two have the same number: a number that is typed means one terminal.
CREATE UNIQUE INDEX one_open_scan_per_number ON sign_in_scans (check_number) WHERE state = 'open';
CREATE INDEX sign_in_scans_by_address ON sign_in_scans (address_key, expires_at);
CREATE INDEX sign_in_scans_by_age ON sign_in_scans (created_at);

-- A session at a terminal that others use after its reader.
ALTER TABLE reader_sessions ADD COLUMN shared {bool} NOT NULL DEFAULT {false};
