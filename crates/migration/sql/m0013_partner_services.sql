-- Partner services (A.3.2 e): they may ask whether somebody holds a live card, where that person agrees, and nothing else.
ALTER TABLE partners ADD COLUMN kind {text} NOT NULL DEFAULT 'yuedutong';   -- yuedutong: a platform | service: one that asks
ALTER TABLE partners ADD COLUMN title {text} NOT NULL DEFAULT '';           -- what readers know it by
ALTER TABLE partners ADD COLUMN purpose {text} NOT NULL DEFAULT '';         -- what it asks for, in words for readers

-- A reader agrees that a service asks whenever it wants. The service names them by a handle that no other service has, and which the
-- house keeps as a keyed hash only.
CREATE TABLE partner_consents (
    id            {uuid} PRIMARY KEY,
    partner_id    {uuid} NOT NULL REFERENCES partners (id),
    reader_id     {uuid} NOT NULL REFERENCES readers (id),
    handle_key    {bytes} NOT NULL UNIQUE,
    given_at      {time} NOT NULL,
    withdrawn_at  {time}
){strict};
CREATE UNIQUE INDEX one_consent_per_service ON partner_consents (reader_id, partner_id) WHERE withdrawn_at IS NULL;
