-- Accounts of self-service machines that speak SIP2 (A.2.1 c): each is bound to its service point, which belongs to a library.
CREATE TABLE machines (
    id                {uuid} PRIMARY KEY,
    login             {text} NOT NULL UNIQUE,
    name              {text} NOT NULL,
    service_point_id  {uuid} NOT NULL REFERENCES service_points (id),
    password_hash     {text} NOT NULL,          -- Argon2id, PHC string
    dialect           {text} NOT NULL,
    charset           {text},                   -- utf8 | gbk | gb18030; none: as the dialect has it
    checks            {text},                   -- strict | lenient | off; none: as the dialect has it
    terminator        {text},                   -- cr | lf | crlf; none: as the dialect has it
    addresses         {text} NOT NULL,          -- networks it may call from, separated by blanks; empty: any
    institutions      {text} NOT NULL,          -- what it may call its library besides the code, separated by blanks
    asks_password     {bool} NOT NULL,
    opens_cards       {bool} NOT NULL,
    version           {int} NOT NULL,
    created_at        {time} NOT NULL,
    closed_at         {time}
){strict};
CREATE INDEX machines_by_point ON machines (service_point_id);
