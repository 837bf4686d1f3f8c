-- What the public is told (4.4.1), and what brings people to a card (6.5).

-- Something that is done for a while so that people get cards.
CREATE TABLE campaigns (
    id               {uuid} PRIMARY KEY,
    code             {text} NOT NULL UNIQUE,       -- short, as it stands in an address and on paper
    kind             {text} NOT NULL,
    library_id       {uuid} NOT NULL REFERENCES libraries (id),
    service_point_id {uuid} REFERENCES service_points (id),   -- what is opened there counts without anybody choosing
    title            {text} NOT NULL,
    title_hant       {text} NOT NULL,
    title_en         {text} NOT NULL,
    place            {text} NOT NULL,
    starts_on        {date} NOT NULL,
    ends_on          {date},
    target           {int},                        -- cards
    cost_fen         {int},
    version          {int} NOT NULL,
    created_at       {time} NOT NULL
){strict};
CREATE INDEX campaigns_by_library ON campaigns (library_id);
CREATE INDEX campaigns_by_point ON campaigns (service_point_id);

-- How often its address was followed on a day; by whom is not known.
CREATE TABLE campaign_visits (
    campaign_id      {uuid} NOT NULL REFERENCES campaigns (id),
    day              {date} NOT NULL,
    visits           {int} NOT NULL,
    PRIMARY KEY (campaign_id, day)
){strict};

-- The one campaign that a card came of.
CREATE TABLE campaign_openings (
    card_id          {uuid} PRIMARY KEY REFERENCES cards (id),
    campaign_id      {uuid} NOT NULL REFERENCES campaigns (id),
    library_id       {uuid} NOT NULL REFERENCES libraries (id),   -- which opened it
    channel          {text} NOT NULL,
    age              {text} NOT NULL,              -- a class, not an age
    day              {date} NOT NULL
){strict};
CREATE INDEX campaign_openings_by_campaign ON campaign_openings (campaign_id, day);

-- The pages that staff write: every version stays.
CREATE TABLE site_versions (
    id               {uuid} PRIMARY KEY,
    library_id       {uuid} NOT NULL REFERENCES libraries (id),
    slug             {text} NOT NULL,
    language         {text} NOT NULL,
    number           {int} NOT NULL,               -- 1, 2, 3 … of this page in this language
    title            {text} NOT NULL,
    body             {text} NOT NULL,
    written_at       {time} NOT NULL,
    written_by       {text} NOT NULL,
    published_at     {time},
    published_by     {text},
    UNIQUE (library_id, slug, language, number)
){strict};

-- Which version the public sees.
CREATE TABLE site_pages (
    library_id       {uuid} NOT NULL REFERENCES libraries (id),
    slug             {text} NOT NULL,
    language         {text} NOT NULL,
    version_id       {uuid} NOT NULL REFERENCES site_versions (id),
    PRIMARY KEY (library_id, slug, language)
){strict};

-- Short posts.
CREATE TABLE news (
    id               {uuid} PRIMARY KEY,
    library_id       {uuid} NOT NULL REFERENCES libraries (id),
    pinned           {bool} NOT NULL,
    shown_from       {date} NOT NULL,
    shown_until      {date},
    title            {text} NOT NULL,
    title_hant       {text} NOT NULL,
    title_en         {text} NOT NULL,
    body             {text} NOT NULL,
    body_hant        {text} NOT NULL,
    body_en          {text} NOT NULL,
    published        {bool} NOT NULL,
    version          {int} NOT NULL,
    changed_at       {time} NOT NULL,
    changed_by       {text} NOT NULL
){strict};
CREATE INDEX news_by_day ON news (shown_from);

-- When a library, or one of its service points, is open: seven days, Monday first, in minutes of the day.
CREATE TABLE opening_hours (
    place_id         {uuid} PRIMARY KEY,
    library_id       {uuid} NOT NULL REFERENCES libraries (id),
    weekly           {text} NOT NULL,
    version          {int} NOT NULL,
    changed_at       {time} NOT NULL,
    changed_by       {text} NOT NULL
){strict};
CREATE INDEX opening_hours_by_library ON opening_hours (library_id);

-- Days on which it is otherwise; on closed days nothing is due either, so they are kept where lending knows them.
CREATE TABLE special_hours (
    place_id         {uuid} NOT NULL,
    day              {date} NOT NULL,
    library_id       {uuid} NOT NULL REFERENCES libraries (id),
    hours            {text} NOT NULL,
    note             {text} NOT NULL,
    PRIMARY KEY (place_id, day)
){strict};
CREATE INDEX special_hours_by_library ON special_hours (library_id);
