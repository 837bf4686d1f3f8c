-- Small facts about this database itself: which key ring it belongs to (an envelope of a known text).
CREATE TABLE facts (
    name   {text} PRIMARY KEY,
    value  {bytes} NOT NULL
){strict};

-- The federation is the root, member libraries stand under it, branches under them.
CREATE TABLE libraries (
    id         {uuid} PRIMARY KEY,
    parent_id  {uuid} REFERENCES libraries (id),
    code       {text} NOT NULL UNIQUE,
    kind       {text} NOT NULL,              -- federation | member | branch
    name       {text} NOT NULL,              -- in simplified Chinese
    name_hant  {text} NOT NULL,
    name_en    {text} NOT NULL,
    address    {text} NOT NULL,
    phone      {text} NOT NULL,              -- the library's own public number
    hours      {text} NOT NULL,
    open       {bool} NOT NULL
){strict};

CREATE TABLE service_points (
    id          {uuid} PRIMARY KEY,
    library_id  {uuid} NOT NULL REFERENCES libraries (id),
    code        {text} NOT NULL,
    kind        {text} NOT NULL,             -- desk | mobile_point | kiosk | machine | online
    name        {text} NOT NULL,
    open        {bool} NOT NULL,
    UNIQUE (library_id, code)
){strict};

-- What a library has set for itself; what it has not is its parent's, and in the end the standard's.
CREATE TABLE policies (
    library_id  {uuid} NOT NULL REFERENCES libraries (id),
    name        {text} NOT NULL,
    value       {text} NOT NULL,             -- JSON
    changed_at  {time} NOT NULL,
    changed_by  {uuid} NOT NULL,
    PRIMARY KEY (library_id, name)
){strict};

CREATE TABLE staff (
    id             {uuid} PRIMARY KEY,
    username       {text} NOT NULL UNIQUE,
    name           {text} NOT NULL,
    library_id     {uuid} NOT NULL REFERENCES libraries (id),
    role           {text} NOT NULL,          -- clerk | group_clerk | finance_clerk | branch_manager | federation_admin | auditor
    password_hash  {text} NOT NULL,          -- Argon2id, PHC string
    totp_secret    {bytes},                  -- sealed; one-time codes are asked for once it is confirmed
    totp_confirmed {bool} NOT NULL,
    totp_step      {int} NOT NULL,           -- the last step used: a code works once
    language       {text},
    active         {bool} NOT NULL,
    created_at     {time} NOT NULL
){strict};

CREATE TABLE staff_sessions (
    id                {bytes} PRIMARY KEY,   -- keyed hash of the cookie's token
    staff_id          {uuid} NOT NULL REFERENCES staff (id),
    service_point_id  {uuid} REFERENCES service_points (id),
    code_pending      {bool} NOT NULL,       -- the password was right, the one-time code is still to come
    created_at        {time} NOT NULL,
    seen_at           {time} NOT NULL
){strict};
CREATE INDEX staff_sessions_by_staff ON staff_sessions (staff_id);

-- Failed sign-ins, by account and by address, shared by all instances.
CREATE TABLE sign_in_failures (
    subject       {bytes} PRIMARY KEY,       -- keyed hash of the account or the address
    failures      {int} NOT NULL,
    last_at       {time} NOT NULL,
    locked_until  {time}
){strict};

CREATE TABLE api_tokens (
    id                {uuid} PRIMARY KEY,
    token_hash        {bytes} NOT NULL UNIQUE,
    name              {text} NOT NULL,
    service_point_id  {uuid} NOT NULL REFERENCES service_points (id),
    scopes            {text} NOT NULL,       -- words separated by a space
    created_at        {time} NOT NULL,
    revoked_at        {time}
){strict};

CREATE TABLE readers (
    id          {uuid} PRIMARY KEY,
    name        {text} NOT NULL,
    name_key    {text} NOT NULL,             -- the same for spellings of one name; see readers/same_name.rs
    sex         {text} NOT NULL,             -- female | male | unspecified
    birth_date  {date} NOT NULL,
    phone       {bytes} NOT NULL,            -- sealed, as e-mail, address and workplace are
    phone_key   {bytes} NOT NULL,            -- keyed hash; never unique: a family shares a phone
    email       {bytes},
    address     {bytes},
    workplace   {bytes},
    created_at  {time} NOT NULL,
    version     {int} NOT NULL
){strict};
CREATE INDEX readers_by_phone ON readers (phone_key);
CREATE INDEX readers_by_birth_and_name ON readers (birth_date, name_key);

-- What a name is found by: itself, its pinyin, its initials, other readings of its surname.
CREATE TABLE reader_name_keys (
    word       {sorted} NOT NULL,
    reader_id  {uuid} NOT NULL REFERENCES readers (id),
    PRIMARY KEY (word, reader_id)
){strict};

CREATE TABLE identity_documents (
    id               {uuid} PRIMARY KEY,
    reader_id        {uuid} NOT NULL REFERENCES readers (id),
    kind             {text} NOT NULL,
    issuing_country  {text},
    number           {bytes} NOT NULL,       -- sealed
    identity_key     {bytes} NOT NULL,       -- keyed hash, also in the registry below
    number_key       {bytes} NOT NULL,       -- keyed hash of the bare number; never unique: two countries count alike
    valid_until      {date},
    added_at         {time} NOT NULL
){strict};
CREATE INDEX identity_documents_by_reader ON identity_documents (reader_id);
CREATE INDEX identity_documents_by_number ON identity_documents (number_key);

-- Registry: a person is known once in the whole federation (A.1; rule of one person).
CREATE TABLE identity_keys (
    identity_key  {bytes} PRIMARY KEY,
    reader_id     {uuid} NOT NULL
){strict};

CREATE TABLE guardians (
    id              {uuid} PRIMARY KEY,
    reader_id       {uuid} NOT NULL REFERENCES readers (id),
    name            {text} NOT NULL,
    relation        {text},
    phone           {bytes} NOT NULL,        -- sealed
    document_kind   {text} NOT NULL,
    issuing_country {text},
    document_number {bytes} NOT NULL,        -- sealed
    consented_at    {time} NOT NULL
){strict};
CREATE INDEX guardians_by_reader ON guardians (reader_id);

CREATE TABLE cards (
    id                  {uuid} PRIMARY KEY,
    reader_id           {uuid} NOT NULL REFERENCES readers (id),
    kind                {text} NOT NULL,     -- document | one_card
    number              {text} NOT NULL,
    state               {text} NOT NULL,     -- active | lost | cancelled
    state_since         {time} NOT NULL,
    document_id         {uuid} NOT NULL REFERENCES identity_documents (id),
    guardian_id         {uuid} REFERENCES guardians (id),
    issuing_library_id  {uuid} NOT NULL REFERENCES libraries (id),
    service_point_id    {uuid} NOT NULL REFERENCES service_points (id),
    channel             {text} NOT NULL,
    opened_at           {time} NOT NULL,
    password_hash       {text},              -- none: the default of A.2.3, which is derived and never stored
    replaced_by         {uuid} REFERENCES cards (id),
    version             {int} NOT NULL
){strict};
CREATE INDEX cards_by_reader ON cards (reader_id);
-- One person, one live card.
CREATE UNIQUE INDEX one_live_card ON cards (reader_id) WHERE state IN ('active', 'lost');

-- Registry: a number is given once, to a virtual number or to a barcode.
CREATE TABLE card_numbers (
    number     {text} PRIMARY KEY,
    card_id    {uuid} NOT NULL,
    reader_id  {uuid} NOT NULL
){strict};

-- One row for each service rendered or refused. Rows are added and sealed, never changed.
CREATE TABLE service_records (
    id                {uuid} PRIMARY KEY,
    at                {time} NOT NULL,
    service           {text} NOT NULL,
    outcome           {text} NOT NULL,       -- done | refused
    reader_id         {uuid},
    card_id           {uuid},
    library_id        {uuid} NOT NULL,
    service_point_id  {uuid},
    channel           {text} NOT NULL,
    actor             {text} NOT NULL,       -- staff:… | token:… | system
    checked_how       {text},                -- identity_check.method
    detail            {text} NOT NULL,       -- JSON without personal data
    sealed_detail     {bytes},               -- sealed JSON: agent, principal and what else names people
    idempotency_key   {bytes} UNIQUE,
    request_digest    {bytes},
    seal_place        {int} UNIQUE,
    seal              {bytes}
){strict};
CREATE INDEX service_records_by_reader ON service_records (reader_id, at);
CREATE INDEX service_records_by_point ON service_records (service_point_id, at);
CREATE INDEX service_records_unsealed ON service_records (id) WHERE seal_place IS NULL;

-- Who looked at whom.
CREATE TABLE access_log (
    id                {uuid} PRIMARY KEY,
    at                {time} NOT NULL,
    action            {text} NOT NULL,       -- searched | viewed | revealed | printed
    reader_id         {uuid},
    library_id        {uuid} NOT NULL,
    service_point_id  {uuid},
    actor             {text} NOT NULL,
    detail            {text} NOT NULL,       -- JSON without personal data: which fields, how many found
    reason            {text},
    seal_place        {int} UNIQUE,
    seal              {bytes}
){strict};
CREATE INDEX access_log_by_reader ON access_log (reader_id, at);
CREATE INDEX access_log_by_time ON access_log (at);
CREATE INDEX access_log_unsealed ON access_log (id) WHERE seal_place IS NULL;

-- The end of each chain after each batch, so that rows cut off at the end are missed too.
CREATE TABLE seals (
    chain    {text} NOT NULL,                -- service_records | access_log
    place    {int} NOT NULL,                 -- the last place sealed
    seal     {bytes} NOT NULL,
    at       {time} NOT NULL,
    PRIMARY KEY (chain, place)
){strict};
