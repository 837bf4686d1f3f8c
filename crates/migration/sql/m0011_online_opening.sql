-- Online opening (A.2.1 b): applications of people who hold no card yet, and how often something may be done.
CREATE TABLE applications (
    id                 {uuid} PRIMARY KEY,
    number             {text} NOT NULL UNIQUE,   -- what the applicant is told; random, so that none leads to the next
    state              {text} NOT NULL,          -- draft | waiting | asked | approved | rejected | expired
    library_id         {uuid} NOT NULL REFERENCES libraries (id), -- that opens the card
    service_point_id   {uuid} NOT NULL REFERENCES service_points (id),
    language           {text} NOT NULL,
    consent            {text} NOT NULL,          -- version of the privacy notice that was agreed to
    content            {bytes},                  -- sealed JSON: name, document, birth date, phone; none once it was forgotten
    document_key       {bytes},                  -- keyed hash of the identity key
    phone_key          {bytes},                  -- keyed hash
    phone_proven_at    {time},                   -- when a code sent there came back
    token_key          {bytes} UNIQUE,           -- keyed hash of the applicant's cookie
    token_until        {time},
    verdict            {text},                   -- what the real-name service said: match | no_match | unavailable | not_configured
    verdict_reference  {text},                   -- under which number it remembers that; without personal data
    reason             {text},                   -- why it was rejected or asked for more: a word of the list
    note               {bytes},                  -- sealed: what the applicant is told in staff's own words
    internal_note      {bytes},                  -- sealed: what staff alone read
    reader_id          {uuid},
    card_id            {uuid},
    created_at         {time} NOT NULL,
    sent_at            {time},                   -- since when it waits, or waited last
    decided_at         {time},
    decided_by         {text},
    version            {int} NOT NULL
){strict};
CREATE INDEX applications_waiting ON applications (library_id, sent_at) WHERE state = 'waiting';
CREATE INDEX applications_by_document ON applications (document_key) WHERE document_key IS NOT NULL;
CREATE INDEX applications_by_age ON applications (state, created_at);

-- Photos of documents: which attachment, of which side.
CREATE TABLE application_files (
    attachment_id   {uuid} PRIMARY KEY REFERENCES attachments (id),
    application_id  {uuid} NOT NULL REFERENCES applications (id),
    side            {text} NOT NULL,             -- front | back
    UNIQUE (application_id, side)
){strict};

-- Codes sent to applicants' phones, as reader_codes are to readers'.
CREATE TABLE application_codes (
    id              {uuid} PRIMARY KEY,
    application_id  {uuid} REFERENCES applications (id), -- none: nobody was found, and the page does not tell
    code_hash       {bytes} NOT NULL,            -- keyed
    tries           {int} NOT NULL,
    created_at      {time} NOT NULL,
    used_at         {time}
){strict};
CREATE INDEX application_codes_by_application ON application_codes (application_id);

-- How often something was done within a span of time, by whom: shared by all instances.
CREATE TABLE paces (
    subject  {bytes} PRIMARY KEY,                -- keyed hash of what is counted and for whom
    since    {time} NOT NULL,                    -- when the span began
    done     {int} NOT NULL,
    last_at  {time} NOT NULL,
    ends_at  {time} NOT NULL
){strict};
CREATE INDEX paces_by_end ON paces (ends_at);

-- Messages to people who are no readers yet: of an application instead. SQLite makes a column optional only in a new table. An instance
-- of the release before leaves all messages alone while one to an applicant waits, and delivers nothing; it is replaced soon.
CREATE TABLE messages_2 (
    id              {uuid} PRIMARY KEY,
    reader_id       {uuid} REFERENCES readers (id),
    application_id  {uuid} REFERENCES applications (id),
    record_id       {uuid},                      -- the service record it tells of
    template        {text} NOT NULL,
    channel         {text} NOT NULL,             -- email | sms | screen | phone | slip
    language        {text} NOT NULL,
    recipient       {bytes},                     -- sealed
    subject         {bytes},                     -- sealed
    body            {bytes},                     -- sealed
    state           {text} NOT NULL,             -- waiting | sending | sent | failed | told
    tries           {int} NOT NULL,
    next_try_at     {time},
    claimed_at      {time},
    sent_at         {time},
    fault           {text},                      -- the last one, without personal data
    created_at      {time} NOT NULL,
    CHECK (reader_id IS NOT NULL OR application_id IS NOT NULL)
){strict};
INSERT INTO messages_2 (id, reader_id, record_id, template, channel, language, recipient, subject, body, state, tries, next_try_at,
    claimed_at, sent_at, fault, created_at)
SELECT id, reader_id, record_id, template, channel, language, recipient, subject, body, state, tries, next_try_at, claimed_at, sent_at,
    fault, created_at FROM messages;
DROP TABLE messages;
ALTER TABLE messages_2 RENAME TO messages;
CREATE INDEX messages_by_reader ON messages (reader_id, created_at);
CREATE INDEX messages_by_application ON messages (application_id) WHERE application_id IS NOT NULL;
CREATE INDEX messages_waiting ON messages (next_try_at) WHERE state IN ('waiting', 'sending');
