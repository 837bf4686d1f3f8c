-- What changes seldom and is asked for at every message of a machine is kept in memory, with the stamp under which it was read. The
-- database itself counts the stamp up whenever a row of a watched table changes, by whatever hand, in the same transaction: who reads the
-- same stamp again knows that nothing has changed, on any instance.
CREATE TABLE stamps (
    name   {text} PRIMARY KEY,               -- settings: libraries, service points, policies, closed days, machines
    value  {int} NOT NULL
){strict};
INSERT INTO stamps (name, value) VALUES ('settings', 1);
{watcher settings}
{watch libraries settings}
{watch service_points settings}
{watch policies settings}
{watch closed_days settings}
{watch machines settings}
