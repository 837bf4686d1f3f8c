-- What a person has changed into: their records merged into another's. Rows of the records stay where they were written,
-- since they are sealed; whoever reads a history asks for both.
ALTER TABLE readers ADD COLUMN merged_into {uuid} REFERENCES readers (id);
ALTER TABLE readers ADD COLUMN language {text};              -- of messages; none: the federation's
ALTER TABLE readers ADD COLUMN photo_id {uuid};
ALTER TABLE readers ADD COLUMN verified_at {time};           -- when identity was last checked in person; none: at opening
CREATE INDEX readers_merged ON readers (merged_into) WHERE merged_into IS NOT NULL;

-- A document that was renewed under another number stays, so that the old number still leads to the reader.
ALTER TABLE identity_documents ADD COLUMN retired_at {time};
ALTER TABLE identity_documents ADD COLUMN expiry_told_at {time};

-- A guardian's role ends when the reader is 16, or when another takes it.
ALTER TABLE guardians ADD COLUMN ended_at {time};

ALTER TABLE cards ADD COLUMN password_changed_at {time};
ALTER TABLE cards ADD COLUMN lost_by {text};                 -- actor of the loss report that holds, for its undoing
ALTER TABLE cards ADD COLUMN confirm_loss_by {time};         -- a loss told by phone is to be confirmed in person until then
ALTER TABLE cards ADD COLUMN cancel_reason {text};
ALTER TABLE cards ADD COLUMN was_lost {bool} NOT NULL DEFAULT {false}; -- reported lost before it was cancelled (A.4.4)

-- Old values of what was changed, sealed, by the service record that changed them.
CREATE TABLE reader_changes (
    id          {uuid} PRIMARY KEY,
    reader_id   {uuid} NOT NULL REFERENCES readers (id),
    record_id   {uuid} NOT NULL,
    at          {time} NOT NULL,
    field       {text} NOT NULL,             -- path of the field: reader.phone, document.number …
    version     {int} NOT NULL,              -- of the reader, that the change made
    old_value   {bytes}                      -- sealed; none when nothing stood there
){strict};
CREATE INDEX reader_changes_by_reader ON reader_changes (reader_id, at);

-- Scans, photos, signed papers: sealed whole, beside the rows they belong to, so that a backup holds both or neither.
CREATE TABLE attachments (
    id          {uuid} PRIMARY KEY,
    reader_id   {uuid} REFERENCES readers (id),
    purpose     {text} NOT NULL,             -- authorization | evidence | photo | consent
    media_type  {text} NOT NULL,
    size        {int} NOT NULL,              -- bytes before sealing
    content     {bytes} NOT NULL,            -- sealed
    added_at    {time} NOT NULL,
    added_by    {text} NOT NULL
){strict};
CREATE INDEX attachments_by_reader ON attachments (reader_id);

-- What staff tell each other about a reader.
CREATE TABLE reader_notes (
    id          {uuid} PRIMARY KEY,
    reader_id   {uuid} NOT NULL REFERENCES readers (id),
    library_id  {uuid} NOT NULL REFERENCES libraries (id),
    text        {bytes} NOT NULL,            -- sealed
    visibility  {text} NOT NULL,             -- federation | library
    alert       {bool} NOT NULL,             -- shown on top when the page is opened
    until       {date},                      -- last day
    added_at    {time} NOT NULL,
    added_by    {text} NOT NULL,
    removed_at  {time},
    removed_by  {text}
){strict};
CREATE INDEX reader_notes_by_reader ON reader_notes (reader_id);

-- What keeps a reader from borrowing and entering, whatever the state of the card.
CREATE TABLE reader_blocks (
    id          {uuid} PRIMARY KEY,
    reader_id   {uuid} NOT NULL REFERENCES readers (id),
    library_id  {uuid} NOT NULL REFERENCES libraries (id),
    reason      {text} NOT NULL,             -- conduct | unpaid | address | verification | other
    note        {bytes},                     -- sealed
    until       {date},                      -- last day; none: until it is lifted
    added_at    {time} NOT NULL,
    added_by    {text} NOT NULL,
    lifted_at   {time},
    lifted_by   {text}
){strict};
CREATE INDEX reader_blocks_by_reader ON reader_blocks (reader_id);

-- What waits for staff: a reader who was sent to the issuing library (6.3.3), a change that a reader asks for.
CREATE TABLE reader_requests (
    id            {uuid} PRIMARY KEY,
    reader_id     {uuid} NOT NULL REFERENCES readers (id),
    card_id       {uuid},
    service       {text} NOT NULL,           -- of ServiceName
    kind          {text} NOT NULL,           -- referral | change
    library_id    {uuid} NOT NULL REFERENCES libraries (id), -- who answers
    state         {text} NOT NULL,           -- open | asked | approved | rejected | done | withdrawn
    content       {bytes},                   -- sealed JSON: what is asked for
    answer        {bytes},                   -- sealed: what the reader is told
    created_at    {time} NOT NULL,
    created_by    {text} NOT NULL,
    answered_at   {time},
    answered_by   {text},
    version       {int} NOT NULL
){strict};
CREATE INDEX reader_requests_by_reader ON reader_requests (reader_id);
CREATE INDEX reader_requests_open ON reader_requests (library_id, created_at) WHERE state IN ('open', 'asked');

-- Two records of one person made one; undoable for 30 days.
CREATE TABLE reader_merges (
    id          {uuid} PRIMARY KEY,
    winner_id   {uuid} NOT NULL REFERENCES readers (id),
    loser_id    {uuid} NOT NULL REFERENCES readers (id),
    moved       {bytes} NOT NULL,            -- sealed JSON: what was moved and what stood there before
    at          {time} NOT NULL,
    by          {text} NOT NULL,
    undone_at   {time},
    undone_by   {text}
){strict};
CREATE INDEX reader_merges_by_winner ON reader_merges (winner_id);

-- Readers at the portal.
CREATE TABLE reader_sessions (
    id           {bytes} PRIMARY KEY,        -- keyed hash of the cookie's token
    reader_id    {uuid} NOT NULL REFERENCES readers (id),
    card_id      {uuid} NOT NULL REFERENCES cards (id),
    must_change  {bool} NOT NULL,            -- signed in with the default password: nothing else before it is changed
    created_at   {time} NOT NULL,
    seen_at      {time} NOT NULL
){strict};
CREATE INDEX reader_sessions_by_reader ON reader_sessions (reader_id);

-- Codes sent to a phone or mailbox to prove that it is the reader's.
CREATE TABLE reader_codes (
    id          {uuid} PRIMARY KEY,
    reader_id   {uuid} REFERENCES readers (id), -- none: nobody was found, and the page does not tell
    purpose     {text} NOT NULL,             -- reset_password | change_phone | change_email
    code_hash   {bytes} NOT NULL,            -- keyed
    target      {bytes},                     -- sealed: the new phone or mailbox
    tries       {int} NOT NULL,
    created_at  {time} NOT NULL,
    used_at     {time}
){strict};
CREATE INDEX reader_codes_by_reader ON reader_codes (reader_id, created_at);

-- What readers are told, and how (6.3.1): e-mail and SMS wait here for the worker; what was said at the desk, on the phone or
-- on paper is noted as told.
CREATE TABLE messages (
    id           {uuid} PRIMARY KEY,
    reader_id    {uuid} NOT NULL REFERENCES readers (id),
    record_id    {uuid},                     -- the service record it tells of
    template     {text} NOT NULL,
    channel      {text} NOT NULL,            -- email | sms | screen | phone | slip
    language     {text} NOT NULL,
    recipient    {bytes},                    -- sealed
    subject      {bytes},                    -- sealed
    body         {bytes},                    -- sealed
    state        {text} NOT NULL,            -- waiting | sending | sent | failed | told
    tries        {int} NOT NULL,
    next_try_at  {time},
    claimed_at   {time},
    sent_at      {time},
    fault        {text},                     -- the last one, without personal data
    created_at   {time} NOT NULL
){strict};
CREATE INDEX messages_by_reader ON messages (reader_id, created_at);
CREATE INDEX messages_waiting ON messages (next_try_at) WHERE state IN ('waiting', 'sending');

-- What the federation or a library has written instead of the built-in texts.
CREATE TABLE message_templates (
    library_id  {uuid} NOT NULL REFERENCES libraries (id),
    name        {text} NOT NULL,
    channel     {text} NOT NULL,             -- email | sms
    language    {text} NOT NULL,
    subject     {text} NOT NULL,
    body        {text} NOT NULL,
    changed_at  {time} NOT NULL,
    changed_by  {text} NOT NULL,
    PRIMARY KEY (library_id, name, channel, language)
){strict};
