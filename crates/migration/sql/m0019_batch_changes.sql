-- Changes of many readers at once (4.2.1): what is changed, of whom, what became of each, and what stood there before.
CREATE TABLE batch_changes (
    id          {uuid} PRIMARY KEY,
    library_id  {uuid} NOT NULL REFERENCES libraries (id), -- that began it
    kind        {text} NOT NULL,                 -- note | block | unblock | workplace | library
    content     {bytes} NOT NULL,                -- sealed JSON: what is changed
    state       {text} NOT NULL,                 -- draft | running | done | undoing | undone
    rows        {int} NOT NULL,
    goes        {int} NOT NULL,                  -- rows that would be changed when it was looked at
    last_place  {int} NOT NULL,                  -- of the row that was dealt with last, on the way there or back
    done        {int} NOT NULL,                  -- rows dealt with
    changed     {int} NOT NULL,                  -- rows changed
    restored    {int} NOT NULL,                  -- rows restored
    acting      {text} NOT NULL,                 -- JSON: in whose name it goes on, and where
    created_at  {time} NOT NULL,
    created_by  {text} NOT NULL,
    run_at      {time},
    run_by      {text},
    done_at     {time},
    undo_at     {time},
    undo_by     {text},
    undone_at   {time},
    version     {int} NOT NULL
){strict};
CREATE INDEX batch_changes_by_time ON batch_changes (created_at);
CREATE INDEX batch_changes_at_work ON batch_changes (state);

CREATE TABLE batch_change_rows (
    id         {uuid} PRIMARY KEY,
    batch_id   {uuid} NOT NULL REFERENCES batch_changes (id),
    place      {int} NOT NULL,
    given      {bytes},                          -- sealed: the number in the list, where it led to nobody
    reader_id  {uuid} REFERENCES readers (id),
    number     {text},                           -- of their card, as it was looked at
    finding    {text} NOT NULL,                  -- goes | same | refused | not_found | several | twice | elsewhere
    outcome    {text},                           -- changed | same | refused, once its turn came
    undo       {text},                           -- restored | changed_since, once it was undone
    codes      {text} NOT NULL,                  -- what stood against it, separated by a space
    made       {uuid},                           -- the note or block that was made, the card that was moved
    before     {bytes},                          -- sealed JSON: what stood there
    UNIQUE (batch_id, place)
){strict};
