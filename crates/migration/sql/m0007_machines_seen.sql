-- When a machine last said something; told to who looks after machines. Beside the accounts, which are watched: what they are set to does
-- not change because a machine spoke.
CREATE TABLE machine_sightings (
    machine_id  {uuid} PRIMARY KEY REFERENCES machines (id),
    seen_at     {time} NOT NULL
){strict};
