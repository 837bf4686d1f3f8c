-- Platforms of digital resources, which readers are signed on to by their card (A.3.2 d).

CREATE TABLE resource_platforms (
    id             {uuid} PRIMARY KEY,
    name           {text} NOT NULL UNIQUE,       -- what it calls itself: its client_id
    title          {text} NOT NULL,              -- what readers know it as
    library_id     {uuid} NOT NULL REFERENCES libraries (id),
    home           {text},                       -- where readers begin
    return_to      {text} NOT NULL,              -- where browsers may be sent back to, one on a line
    told           {text} NOT NULL,              -- what it is told beside the pseudonym: words
    secret_key     {bytes} NOT NULL,             -- keyed hash of its secret
    version        {int} NOT NULL,
    created_at     {time} NOT NULL,
    closed_at      {time}
){strict};

-- What a reader has allowed a platform, and the name they go by there and nowhere else.
CREATE TABLE resource_readers (
    platform_id    {uuid} NOT NULL REFERENCES resource_platforms (id),
    reader_id      {uuid} NOT NULL REFERENCES readers (id),
    pseudonym      {text} NOT NULL,
    told           {text} NOT NULL,
    allowed_at     {time} NOT NULL,
    withdrawn_at   {time},
    PRIMARY KEY (platform_id, reader_id),
    UNIQUE (platform_id, pseudonym)
){strict};
CREATE INDEX resource_readers_by_reader ON resource_readers (reader_id);

-- A code that the browser carries to the platform, for a minute and one use.
CREATE TABLE sign_on_codes (
    code_key       {bytes} PRIMARY KEY,
    platform_id    {uuid} NOT NULL REFERENCES resource_platforms (id),
    reader_id      {uuid} NOT NULL REFERENCES readers (id),
    return_to      {text} NOT NULL,
    told           {text} NOT NULL,
    nonce          {text},
    challenge      {text},
    shared_session {bytes},                      -- of a terminal that others use afterwards: what it leads to ends with it
    signed_in_at   {time} NOT NULL,
    issued_at      {time} NOT NULL,
    used_at        {time}
){strict};

-- What the platform asks with from then on; the card is looked at each time.
CREATE TABLE sign_on_tokens (
    token_key      {bytes} PRIMARY KEY,
    code_key       {bytes} NOT NULL,
    platform_id    {uuid} NOT NULL REFERENCES resource_platforms (id),
    reader_id      {uuid} NOT NULL REFERENCES readers (id),
    told           {text} NOT NULL,
    shared_session {bytes},
    issued_at      {time} NOT NULL,
    ends_at        {time} NOT NULL,
    ended_at       {time}
){strict};
CREATE INDEX sign_on_tokens_by_code ON sign_on_tokens (code_key);
CREATE INDEX sign_on_tokens_by_reader ON sign_on_tokens (reader_id);

-- How often somebody came to a platform on a day: activity of the card. Who it was is forgotten after the days of visits.
CREATE TABLE resource_uses (
    id             {uuid} PRIMARY KEY,
    platform_id    {uuid} NOT NULL REFERENCES resource_platforms (id),
    library_id     {uuid} NOT NULL REFERENCES libraries (id),   -- which issued the card
    reader_id      {uuid},
    day            {date} NOT NULL,
    uses           {int} NOT NULL,
    UNIQUE (platform_id, reader_id, day)
){strict};
CREATE INDEX resource_uses_by_day ON resource_uses (day);
CREATE INDEX resource_uses_by_reader ON resource_uses (reader_id);

-- The keys that identities are signed with, the newest first; instances share them here.
CREATE TABLE sign_on_keys (
    id             {uuid} PRIMARY KEY,
    place          {int} NOT NULL UNIQUE,         -- 1, 2, 3 …
    private_key    {bytes} NOT NULL,              -- sealed PKCS #8
    created_at     {time} NOT NULL
){strict};
