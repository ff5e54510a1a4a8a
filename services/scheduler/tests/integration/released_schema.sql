CREATE SCHEMA scheduler;

ALTER SCHEMA scheduler OWNER TO postgres;

CREATE FUNCTION scheduler.account_of_calendar_feed(wanted bytea) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'scheduler', 'pg_temp'
    AS $$ SELECT t.account_id FROM scheduler.calendar_feed AS t WHERE t.token_hash = wanted $$;

ALTER FUNCTION scheduler.account_of_calendar_feed(wanted bytea) OWNER TO scheduler_lookup;

CREATE TABLE scheduler.account (
    account_id uuid NOT NULL,
    name text NOT NULL,
    timezone text NOT NULL,
    revision integer NOT NULL
);

ALTER TABLE ONLY scheduler.account FORCE ROW LEVEL SECURITY;

ALTER TABLE scheduler.account OWNER TO postgres;

CREATE TABLE scheduler.account_pause (
    account_id uuid NOT NULL,
    paused_at timestamp with time zone NOT NULL,
    paused_by uuid NOT NULL,
    reason text
);

ALTER TABLE ONLY scheduler.account_pause FORCE ROW LEVEL SECURITY;

ALTER TABLE scheduler.account_pause OWNER TO postgres;

CREATE TABLE scheduler.alembic_version (
    version_num character varying(32) NOT NULL
);

ALTER TABLE scheduler.alembic_version OWNER TO postgres;

CREATE TABLE scheduler.approved_content (
    account_id uuid NOT NULL,
    content_id uuid NOT NULL,
    revision integer NOT NULL,
    approved boolean NOT NULL,
    deleted boolean NOT NULL,
    content_hash text,
    payloads jsonb NOT NULL,
    month text,
    title text,
    "position" integer
);

ALTER TABLE ONLY scheduler.approved_content FORCE ROW LEVEL SECURITY;

ALTER TABLE scheduler.approved_content OWNER TO postgres;

CREATE TABLE scheduler.calendar_feed (
    account_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by uuid NOT NULL
);

ALTER TABLE ONLY scheduler.calendar_feed FORCE ROW LEVEL SECURITY;

ALTER TABLE scheduler.calendar_feed OWNER TO postgres;

CREATE TABLE scheduler.idempotency_key (
    account_id uuid NOT NULL,
    user_id uuid NOT NULL,
    key text NOT NULL,
    method text NOT NULL,
    path text NOT NULL,
    fingerprint text NOT NULL,
    status integer,
    response_headers jsonb,
    response_body bytea,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY scheduler.idempotency_key FORCE ROW LEVEL SECURITY;

ALTER TABLE scheduler.idempotency_key OWNER TO postgres;

CREATE TABLE scheduler.inbox (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    account_id uuid NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY scheduler.inbox FORCE ROW LEVEL SECURITY;

ALTER TABLE scheduler.inbox OWNER TO postgres;

CREATE TABLE scheduler.operator_pause (
    id smallint NOT NULL,
    paused_at timestamp with time zone NOT NULL,
    reason text NOT NULL,
    CONSTRAINT ck_operator_pause_one_row CHECK ((id = 1))
);

ALTER TABLE ONLY scheduler.operator_pause FORCE ROW LEVEL SECURITY;

ALTER TABLE scheduler.operator_pause OWNER TO postgres;

CREATE SEQUENCE scheduler.operator_pause_id_seq
    AS smallint
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE scheduler.operator_pause_id_seq OWNER TO postgres;

ALTER SEQUENCE scheduler.operator_pause_id_seq OWNED BY scheduler.operator_pause.id;

CREATE TABLE scheduler.outbox (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    type text NOT NULL,
    body bytea NOT NULL,
    expires_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    due_at timestamp with time zone,
    lease_owner uuid,
    attempts integer DEFAULT 0 NOT NULL
);

ALTER TABLE ONLY scheduler.outbox FORCE ROW LEVEL SECURITY;

ALTER TABLE scheduler.outbox OWNER TO postgres;

COMMENT ON COLUMN scheduler.outbox.id IS 'The event''s id.';

COMMENT ON COLUMN scheduler.outbox.expires_at IS 'Not sent any more after this.';

CREATE TABLE scheduler.posting_rule (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    frequency text,
    days_of_week smallint[] NOT NULL,
    time_window text NOT NULL,
    blackout_dates date[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    posts_per_week smallint,
    second_window text,
    CONSTRAINT ck_posting_rule_frequency CHECK ((frequency = ANY (ARRAY['TWICE_WEEKLY'::text, 'THREE_WEEKLY'::text]))),
    CONSTRAINT ck_posting_rule_per_week CHECK ((((frequency IS NULL) <> (posts_per_week IS NULL)) AND ((posts_per_week >= 1) AND (posts_per_week <= 14)))),
    CONSTRAINT ck_posting_rule_second_window CHECK (((second_window = ANY (ARRAY['MORNING'::text, 'AFTERNOON'::text, 'EVENING'::text])) AND (second_window <> time_window))),
    CONSTRAINT ck_posting_rule_time_window CHECK ((time_window = ANY (ARRAY['MORNING'::text, 'AFTERNOON'::text, 'EVENING'::text])))
);

ALTER TABLE ONLY scheduler.posting_rule FORCE ROW LEVEL SECURITY;

ALTER TABLE scheduler.posting_rule OWNER TO postgres;

CREATE TABLE scheduler.publishing_profile (
    account_id uuid NOT NULL,
    revision integer NOT NULL,
    verified_revision integer NOT NULL,
    provider_profile_id text,
    platforms jsonb NOT NULL,
    lost jsonb NOT NULL
);

ALTER TABLE ONLY scheduler.publishing_profile FORCE ROW LEVEL SECURITY;

ALTER TABLE scheduler.publishing_profile OWNER TO postgres;

CREATE TABLE scheduler.schedule_item (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    content_id uuid NOT NULL,
    content_revision integer NOT NULL,
    content_hash text NOT NULL,
    title text NOT NULL,
    platform text NOT NULL,
    payload jsonb NOT NULL,
    provider_profile_id text NOT NULL,
    platform_account_id text NOT NULL,
    scheduled_for timestamp with time zone NOT NULL,
    why jsonb NOT NULL,
    status text NOT NULL,
    revision integer NOT NULL,
    due_event_id uuid,
    delivery_revision integer DEFAULT 0 NOT NULL,
    error_code text,
    error_message text,
    error_remedy text,
    provider_post_id text,
    platform_post_id text,
    post_url text,
    published_at timestamp with time zone,
    created_by uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    upcoming_event_id uuid,
    preflight_at timestamp with time zone,
    at_risk_code text,
    at_risk_message text,
    at_risk_remedy text,
    paused_at timestamp with time zone,
    paused_by uuid,
    held_by jsonb DEFAULT '[]'::jsonb NOT NULL,
    due_at timestamp with time zone,
    lease_owner uuid,
    attempts integer DEFAULT 0 NOT NULL,
    CONSTRAINT ck_schedule_item_platform CHECK ((platform = ANY (ARRAY['FACEBOOK'::text, 'INSTAGRAM'::text]))),
    CONSTRAINT ck_schedule_item_queued_has_timer CHECK (((status <> 'QUEUED'::text) OR (due_event_id IS NOT NULL))),
    CONSTRAINT ck_schedule_item_status CHECK ((status = ANY (ARRAY['QUEUED'::text, 'SCHEDULED'::text, 'PARKED'::text, 'PUBLISHED'::text, 'FAILED'::text, 'UNKNOWN'::text, 'CANCELLED'::text, 'MISSED'::text])))
);

ALTER TABLE ONLY scheduler.schedule_item FORCE ROW LEVEL SECURITY;

ALTER TABLE scheduler.schedule_item OWNER TO postgres;

CREATE TABLE scheduler.subscription (
    account_id uuid NOT NULL,
    posting boolean NOT NULL,
    revision integer NOT NULL
);

ALTER TABLE ONLY scheduler.subscription FORCE ROW LEVEL SECURITY;

ALTER TABLE scheduler.subscription OWNER TO postgres;

ALTER TABLE ONLY scheduler.operator_pause ALTER COLUMN id SET DEFAULT nextval('scheduler.operator_pause_id_seq'::regclass);

INSERT INTO scheduler.account VALUES
	('01a224fb-8e91-765c-bc82-37c530e75140', 'Harbour Physio', 'Pacific/Auckland', 1);

INSERT INTO scheduler.account_pause VALUES
	('01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.046091+00', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'Stocktaking');

INSERT INTO scheduler.alembic_version VALUES
	('0004');

INSERT INTO scheduler.approved_content VALUES
	('01a224fb-8e91-765c-bc82-37c530e75140', '0944d290-7f91-5e2f-a055-a06b72965841', 2, true, false, 'sha256:96de4e60530750cb32a356ae700c7669e65b38957f396c51879c45c561f5fb47', '[{"text": "Summer sport injuries mostly come from doing in one weekend what was planned for a month. Start now, start small, and arrive fit on the day that it matters.\n\nWe test strength and range on both sides before anyone goes back to running, rowing or netball.\n\nWhom would you send this to?\n\n#SummerSport #GetReady #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/0944d290-7f91-5e2f-a055-a06b72965841.f61a83faa11fd42f.png", "width": 1080, "height": 1080, "sha256": "f61a83faa11fd42f5e04a9a1a4f6e55f6d4fbcff25d26e13874ec0f52f04a8e2", "alt_text": "The words “Ready for summer sport” on a plain background in Harbour Physio''s colours.", "content_type": "image/png"}], "platform": "FACEBOOK"}, {"text": "Summer sport injuries mostly come from doing in one weekend what was planned for a month. Start now, start small, and arrive fit on the day that it matters.\n\nWe test strength and range on both sides before anyone goes back to running, rowing or netball.\n\nWhom would you send this to?\n\n#SummerSport #GetReady #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/0944d290-7f91-5e2f-a055-a06b72965841.805ddf6c27d5ec63.jpg", "width": 1080, "height": 1080, "sha256": "805ddf6c27d5ec6342104f721e24d68a5ef497da0ee151119e797a0b0952dda5", "alt_text": "The words “Ready for summer sport” on a plain background in Harbour Physio''s colours.", "content_type": "image/jpeg"}], "platform": "INSTAGRAM"}]', '2026-12', 'Ready for summer sport', 0),
	('01a224fb-8e91-765c-bc82-37c530e75140', '9d1be7d3-7fcc-53c1-b993-4208595a487d', 2, true, false, 'sha256:096ed884e4478a2e20822f23779714b31ebed6623e17b8bdfb41ddc9a634b31d', '[{"text": "A long journey ahead? Take the aisle seat, roll a jumper into the small of your back, and get up whenever the film has a dull scene. Pack two small bags instead of a big one, and lift them one at a time.\n\nMost back pain settles with the right movement and a little patience, and we show you which movement that is.\n\nWhom would you send this to?\n\n#TravelTips #HolidaySeason #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/9d1be7d3-7fcc-53c1-b993-4208595a487d.320f887e78d2e426.png", "width": 1080, "height": 1080, "sha256": "320f887e78d2e426ab6a6bfdc16f9bd2718677a7cdacb4721550e05dc9f03dad", "alt_text": "Square graphic in the colours of Harbour Physio with the words “Long journey, happy back”.", "content_type": "image/png"}], "platform": "FACEBOOK"}, {"text": "A long journey ahead? Take the aisle seat, roll a jumper into the small of your back, and get up whenever the film has a dull scene. Pack two small bags instead of a big one, and lift them one at a time.\n\nMost back pain settles with the right movement and a little patience, and we show you which movement that is.\n\nWhom would you send this to?\n\n#TravelTips #HolidaySeason #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/9d1be7d3-7fcc-53c1-b993-4208595a487d.e33270bc8f105556.jpg", "width": 1080, "height": 1080, "sha256": "e33270bc8f10555643aabebb1a2a8eb906cb2962b9e92aee60d158dbf8064a73", "alt_text": "Square graphic in the colours of Harbour Physio with the words “Long journey, happy back”.", "content_type": "image/jpeg"}], "platform": "INSTAGRAM"}]', '2026-12', 'Travel days and stiff backs', 1),
	('01a224fb-8e91-765c-bc82-37c530e75140', 'a97c7d6a-c477-5475-9453-28ed6addd80b', 2, true, false, 'sha256:644fecccad39a6934cb9303bb86c501900a0c81cfc3e6db9e837f9778b6794b2', '[{"text": "Your lungs will be ready before your tendons are. That is why the first weeks back should feel too easy. Keep a day between runs and judge each one by how you feel the next morning, not by how you felt on the path.\n\nWe test strength and range on both sides before anyone goes back to running, rowing or netball.\n\nKnow somebody who needs to read this? Send it to them.\n\n#Running #ReturnToSport #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/a97c7d6a-c477-5475-9453-28ed6addd80b.f05e4336550fa2e1.png", "width": 1080, "height": 1080, "sha256": "f05e4336550fa2e1df62f29d575d161aaaabe76adf0d9e20ec3673b801e086e7", "alt_text": "Harbour Physio graphic: “Back to running, without the setback”, and below it in smaller letters “Walk, jog, repeat”.", "content_type": "image/png"}], "platform": "FACEBOOK"}, {"text": "Your lungs will be ready before your tendons are. That is why the first weeks back should feel too easy. Keep a day between runs and judge each one by how you feel the next morning, not by how you felt on the path.\n\nWe test strength and range on both sides before anyone goes back to running, rowing or netball.\n\nKnow somebody who needs to read this? Send it to them.\n\n#Running #ReturnToSport #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/a97c7d6a-c477-5475-9453-28ed6addd80b.29b237aa9b96f235.jpg", "width": 1080, "height": 1080, "sha256": "29b237aa9b96f235d7e435266e808bf014497b7c61efb486ae09bec30dca2e89", "alt_text": "Harbour Physio graphic: “Back to running, without the setback”, and below it in smaller letters “Walk, jog, repeat”.", "content_type": "image/jpeg"}], "platform": "INSTAGRAM"}]', '2026-12', 'Going back to running', 2),
	('01a224fb-8e91-765c-bc82-37c530e75140', '1bfa559b-70cc-5b32-beed-458b3572ae05', 2, true, false, 'sha256:c807383736a1e161ae363d65d77c22cc51d3c93d4ecb1d45cf9347f6862e46ea', '[{"text": "Not everybody knows this about us, so here it is.\n\nWe treat the cause and not only the sore spot, and we explain each step in plain words.\n\nIf you have ever wondered, there you have it.\n\nWho in your house needs this?\n\n#HarbourPhysio #Physio #MoveWell #Auckland", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/1bfa559b-70cc-5b32-beed-458b3572ae05.d513b2c8e46bc47f.png", "width": 1080, "height": 1080, "sha256": "d513b2c8e46bc47fd801fb8cdfe787e0d7976838f413af07571e99ec54f6adb0", "alt_text": "The words “A small fact about us” on a plain background in Harbour Physio''s colours.", "content_type": "image/png"}], "platform": "FACEBOOK"}, {"text": "Not everybody knows this about us, so here it is.\n\nWe treat the cause and not only the sore spot, and we explain each step in plain words.\n\nIf you have ever wondered, there you have it.\n\nWho in your house needs this?\n\n#HarbourPhysio #Physio #MoveWell #Auckland", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/1bfa559b-70cc-5b32-beed-458b3572ae05.138ec8f4747db5a7.jpg", "width": 1080, "height": 1080, "sha256": "138ec8f4747db5a7583d62c939250f155061eb27e983657c1e8825e3a754402b", "alt_text": "The words “A small fact about us” on a plain background in Harbour Physio''s colours.", "content_type": "image/jpeg"}], "platform": "INSTAGRAM"}]', '2026-12', 'A small fact about us', 3),
	('01a224fb-8e91-765c-bc82-37c530e75140', 'f3a13488-4c55-5b51-a3bd-db4c001c13d5', 2, true, false, 'sha256:19fe60287efd80fd7d4096c3c01859a482143d55f27f686a091b83daeb037286', '[{"text": "Eight kilos, lifted forty times a day, mostly with one arm and no sleep. No gym would allow it. Bring the cot side down before you lift, feed with a cushion under the arm, and swap the hip that you carry on.\n\nWe look after runners, rowers, desk workers, new parents and people who are getting used to a new hip or knee.\n\nKnow somebody who needs to read this? Send it to them.\n\n#NewParents #PelvicHealth #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/f3a13488-4c55-5b51-a3bd-db4c001c13d5.17f482192ee42bf8.png", "width": 1080, "height": 1080, "sha256": "17f482192ee42bf8a277e37d95a62c5621e0c8e09521e748dd299cf985e29486", "alt_text": "Square graphic in the colours of Harbour Physio with the words “New parents have backs too”.", "content_type": "image/png"}], "platform": "FACEBOOK"}, {"text": "Eight kilos, lifted forty times a day, mostly with one arm and no sleep. No gym would allow it. Bring the cot side down before you lift, feed with a cushion under the arm, and swap the hip that you carry on.\n\nWe look after runners, rowers, desk workers, new parents and people who are getting used to a new hip or knee.\n\nKnow somebody who needs to read this? Send it to them.\n\n#NewParents #PelvicHealth #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/f3a13488-4c55-5b51-a3bd-db4c001c13d5.6a5b5a6989f94ea7.jpg", "width": 1080, "height": 1080, "sha256": "6a5b5a6989f94ea77c3a5ad9829007924a96c7fe032075c9ad0483b708c92d65", "alt_text": "Square graphic in the colours of Harbour Physio with the words “New parents have backs too”.", "content_type": "image/jpeg"}], "platform": "INSTAGRAM"}]', '2026-12', 'A word about new parents', 6),
	('01a224fb-8e91-765c-bc82-37c530e75140', 'c5cbfd56-d009-5f21-8241-c5a31d296fd2', 2, true, false, 'sha256:aad289c325d08200bb608c8e2177386da8128ba4e55bd12d571cdcf1dac2be7d', '[{"text": "Something that people have been asking us about: Free 15-minute running assessment with every first appointment this month.\n\nIn case we have not met: Harbour Physio is a physiotherapy clinic in Devonport, Auckland. We help people with back and neck pain, sports injuries and recovery after surgery.\n\nNot sure whether we can help? Ask. It costs nothing to find out.\n\n#HarbourPhysio #Physio #MoveWell #Auckland", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/c5cbfd56-d009-5f21-8241-c5a31d296fd2.0954787fd7b495bd.png", "width": 1080, "height": 1080, "sha256": "0954787fd7b495bdaad16c9b4fc1b9b87ca7daa723d9e05b5170b496a80983e4", "alt_text": "The words “This month, for you” on a plain background in Harbour Physio''s colours.", "content_type": "image/png"}], "platform": "FACEBOOK"}, {"text": "Something that people have been asking us about: Free 15-minute running assessment with every first appointment this month.\n\nIn case we have not met: Harbour Physio is a physiotherapy clinic in Devonport, Auckland. We help people with back and neck pain, sports injuries and recovery after surgery.\n\nNot sure whether we can help? Ask. It costs nothing to find out.\n\n#HarbourPhysio #Physio #MoveWell #Auckland", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/c5cbfd56-d009-5f21-8241-c5a31d296fd2.9cedd7eb4c55fd33.jpg", "width": 1080, "height": 1080, "sha256": "9cedd7eb4c55fd337049d352f53aa1c0b5f56b01b91342d8edd909f95512bfdf", "alt_text": "The words “This month, for you” on a plain background in Harbour Physio''s colours.", "content_type": "image/jpeg"}], "platform": "INSTAGRAM"}]', '2026-12', 'This month''s offer', 4),
	('01a224fb-8e91-765c-bc82-37c530e75140', '2df3b3f6-b0b0-5ae9-8743-4ec974cf8767', 2, true, false, 'sha256:eaa9eb844a4ea1cad914917cc966016f65af981f5d182c0d7b120c4895d0a3ee', '[{"text": "A warm-up should look like a slow version of what comes next. Rowers hinge, netballers land, footballers turn. Start easy, finish brisk, and be ready when the whistle goes.\n\nWe test strength and range on both sides before anyone goes back to running, rowing or netball.\n\nWho in your house needs this?\n\n#WarmUp #WeekendSport #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/2df3b3f6-b0b0-5ae9-8743-4ec974cf8767.62f9f73d9af6748e.png", "width": 1080, "height": 1080, "sha256": "62f9f73d9af6748e5b1dc7ac380a29000281925f2a327d92487cadff81a4c09d", "alt_text": "Harbour Physio graphic: “A five-minute warm-up”, and below it in smaller letters “Before netball, rowing or football”.", "content_type": "image/png"}], "platform": "FACEBOOK"}, {"text": "A warm-up should look like a slow version of what comes next. Rowers hinge, netballers land, footballers turn. Start easy, finish brisk, and be ready when the whistle goes.\n\nWe test strength and range on both sides before anyone goes back to running, rowing or netball.\n\nWho in your house needs this?\n\n#WarmUp #WeekendSport #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/2df3b3f6-b0b0-5ae9-8743-4ec974cf8767.19dac2b2e3b49c74.jpg", "width": 1080, "height": 1080, "sha256": "19dac2b2e3b49c744ddaa0762cc30dcf247c839e0f5007988765b5ac0f66db02", "alt_text": "Harbour Physio graphic: “A five-minute warm-up”, and below it in smaller letters “Before netball, rowing or football”.", "content_type": "image/jpeg"}], "platform": "INSTAGRAM"}]', '2026-12', 'The warm-up that fits in five minutes', 7),
	('01a224fb-8e91-765c-bc82-37c530e75140', 'e51e943c-86e6-5ba0-ba42-5de14c1cbc17', 2, true, false, 'sha256:360c447d7e5e5745b50df0cac674f9ffafa8c9d4d64a44cf75e6b702ad1e228a', '[{"text": "Balance goes quietly, and so it is worth a check now and then. One leg, ten seconds, something to hold on to within reach. Tell us in the comments how it went. We promise not to laugh.\n\nWe test strength and range on both sides before anyone goes back to running, rowing or netball.\n\nSave this for the day you need it.\n\n#BalanceTest #StayActive #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/e51e943c-86e6-5ba0-ba42-5de14c1cbc17.661aa71e52cd1c9d.png", "width": 1080, "height": 1080, "sha256": "661aa71e52cd1c9d1b29ef04080678939473164d92a11a7bbf905c65d2f3a3a0", "alt_text": "The words “Can you stand on one leg?” on a plain background in Harbour Physio''s colours.", "content_type": "image/png"}], "platform": "FACEBOOK"}, {"text": "Balance goes quietly, and so it is worth a check now and then. One leg, ten seconds, something to hold on to within reach. Tell us in the comments how it went. We promise not to laugh.\n\nWe test strength and range on both sides before anyone goes back to running, rowing or netball.\n\nSave this for the day you need it.\n\n#BalanceTest #StayActive #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/e51e943c-86e6-5ba0-ba42-5de14c1cbc17.989d74d48d8edb6f.jpg", "width": 1080, "height": 1080, "sha256": "989d74d48d8edb6f9761c1c3c47373e7f4e1cf2bc360cc734cd664ea46370c78", "alt_text": "The words “Can you stand on one leg?” on a plain background in Harbour Physio''s colours.", "content_type": "image/jpeg"}], "platform": "INSTAGRAM"}]', '2026-12', 'Standing on one leg', 10),
	('01a224fb-8e91-765c-bc82-37c530e75140', 'c1aecf65-a5c0-522c-bf9c-18a88eedaa55', 2, true, false, 'sha256:1eec47e04161ac0b2c37faad01e0d47acc42ecba639621d1d28c42558f4920c4', '[{"text": "\"How long will it take?\" is a fair question, and it deserves better than \"it depends\". Muscles grumble for a couple of weeks. Sprains want six. Tendons are slow and like three months. What we can do is to make that time useful.\n\nYou can book without seeing a doctor first, and we can lodge your ACC claim for you.\n\nTell us in the comments what works for you.\n\n#HealingTakesTime #Recovery #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/c1aecf65-a5c0-522c-bf9c-18a88eedaa55.3897f7cf1a323ae9.png", "width": 1080, "height": 1080, "sha256": "3897f7cf1a323ae92a9cd1b6636c2bd5db7e98ed9446d3123a967a2fe0051de4", "alt_text": "Square graphic in the colours of Harbour Physio with the words “How long will it take?”.", "content_type": "image/png"}], "platform": "FACEBOOK"}, {"text": "\"How long will it take?\" is a fair question, and it deserves better than \"it depends\". Muscles grumble for a couple of weeks. Sprains want six. Tendons are slow and like three months. What we can do is to make that time useful.\n\nYou can book without seeing a doctor first, and we can lodge your ACC claim for you.\n\nTell us in the comments what works for you.\n\n#HealingTakesTime #Recovery #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/c1aecf65-a5c0-522c-bf9c-18a88eedaa55.c303242f2b77bcad.jpg", "width": 1080, "height": 1080, "sha256": "c303242f2b77bcad4bb89df0a968ffad71da4cdad77f4f4f1d3197c0d5dc57a7", "alt_text": "Square graphic in the colours of Harbour Physio with the words “How long will it take?”.", "content_type": "image/jpeg"}], "platform": "INSTAGRAM"}]', '2026-12', 'How long will it take?', 5),
	('01a224fb-8e91-765c-bc82-37c530e75140', 'd0bdfa68-84fc-5ac3-b56f-51a2421e8508', 2, true, false, 'sha256:de557c6a4f950f2e2f7eb900fec4295096c651301666b53a0a9770a4b207e0f2', '[{"text": "Have you been putting it off? Perhaps this helps: Free 15-minute running assessment with every first appointment this month.\n\nIn case we have not met: Harbour Physio is a physiotherapy clinic in Devonport, Auckland. We help people with back and neck pain, sports injuries and recovery after surgery.\n\nWe would be glad to meet you.\n\n#HarbourPhysio #Physio #MoveWell #Auckland", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/d0bdfa68-84fc-5ac3-b56f-51a2421e8508.3da46588f981ae6f.png", "width": 1080, "height": 1080, "sha256": "3da46588f981ae6fb77deba81e21efe21ffefc528b5dcadd9ba854af7f909e15", "alt_text": "Square graphic in the colours of Harbour Physio with the words “Still time”.", "content_type": "image/png"}], "platform": "FACEBOOK"}, {"text": "Have you been putting it off? Perhaps this helps: Free 15-minute running assessment with every first appointment this month.\n\nIn case we have not met: Harbour Physio is a physiotherapy clinic in Devonport, Auckland. We help people with back and neck pain, sports injuries and recovery after surgery.\n\nWe would be glad to meet you.\n\n#HarbourPhysio #Physio #MoveWell #Auckland", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/d0bdfa68-84fc-5ac3-b56f-51a2421e8508.019c9c08805dfd49.jpg", "width": 1080, "height": 1080, "sha256": "019c9c08805dfd4971149818a94c7d4104cf13d8b89e8fb378182110003c583f", "alt_text": "Square graphic in the colours of Harbour Physio with the words “Still time”.", "content_type": "image/jpeg"}], "platform": "INSTAGRAM"}]', '2026-12', 'A reminder about our offer', 8),
	('01a224fb-8e91-765c-bc82-37c530e75140', '667ddabe-55a6-544d-98ac-5e900ee23a6f', 2, true, false, 'sha256:c33ae1d83b1994df88010ebc4e7b85234b469e3e5071413474646660494f42cd', '[{"text": "If a shoulder wakes you at two in the morning, it is usually how the arm hangs. Give it something to lie on. A pillow under the forearm is often enough to get you to breakfast.\n\nWe work with your surgeon''s plan after knee, hip and shoulder operations, from the first week to the last stair.\n\nWhat would you like to be able to do again?\n\n#ShoulderPain #SleepWell #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/667ddabe-55a6-544d-98ac-5e900ee23a6f.650b2b438e324359.png", "width": 1080, "height": 1080, "sha256": "650b2b438e324359e4a500ddb28f3f44770adc7807085229f527a17dfd059133", "alt_text": "Harbour Physio graphic: “Sleeping with a sore shoulder”, and below it in smaller letters “A pillow in the right place”.", "content_type": "image/png"}], "platform": "FACEBOOK"}, {"text": "If a shoulder wakes you at two in the morning, it is usually how the arm hangs. Give it something to lie on. A pillow under the forearm is often enough to get you to breakfast.\n\nWe work with your surgeon''s plan after knee, hip and shoulder operations, from the first week to the last stair.\n\nWhat would you like to be able to do again?\n\n#ShoulderPain #SleepWell #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/667ddabe-55a6-544d-98ac-5e900ee23a6f.d8435a39670dfa9c.jpg", "width": 1080, "height": 1080, "sha256": "d8435a39670dfa9cea1f2bc00b5ffc3a5faed15e651b750b5582e2d0f61dddf7", "alt_text": "Harbour Physio graphic: “Sleeping with a sore shoulder”, and below it in smaller letters “A pillow in the right place”.", "content_type": "image/jpeg"}], "platform": "INSTAGRAM"}]', '2026-12', 'Sleep with a sore shoulder', 11),
	('01a224fb-8e91-765c-bc82-37c530e75140', '6aabf560-9bfe-50a9-9ff3-46d497a8dbea', 2, true, false, 'sha256:c385d695bd4fef33c5b843788b940abff94651d660e61f49f89fd0af598c7668', '[{"text": "Not everybody knows this about us, so here it is.\n\nYou can book without seeing a doctor first, and we can lodge your ACC claim for you.\n\nThat is the sort of place we want to be.\n\nCome in and meet us.\n\n#HarbourPhysio #Physio #MoveWell #Auckland", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/6aabf560-9bfe-50a9-9ff3-46d497a8dbea.54d8c04fa02db09c.png", "width": 1080, "height": 1080, "sha256": "54d8c04fa02db09cc2bcc01a6c113add495e6dc49cdc4107dfdb3584c4a87b52", "alt_text": "Harbour Physio graphic: “We are proud of this”, and below it in smaller letters “You can book without seeing a doctor first, and we can lodge your ACC claim for you.”.", "content_type": "image/png"}], "platform": "FACEBOOK"}, {"text": "Not everybody knows this about us, so here it is.\n\nYou can book without seeing a doctor first, and we can lodge your ACC claim for you.\n\nThat is the sort of place we want to be.\n\nCome in and meet us.\n\n#HarbourPhysio #Physio #MoveWell #Auckland", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/6aabf560-9bfe-50a9-9ff3-46d497a8dbea.b75dbf95342bfd30.jpg", "width": 1080, "height": 1080, "sha256": "b75dbf95342bfd3068cb2a7d1e4ed0a493b3bf03c0412c27667e68e0244f49dd", "alt_text": "Harbour Physio graphic: “We are proud of this”, and below it in smaller letters “You can book without seeing a doctor first, and we can lodge your ACC claim for you.”.", "content_type": "image/jpeg"}], "platform": "INSTAGRAM"}]', '2026-12', 'Something we are proud of', 9);

INSERT INTO scheduler.calendar_feed VALUES
	('01a224fb-8e91-765c-bc82-37c530e75140', '\x429029371c88ca0fca0e3ca93c5fb6c3c60ad46e78fa2a14ee149afec21d9012', '2026-11-29 01:46:43.030136+00', '01a224fb-8e98-78ac-95b5-49d293e5a1a9');

INSERT INTO scheduler.idempotency_key VALUES
	('01a224fb-8e91-765c-bc82-37c530e75140', '6e4aa29b-e3db-4f6b-b2dd-5dcfd964740b', 'text', 'text', 'text', 'text', NULL, NULL, NULL, '2026-11-29 01:46:46.608451+00');

INSERT INTO scheduler.inbox VALUES
	('scheduler.accounts', '01a224fb-8e97-7090-930b-6874d9cde92b', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:35.580653+00'),
	('scheduler.subscription', '01a224fb-9095-76eb-9a88-34eb269561fb', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:36.091082+00'),
	('scheduler.profile', '01a224fb-917c-700b-b6ed-fcd8742c7d38', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:36.303055+00'),
	('scheduler.content', '01a224fb-9802-7032-a93b-1be32db0d064', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:37.97064+00'),
	('scheduler.content', '01a224fb-9825-70a6-8d33-dbdfab9e9abd', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.001031+00'),
	('scheduler.content', '01a224fb-983e-74c9-8e4f-a171c07171fc', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.030027+00'),
	('scheduler.content', '01a224fb-984f-7c4c-bf7a-21d25641eaf1', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.049196+00'),
	('scheduler.content', '01a224fb-9863-702a-958a-8ce7acfae660', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.068247+00'),
	('scheduler.content', '01a224fb-9883-7fcb-ab45-bf1147008bb8', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.095802+00'),
	('scheduler.content', '01a224fb-989a-722a-9f76-5384c95c5661', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.118258+00'),
	('scheduler.content', '01a224fb-98b3-7d9f-b850-e8d556690b96', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.140406+00'),
	('scheduler.content', '01a224fb-98c8-7120-85d1-59de5232559d', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.164276+00'),
	('scheduler.content', '01a224fb-98dd-7c13-9538-edb5a7435b58', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.18746+00'),
	('scheduler.content', '01a224fb-98f0-7cf2-893f-88249363982a', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.208826+00'),
	('scheduler.content', '01a224fb-9901-7226-8829-3a80317e0445', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.239386+00'),
	('scheduler.outcomes', '01a224fb-a9d6-7ed8-b47b-3f840f49c1d3', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:42.535148+00'),
	('scheduler.outcomes', '01a224fb-a9db-722c-83e8-e907cd1032d3', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:42.541023+00'),
	('scheduler.outcomes', '01a224fb-ab87-74bf-aa44-73af882bc98d', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:42.966102+00'),
	('scheduler.outcomes', '01a224fb-ab8d-7c94-b79c-9e6a293d023b', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:42.981878+00'),
	('scheduler.members', '01a224fb-ad47-7a8a-bfd5-ab890cc73e16', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.412377+00');

INSERT INTO scheduler.operator_pause VALUES
	(1, '2026-11-29 01:46:46.609758+00', 'text');

INSERT INTO scheduler.outbox VALUES
	('f5dc0588-d2c2-4ca5-a02a-37166cedb8b0', '01a224fb-8e91-765c-bc82-37c530e75140', 'text', '\x00', NULL, '2026-11-29 01:46:46.610882+00', NULL, NULL, 0);

INSERT INTO scheduler.posting_rule VALUES
	('01a224fb-9998-7743-a2f7-ceaaeda83bec', '01a224fb-8e91-765c-bc82-37c530e75140', 'THREE_WEEKLY', '{1,3,5}', 'MORNING', '{}', '2026-11-29 01:46:38.347973+00', '2026-11-29 01:46:38.347973+00', NULL, NULL);

INSERT INTO scheduler.publishing_profile VALUES
	('01a224fb-8e91-765c-bc82-37c530e75140', 0, 1, 'e26a563241184ff547b10b2e162b219a9325f2f8', '{"FACEBOOK": "139196405762754", "INSTAGRAM": "17841055490445041"}', '{}');

INSERT INTO scheduler.schedule_item VALUES
	('01a224fb-99df-7db0-ace4-f1db2165333b', '01a224fb-8e91-765c-bc82-37c530e75140', '9d1be7d3-7fcc-53c1-b993-4208595a487d', 2, 'sha256:096ed884e4478a2e20822f23779714b31ebed6623e17b8bdfb41ddc9a634b31d', 'Travel days and stiff backs', 'FACEBOOK', '{"text": "A long journey ahead? Take the aisle seat, roll a jumper into the small of your back, and get up whenever the film has a dull scene. Pack two small bags instead of a big one, and lift them one at a time.\n\nMost back pain settles with the right movement and a little patience, and we show you which movement that is.\n\nWhom would you send this to?\n\n#TravelTips #HolidaySeason #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/9d1be7d3-7fcc-53c1-b993-4208595a487d.320f887e78d2e426.png", "width": 1080, "height": 1080, "sha256": "320f887e78d2e426ab6a6bfdc16f9bd2718677a7cdacb4721550e05dc9f03dad", "alt_text": "Square graphic in the colours of Harbour Physio with the words “Long journey, happy back”.", "content_type": "image/png"}], "platform": "FACEBOOK"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '139196405762754', '2026-11-29 01:46:42.899295+00', '{"kind": "explicit", "rule": null, "zone": "Pacific/Auckland", "minute": null, "changes": [], "local_time": "2026-11-29T14:46:42.899295+13:00", "utc_offset": "+13:00", "passed_over": [], "clock_change": "none"}', 'PUBLISHED', 3, NULL, 3, NULL, NULL, NULL, 'gPOx2dmcUYSYFY3qssUO', '139196405762754_813197046378882', 'https://www.facebook.com/139196405762754_813197046378882', '2026-11-29 01:46:42.944282+00', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', '2026-11-29 01:46:38.408564+00', '2026-11-29 01:46:42.966102+00', '01a224fb-99e0-73e6-a55d-9b5be0290f6f', NULL, NULL, NULL, NULL, NULL, NULL, '[]', NULL, NULL, 0),
	('01a224fb-99e3-7f13-a615-77cd5c5f35a9', '01a224fb-8e91-765c-bc82-37c530e75140', '9d1be7d3-7fcc-53c1-b993-4208595a487d', 2, 'sha256:096ed884e4478a2e20822f23779714b31ebed6623e17b8bdfb41ddc9a634b31d', 'Travel days and stiff backs', 'INSTAGRAM', '{"text": "A long journey ahead? Take the aisle seat, roll a jumper into the small of your back, and get up whenever the film has a dull scene. Pack two small bags instead of a big one, and lift them one at a time.\n\nMost back pain settles with the right movement and a little patience, and we show you which movement that is.\n\nWhom would you send this to?\n\n#TravelTips #HolidaySeason #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/9d1be7d3-7fcc-53c1-b993-4208595a487d.e33270bc8f105556.jpg", "width": 1080, "height": 1080, "sha256": "e33270bc8f10555643aabebb1a2a8eb906cb2962b9e92aee60d158dbf8064a73", "alt_text": "Square graphic in the colours of Harbour Physio with the words “Long journey, happy back”.", "content_type": "image/jpeg"}], "platform": "INSTAGRAM"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '17841055490445041', '2026-11-29 01:46:42.899295+00', '{"kind": "explicit", "rule": null, "zone": "Pacific/Auckland", "minute": null, "changes": [], "local_time": "2026-11-29T14:46:42.899295+13:00", "utc_offset": "+13:00", "passed_over": [], "clock_change": "none"}', 'PUBLISHED', 3, NULL, 3, NULL, NULL, NULL, 's0wFljm0hVi7KWZ67y23', '18992698252220469', 'https://www.instagram.com/p/E63NQkvCK8X/', '2026-11-29 01:46:42.953815+00', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', '2026-11-29 01:46:38.408564+00', '2026-11-29 01:46:42.981878+00', '01a224fb-99e4-784e-b3eb-a08d39857637', NULL, NULL, NULL, NULL, NULL, NULL, '[]', NULL, NULL, 0),
	('01a224fb-99d0-7ff1-add8-26d646f7fe39', '01a224fb-8e91-765c-bc82-37c530e75140', '0944d290-7f91-5e2f-a055-a06b72965841', 2, 'sha256:96de4e60530750cb32a356ae700c7669e65b38957f396c51879c45c561f5fb47', 'Ready for summer sport', 'FACEBOOK', '{"text": "Summer sport injuries mostly come from doing in one weekend what was planned for a month. Start now, start small, and arrive fit on the day that it matters.\n\nWe test strength and range on both sides before anyone goes back to running, rowing or netball.\n\nWhom would you send this to?\n\n#SummerSport #GetReady #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/0944d290-7f91-5e2f-a055-a06b72965841.f61a83faa11fd42f.png", "width": 1080, "height": 1080, "sha256": "f61a83faa11fd42f5e04a9a1a4f6e55f6d4fbcff25d26e13874ec0f52f04a8e2", "alt_text": "The words “Ready for summer sport” on a plain background in Harbour Physio''s colours.", "content_type": "image/png"}], "platform": "FACEBOOK"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '139196405762754', '2026-11-29 01:46:42.399295+00', '{"kind": "explicit", "rule": null, "zone": "Pacific/Auckland", "minute": null, "changes": [], "local_time": "2026-11-29T14:46:42.399295+13:00", "utc_offset": "+13:00", "passed_over": [], "clock_change": "none"}', 'PUBLISHED', 3, NULL, 3, NULL, NULL, NULL, 'stwhvQNPOGKDi9qmXx0o', '139196405762754_885893936180119', 'https://www.facebook.com/139196405762754_885893936180119', '2026-11-29 01:46:42.50631+00', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', '2026-11-29 01:46:38.408564+00', '2026-11-29 01:46:42.535148+00', '01a224fb-99d3-7ad4-b9ae-e9bb631a1867', NULL, NULL, NULL, NULL, NULL, NULL, '[]', NULL, NULL, 0),
	('01a224fb-99d9-710e-a8d5-4c46cd8f95cc', '01a224fb-8e91-765c-bc82-37c530e75140', '0944d290-7f91-5e2f-a055-a06b72965841', 2, 'sha256:96de4e60530750cb32a356ae700c7669e65b38957f396c51879c45c561f5fb47', 'Ready for summer sport', 'INSTAGRAM', '{"text": "Summer sport injuries mostly come from doing in one weekend what was planned for a month. Start now, start small, and arrive fit on the day that it matters.\n\nWe test strength and range on both sides before anyone goes back to running, rowing or netball.\n\nWhom would you send this to?\n\n#SummerSport #GetReady #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/0944d290-7f91-5e2f-a055-a06b72965841.805ddf6c27d5ec63.jpg", "width": 1080, "height": 1080, "sha256": "805ddf6c27d5ec6342104f721e24d68a5ef497da0ee151119e797a0b0952dda5", "alt_text": "The words “Ready for summer sport” on a plain background in Harbour Physio''s colours.", "content_type": "image/jpeg"}], "platform": "INSTAGRAM"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '17841055490445041', '2026-11-29 01:46:42.399295+00', '{"kind": "explicit", "rule": null, "zone": "Pacific/Auckland", "minute": null, "changes": [], "local_time": "2026-11-29T14:46:42.399295+13:00", "utc_offset": "+13:00", "passed_over": [], "clock_change": "none"}', 'PUBLISHED', 3, NULL, 3, NULL, NULL, NULL, 'KheDl6tAfp4Q0Ljr3CvK', '96064582212245308', 'https://www.instagram.com/p/bzTJZo4M2oW/', '2026-11-29 01:46:42.51569+00', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', '2026-11-29 01:46:38.408564+00', '2026-11-29 01:46:42.541023+00', '01a224fb-99db-77f8-a285-9e545fe6586a', NULL, NULL, NULL, NULL, NULL, NULL, '[]', NULL, NULL, 0),
	('01a224fb-9a5e-7bb1-b92a-7294c9037d6d', '01a224fb-8e91-765c-bc82-37c530e75140', 'a97c7d6a-c477-5475-9453-28ed6addd80b', 2, 'sha256:644fecccad39a6934cb9303bb86c501900a0c81cfc3e6db9e837f9778b6794b2', 'Going back to running', 'FACEBOOK', '{"text": "Your lungs will be ready before your tendons are. That is why the first weeks back should feel too easy. Keep a day between runs and judge each one by how you feel the next morning, not by how you felt on the path.\n\nWe test strength and range on both sides before anyone goes back to running, rowing or netball.\n\nKnow somebody who needs to read this? Send it to them.\n\n#Running #ReturnToSport #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/a97c7d6a-c477-5475-9453-28ed6addd80b.f05e4336550fa2e1.png", "width": 1080, "height": 1080, "sha256": "f05e4336550fa2e1df62f29d575d161aaaabe76adf0d9e20ec3673b801e086e7", "alt_text": "Harbour Physio graphic: “Back to running, without the setback”, and below it in smaller letters “Walk, jog, repeat”.", "content_type": "image/png"}], "platform": "FACEBOOK"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '139196405762754', '2026-12-01 19:33:00+00', '{"kind": "rule", "rule": {"window": "08:00-11:00", "frequency": "THREE_WEEKLY", "days_of_week": [1, 3, 5], "posts_per_week": 3}, "zone": "Pacific/Auckland", "minute": "08:33", "changes": [{"at": "2026-11-29T01:46:43.057268Z", "change": "held", "detail": "All posts of the account are paused (Stocktaking). Resume them."}], "local_time": "2026-12-02T08:33:00+13:00", "utc_offset": "+13:00", "passed_over": [], "clock_change": "none"}', 'PARKED', 2, NULL, 0, 'paused_account', 'All posts of the account are paused (Stocktaking). Resume them.', 'resume', NULL, NULL, NULL, NULL, '01a224fb-8e98-78ac-95b5-49d293e5a1a9', '2026-11-29 01:46:38.550873+00', '2026-11-29 01:46:43.044482+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[{"code": "paused_account", "remedy": "resume", "message": "All posts of the account are paused (Stocktaking). Resume them."}]', NULL, NULL, 0),
	('01a224fb-9a63-760a-b1a6-d4e189f6a8cc', '01a224fb-8e91-765c-bc82-37c530e75140', 'a97c7d6a-c477-5475-9453-28ed6addd80b', 2, 'sha256:644fecccad39a6934cb9303bb86c501900a0c81cfc3e6db9e837f9778b6794b2', 'Going back to running', 'INSTAGRAM', '{"text": "Your lungs will be ready before your tendons are. That is why the first weeks back should feel too easy. Keep a day between runs and judge each one by how you feel the next morning, not by how you felt on the path.\n\nWe test strength and range on both sides before anyone goes back to running, rowing or netball.\n\nKnow somebody who needs to read this? Send it to them.\n\n#Running #ReturnToSport #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/a97c7d6a-c477-5475-9453-28ed6addd80b.29b237aa9b96f235.jpg", "width": 1080, "height": 1080, "sha256": "29b237aa9b96f235d7e435266e808bf014497b7c61efb486ae09bec30dca2e89", "alt_text": "Harbour Physio graphic: “Back to running, without the setback”, and below it in smaller letters “Walk, jog, repeat”.", "content_type": "image/jpeg"}], "platform": "INSTAGRAM"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '17841055490445041', '2026-12-01 19:33:00+00', '{"kind": "rule", "rule": {"window": "08:00-11:00", "frequency": "THREE_WEEKLY", "days_of_week": [1, 3, 5], "posts_per_week": 3}, "zone": "Pacific/Auckland", "minute": "08:33", "changes": [{"at": "2026-11-29T01:46:43.061622Z", "change": "held", "detail": "All posts of the account are paused (Stocktaking). Resume them."}], "local_time": "2026-12-02T08:33:00+13:00", "utc_offset": "+13:00", "passed_over": [], "clock_change": "none"}', 'PARKED', 2, NULL, 0, 'paused_account', 'All posts of the account are paused (Stocktaking). Resume them.', 'resume', NULL, NULL, NULL, NULL, '01a224fb-8e98-78ac-95b5-49d293e5a1a9', '2026-11-29 01:46:38.550873+00', '2026-11-29 01:46:43.044482+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[{"code": "paused_account", "remedy": "resume", "message": "All posts of the account are paused (Stocktaking). Resume them."}]', NULL, NULL, 0),
	('01a224fb-9a67-7b38-a5b1-59b9ae818a2a', '01a224fb-8e91-765c-bc82-37c530e75140', '1bfa559b-70cc-5b32-beed-458b3572ae05', 2, 'sha256:c807383736a1e161ae363d65d77c22cc51d3c93d4ecb1d45cf9347f6862e46ea', 'A small fact about us', 'FACEBOOK', '{"text": "Not everybody knows this about us, so here it is.\n\nWe treat the cause and not only the sore spot, and we explain each step in plain words.\n\nIf you have ever wondered, there you have it.\n\nWho in your house needs this?\n\n#HarbourPhysio #Physio #MoveWell #Auckland", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/1bfa559b-70cc-5b32-beed-458b3572ae05.d513b2c8e46bc47f.png", "width": 1080, "height": 1080, "sha256": "d513b2c8e46bc47fd801fb8cdfe787e0d7976838f413af07571e99ec54f6adb0", "alt_text": "The words “A small fact about us” on a plain background in Harbour Physio''s colours.", "content_type": "image/png"}], "platform": "FACEBOOK"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '139196405762754', '2026-12-03 21:44:00+00', '{"kind": "rule", "rule": {"window": "08:00-11:00", "frequency": "THREE_WEEKLY", "days_of_week": [1, 3, 5], "posts_per_week": 3}, "zone": "Pacific/Auckland", "minute": "10:44", "changes": [{"at": "2026-11-29T01:46:43.064304Z", "change": "held", "detail": "All posts of the account are paused (Stocktaking). Resume them."}], "local_time": "2026-12-04T10:44:00+13:00", "utc_offset": "+13:00", "passed_over": [], "clock_change": "none"}', 'PARKED', 2, NULL, 0, 'paused_account', 'All posts of the account are paused (Stocktaking). Resume them.', 'resume', NULL, NULL, NULL, NULL, '01a224fb-8e98-78ac-95b5-49d293e5a1a9', '2026-11-29 01:46:38.550873+00', '2026-11-29 01:46:43.044482+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[{"code": "paused_account", "remedy": "resume", "message": "All posts of the account are paused (Stocktaking). Resume them."}]', NULL, NULL, 0),
	('01a224fb-9a69-7676-809a-948fadde6136', '01a224fb-8e91-765c-bc82-37c530e75140', '1bfa559b-70cc-5b32-beed-458b3572ae05', 2, 'sha256:c807383736a1e161ae363d65d77c22cc51d3c93d4ecb1d45cf9347f6862e46ea', 'A small fact about us', 'INSTAGRAM', '{"text": "Not everybody knows this about us, so here it is.\n\nWe treat the cause and not only the sore spot, and we explain each step in plain words.\n\nIf you have ever wondered, there you have it.\n\nWho in your house needs this?\n\n#HarbourPhysio #Physio #MoveWell #Auckland", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/1bfa559b-70cc-5b32-beed-458b3572ae05.138ec8f4747db5a7.jpg", "width": 1080, "height": 1080, "sha256": "138ec8f4747db5a7583d62c939250f155061eb27e983657c1e8825e3a754402b", "alt_text": "The words “A small fact about us” on a plain background in Harbour Physio''s colours.", "content_type": "image/jpeg"}], "platform": "INSTAGRAM"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '17841055490445041', '2026-12-03 21:44:00+00', '{"kind": "rule", "rule": {"window": "08:00-11:00", "frequency": "THREE_WEEKLY", "days_of_week": [1, 3, 5], "posts_per_week": 3}, "zone": "Pacific/Auckland", "minute": "10:44", "changes": [{"at": "2026-11-29T01:46:43.066544Z", "change": "held", "detail": "All posts of the account are paused (Stocktaking). Resume them."}], "local_time": "2026-12-04T10:44:00+13:00", "utc_offset": "+13:00", "passed_over": [], "clock_change": "none"}', 'PARKED', 2, NULL, 0, 'paused_account', 'All posts of the account are paused (Stocktaking). Resume them.', 'resume', NULL, NULL, NULL, NULL, '01a224fb-8e98-78ac-95b5-49d293e5a1a9', '2026-11-29 01:46:38.550873+00', '2026-11-29 01:46:43.044482+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[{"code": "paused_account", "remedy": "resume", "message": "All posts of the account are paused (Stocktaking). Resume them."}]', NULL, NULL, 0),
	('01a224fb-9a6c-79e7-825a-c8314628033a', '01a224fb-8e91-765c-bc82-37c530e75140', 'c5cbfd56-d009-5f21-8241-c5a31d296fd2', 2, 'sha256:aad289c325d08200bb608c8e2177386da8128ba4e55bd12d571cdcf1dac2be7d', 'This month''s offer', 'FACEBOOK', '{"text": "Something that people have been asking us about: Free 15-minute running assessment with every first appointment this month.\n\nIn case we have not met: Harbour Physio is a physiotherapy clinic in Devonport, Auckland. We help people with back and neck pain, sports injuries and recovery after surgery.\n\nNot sure whether we can help? Ask. It costs nothing to find out.\n\n#HarbourPhysio #Physio #MoveWell #Auckland", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/c5cbfd56-d009-5f21-8241-c5a31d296fd2.0954787fd7b495bd.png", "width": 1080, "height": 1080, "sha256": "0954787fd7b495bdaad16c9b4fc1b9b87ca7daa723d9e05b5170b496a80983e4", "alt_text": "The words “This month, for you” on a plain background in Harbour Physio''s colours.", "content_type": "image/png"}], "platform": "FACEBOOK"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '139196405762754', '2026-12-06 21:19:00+00', '{"kind": "rule", "rule": {"window": "08:00-11:00", "frequency": "THREE_WEEKLY", "days_of_week": [1, 3, 5], "posts_per_week": 3}, "zone": "Pacific/Auckland", "minute": "10:19", "changes": [{"at": "2026-11-29T01:46:43.068466Z", "change": "held", "detail": "All posts of the account are paused (Stocktaking). Resume them."}], "local_time": "2026-12-07T10:19:00+13:00", "utc_offset": "+13:00", "passed_over": [], "clock_change": "none"}', 'PARKED', 2, NULL, 0, 'paused_account', 'All posts of the account are paused (Stocktaking). Resume them.', 'resume', NULL, NULL, NULL, NULL, '01a224fb-8e98-78ac-95b5-49d293e5a1a9', '2026-11-29 01:46:38.550873+00', '2026-11-29 01:46:43.044482+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[{"code": "paused_account", "remedy": "resume", "message": "All posts of the account are paused (Stocktaking). Resume them."}]', NULL, NULL, 0),
	('01a224fb-9a6f-700b-a6fe-fff2f4902040', '01a224fb-8e91-765c-bc82-37c530e75140', 'c5cbfd56-d009-5f21-8241-c5a31d296fd2', 2, 'sha256:aad289c325d08200bb608c8e2177386da8128ba4e55bd12d571cdcf1dac2be7d', 'This month''s offer', 'INSTAGRAM', '{"text": "Something that people have been asking us about: Free 15-minute running assessment with every first appointment this month.\n\nIn case we have not met: Harbour Physio is a physiotherapy clinic in Devonport, Auckland. We help people with back and neck pain, sports injuries and recovery after surgery.\n\nNot sure whether we can help? Ask. It costs nothing to find out.\n\n#HarbourPhysio #Physio #MoveWell #Auckland", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/c5cbfd56-d009-5f21-8241-c5a31d296fd2.9cedd7eb4c55fd33.jpg", "width": 1080, "height": 1080, "sha256": "9cedd7eb4c55fd337049d352f53aa1c0b5f56b01b91342d8edd909f95512bfdf", "alt_text": "The words “This month, for you” on a plain background in Harbour Physio''s colours.", "content_type": "image/jpeg"}], "platform": "INSTAGRAM"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '17841055490445041', '2026-12-06 21:19:00+00', '{"kind": "rule", "rule": {"window": "08:00-11:00", "frequency": "THREE_WEEKLY", "days_of_week": [1, 3, 5], "posts_per_week": 3}, "zone": "Pacific/Auckland", "minute": "10:19", "changes": [{"at": "2026-11-29T01:46:43.070606Z", "change": "held", "detail": "All posts of the account are paused (Stocktaking). Resume them."}], "local_time": "2026-12-07T10:19:00+13:00", "utc_offset": "+13:00", "passed_over": [], "clock_change": "none"}', 'PARKED', 2, NULL, 0, 'paused_account', 'All posts of the account are paused (Stocktaking). Resume them.', 'resume', NULL, NULL, NULL, NULL, '01a224fb-8e98-78ac-95b5-49d293e5a1a9', '2026-11-29 01:46:38.550873+00', '2026-11-29 01:46:43.044482+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[{"code": "paused_account", "remedy": "resume", "message": "All posts of the account are paused (Stocktaking). Resume them."}]', NULL, NULL, 0),
	('01a224fb-9a73-7041-ada8-aee25d59357d', '01a224fb-8e91-765c-bc82-37c530e75140', 'c1aecf65-a5c0-522c-bf9c-18a88eedaa55', 2, 'sha256:1eec47e04161ac0b2c37faad01e0d47acc42ecba639621d1d28c42558f4920c4', 'How long will it take?', 'FACEBOOK', '{"text": "\"How long will it take?\" is a fair question, and it deserves better than \"it depends\". Muscles grumble for a couple of weeks. Sprains want six. Tendons are slow and like three months. What we can do is to make that time useful.\n\nYou can book without seeing a doctor first, and we can lodge your ACC claim for you.\n\nTell us in the comments what works for you.\n\n#HealingTakesTime #Recovery #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/c1aecf65-a5c0-522c-bf9c-18a88eedaa55.3897f7cf1a323ae9.png", "width": 1080, "height": 1080, "sha256": "3897f7cf1a323ae92a9cd1b6636c2bd5db7e98ed9446d3123a967a2fe0051de4", "alt_text": "Square graphic in the colours of Harbour Physio with the words “How long will it take?”.", "content_type": "image/png"}], "platform": "FACEBOOK"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '139196405762754', '2026-12-08 21:27:00+00', '{"kind": "rule", "rule": {"window": "08:00-11:00", "frequency": "THREE_WEEKLY", "days_of_week": [1, 3, 5], "posts_per_week": 3}, "zone": "Pacific/Auckland", "minute": "10:27", "changes": [{"at": "2026-11-29T01:46:43.072806Z", "change": "held", "detail": "All posts of the account are paused (Stocktaking). Resume them."}], "local_time": "2026-12-09T10:27:00+13:00", "utc_offset": "+13:00", "passed_over": [], "clock_change": "none"}', 'PARKED', 2, NULL, 0, 'paused_account', 'All posts of the account are paused (Stocktaking). Resume them.', 'resume', NULL, NULL, NULL, NULL, '01a224fb-8e98-78ac-95b5-49d293e5a1a9', '2026-11-29 01:46:38.550873+00', '2026-11-29 01:46:43.044482+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[{"code": "paused_account", "remedy": "resume", "message": "All posts of the account are paused (Stocktaking). Resume them."}]', NULL, NULL, 0),
	('01a224fb-9a75-79fc-ab0e-58c0f19b26a1', '01a224fb-8e91-765c-bc82-37c530e75140', 'c1aecf65-a5c0-522c-bf9c-18a88eedaa55', 2, 'sha256:1eec47e04161ac0b2c37faad01e0d47acc42ecba639621d1d28c42558f4920c4', 'How long will it take?', 'INSTAGRAM', '{"text": "\"How long will it take?\" is a fair question, and it deserves better than \"it depends\". Muscles grumble for a couple of weeks. Sprains want six. Tendons are slow and like three months. What we can do is to make that time useful.\n\nYou can book without seeing a doctor first, and we can lodge your ACC claim for you.\n\nTell us in the comments what works for you.\n\n#HealingTakesTime #Recovery #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/c1aecf65-a5c0-522c-bf9c-18a88eedaa55.c303242f2b77bcad.jpg", "width": 1080, "height": 1080, "sha256": "c303242f2b77bcad4bb89df0a968ffad71da4cdad77f4f4f1d3197c0d5dc57a7", "alt_text": "Square graphic in the colours of Harbour Physio with the words “How long will it take?”.", "content_type": "image/jpeg"}], "platform": "INSTAGRAM"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '17841055490445041', '2026-12-08 21:27:00+00', '{"kind": "rule", "rule": {"window": "08:00-11:00", "frequency": "THREE_WEEKLY", "days_of_week": [1, 3, 5], "posts_per_week": 3}, "zone": "Pacific/Auckland", "minute": "10:27", "changes": [{"at": "2026-11-29T01:46:43.074819Z", "change": "held", "detail": "All posts of the account are paused (Stocktaking). Resume them."}], "local_time": "2026-12-09T10:27:00+13:00", "utc_offset": "+13:00", "passed_over": [], "clock_change": "none"}', 'PARKED', 2, NULL, 0, 'paused_account', 'All posts of the account are paused (Stocktaking). Resume them.', 'resume', NULL, NULL, NULL, NULL, '01a224fb-8e98-78ac-95b5-49d293e5a1a9', '2026-11-29 01:46:38.550873+00', '2026-11-29 01:46:43.044482+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[{"code": "paused_account", "remedy": "resume", "message": "All posts of the account are paused (Stocktaking). Resume them."}]', NULL, NULL, 0),
	('01a224fb-9a77-7e50-836d-a71765254ecf', '01a224fb-8e91-765c-bc82-37c530e75140', 'f3a13488-4c55-5b51-a3bd-db4c001c13d5', 2, 'sha256:19fe60287efd80fd7d4096c3c01859a482143d55f27f686a091b83daeb037286', 'A word about new parents', 'FACEBOOK', '{"text": "Eight kilos, lifted forty times a day, mostly with one arm and no sleep. No gym would allow it. Bring the cot side down before you lift, feed with a cushion under the arm, and swap the hip that you carry on.\n\nWe look after runners, rowers, desk workers, new parents and people who are getting used to a new hip or knee.\n\nKnow somebody who needs to read this? Send it to them.\n\n#NewParents #PelvicHealth #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/f3a13488-4c55-5b51-a3bd-db4c001c13d5.17f482192ee42bf8.png", "width": 1080, "height": 1080, "sha256": "17f482192ee42bf8a277e37d95a62c5621e0c8e09521e748dd299cf985e29486", "alt_text": "Square graphic in the colours of Harbour Physio with the words “New parents have backs too”.", "content_type": "image/png"}], "platform": "FACEBOOK"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '139196405762754', '2026-12-10 19:43:00+00', '{"kind": "rule", "rule": {"window": "08:00-11:00", "frequency": "THREE_WEEKLY", "days_of_week": [1, 3, 5], "posts_per_week": 3}, "zone": "Pacific/Auckland", "minute": "08:43", "changes": [{"at": "2026-11-29T01:46:43.076590Z", "change": "held", "detail": "All posts of the account are paused (Stocktaking). Resume them."}], "local_time": "2026-12-11T08:43:00+13:00", "utc_offset": "+13:00", "passed_over": [], "clock_change": "none"}', 'PARKED', 2, NULL, 0, 'paused_account', 'All posts of the account are paused (Stocktaking). Resume them.', 'resume', NULL, NULL, NULL, NULL, '01a224fb-8e98-78ac-95b5-49d293e5a1a9', '2026-11-29 01:46:38.550873+00', '2026-11-29 01:46:43.044482+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[{"code": "paused_account", "remedy": "resume", "message": "All posts of the account are paused (Stocktaking). Resume them."}]', NULL, NULL, 0),
	('01a224fb-9a7a-7731-8c65-1d356d0b868e', '01a224fb-8e91-765c-bc82-37c530e75140', 'f3a13488-4c55-5b51-a3bd-db4c001c13d5', 2, 'sha256:19fe60287efd80fd7d4096c3c01859a482143d55f27f686a091b83daeb037286', 'A word about new parents', 'INSTAGRAM', '{"text": "Eight kilos, lifted forty times a day, mostly with one arm and no sleep. No gym would allow it. Bring the cot side down before you lift, feed with a cushion under the arm, and swap the hip that you carry on.\n\nWe look after runners, rowers, desk workers, new parents and people who are getting used to a new hip or knee.\n\nKnow somebody who needs to read this? Send it to them.\n\n#NewParents #PelvicHealth #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/f3a13488-4c55-5b51-a3bd-db4c001c13d5.6a5b5a6989f94ea7.jpg", "width": 1080, "height": 1080, "sha256": "6a5b5a6989f94ea77c3a5ad9829007924a96c7fe032075c9ad0483b708c92d65", "alt_text": "Square graphic in the colours of Harbour Physio with the words “New parents have backs too”.", "content_type": "image/jpeg"}], "platform": "INSTAGRAM"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '17841055490445041', '2026-12-10 19:43:00+00', '{"kind": "rule", "rule": {"window": "08:00-11:00", "frequency": "THREE_WEEKLY", "days_of_week": [1, 3, 5], "posts_per_week": 3}, "zone": "Pacific/Auckland", "minute": "08:43", "changes": [{"at": "2026-11-29T01:46:43.079299Z", "change": "held", "detail": "All posts of the account are paused (Stocktaking). Resume them."}], "local_time": "2026-12-11T08:43:00+13:00", "utc_offset": "+13:00", "passed_over": [], "clock_change": "none"}', 'PARKED', 2, NULL, 0, 'paused_account', 'All posts of the account are paused (Stocktaking). Resume them.', 'resume', NULL, NULL, NULL, NULL, '01a224fb-8e98-78ac-95b5-49d293e5a1a9', '2026-11-29 01:46:38.550873+00', '2026-11-29 01:46:43.044482+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[{"code": "paused_account", "remedy": "resume", "message": "All posts of the account are paused (Stocktaking). Resume them."}]', NULL, NULL, 0),
	('01a224fb-9a7c-70c7-8d73-0967f20b1173', '01a224fb-8e91-765c-bc82-37c530e75140', '2df3b3f6-b0b0-5ae9-8743-4ec974cf8767', 2, 'sha256:eaa9eb844a4ea1cad914917cc966016f65af981f5d182c0d7b120c4895d0a3ee', 'The warm-up that fits in five minutes', 'FACEBOOK', '{"text": "A warm-up should look like a slow version of what comes next. Rowers hinge, netballers land, footballers turn. Start easy, finish brisk, and be ready when the whistle goes.\n\nWe test strength and range on both sides before anyone goes back to running, rowing or netball.\n\nWho in your house needs this?\n\n#WarmUp #WeekendSport #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/2df3b3f6-b0b0-5ae9-8743-4ec974cf8767.62f9f73d9af6748e.png", "width": 1080, "height": 1080, "sha256": "62f9f73d9af6748e5b1dc7ac380a29000281925f2a327d92487cadff81a4c09d", "alt_text": "Harbour Physio graphic: “A five-minute warm-up”, and below it in smaller letters “Before netball, rowing or football”.", "content_type": "image/png"}], "platform": "FACEBOOK"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '139196405762754', '2026-12-13 19:32:00+00', '{"kind": "rule", "rule": {"window": "08:00-11:00", "frequency": "THREE_WEEKLY", "days_of_week": [1, 3, 5], "posts_per_week": 3}, "zone": "Pacific/Auckland", "minute": "08:32", "changes": [{"at": "2026-11-29T01:46:43.081374Z", "change": "held", "detail": "All posts of the account are paused (Stocktaking). Resume them."}], "local_time": "2026-12-14T08:32:00+13:00", "utc_offset": "+13:00", "passed_over": [], "clock_change": "none"}', 'PARKED', 2, NULL, 0, 'paused_account', 'All posts of the account are paused (Stocktaking). Resume them.', 'resume', NULL, NULL, NULL, NULL, '01a224fb-8e98-78ac-95b5-49d293e5a1a9', '2026-11-29 01:46:38.550873+00', '2026-11-29 01:46:43.044482+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[{"code": "paused_account", "remedy": "resume", "message": "All posts of the account are paused (Stocktaking). Resume them."}]', NULL, NULL, 0),
	('01a224fb-9a7f-7c0c-bbd5-936b0c063c7e', '01a224fb-8e91-765c-bc82-37c530e75140', '2df3b3f6-b0b0-5ae9-8743-4ec974cf8767', 2, 'sha256:eaa9eb844a4ea1cad914917cc966016f65af981f5d182c0d7b120c4895d0a3ee', 'The warm-up that fits in five minutes', 'INSTAGRAM', '{"text": "A warm-up should look like a slow version of what comes next. Rowers hinge, netballers land, footballers turn. Start easy, finish brisk, and be ready when the whistle goes.\n\nWe test strength and range on both sides before anyone goes back to running, rowing or netball.\n\nWho in your house needs this?\n\n#WarmUp #WeekendSport #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/2df3b3f6-b0b0-5ae9-8743-4ec974cf8767.19dac2b2e3b49c74.jpg", "width": 1080, "height": 1080, "sha256": "19dac2b2e3b49c744ddaa0762cc30dcf247c839e0f5007988765b5ac0f66db02", "alt_text": "Harbour Physio graphic: “A five-minute warm-up”, and below it in smaller letters “Before netball, rowing or football”.", "content_type": "image/jpeg"}], "platform": "INSTAGRAM"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '17841055490445041', '2026-12-13 19:32:00+00', '{"kind": "rule", "rule": {"window": "08:00-11:00", "frequency": "THREE_WEEKLY", "days_of_week": [1, 3, 5], "posts_per_week": 3}, "zone": "Pacific/Auckland", "minute": "08:32", "changes": [{"at": "2026-11-29T01:46:43.083714Z", "change": "held", "detail": "All posts of the account are paused (Stocktaking). Resume them."}], "local_time": "2026-12-14T08:32:00+13:00", "utc_offset": "+13:00", "passed_over": [], "clock_change": "none"}', 'PARKED', 2, NULL, 0, 'paused_account', 'All posts of the account are paused (Stocktaking). Resume them.', 'resume', NULL, NULL, NULL, NULL, '01a224fb-8e98-78ac-95b5-49d293e5a1a9', '2026-11-29 01:46:38.550873+00', '2026-11-29 01:46:43.044482+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[{"code": "paused_account", "remedy": "resume", "message": "All posts of the account are paused (Stocktaking). Resume them."}]', NULL, NULL, 0),
	('01a224fb-9a82-7d00-8d91-3997c70df375', '01a224fb-8e91-765c-bc82-37c530e75140', 'd0bdfa68-84fc-5ac3-b56f-51a2421e8508', 2, 'sha256:de557c6a4f950f2e2f7eb900fec4295096c651301666b53a0a9770a4b207e0f2', 'A reminder about our offer', 'FACEBOOK', '{"text": "Have you been putting it off? Perhaps this helps: Free 15-minute running assessment with every first appointment this month.\n\nIn case we have not met: Harbour Physio is a physiotherapy clinic in Devonport, Auckland. We help people with back and neck pain, sports injuries and recovery after surgery.\n\nWe would be glad to meet you.\n\n#HarbourPhysio #Physio #MoveWell #Auckland", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/d0bdfa68-84fc-5ac3-b56f-51a2421e8508.3da46588f981ae6f.png", "width": 1080, "height": 1080, "sha256": "3da46588f981ae6fb77deba81e21efe21ffefc528b5dcadd9ba854af7f909e15", "alt_text": "Square graphic in the colours of Harbour Physio with the words “Still time”.", "content_type": "image/png"}], "platform": "FACEBOOK"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '139196405762754', '2026-12-15 21:05:00+00', '{"kind": "rule", "rule": {"window": "08:00-11:00", "frequency": "THREE_WEEKLY", "days_of_week": [1, 3, 5], "posts_per_week": 3}, "zone": "Pacific/Auckland", "minute": "10:05", "changes": [{"at": "2026-11-29T01:46:43.085766Z", "change": "held", "detail": "All posts of the account are paused (Stocktaking). Resume them."}], "local_time": "2026-12-16T10:05:00+13:00", "utc_offset": "+13:00", "passed_over": [], "clock_change": "none"}', 'PARKED', 2, NULL, 0, 'paused_account', 'All posts of the account are paused (Stocktaking). Resume them.', 'resume', NULL, NULL, NULL, NULL, '01a224fb-8e98-78ac-95b5-49d293e5a1a9', '2026-11-29 01:46:38.550873+00', '2026-11-29 01:46:43.044482+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[{"code": "paused_account", "remedy": "resume", "message": "All posts of the account are paused (Stocktaking). Resume them."}]', NULL, NULL, 0),
	('01a224fb-9a84-721c-a594-801dea4fd8a7', '01a224fb-8e91-765c-bc82-37c530e75140', 'd0bdfa68-84fc-5ac3-b56f-51a2421e8508', 2, 'sha256:de557c6a4f950f2e2f7eb900fec4295096c651301666b53a0a9770a4b207e0f2', 'A reminder about our offer', 'INSTAGRAM', '{"text": "Have you been putting it off? Perhaps this helps: Free 15-minute running assessment with every first appointment this month.\n\nIn case we have not met: Harbour Physio is a physiotherapy clinic in Devonport, Auckland. We help people with back and neck pain, sports injuries and recovery after surgery.\n\nWe would be glad to meet you.\n\n#HarbourPhysio #Physio #MoveWell #Auckland", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/d0bdfa68-84fc-5ac3-b56f-51a2421e8508.019c9c08805dfd49.jpg", "width": 1080, "height": 1080, "sha256": "019c9c08805dfd4971149818a94c7d4104cf13d8b89e8fb378182110003c583f", "alt_text": "Square graphic in the colours of Harbour Physio with the words “Still time”.", "content_type": "image/jpeg"}], "platform": "INSTAGRAM"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '17841055490445041', '2026-12-15 21:05:00+00', '{"kind": "rule", "rule": {"window": "08:00-11:00", "frequency": "THREE_WEEKLY", "days_of_week": [1, 3, 5], "posts_per_week": 3}, "zone": "Pacific/Auckland", "minute": "10:05", "changes": [{"at": "2026-11-29T01:46:43.087854Z", "change": "held", "detail": "All posts of the account are paused (Stocktaking). Resume them."}], "local_time": "2026-12-16T10:05:00+13:00", "utc_offset": "+13:00", "passed_over": [], "clock_change": "none"}', 'PARKED', 2, NULL, 0, 'paused_account', 'All posts of the account are paused (Stocktaking). Resume them.', 'resume', NULL, NULL, NULL, NULL, '01a224fb-8e98-78ac-95b5-49d293e5a1a9', '2026-11-29 01:46:38.550873+00', '2026-11-29 01:46:43.044482+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[{"code": "paused_account", "remedy": "resume", "message": "All posts of the account are paused (Stocktaking). Resume them."}]', NULL, NULL, 0),
	('01a224fb-9a86-72d7-97ea-390a84d8e0e0', '01a224fb-8e91-765c-bc82-37c530e75140', '6aabf560-9bfe-50a9-9ff3-46d497a8dbea', 2, 'sha256:c385d695bd4fef33c5b843788b940abff94651d660e61f49f89fd0af598c7668', 'Something we are proud of', 'FACEBOOK', '{"text": "Not everybody knows this about us, so here it is.\n\nYou can book without seeing a doctor first, and we can lodge your ACC claim for you.\n\nThat is the sort of place we want to be.\n\nCome in and meet us.\n\n#HarbourPhysio #Physio #MoveWell #Auckland", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/6aabf560-9bfe-50a9-9ff3-46d497a8dbea.54d8c04fa02db09c.png", "width": 1080, "height": 1080, "sha256": "54d8c04fa02db09cc2bcc01a6c113add495e6dc49cdc4107dfdb3584c4a87b52", "alt_text": "Harbour Physio graphic: “We are proud of this”, and below it in smaller letters “You can book without seeing a doctor first, and we can lodge your ACC claim for you.”.", "content_type": "image/png"}], "platform": "FACEBOOK"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '139196405762754', '2026-12-17 21:23:00+00', '{"kind": "rule", "rule": {"window": "08:00-11:00", "frequency": "THREE_WEEKLY", "days_of_week": [1, 3, 5], "posts_per_week": 3}, "zone": "Pacific/Auckland", "minute": "10:23", "changes": [{"at": "2026-11-29T01:46:43.089737Z", "change": "held", "detail": "All posts of the account are paused (Stocktaking). Resume them."}], "local_time": "2026-12-18T10:23:00+13:00", "utc_offset": "+13:00", "passed_over": [], "clock_change": "none"}', 'PARKED', 2, NULL, 0, 'paused_account', 'All posts of the account are paused (Stocktaking). Resume them.', 'resume', NULL, NULL, NULL, NULL, '01a224fb-8e98-78ac-95b5-49d293e5a1a9', '2026-11-29 01:46:38.550873+00', '2026-11-29 01:46:43.044482+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[{"code": "paused_account", "remedy": "resume", "message": "All posts of the account are paused (Stocktaking). Resume them."}]', NULL, NULL, 0),
	('01a224fb-9a89-7322-8117-acba0935162d', '01a224fb-8e91-765c-bc82-37c530e75140', '6aabf560-9bfe-50a9-9ff3-46d497a8dbea', 2, 'sha256:c385d695bd4fef33c5b843788b940abff94651d660e61f49f89fd0af598c7668', 'Something we are proud of', 'INSTAGRAM', '{"text": "Not everybody knows this about us, so here it is.\n\nYou can book without seeing a doctor first, and we can lodge your ACC claim for you.\n\nThat is the sort of place we want to be.\n\nCome in and meet us.\n\n#HarbourPhysio #Physio #MoveWell #Auckland", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/6aabf560-9bfe-50a9-9ff3-46d497a8dbea.b75dbf95342bfd30.jpg", "width": 1080, "height": 1080, "sha256": "b75dbf95342bfd3068cb2a7d1e4ed0a493b3bf03c0412c27667e68e0244f49dd", "alt_text": "Harbour Physio graphic: “We are proud of this”, and below it in smaller letters “You can book without seeing a doctor first, and we can lodge your ACC claim for you.”.", "content_type": "image/jpeg"}], "platform": "INSTAGRAM"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '17841055490445041', '2026-12-17 21:23:00+00', '{"kind": "rule", "rule": {"window": "08:00-11:00", "frequency": "THREE_WEEKLY", "days_of_week": [1, 3, 5], "posts_per_week": 3}, "zone": "Pacific/Auckland", "minute": "10:23", "changes": [{"at": "2026-11-29T01:46:43.092029Z", "change": "held", "detail": "All posts of the account are paused (Stocktaking). Resume them."}], "local_time": "2026-12-18T10:23:00+13:00", "utc_offset": "+13:00", "passed_over": [], "clock_change": "none"}', 'PARKED', 2, NULL, 0, 'paused_account', 'All posts of the account are paused (Stocktaking). Resume them.', 'resume', NULL, NULL, NULL, NULL, '01a224fb-8e98-78ac-95b5-49d293e5a1a9', '2026-11-29 01:46:38.550873+00', '2026-11-29 01:46:43.044482+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[{"code": "paused_account", "remedy": "resume", "message": "All posts of the account are paused (Stocktaking). Resume them."}]', NULL, NULL, 0),
	('01a224fb-9a8b-7e65-9f76-02e77c0b355a', '01a224fb-8e91-765c-bc82-37c530e75140', 'e51e943c-86e6-5ba0-ba42-5de14c1cbc17', 2, 'sha256:360c447d7e5e5745b50df0cac674f9ffafa8c9d4d64a44cf75e6b702ad1e228a', 'Standing on one leg', 'FACEBOOK', '{"text": "Balance goes quietly, and so it is worth a check now and then. One leg, ten seconds, something to hold on to within reach. Tell us in the comments how it went. We promise not to laugh.\n\nWe test strength and range on both sides before anyone goes back to running, rowing or netball.\n\nSave this for the day you need it.\n\n#BalanceTest #StayActive #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/e51e943c-86e6-5ba0-ba42-5de14c1cbc17.661aa71e52cd1c9d.png", "width": 1080, "height": 1080, "sha256": "661aa71e52cd1c9d1b29ef04080678939473164d92a11a7bbf905c65d2f3a3a0", "alt_text": "The words “Can you stand on one leg?” on a plain background in Harbour Physio''s colours.", "content_type": "image/png"}], "platform": "FACEBOOK"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '139196405762754', '2026-12-20 21:38:00+00', '{"kind": "rule", "rule": {"window": "08:00-11:00", "frequency": "THREE_WEEKLY", "days_of_week": [1, 3, 5], "posts_per_week": 3}, "zone": "Pacific/Auckland", "minute": "10:38", "changes": [{"at": "2026-11-29T01:46:43.094237Z", "change": "held", "detail": "All posts of the account are paused (Stocktaking). Resume them."}], "local_time": "2026-12-21T10:38:00+13:00", "utc_offset": "+13:00", "passed_over": [], "clock_change": "none"}', 'PARKED', 2, NULL, 0, 'paused_account', 'All posts of the account are paused (Stocktaking). Resume them.', 'resume', NULL, NULL, NULL, NULL, '01a224fb-8e98-78ac-95b5-49d293e5a1a9', '2026-11-29 01:46:38.550873+00', '2026-11-29 01:46:43.044482+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[{"code": "paused_account", "remedy": "resume", "message": "All posts of the account are paused (Stocktaking). Resume them."}]', NULL, NULL, 0),
	('01a224fb-9a8e-7070-bd66-0c51ae4c4dc1', '01a224fb-8e91-765c-bc82-37c530e75140', 'e51e943c-86e6-5ba0-ba42-5de14c1cbc17', 2, 'sha256:360c447d7e5e5745b50df0cac674f9ffafa8c9d4d64a44cf75e6b702ad1e228a', 'Standing on one leg', 'INSTAGRAM', '{"text": "Balance goes quietly, and so it is worth a check now and then. One leg, ten seconds, something to hold on to within reach. Tell us in the comments how it went. We promise not to laugh.\n\nWe test strength and range on both sides before anyone goes back to running, rowing or netball.\n\nSave this for the day you need it.\n\n#BalanceTest #StayActive #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/e51e943c-86e6-5ba0-ba42-5de14c1cbc17.989d74d48d8edb6f.jpg", "width": 1080, "height": 1080, "sha256": "989d74d48d8edb6f9761c1c3c47373e7f4e1cf2bc360cc734cd664ea46370c78", "alt_text": "The words “Can you stand on one leg?” on a plain background in Harbour Physio''s colours.", "content_type": "image/jpeg"}], "platform": "INSTAGRAM"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '17841055490445041', '2026-12-20 21:38:00+00', '{"kind": "rule", "rule": {"window": "08:00-11:00", "frequency": "THREE_WEEKLY", "days_of_week": [1, 3, 5], "posts_per_week": 3}, "zone": "Pacific/Auckland", "minute": "10:38", "changes": [{"at": "2026-11-29T01:46:43.096360Z", "change": "held", "detail": "All posts of the account are paused (Stocktaking). Resume them."}], "local_time": "2026-12-21T10:38:00+13:00", "utc_offset": "+13:00", "passed_over": [], "clock_change": "none"}', 'PARKED', 2, NULL, 0, 'paused_account', 'All posts of the account are paused (Stocktaking). Resume them.', 'resume', NULL, NULL, NULL, NULL, '01a224fb-8e98-78ac-95b5-49d293e5a1a9', '2026-11-29 01:46:38.550873+00', '2026-11-29 01:46:43.044482+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[{"code": "paused_account", "remedy": "resume", "message": "All posts of the account are paused (Stocktaking). Resume them."}]', NULL, NULL, 0),
	('01a224fb-9a90-76a8-b4e1-558b3cf747e4', '01a224fb-8e91-765c-bc82-37c530e75140', '667ddabe-55a6-544d-98ac-5e900ee23a6f', 2, 'sha256:c33ae1d83b1994df88010ebc4e7b85234b469e3e5071413474646660494f42cd', 'Sleep with a sore shoulder', 'FACEBOOK', '{"text": "If a shoulder wakes you at two in the morning, it is usually how the arm hangs. Give it something to lie on. A pillow under the forearm is often enough to get you to breakfast.\n\nWe work with your surgeon''s plan after knee, hip and shoulder operations, from the first week to the last stair.\n\nWhat would you like to be able to do again?\n\n#ShoulderPain #SleepWell #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/667ddabe-55a6-544d-98ac-5e900ee23a6f.650b2b438e324359.png", "width": 1080, "height": 1080, "sha256": "650b2b438e324359e4a500ddb28f3f44770adc7807085229f527a17dfd059133", "alt_text": "Harbour Physio graphic: “Sleeping with a sore shoulder”, and below it in smaller letters “A pillow in the right place”.", "content_type": "image/png"}], "platform": "FACEBOOK"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '139196405762754', '2026-12-22 19:05:00+00', '{"kind": "rule", "rule": {"window": "08:00-11:00", "frequency": "THREE_WEEKLY", "days_of_week": [1, 3, 5], "posts_per_week": 3}, "zone": "Pacific/Auckland", "minute": "08:05", "changes": [{"at": "2026-11-29T01:46:43.098338Z", "change": "held", "detail": "All posts of the account are paused (Stocktaking). Resume them."}], "local_time": "2026-12-23T08:05:00+13:00", "utc_offset": "+13:00", "passed_over": [], "clock_change": "none"}', 'PARKED', 2, NULL, 0, 'paused_account', 'All posts of the account are paused (Stocktaking). Resume them.', 'resume', NULL, NULL, NULL, NULL, '01a224fb-8e98-78ac-95b5-49d293e5a1a9', '2026-11-29 01:46:38.550873+00', '2026-11-29 01:46:43.044482+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[{"code": "paused_account", "remedy": "resume", "message": "All posts of the account are paused (Stocktaking). Resume them."}]', NULL, NULL, 0),
	('01a224fb-9a93-75dd-b053-546c90404322', '01a224fb-8e91-765c-bc82-37c530e75140', '667ddabe-55a6-544d-98ac-5e900ee23a6f', 2, 'sha256:c33ae1d83b1994df88010ebc4e7b85234b469e3e5071413474646660494f42cd', 'Sleep with a sore shoulder', 'INSTAGRAM', '{"text": "If a shoulder wakes you at two in the morning, it is usually how the arm hangs. Give it something to lie on. A pillow under the forearm is often enough to get you to breakfast.\n\nWe work with your surgeon''s plan after knee, hip and shoulder operations, from the first week to the last stair.\n\nWhat would you like to be able to do again?\n\n#ShoulderPain #SleepWell #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/667ddabe-55a6-544d-98ac-5e900ee23a6f.d8435a39670dfa9c.jpg", "width": 1080, "height": 1080, "sha256": "d8435a39670dfa9cea1f2bc00b5ffc3a5faed15e651b750b5582e2d0f61dddf7", "alt_text": "Harbour Physio graphic: “Sleeping with a sore shoulder”, and below it in smaller letters “A pillow in the right place”.", "content_type": "image/jpeg"}], "platform": "INSTAGRAM"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '17841055490445041', '2026-12-22 19:05:00+00', '{"kind": "rule", "rule": {"window": "08:00-11:00", "frequency": "THREE_WEEKLY", "days_of_week": [1, 3, 5], "posts_per_week": 3}, "zone": "Pacific/Auckland", "minute": "08:05", "changes": [{"at": "2026-11-29T01:46:43.100341Z", "change": "held", "detail": "All posts of the account are paused (Stocktaking). Resume them."}], "local_time": "2026-12-23T08:05:00+13:00", "utc_offset": "+13:00", "passed_over": [], "clock_change": "none"}', 'PARKED', 2, NULL, 0, 'paused_account', 'All posts of the account are paused (Stocktaking). Resume them.', 'resume', NULL, NULL, NULL, NULL, '01a224fb-8e98-78ac-95b5-49d293e5a1a9', '2026-11-29 01:46:38.550873+00', '2026-11-29 01:46:43.044482+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[{"code": "paused_account", "remedy": "resume", "message": "All posts of the account are paused (Stocktaking). Resume them."}]', NULL, NULL, 0);

INSERT INTO scheduler.subscription VALUES
	('01a224fb-8e91-765c-bc82-37c530e75140', true, 1);

SELECT pg_catalog.setval('scheduler.operator_pause_id_seq', 1, true);

ALTER TABLE ONLY scheduler.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

ALTER TABLE ONLY scheduler.account
    ADD CONSTRAINT pk_account PRIMARY KEY (account_id);

ALTER TABLE ONLY scheduler.account_pause
    ADD CONSTRAINT pk_account_pause PRIMARY KEY (account_id);

ALTER TABLE ONLY scheduler.approved_content
    ADD CONSTRAINT pk_approved_content PRIMARY KEY (account_id, content_id);

ALTER TABLE ONLY scheduler.calendar_feed
    ADD CONSTRAINT pk_calendar_feed PRIMARY KEY (account_id);

ALTER TABLE ONLY scheduler.idempotency_key
    ADD CONSTRAINT pk_idempotency_key PRIMARY KEY (account_id, user_id, key);

ALTER TABLE ONLY scheduler.inbox
    ADD CONSTRAINT pk_inbox PRIMARY KEY (consumer, event_id);

ALTER TABLE ONLY scheduler.operator_pause
    ADD CONSTRAINT pk_operator_pause PRIMARY KEY (id);

ALTER TABLE ONLY scheduler.outbox
    ADD CONSTRAINT pk_outbox PRIMARY KEY (id);

ALTER TABLE ONLY scheduler.posting_rule
    ADD CONSTRAINT pk_posting_rule PRIMARY KEY (id);

ALTER TABLE ONLY scheduler.publishing_profile
    ADD CONSTRAINT pk_publishing_profile PRIMARY KEY (account_id);

ALTER TABLE ONLY scheduler.schedule_item
    ADD CONSTRAINT pk_schedule_item PRIMARY KEY (id);

ALTER TABLE ONLY scheduler.subscription
    ADD CONSTRAINT pk_subscription PRIMARY KEY (account_id);

ALTER TABLE ONLY scheduler.calendar_feed
    ADD CONSTRAINT uq_calendar_feed_token_hash UNIQUE (token_hash);

ALTER TABLE ONLY scheduler.posting_rule
    ADD CONSTRAINT uq_posting_rule_account_id UNIQUE (account_id);

CREATE INDEX ix_approved_content_month ON scheduler.approved_content USING btree (account_id, month, content_id) WHERE approved;

CREATE INDEX ix_idempotency_key_created_at ON scheduler.idempotency_key USING btree (created_at);

CREATE INDEX ix_inbox_received_at ON scheduler.inbox USING btree (received_at);

CREATE INDEX ix_outbox_due ON scheduler.outbox USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX ix_schedule_item_calendar ON scheduler.schedule_item USING btree (account_id, scheduled_for, id);

CREATE INDEX ix_schedule_item_content ON scheduler.schedule_item USING btree (account_id, content_id);

CREATE INDEX ix_schedule_item_due ON scheduler.schedule_item USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX ix_schedule_item_held ON scheduler.schedule_item USING btree (account_id, id) WHERE (status = ANY (ARRAY['QUEUED'::text, 'PARKED'::text]));

CREATE UNIQUE INDEX uq_schedule_item_due_event ON scheduler.schedule_item USING btree (due_event_id) WHERE (due_event_id IS NOT NULL);

CREATE UNIQUE INDEX uq_schedule_item_live_content ON scheduler.schedule_item USING btree (account_id, content_id, platform) WHERE (status = ANY (ARRAY['QUEUED'::text, 'SCHEDULED'::text, 'PARKED'::text]));

CREATE UNIQUE INDEX uq_schedule_item_live_instant ON scheduler.schedule_item USING btree (account_id, platform, scheduled_for) WHERE (status = ANY (ARRAY['QUEUED'::text, 'SCHEDULED'::text, 'PARKED'::text]));

ALTER TABLE scheduler.account ENABLE ROW LEVEL SECURITY;

ALTER TABLE scheduler.account_pause ENABLE ROW LEVEL SECURITY;

ALTER TABLE scheduler.approved_content ENABLE ROW LEVEL SECURITY;

ALTER TABLE scheduler.calendar_feed ENABLE ROW LEVEL SECURITY;

CREATE POLICY everybody_reads ON scheduler.operator_pause FOR SELECT TO scheduler USING (true);

ALTER TABLE scheduler.idempotency_key ENABLE ROW LEVEL SECURITY;

ALTER TABLE scheduler.inbox ENABLE ROW LEVEL SECURITY;

CREATE POLICY lookup ON scheduler.calendar_feed FOR SELECT TO scheduler_lookup USING (true);

CREATE POLICY loop ON scheduler.idempotency_key TO scheduler_loop USING (true) WITH CHECK (true);

CREATE POLICY loop ON scheduler.inbox TO scheduler_loop USING (true) WITH CHECK (true);

CREATE POLICY loop ON scheduler.outbox TO scheduler_loop USING (true) WITH CHECK (true);

CREATE POLICY loop ON scheduler.schedule_item TO scheduler_loop USING (true) WITH CHECK (true);

CREATE POLICY operator ON scheduler.operator_pause TO scheduler_loop USING (true) WITH CHECK (true);

ALTER TABLE scheduler.operator_pause ENABLE ROW LEVEL SECURITY;

ALTER TABLE scheduler.outbox ENABLE ROW LEVEL SECURITY;

ALTER TABLE scheduler.posting_rule ENABLE ROW LEVEL SECURITY;

ALTER TABLE scheduler.publishing_profile ENABLE ROW LEVEL SECURITY;

ALTER TABLE scheduler.schedule_item ENABLE ROW LEVEL SECURITY;

ALTER TABLE scheduler.subscription ENABLE ROW LEVEL SECURITY;

CREATE POLICY tenant ON scheduler.account TO scheduler USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON scheduler.account_pause TO scheduler USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON scheduler.approved_content TO scheduler USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON scheduler.calendar_feed TO scheduler USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON scheduler.idempotency_key TO scheduler USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON scheduler.inbox TO scheduler USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON scheduler.outbox TO scheduler USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON scheduler.posting_rule TO scheduler USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON scheduler.publishing_profile TO scheduler USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON scheduler.schedule_item TO scheduler USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON scheduler.subscription TO scheduler USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

GRANT USAGE ON SCHEMA scheduler TO scheduler;
GRANT USAGE ON SCHEMA scheduler TO scheduler_loop;
GRANT USAGE ON SCHEMA scheduler TO scheduler_lookup;

REVOKE ALL ON FUNCTION scheduler.account_of_calendar_feed(wanted bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION scheduler.account_of_calendar_feed(wanted bytea) TO scheduler;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scheduler.account TO scheduler;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scheduler.account_pause TO scheduler;

GRANT SELECT ON TABLE scheduler.alembic_version TO scheduler;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scheduler.approved_content TO scheduler;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scheduler.calendar_feed TO scheduler;
GRANT SELECT ON TABLE scheduler.calendar_feed TO scheduler_lookup;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scheduler.idempotency_key TO scheduler;
GRANT SELECT,DELETE ON TABLE scheduler.idempotency_key TO scheduler_loop;

GRANT SELECT,INSERT ON TABLE scheduler.inbox TO scheduler;
GRANT SELECT,DELETE ON TABLE scheduler.inbox TO scheduler_loop;

GRANT SELECT ON TABLE scheduler.operator_pause TO scheduler;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scheduler.operator_pause TO scheduler_loop;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scheduler.outbox TO scheduler;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scheduler.outbox TO scheduler_loop;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scheduler.posting_rule TO scheduler;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scheduler.publishing_profile TO scheduler;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scheduler.schedule_item TO scheduler;
GRANT SELECT,UPDATE ON TABLE scheduler.schedule_item TO scheduler_loop;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE scheduler.subscription TO scheduler;

