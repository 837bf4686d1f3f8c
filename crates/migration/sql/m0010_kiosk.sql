-- Self-service kiosks (6.1.1.1, A.2.1 c): who stands there now, for some minutes; calls for staff; who was sent to the desk.

-- What a kiosk knows of who stands at it: one row for each kiosk at most. It goes with "done", with quiet, and with the next person;
-- a job takes what is left after some minutes.
CREATE TABLE kiosk_visits (
    id        {uuid} PRIMARY KEY,
    token_id  {uuid} NOT NULL UNIQUE REFERENCES api_tokens (id),
    secret    {bytes} NOT NULL UNIQUE,          -- keyed hash of what the browser holds
    language  {text} NOT NULL,
    content   {bytes} NOT NULL,                 -- sealed: what was read and answered
    version   {int} NOT NULL,
    begun_at  {time} NOT NULL,
    seen_at   {time} NOT NULL
){strict};

-- How many cards a kiosk opened on a day of Asia/Shanghai: a stolen token opens no more than that.
CREATE TABLE kiosk_days (
    token_id  {uuid} NOT NULL REFERENCES api_tokens (id),
    day       {date} NOT NULL,
    opened    {int} NOT NULL,
    PRIMARY KEY (token_id, day)
){strict};

-- Somebody at a kiosk asks for staff. Nothing says who.
CREATE TABLE kiosk_calls (
    service_point_id  {uuid} PRIMARY KEY REFERENCES service_points (id),
    called_at         {time} NOT NULL,
    coming_at         {time}                    -- somebody of the staff said that they come
){strict};

-- Somebody was sent to the desk, with a number on paper. Nothing says who; the number and the reason are for the clerk.
CREATE TABLE kiosk_referrals (
    service_point_id  {uuid} NOT NULL REFERENCES service_points (id),
    day               {date} NOT NULL,
    number            {int} NOT NULL,           -- 1, 2, 3 … for each kiosk and day
    at                {time} NOT NULL,
    reason            {text} NOT NULL,
    PRIMARY KEY (service_point_id, day, number)
){strict};
