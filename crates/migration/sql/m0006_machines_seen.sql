-- When a machine last said something; told to who looks after machines.
ALTER TABLE machines ADD COLUMN seen_at {time};
