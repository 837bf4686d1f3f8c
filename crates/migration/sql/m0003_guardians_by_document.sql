-- Whose guardian somebody is, found by the guardian's document: a keyed hash. Rows of releases before have none until a job has
-- written it.
ALTER TABLE guardians ADD COLUMN document_key {bytes};
CREATE INDEX guardians_by_document ON guardians (document_key) WHERE ended_at IS NULL;
CREATE INDEX guardians_without_key ON guardians (id) WHERE document_key IS NULL;
