CREATE SCHEMA publisher;

ALTER SCHEMA publisher OWNER TO postgres;

CREATE FUNCTION publisher.account_of_provider_profile(wanted text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'publisher', 'pg_temp'
    AS $$ SELECT account_id FROM publisher.provider_profile WHERE ref_id = wanted $$;

ALTER FUNCTION publisher.account_of_provider_profile(wanted text) OWNER TO publisher_lookup;

CREATE TABLE publisher.account (
    account_id uuid NOT NULL,
    name character varying NOT NULL,
    revision integer NOT NULL
);

ALTER TABLE ONLY publisher.account FORCE ROW LEVEL SECURITY;

ALTER TABLE publisher.account OWNER TO postgres;

CREATE TABLE publisher.alembic_version (
    version_num character varying(32) NOT NULL
);

ALTER TABLE publisher.alembic_version OWNER TO postgres;

CREATE TABLE publisher.approved_content (
    account_id uuid NOT NULL,
    content_id uuid NOT NULL,
    revision integer NOT NULL,
    approved boolean NOT NULL,
    content_hash character varying,
    digests jsonb NOT NULL,
    approved_by uuid
);

ALTER TABLE ONLY publisher.approved_content FORCE ROW LEVEL SECURITY;

ALTER TABLE publisher.approved_content OWNER TO postgres;

CREATE TABLE publisher.ayrshare_event (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    event_id character varying NOT NULL,
    action character varying NOT NULL,
    body bytea NOT NULL,
    received_at timestamp with time zone NOT NULL,
    processed_at timestamp with time zone,
    outcome character varying,
    due_at timestamp with time zone,
    lease_owner uuid,
    attempts integer DEFAULT 0 NOT NULL,
    error character varying
);

ALTER TABLE ONLY publisher.ayrshare_event FORCE ROW LEVEL SECURITY;

ALTER TABLE publisher.ayrshare_event OWNER TO postgres;

CREATE TABLE publisher.delivery (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    schedule_item_id uuid NOT NULL,
    item_revision integer NOT NULL,
    content_id uuid NOT NULL,
    content_revision integer NOT NULL,
    content_hash character varying NOT NULL,
    platform character varying NOT NULL,
    payload jsonb NOT NULL,
    provider_profile_id character varying NOT NULL,
    platform_account_id character varying NOT NULL,
    scheduled_for timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    status character varying NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    due_since timestamp with time zone NOT NULL,
    attempt integer DEFAULT 0 NOT NULL,
    next_attempt integer DEFAULT 1 NOT NULL,
    not_sent integer DEFAULT 0 NOT NULL,
    sent_at timestamp with time zone,
    uncertain_since timestamp with time zone,
    settling_since timestamp with time zone,
    looks integer DEFAULT 0 NOT NULL,
    absent_looks integer DEFAULT 0 NOT NULL,
    key_used boolean DEFAULT false NOT NULL,
    provider_post_id character varying,
    platform_post_id character varying,
    post_url character varying,
    published_at timestamp with time zone,
    error_code character varying,
    error_message character varying,
    error_remedy character varying,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    due_at timestamp with time zone,
    lease_owner uuid,
    attempts integer DEFAULT 0 NOT NULL,
    rejections integer DEFAULT 0 NOT NULL,
    traceparent text,
    rejection_code character varying,
    CONSTRAINT ck_delivery_platform CHECK (((platform)::text = ANY ((ARRAY['FACEBOOK'::character varying, 'INSTAGRAM'::character varying])::text[]))),
    CONSTRAINT ck_delivery_status CHECK (((status)::text = ANY ((ARRAY['pending'::character varying, 'sending'::character varying, 'reconciling'::character varying, 'unknown'::character varying, 'published'::character varying, 'failed'::character varying, 'cancelled'::character varying])::text[])))
);

ALTER TABLE ONLY publisher.delivery FORCE ROW LEVEL SECURITY;

ALTER TABLE publisher.delivery OWNER TO postgres;

CREATE TABLE publisher.delivery_attempt (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    delivery_id uuid NOT NULL,
    number integer NOT NULL,
    call integer NOT NULL,
    idempotency_key character varying NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    outcome character varying,
    provider_status integer,
    provider_answer character varying
);

ALTER TABLE ONLY publisher.delivery_attempt FORCE ROW LEVEL SECURITY;

ALTER TABLE publisher.delivery_attempt OWNER TO postgres;

CREATE TABLE publisher.idempotency_key (
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

ALTER TABLE ONLY publisher.idempotency_key FORCE ROW LEVEL SECURITY;

ALTER TABLE publisher.idempotency_key OWNER TO postgres;

CREATE TABLE publisher.inbox (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    account_id uuid NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY publisher.inbox FORCE ROW LEVEL SECURITY;

ALTER TABLE publisher.inbox OWNER TO postgres;

CREATE TABLE publisher.outbox (
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

ALTER TABLE ONLY publisher.outbox FORCE ROW LEVEL SECURITY;

ALTER TABLE publisher.outbox OWNER TO postgres;

COMMENT ON COLUMN publisher.outbox.id IS 'The event''s id.';

COMMENT ON COLUMN publisher.outbox.expires_at IS 'Not sent any more after this.';

CREATE TABLE publisher.preflight (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    schedule_item_id uuid NOT NULL,
    item_revision integer NOT NULL,
    content_id uuid NOT NULL,
    content_revision integer NOT NULL,
    content_hash character varying NOT NULL,
    platform character varying NOT NULL,
    payload jsonb NOT NULL,
    provider_profile_id character varying NOT NULL,
    platform_account_id character varying NOT NULL,
    scheduled_for timestamp with time zone NOT NULL,
    status character varying NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    checked_at timestamp with time zone,
    tries integer DEFAULT 0 NOT NULL,
    error_code character varying,
    error_message character varying,
    error_remedy character varying,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    due_at timestamp with time zone,
    lease_owner uuid,
    attempts integer DEFAULT 0 NOT NULL,
    CONSTRAINT ck_preflight_platform CHECK (((platform)::text = ANY ((ARRAY['FACEBOOK'::character varying, 'INSTAGRAM'::character varying])::text[]))),
    CONSTRAINT ck_preflight_status CHECK (((status)::text = ANY ((ARRAY['waiting'::character varying, 'passed'::character varying, 'failed'::character varying, 'left'::character varying])::text[])))
);

ALTER TABLE ONLY publisher.preflight FORCE ROW LEVEL SECURITY;

ALTER TABLE publisher.preflight OWNER TO postgres;

CREATE TABLE publisher.profile_check (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    unused_since timestamp with time zone,
    due_at timestamp with time zone,
    lease_owner uuid,
    attempts integer DEFAULT 0 NOT NULL
);

ALTER TABLE ONLY publisher.profile_check FORCE ROW LEVEL SECURITY;

ALTER TABLE publisher.profile_check OWNER TO postgres;

CREATE TABLE publisher.provider_profile (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    title character varying NOT NULL,
    status character varying NOT NULL,
    ref_id character varying,
    profile_key bytea,
    paused_until timestamp with time zone,
    refreshed_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    pause_reason character varying,
    refusals integer DEFAULT 0 NOT NULL,
    refused_since timestamp with time zone,
    details_at timestamp with time zone,
    suspended boolean DEFAULT false NOT NULL,
    instagram_used integer,
    link_session_at timestamp with time zone,
    refresh_began_at timestamp with time zone,
    CONSTRAINT ck_provider_profile_ready CHECK ((((status)::text <> 'ready'::text) OR ((ref_id IS NOT NULL) AND (profile_key IS NOT NULL)))),
    CONSTRAINT ck_provider_profile_status CHECK (((status)::text = ANY ((ARRAY['creating'::character varying, 'ready'::character varying, 'abandoned'::character varying, 'deleting'::character varying, 'deleted'::character varying])::text[])))
);

ALTER TABLE ONLY publisher.provider_profile FORCE ROW LEVEL SECURITY;

ALTER TABLE publisher.provider_profile OWNER TO postgres;

CREATE TABLE publisher.publishing_profile (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    provider_profile_id character varying NOT NULL,
    facebook_account_id character varying,
    facebook_name character varying,
    instagram_account_id character varying,
    instagram_name character varying,
    status character varying NOT NULL,
    lost_platforms text[] DEFAULT '{}'::text[] NOT NULL,
    reason character varying,
    verified_at timestamp with time zone NOT NULL,
    verified_by uuid NOT NULL,
    revision integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_publishing_profile_lost CHECK ((((status)::text = 'VERIFIED'::text) = (lost_platforms = '{}'::text[]))),
    CONSTRAINT ck_publishing_profile_status CHECK (((status)::text = ANY ((ARRAY['VERIFIED'::character varying, 'NEEDS_RECONNECT'::character varying])::text[])))
);

ALTER TABLE ONLY publisher.publishing_profile FORCE ROW LEVEL SECURITY;

ALTER TABLE publisher.publishing_profile OWNER TO postgres;

CREATE TABLE publisher.scheduled_post (
    account_id uuid NOT NULL,
    item_id uuid NOT NULL,
    revision integer NOT NULL,
    cancelled boolean NOT NULL,
    reason character varying,
    frozen jsonb
);

ALTER TABLE ONLY publisher.scheduled_post FORCE ROW LEVEL SECURITY;

ALTER TABLE publisher.scheduled_post OWNER TO postgres;

CREATE TABLE publisher.social_connection (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    platform character varying NOT NULL,
    provider_profile_id character varying NOT NULL,
    platform_account_id character varying NOT NULL,
    display_name character varying NOT NULL,
    profile_url character varying,
    status character varying NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_social_connection_platform CHECK (((platform)::text = ANY ((ARRAY['FACEBOOK'::character varying, 'INSTAGRAM'::character varying])::text[]))),
    CONSTRAINT ck_social_connection_status CHECK (((status)::text = ANY ((ARRAY['LINKED'::character varying, 'UNLINKED'::character varying])::text[])))
);

ALTER TABLE ONLY publisher.social_connection FORCE ROW LEVEL SECURITY;

ALTER TABLE publisher.social_connection OWNER TO postgres;

CREATE TABLE publisher.subscription (
    account_id uuid NOT NULL,
    posting boolean NOT NULL,
    revision integer NOT NULL
);

ALTER TABLE ONLY publisher.subscription FORCE ROW LEVEL SECURITY;

ALTER TABLE publisher.subscription OWNER TO postgres;

CREATE TABLE publisher.unmatched_event (
    id uuid NOT NULL,
    account_id uuid,
    ref_id character varying NOT NULL,
    event_id character varying NOT NULL,
    action character varying NOT NULL,
    body bytea NOT NULL,
    received_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    lease_owner uuid,
    attempts integer DEFAULT 0 NOT NULL
);

ALTER TABLE ONLY publisher.unmatched_event FORCE ROW LEVEL SECURITY;

ALTER TABLE publisher.unmatched_event OWNER TO postgres;

INSERT INTO publisher.account VALUES
	('01a224fb-8e91-765c-bc82-37c530e75140', 'Harbour Physio', 1);

INSERT INTO publisher.alembic_version VALUES
	('0006');

INSERT INTO publisher.approved_content VALUES
	('01a224fb-8e91-765c-bc82-37c530e75140', '0944d290-7f91-5e2f-a055-a06b72965841', 2, true, 'sha256:96de4e60530750cb32a356ae700c7669e65b38957f396c51879c45c561f5fb47', '{"FACEBOOK": "sha256:2fb83a7f5ded418a27ef00e8c8d2fa1f0f1db89d0b8930f691fa1066b5d0cc99", "INSTAGRAM": "sha256:8d30094a09762453df42319d8edf5cf1903692f92edb1a5a0f868e420a5fba75"}', '01a224fb-8e98-78ac-95b5-49d293e5a1a9'),
	('01a224fb-8e91-765c-bc82-37c530e75140', '9d1be7d3-7fcc-53c1-b993-4208595a487d', 2, true, 'sha256:096ed884e4478a2e20822f23779714b31ebed6623e17b8bdfb41ddc9a634b31d', '{"FACEBOOK": "sha256:4403142ad69f051b22dd8801f9a46ed5dc91da524089c6ae8e03518ee7ccb09a", "INSTAGRAM": "sha256:9f1b3c93e243f2eb4f05034a1656b65b669eed1617ba0879de16a0d300c25820"}', '01a224fb-8e98-78ac-95b5-49d293e5a1a9'),
	('01a224fb-8e91-765c-bc82-37c530e75140', 'a97c7d6a-c477-5475-9453-28ed6addd80b', 2, true, 'sha256:644fecccad39a6934cb9303bb86c501900a0c81cfc3e6db9e837f9778b6794b2', '{"FACEBOOK": "sha256:fb67884bdf092265a3680ee72b5d8cd806d2b89f11ac001eb4b0ff348dad0de3", "INSTAGRAM": "sha256:792e1378e36660564bcea1bc76fb029920b136fe1b552f69f33cb44c09771d5d"}', '01a224fb-8e98-78ac-95b5-49d293e5a1a9'),
	('01a224fb-8e91-765c-bc82-37c530e75140', '1bfa559b-70cc-5b32-beed-458b3572ae05', 2, true, 'sha256:c807383736a1e161ae363d65d77c22cc51d3c93d4ecb1d45cf9347f6862e46ea', '{"FACEBOOK": "sha256:416261f52aa98433e36ee412cfd6cdec8dbdfc24c9b5e3d32c5204d009bffa18", "INSTAGRAM": "sha256:c992fbf5eea18119d448520795429bf5ab5e7816dbba05b81933a51a2de3a2d0"}', '01a224fb-8e98-78ac-95b5-49d293e5a1a9'),
	('01a224fb-8e91-765c-bc82-37c530e75140', 'c5cbfd56-d009-5f21-8241-c5a31d296fd2', 2, true, 'sha256:aad289c325d08200bb608c8e2177386da8128ba4e55bd12d571cdcf1dac2be7d', '{"FACEBOOK": "sha256:0886305e7c7500494410a350b503c46fd0c815b5dc0bba94d1aaad089039cefd", "INSTAGRAM": "sha256:87226251bb97a5dc1d7f5f8a2357697d3b5340799a25d3ad23070e3aa22acf78"}', '01a224fb-8e98-78ac-95b5-49d293e5a1a9'),
	('01a224fb-8e91-765c-bc82-37c530e75140', 'c1aecf65-a5c0-522c-bf9c-18a88eedaa55', 2, true, 'sha256:1eec47e04161ac0b2c37faad01e0d47acc42ecba639621d1d28c42558f4920c4', '{"FACEBOOK": "sha256:d303724971169a00d2ffab8479f35a2072d20d5c5e1a422ba3d91544d7301ecf", "INSTAGRAM": "sha256:75a94527365c1ee1859536262782fa8c9c629a2314d6fbc4baa4c7d9a59e95ef"}', '01a224fb-8e98-78ac-95b5-49d293e5a1a9'),
	('01a224fb-8e91-765c-bc82-37c530e75140', 'f3a13488-4c55-5b51-a3bd-db4c001c13d5', 2, true, 'sha256:19fe60287efd80fd7d4096c3c01859a482143d55f27f686a091b83daeb037286', '{"FACEBOOK": "sha256:740bf20b5a7848325c77b8c115a8d7b146a3f6b726618d100afbab1aec1c1412", "INSTAGRAM": "sha256:a218a1d7dc34ba15a16846d901d8d5ea210b401cc463f050dde58696459f3a5b"}', '01a224fb-8e98-78ac-95b5-49d293e5a1a9'),
	('01a224fb-8e91-765c-bc82-37c530e75140', '2df3b3f6-b0b0-5ae9-8743-4ec974cf8767', 2, true, 'sha256:eaa9eb844a4ea1cad914917cc966016f65af981f5d182c0d7b120c4895d0a3ee', '{"FACEBOOK": "sha256:356188241caa479ccb4de32048b5c8659fe6001d2bb2619d03c65efa9c58af58", "INSTAGRAM": "sha256:7dca306d9dcfc706345400d9ff2c80725c4e0fc85ae30773122c498872cfcd37"}', '01a224fb-8e98-78ac-95b5-49d293e5a1a9'),
	('01a224fb-8e91-765c-bc82-37c530e75140', 'd0bdfa68-84fc-5ac3-b56f-51a2421e8508', 2, true, 'sha256:de557c6a4f950f2e2f7eb900fec4295096c651301666b53a0a9770a4b207e0f2', '{"FACEBOOK": "sha256:de03d6c72fd968a8ac8922a7ff1e4a57d7008ae91deccc489a6f119c66397437", "INSTAGRAM": "sha256:f230e3313ee511e0352f9c02f59835f08a21e2f4c98998db7130b23e37ef5377"}', '01a224fb-8e98-78ac-95b5-49d293e5a1a9'),
	('01a224fb-8e91-765c-bc82-37c530e75140', '6aabf560-9bfe-50a9-9ff3-46d497a8dbea', 2, true, 'sha256:c385d695bd4fef33c5b843788b940abff94651d660e61f49f89fd0af598c7668', '{"FACEBOOK": "sha256:58a86696550e9c86b6d7dbcd6c8244ad1bb28c3d6ed4f54a8e1cefad54e36a0a", "INSTAGRAM": "sha256:41b731540ca4be22861262573ce5e7748af8c7c8738876a342d311d8c42d75bc"}', '01a224fb-8e98-78ac-95b5-49d293e5a1a9'),
	('01a224fb-8e91-765c-bc82-37c530e75140', 'e51e943c-86e6-5ba0-ba42-5de14c1cbc17', 2, true, 'sha256:360c447d7e5e5745b50df0cac674f9ffafa8c9d4d64a44cf75e6b702ad1e228a', '{"FACEBOOK": "sha256:3a49edd3782e022739643cfab3f1a44aab47cbfedd41bdeebf102924d5a4b69e", "INSTAGRAM": "sha256:e4c6c355ccb3760660bc8e3180524d7ca20d02837958a7bacbab50adb41b9985"}', '01a224fb-8e98-78ac-95b5-49d293e5a1a9'),
	('01a224fb-8e91-765c-bc82-37c530e75140', '667ddabe-55a6-544d-98ac-5e900ee23a6f', 2, true, 'sha256:c33ae1d83b1994df88010ebc4e7b85234b469e3e5071413474646660494f42cd', '{"FACEBOOK": "sha256:4d7cb3dd6b0dc817691375a1b950c729637d1bdb5b2e58865f83659bda61b740", "INSTAGRAM": "sha256:2f8507c691ebda2282dbdcfb9b3d12d63279e277e09bda9860443cadc44694c9"}', '01a224fb-8e98-78ac-95b5-49d293e5a1a9');

INSERT INTO publisher.ayrshare_event VALUES
	('01a224fb-9120-7b47-b8f1-c0d24c23cd4d', '01a224fb-8e91-765c-bc82-37c530e75140', 'hook:b2Kj9CbSiM45F1AU3hOQ', 'social', '\x7b22616374696f6e223a2022736f6369616c222c202263726561746564223a2022323032362d31312d32395430313a34363a33365a222c20227265664964223a202265323661353633323431313834666635343762313062326531363262323139613933323566326638222c2022636f6465223a203230302c2022646973706c61794e616d65223a2022486172626f75722050687973696f2030316132323466622d393065382d373233312d383262622d393164633335396563303134222c2022706c6174666f726d223a202266616365626f6f6b222c2022736f75726365223a202275736572222c202274797065223a20226c696e6b222c2022686f6f6b4964223a202262324b6a39436253694d34354631415533684f51222c20227469746c65223a2022486172626f75722050687973696f2030316132323466622d393065382d373233312d383262622d393164633335396563303134222c202274696d655374616d70223a20313739353931363739362c202275726c223a2022687474703a2f2f3132372e302e302e313a373430302f6170692f776562686f6f6b732f6179727368617265227d', '2026-11-29 01:46:36.183191+00', '2026-11-29 01:46:36.258848+00', 'refreshed', NULL, NULL, 1, NULL),
	('01a224fb-912d-7b85-95f9-00c6d30e1d75', '01a224fb-8e91-765c-bc82-37c530e75140', 'hook:LlIVDfQ0fnIh8DTmLSI8', 'social', '\x7b22616374696f6e223a2022736f6369616c222c202263726561746564223a2022323032362d31312d32395430313a34363a33365a222c20227265664964223a202265323661353633323431313834666635343762313062326531363262323139613933323566326638222c2022636f6465223a203230302c2022646973706c61794e616d65223a2022686172626f757270687973696f3031613232346662393065383732333138326262393164633335396563303134222c2022706c6174666f726d223a2022696e7374616772616d222c2022736f75726365223a202275736572222c202274797065223a20226c696e6b222c2022686f6f6b4964223a20224c6c495644665130666e49683844546d4c534938222c20227469746c65223a2022486172626f75722050687973696f2030316132323466622d393065382d373233312d383262622d393164633335396563303134222c202274696d655374616d70223a20313739353931363739362c202275726c223a2022687474703a2f2f3132372e302e302e313a373430302f6170692f776562686f6f6b732f6179727368617265227d', '2026-11-29 01:46:36.185599+00', '2026-11-29 01:46:36.272784+00', 'refreshed', NULL, NULL, 1, NULL);

INSERT INTO publisher.delivery VALUES
	('01a224fb-ab5a-7775-bfcf-21a35466830b', '01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-99df-7db0-ace4-f1db2165333b', 1, '9d1be7d3-7fcc-53c1-b993-4208595a487d', 2, 'sha256:096ed884e4478a2e20822f23779714b31ebed6623e17b8bdfb41ddc9a634b31d', 'FACEBOOK', '{"text": "A long journey ahead? Take the aisle seat, roll a jumper into the small of your back, and get up whenever the film has a dull scene. Pack two small bags instead of a big one, and lift them one at a time.\n\nMost back pain settles with the right movement and a little patience, and we show you which movement that is.\n\nWhom would you send this to?\n\n#TravelTips #HolidaySeason #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/9d1be7d3-7fcc-53c1-b993-4208595a487d.320f887e78d2e426.png", "width": 1080, "height": 1080, "sha256": "320f887e78d2e426ab6a6bfdc16f9bd2718677a7cdacb4721550e05dc9f03dad", "alt_text": "Square graphic in the colours of Harbour Physio with the words “Long journey, happy back”.", "content_type": "image/png"}], "platform": "FACEBOOK"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '139196405762754', '2026-11-29 01:46:42.899295+00', '2026-11-29 07:46:42.899295+00', 'published', 3, '2026-11-29 01:46:42.906351+00', 1, 1, 0, '2026-11-29 01:46:42.91836+00', NULL, NULL, 0, 0, false, 'gPOx2dmcUYSYFY3qssUO', '139196405762754_813197046378882', 'https://www.facebook.com/139196405762754_813197046378882', '2026-11-29 01:46:42.944282+00', NULL, NULL, NULL, '2026-11-29 01:46:42.905772+00', '2026-11-29 01:46:42.943165+00', NULL, NULL, 1, 0, NULL, NULL),
	('01a224fb-a969-7953-8eaf-0fc86ac20913', '01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-99d9-710e-a8d5-4c46cd8f95cc', 1, '0944d290-7f91-5e2f-a055-a06b72965841', 2, 'sha256:96de4e60530750cb32a356ae700c7669e65b38957f396c51879c45c561f5fb47', 'INSTAGRAM', '{"text": "Summer sport injuries mostly come from doing in one weekend what was planned for a month. Start now, start small, and arrive fit on the day that it matters.\n\nWe test strength and range on both sides before anyone goes back to running, rowing or netball.\n\nWhom would you send this to?\n\n#SummerSport #GetReady #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/0944d290-7f91-5e2f-a055-a06b72965841.805ddf6c27d5ec63.jpg", "width": 1080, "height": 1080, "sha256": "805ddf6c27d5ec6342104f721e24d68a5ef497da0ee151119e797a0b0952dda5", "alt_text": "The words “Ready for summer sport” on a plain background in Harbour Physio''s colours.", "content_type": "image/jpeg"}], "platform": "INSTAGRAM"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '17841055490445041', '2026-11-29 01:46:42.399295+00', '2026-11-29 07:46:42.399295+00', 'published', 3, '2026-11-29 01:46:42.409621+00', 1, 1, 0, '2026-11-29 01:46:42.44789+00', NULL, NULL, 0, 0, false, 'KheDl6tAfp4Q0Ljr3CvK', '96064582212245308', 'https://www.instagram.com/p/bzTJZo4M2oW/', '2026-11-29 01:46:42.51569+00', NULL, NULL, NULL, '2026-11-29 01:46:42.408756+00', '2026-11-29 01:46:42.513821+00', NULL, NULL, 1, 0, NULL, NULL),
	('01a224fb-a969-7194-93a4-f90e8f5bb54c', '01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-99d0-7ff1-add8-26d646f7fe39', 1, '0944d290-7f91-5e2f-a055-a06b72965841', 2, 'sha256:96de4e60530750cb32a356ae700c7669e65b38957f396c51879c45c561f5fb47', 'FACEBOOK', '{"text": "Summer sport injuries mostly come from doing in one weekend what was planned for a month. Start now, start small, and arrive fit on the day that it matters.\n\nWe test strength and range on both sides before anyone goes back to running, rowing or netball.\n\nWhom would you send this to?\n\n#SummerSport #GetReady #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/0944d290-7f91-5e2f-a055-a06b72965841.f61a83faa11fd42f.png", "width": 1080, "height": 1080, "sha256": "f61a83faa11fd42f5e04a9a1a4f6e55f6d4fbcff25d26e13874ec0f52f04a8e2", "alt_text": "The words “Ready for summer sport” on a plain background in Harbour Physio''s colours.", "content_type": "image/png"}], "platform": "FACEBOOK"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '139196405762754', '2026-11-29 01:46:42.399295+00', '2026-11-29 07:46:42.399295+00', 'published', 3, '2026-11-29 01:46:42.40959+00', 1, 1, 0, '2026-11-29 01:46:42.444346+00', NULL, NULL, 0, 0, false, 'stwhvQNPOGKDi9qmXx0o', '139196405762754_885893936180119', 'https://www.facebook.com/139196405762754_885893936180119', '2026-11-29 01:46:42.50631+00', NULL, NULL, NULL, '2026-11-29 01:46:42.408756+00', '2026-11-29 01:46:42.504385+00', NULL, NULL, 1, 0, NULL, NULL),
	('01a224fb-ab64-7336-9889-c46d406b66df', '01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-99e3-7f13-a615-77cd5c5f35a9', 1, '9d1be7d3-7fcc-53c1-b993-4208595a487d', 2, 'sha256:096ed884e4478a2e20822f23779714b31ebed6623e17b8bdfb41ddc9a634b31d', 'INSTAGRAM', '{"text": "A long journey ahead? Take the aisle seat, roll a jumper into the small of your back, and get up whenever the film has a dull scene. Pack two small bags instead of a big one, and lift them one at a time.\n\nMost back pain settles with the right movement and a little patience, and we show you which movement that is.\n\nWhom would you send this to?\n\n#TravelTips #HolidaySeason #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/9d1be7d3-7fcc-53c1-b993-4208595a487d.e33270bc8f105556.jpg", "width": 1080, "height": 1080, "sha256": "e33270bc8f10555643aabebb1a2a8eb906cb2962b9e92aee60d158dbf8064a73", "alt_text": "Square graphic in the colours of Harbour Physio with the words “Long journey, happy back”.", "content_type": "image/jpeg"}], "platform": "INSTAGRAM"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '17841055490445041', '2026-11-29 01:46:42.899295+00', '2026-11-29 07:46:42.899295+00', 'published', 3, '2026-11-29 01:46:42.91697+00', 1, 1, 0, '2026-11-29 01:46:42.937079+00', NULL, NULL, 0, 0, false, 's0wFljm0hVi7KWZ67y23', '18992698252220469', 'https://www.instagram.com/p/E63NQkvCK8X/', '2026-11-29 01:46:42.953815+00', NULL, NULL, NULL, '2026-11-29 01:46:42.915397+00', '2026-11-29 01:46:42.951246+00', NULL, NULL, 1, 0, NULL, NULL);

INSERT INTO publisher.delivery_attempt VALUES
	('01a224fb-a99b-7e6b-afb2-ef1f69962b0e', '01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-a969-7194-93a4-f90e8f5bb54c', 1, 1, '01a224fb-a969-7194-93a4-f90e8f5bb54c-1', '2026-11-29 01:46:42.444346+00', '2026-11-29 01:46:42.50631+00', 'accepted', 200, '{"status":"success","posts":[{"status":"success","errors":[],"postIds":[{"status":"success","id":"139196405762754_885893936180119","postUrl":"https://www.facebook.com/139196405762754_885893936180119","platform":"facebook"}],"profileTitle":"Harbour Physio 01a224fb-90e8-7231-82bb-91dc359ec014","id":"stwhvQNPOGKDi9qmXx0o","refId":"e26a563241184ff547b10b2e162b219a9325f2f8","post":"Summer sport injuries mostly come from doing in one weekend what was planned for a month. Start now, start small, and arrive fit on the day that it matters.\n\nWe test strength and range on both sides before anyone goes back to running, rowing or netball.\n\nWhom would you send this to?\n\n#SummerSport #GetReady #HarbourPhysio #Physio #MoveWell"}]}'),
	('01a224fb-a9a8-78ca-8da7-f4fc91a3779a', '01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-a969-7953-8eaf-0fc86ac20913', 1, 1, '01a224fb-a969-7953-8eaf-0fc86ac20913-1', '2026-11-29 01:46:42.44789+00', '2026-11-29 01:46:42.51569+00', 'accepted', 200, '{"status":"success","posts":[{"status":"success","errors":[],"postIds":[{"status":"success","id":"96064582212245308","postUrl":"https://www.instagram.com/p/bzTJZo4M2oW/","platform":"instagram","usedQuota":1}],"profileTitle":"Harbour Physio 01a224fb-90e8-7231-82bb-91dc359ec014","id":"KheDl6tAfp4Q0Ljr3CvK","refId":"e26a563241184ff547b10b2e162b219a9325f2f8","post":"Summer sport injuries mostly come from doing in one weekend what was planned for a month. Start now, start small, and arrive fit on the day that it matters.\n\nWe test strength and range on both sides before anyone goes back to running, rowing or netball.\n\nWhom would you send this to?\n\n#SummerSport #GetReady #HarbourPhysio #Physio #MoveWell"}]}'),
	('01a224fb-ab71-7405-8f40-7feec48a289f', '01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-ab5a-7775-bfcf-21a35466830b', 1, 1, '01a224fb-ab5a-7775-bfcf-21a35466830b-1', '2026-11-29 01:46:42.91836+00', '2026-11-29 01:46:42.944282+00', 'accepted', 200, '{"status":"success","posts":[{"status":"success","errors":[],"postIds":[{"status":"success","id":"139196405762754_813197046378882","postUrl":"https://www.facebook.com/139196405762754_813197046378882","platform":"facebook"}],"profileTitle":"Harbour Physio 01a224fb-90e8-7231-82bb-91dc359ec014","id":"gPOx2dmcUYSYFY3qssUO","refId":"e26a563241184ff547b10b2e162b219a9325f2f8","post":"A long journey ahead? Take the aisle seat, roll a jumper into the small of your back, and get up whenever the film has a dull scene. Pack two small bags instead of a big one, and lift them one at a time.\n\nMost back pain settles with the right movement and a little patience, and we show you which movement that is.\n\nWhom would you send this to?\n\n#TravelTips #HolidaySeason #HarbourPhysio #Physio #MoveWell"}]}'),
	('01a224fb-ab7d-738e-a866-db1efcb4c5fd', '01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-ab64-7336-9889-c46d406b66df', 1, 1, '01a224fb-ab64-7336-9889-c46d406b66df-1', '2026-11-29 01:46:42.937079+00', '2026-11-29 01:46:42.953815+00', 'accepted', 200, '{"status":"success","posts":[{"status":"success","errors":[],"postIds":[{"status":"success","id":"18992698252220469","postUrl":"https://www.instagram.com/p/E63NQkvCK8X/","platform":"instagram","usedQuota":2}],"profileTitle":"Harbour Physio 01a224fb-90e8-7231-82bb-91dc359ec014","id":"s0wFljm0hVi7KWZ67y23","refId":"e26a563241184ff547b10b2e162b219a9325f2f8","post":"A long journey ahead? Take the aisle seat, roll a jumper into the small of your back, and get up whenever the film has a dull scene. Pack two small bags instead of a big one, and lift them one at a time.\n\nMost back pain settles with the right movement and a little patience, and we show you which movement that is.\n\nWhom would you send this to?\n\n#TravelTips #HolidaySeason #HarbourPhysio #Physio #MoveWell"}]}');

INSERT INTO publisher.idempotency_key VALUES
	('01a224fb-8e91-765c-bc82-37c530e75140', '795a5f6d-e409-43c5-9c4d-0d412184c1e8', 'text', 'text', 'text', 'text', NULL, NULL, NULL, '2026-11-29 01:46:46.615125+00');

INSERT INTO publisher.inbox VALUES
	('publisher.accounts', '01a224fb-8e97-7090-930b-6874d9cde92b', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:35.576691+00'),
	('publisher.subscription', '01a224fb-9095-76eb-9a88-34eb269561fb', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:36.07759+00'),
	('publisher.content', '01a224fb-9802-7032-a93b-1be32db0d064', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:37.971891+00'),
	('publisher.content', '01a224fb-9825-70a6-8d33-dbdfab9e9abd', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.003595+00'),
	('publisher.content', '01a224fb-983e-74c9-8e4f-a171c07171fc', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.029654+00'),
	('publisher.content', '01a224fb-984f-7c4c-bf7a-21d25641eaf1', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.049507+00'),
	('publisher.content', '01a224fb-9863-702a-958a-8ce7acfae660', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.069139+00'),
	('publisher.content', '01a224fb-9883-7fcb-ab45-bf1147008bb8', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.095981+00'),
	('publisher.content', '01a224fb-989a-722a-9f76-5384c95c5661', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.118424+00'),
	('publisher.content', '01a224fb-98b3-7d9f-b850-e8d556690b96', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.144158+00'),
	('publisher.content', '01a224fb-98c8-7120-85d1-59de5232559d', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.164411+00'),
	('publisher.content', '01a224fb-98dd-7c13-9538-edb5a7435b58', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.188603+00'),
	('publisher.content', '01a224fb-98f0-7cf2-893f-88249363982a', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.209542+00'),
	('publisher.content', '01a224fb-9901-7226-8829-3a80317e0445', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.230742+00'),
	('publisher.upcoming', '01a224fb-99d3-7ad4-b9ae-e9bb631a1867', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.450947+00'),
	('publisher.upcoming', '01a224fb-99db-77f8-a285-9e545fe6586a', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.461424+00'),
	('publisher.upcoming', '01a224fb-99e0-73e6-a55d-9b5be0290f6f', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.464239+00'),
	('publisher.upcoming', '01a224fb-99e4-784e-b3eb-a08d39857637', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.468186+00'),
	('publisher.schedule', '01a224fb-99dc-7b01-b242-354ca6582f3d', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.487994+00'),
	('publisher.schedule', '01a224fb-99d3-7ef0-8980-d18f0bb7df6a', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.487906+00'),
	('publisher.schedule', '01a224fb-99e0-74a9-a57d-e3c82b1435dc', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.500038+00'),
	('publisher.schedule', '01a224fb-99e4-70ab-a047-844bd100091c', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.501577+00'),
	('publisher.schedule', '01a224fb-9a60-7d6c-8a7c-930dc4cfa3a8', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.665496+00'),
	('publisher.schedule', '01a224fb-9a67-7d53-8bf5-c7c561c87404', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.669833+00'),
	('publisher.schedule', '01a224fb-9a6d-7fde-b6c4-c45fc6f89c9c', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.669904+00'),
	('publisher.schedule', '01a224fb-9a64-7f18-866a-6252a7be3d39', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.671805+00'),
	('publisher.schedule', '01a224fb-9a6a-72fc-92eb-317259baeb55', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.677923+00'),
	('publisher.schedule', '01a224fb-9a70-7ccd-b8ba-363b7b40c57c', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.67797+00'),
	('publisher.schedule', '01a224fb-9a7d-7636-8ee1-619fb40eb58a', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.724673+00'),
	('publisher.schedule', '01a224fb-9a7b-7838-a80a-bb6c558c2a01', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.725212+00'),
	('publisher.schedule', '01a224fb-9a76-74d7-b4e9-2ae8d22c0099', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.726322+00'),
	('publisher.schedule', '01a224fb-9a73-752b-b663-ae5b844369a3', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.72645+00'),
	('publisher.schedule', '01a224fb-9a78-705e-9275-0547cd03f30a', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.727538+00'),
	('publisher.schedule', '01a224fb-9a80-7a75-be4b-58b7ec4b41a4', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.729104+00'),
	('publisher.schedule', '01a224fb-9a8a-774d-b750-bac90ec63530', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.740764+00'),
	('publisher.schedule', '01a224fb-9a83-7859-9749-323b5ee87f9a', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.740108+00'),
	('publisher.schedule', '01a224fb-9a85-7b6c-a7e4-325983e4e207', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.74014+00'),
	('publisher.schedule', '01a224fb-9a87-7382-bfe6-cf84d70bd450', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.744851+00'),
	('publisher.schedule', '01a224fb-9a8c-7628-b29e-ddd367b2b3ad', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.746094+00'),
	('publisher.schedule', '01a224fb-9a8f-759c-93f3-6d7e78f17866', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.757413+00'),
	('publisher.schedule', '01a224fb-9a93-73be-9162-a6e8550b2d63', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.77251+00'),
	('publisher.schedule', '01a224fb-9a91-7690-96e4-3df927c1c224', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.774656+00'),
	('publisher.due', '01a224fb-99d1-74a2-8a99-0d5af16220db', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:42.408756+00'),
	('publisher.due', '01a224fb-99da-714a-8ccf-0dd881407c8c', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:42.408756+00'),
	('publisher.due', '01a224fb-99df-7944-aa32-f8bd4dbebef8', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:42.905772+00'),
	('publisher.due', '01a224fb-99e3-760b-9b68-6f3e8d5aabae', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:42.915397+00'),
	('publisher.schedule', '01a224fb-abf5-727a-ae52-c8b4f59cb13d', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.122543+00'),
	('publisher.schedule', '01a224fb-abf1-7c4a-95fa-424c9334e757', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.126742+00'),
	('publisher.schedule', '01a224fb-abfa-7f77-a0de-17f3b444b708', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.128902+00'),
	('publisher.schedule', '01a224fb-abfc-75b2-8c94-5416f3c7659b', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.128095+00');
INSERT INTO publisher.inbox VALUES
	('publisher.schedule', '01a224fb-abf8-768b-8079-6d37aeb2ad6c', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.134141+00'),
	('publisher.schedule', '01a224fb-abfe-7285-8f30-79af99d4bbf0', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.133259+00'),
	('publisher.schedule', '01a224fb-ac00-7108-8d75-09673d637e4a', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.152982+00'),
	('publisher.schedule', '01a224fb-ac04-7d50-91d7-b9198ff09175', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.155731+00'),
	('publisher.schedule', '01a224fb-ac07-76d0-9e39-a057ad2c625e', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.155785+00'),
	('publisher.schedule', '01a224fb-ac09-7f3f-8aec-c630000f2192', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.156231+00'),
	('publisher.schedule', '01a224fb-ac02-7501-8167-ef9e21a6e6d8', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.158763+00'),
	('publisher.schedule', '01a224fb-ac0b-7b91-b668-b611689dba18', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.160626+00'),
	('publisher.schedule', '01a224fb-ac0d-7068-a19f-d965b23a621b', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.172812+00'),
	('publisher.schedule', '01a224fb-ac0f-7a65-ae40-18e3915aff13', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.176376+00'),
	('publisher.schedule', '01a224fb-ac11-7ebd-ab7a-ca0fbc44bc16', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.17645+00'),
	('publisher.schedule', '01a224fb-ac14-7ee0-9765-30fa63301dd1', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.176555+00'),
	('publisher.schedule', '01a224fb-ac16-79fb-9451-3f2cf8772899', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.185553+00'),
	('publisher.schedule', '01a224fb-ac18-7fb5-9641-65ffe844405e', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.192493+00'),
	('publisher.schedule', '01a224fb-ac1a-72e2-bd44-61476ec0d309', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.198448+00'),
	('publisher.schedule', '01a224fb-ac1c-7045-92df-6393db079931', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.200399+00');

INSERT INTO publisher.outbox VALUES
	('3d242242-64e3-4d6e-b8a7-3a16ca96712f', '01a224fb-8e91-765c-bc82-37c530e75140', 'text', '\x00', NULL, '2026-11-29 01:46:46.616748+00', NULL, NULL, 0);

INSERT INTO publisher.preflight VALUES
	('01a224fb-9a11-741b-aef6-87ec36748c8d', '01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-99d0-7ff1-add8-26d646f7fe39', 1, '0944d290-7f91-5e2f-a055-a06b72965841', 2, 'sha256:96de4e60530750cb32a356ae700c7669e65b38957f396c51879c45c561f5fb47', 'FACEBOOK', '{"text": "Summer sport injuries mostly come from doing in one weekend what was planned for a month. Start now, start small, and arrive fit on the day that it matters.\n\nWe test strength and range on both sides before anyone goes back to running, rowing or netball.\n\nWhom would you send this to?\n\n#SummerSport #GetReady #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/0944d290-7f91-5e2f-a055-a06b72965841.f61a83faa11fd42f.png", "width": 1080, "height": 1080, "sha256": "f61a83faa11fd42f5e04a9a1a4f6e55f6d4fbcff25d26e13874ec0f52f04a8e2", "alt_text": "The words “Ready for summer sport” on a plain background in Harbour Physio''s colours.", "content_type": "image/png"}], "platform": "FACEBOOK"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '139196405762754', '2026-11-29 01:46:42.399295+00', 'left', '2026-11-29 01:46:38.481114+00', NULL, 0, NULL, NULL, NULL, '2026-11-29 01:46:38.450947+00', '2026-11-29 01:46:38.543542+00', NULL, NULL, 1),
	('01a224fb-9a0e-7b35-9979-4092837bc241', '01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-99d9-710e-a8d5-4c46cd8f95cc', 1, '0944d290-7f91-5e2f-a055-a06b72965841', 2, 'sha256:96de4e60530750cb32a356ae700c7669e65b38957f396c51879c45c561f5fb47', 'INSTAGRAM', '{"text": "Summer sport injuries mostly come from doing in one weekend what was planned for a month. Start now, start small, and arrive fit on the day that it matters.\n\nWe test strength and range on both sides before anyone goes back to running, rowing or netball.\n\nWhom would you send this to?\n\n#SummerSport #GetReady #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/0944d290-7f91-5e2f-a055-a06b72965841.805ddf6c27d5ec63.jpg", "width": 1080, "height": 1080, "sha256": "805ddf6c27d5ec6342104f721e24d68a5ef497da0ee151119e797a0b0952dda5", "alt_text": "The words “Ready for summer sport” on a plain background in Harbour Physio''s colours.", "content_type": "image/jpeg"}], "platform": "INSTAGRAM"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '17841055490445041', '2026-11-29 01:46:42.399295+00', 'left', '2026-11-29 01:46:38.478353+00', NULL, 0, NULL, NULL, NULL, '2026-11-29 01:46:38.461424+00', '2026-11-29 01:46:38.559797+00', NULL, NULL, 1),
	('01a224fb-9a11-746a-a01a-478ecdb3ed98', '01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-99df-7db0-ace4-f1db2165333b', 1, '9d1be7d3-7fcc-53c1-b993-4208595a487d', 2, 'sha256:096ed884e4478a2e20822f23779714b31ebed6623e17b8bdfb41ddc9a634b31d', 'FACEBOOK', '{"text": "A long journey ahead? Take the aisle seat, roll a jumper into the small of your back, and get up whenever the film has a dull scene. Pack two small bags instead of a big one, and lift them one at a time.\n\nMost back pain settles with the right movement and a little patience, and we show you which movement that is.\n\nWhom would you send this to?\n\n#TravelTips #HolidaySeason #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/9d1be7d3-7fcc-53c1-b993-4208595a487d.320f887e78d2e426.png", "width": 1080, "height": 1080, "sha256": "320f887e78d2e426ab6a6bfdc16f9bd2718677a7cdacb4721550e05dc9f03dad", "alt_text": "Square graphic in the colours of Harbour Physio with the words “Long journey, happy back”.", "content_type": "image/png"}], "platform": "FACEBOOK"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '139196405762754', '2026-11-29 01:46:42.899295+00', 'left', '2026-11-29 01:46:38.481784+00', NULL, 0, NULL, NULL, NULL, '2026-11-29 01:46:38.464239+00', '2026-11-29 01:46:38.567219+00', NULL, NULL, 1),
	('01a224fb-9a21-7241-8d83-8540870fbbd8', '01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-99e3-7f13-a615-77cd5c5f35a9', 1, '9d1be7d3-7fcc-53c1-b993-4208595a487d', 2, 'sha256:096ed884e4478a2e20822f23779714b31ebed6623e17b8bdfb41ddc9a634b31d', 'INSTAGRAM', '{"text": "A long journey ahead? Take the aisle seat, roll a jumper into the small of your back, and get up whenever the film has a dull scene. Pack two small bags instead of a big one, and lift them one at a time.\n\nMost back pain settles with the right movement and a little patience, and we show you which movement that is.\n\nWhom would you send this to?\n\n#TravelTips #HolidaySeason #HarbourPhysio #Physio #MoveWell", "media": [{"url": "http://127.0.0.1:7410/pulseworks-media/media/01a224fb-8e91-765c-bc82-37c530e75140/2026-12/9d1be7d3-7fcc-53c1-b993-4208595a487d.e33270bc8f105556.jpg", "width": 1080, "height": 1080, "sha256": "e33270bc8f10555643aabebb1a2a8eb906cb2962b9e92aee60d158dbf8064a73", "alt_text": "Square graphic in the colours of Harbour Physio with the words “Long journey, happy back”.", "content_type": "image/jpeg"}], "platform": "INSTAGRAM"}', 'e26a563241184ff547b10b2e162b219a9325f2f8', '17841055490445041', '2026-11-29 01:46:42.899295+00', 'left', '2026-11-29 01:46:38.497712+00', NULL, 0, NULL, NULL, NULL, '2026-11-29 01:46:38.468186+00', '2026-11-29 01:46:38.574761+00', NULL, NULL, 1);

INSERT INTO publisher.profile_check VALUES
	('01a224fb-90e8-7231-82bb-91dc359ec014', '01a224fb-8e91-765c-bc82-37c530e75140', NULL, '2026-11-29 02:01:36.133193+00', NULL, 0);

INSERT INTO publisher.provider_profile VALUES
	('01a224fb-90e8-7231-82bb-91dc359ec014', '01a224fb-8e91-765c-bc82-37c530e75140', 'Harbour Physio 01a224fb-90e8-7231-82bb-91dc359ec014', 'ready', 'e26a563241184ff547b10b2e162b219a9325f2f8', '\x674141414141427243345038347672744b68354e724a554c5555644b5937314d545961346e4f2d4f4966707631737459347169347133664b4e574f6f7976664c345249736c50527034547761597777546f593779763550783775753867763975494a4b3730305247617256574563477a494f746b62516737413837316c4965754f4c6c6c315132767477725f', NULL, '2026-11-29 01:46:42.439518+00', '2026-11-29 01:46:36.133193+00', '2026-11-29 01:46:42.442591+00', NULL, 0, NULL, NULL, false, NULL, NULL, '2026-11-29 01:46:36.200796+00');

INSERT INTO publisher.publishing_profile VALUES
	('01a224fb-917b-750e-b15d-596a2ccf2073', '01a224fb-8e91-765c-bc82-37c530e75140', 'e26a563241184ff547b10b2e162b219a9325f2f8', '139196405762754', 'Harbour Physio 01a224fb-90e8-7231-82bb-91dc359ec014', '17841055490445041', 'harbourphysio01a224fb90e8723182bb91dc359ec014', 'VERIFIED', '{}', NULL, '2026-11-29 01:46:36.28413+00', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 1, '2026-11-29 01:46:36.282226+00', '2026-11-29 01:46:36.282226+00');

INSERT INTO publisher.scheduled_post VALUES
	('01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-99d9-710e-a8d5-4c46cd8f95cc', 1, false, NULL, '{"platform": "INSTAGRAM", "content_id": "0944d290-7f91-5e2f-a055-a06b72965841", "content_hash": "sha256:96de4e60530750cb32a356ae700c7669e65b38957f396c51879c45c561f5fb47", "scheduled_for": "2026-11-29T01:46:42.399295+00:00", "payload_digest": "sha256:8d30094a09762453df42319d8edf5cf1903692f92edb1a5a0f868e420a5fba75", "content_revision": 2, "platform_account_id": "17841055490445041", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8"}'),
	('01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-99df-7db0-ace4-f1db2165333b', 1, false, NULL, '{"platform": "FACEBOOK", "content_id": "9d1be7d3-7fcc-53c1-b993-4208595a487d", "content_hash": "sha256:096ed884e4478a2e20822f23779714b31ebed6623e17b8bdfb41ddc9a634b31d", "scheduled_for": "2026-11-29T01:46:42.899295+00:00", "payload_digest": "sha256:4403142ad69f051b22dd8801f9a46ed5dc91da524089c6ae8e03518ee7ccb09a", "content_revision": 2, "platform_account_id": "139196405762754", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8"}'),
	('01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-99d0-7ff1-add8-26d646f7fe39', 1, false, NULL, '{"platform": "FACEBOOK", "content_id": "0944d290-7f91-5e2f-a055-a06b72965841", "content_hash": "sha256:96de4e60530750cb32a356ae700c7669e65b38957f396c51879c45c561f5fb47", "scheduled_for": "2026-11-29T01:46:42.399295+00:00", "payload_digest": "sha256:2fb83a7f5ded418a27ef00e8c8d2fa1f0f1db89d0b8930f691fa1066b5d0cc99", "content_revision": 2, "platform_account_id": "139196405762754", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8"}'),
	('01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-99e3-7f13-a615-77cd5c5f35a9', 1, false, NULL, '{"platform": "INSTAGRAM", "content_id": "9d1be7d3-7fcc-53c1-b993-4208595a487d", "content_hash": "sha256:096ed884e4478a2e20822f23779714b31ebed6623e17b8bdfb41ddc9a634b31d", "scheduled_for": "2026-11-29T01:46:42.899295+00:00", "payload_digest": "sha256:9f1b3c93e243f2eb4f05034a1656b65b669eed1617ba0879de16a0d300c25820", "content_revision": 2, "platform_account_id": "17841055490445041", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8"}'),
	('01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-9a63-760a-b1a6-d4e189f6a8cc', 2, true, 'parked', 'null'),
	('01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-9a67-7b38-a5b1-59b9ae818a2a', 2, true, 'parked', 'null'),
	('01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-9a7a-7731-8c65-1d356d0b868e', 2, true, 'parked', 'null'),
	('01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-9a7f-7c0c-bbd5-936b0c063c7e', 2, true, 'parked', 'null'),
	('01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-9a8e-7070-bd66-0c51ae4c4dc1', 2, true, 'parked', 'null'),
	('01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-9a6f-700b-a6fe-fff2f4902040', 2, true, 'parked', 'null'),
	('01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-9a82-7d00-8d91-3997c70df375', 2, true, 'parked', 'null'),
	('01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-9a90-76a8-b4e1-558b3cf747e4', 2, true, 'parked', 'null'),
	('01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-9a6c-79e7-825a-c8314628033a', 2, true, 'parked', 'null'),
	('01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-9a77-7e50-836d-a71765254ecf', 2, true, 'parked', 'null'),
	('01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-9a89-7322-8117-acba0935162d', 2, true, 'parked', 'null'),
	('01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-9a93-75dd-b053-546c90404322', 2, true, 'parked', 'null'),
	('01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-9a73-7041-ada8-aee25d59357d', 2, true, 'parked', 'null'),
	('01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-9a84-721c-a594-801dea4fd8a7', 2, true, 'parked', 'null'),
	('01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-9a5e-7bb1-b92a-7294c9037d6d', 2, true, 'parked', 'null'),
	('01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-9a75-79fc-ab0e-58c0f19b26a1', 2, true, 'parked', 'null'),
	('01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-9a86-72d7-97ea-390a84d8e0e0', 2, true, 'parked', 'null'),
	('01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-9a69-7676-809a-948fadde6136', 2, true, 'parked', 'null'),
	('01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-9a7c-70c7-8d73-0967f20b1173', 2, true, 'parked', 'null'),
	('01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-9a8b-7e65-9f76-02e77c0b355a', 2, true, 'parked', 'null');

INSERT INTO publisher.social_connection VALUES
	('01a224fb-914d-7577-8a51-1f1e2d289798', '01a224fb-8e91-765c-bc82-37c530e75140', 'FACEBOOK', 'e26a563241184ff547b10b2e162b219a9325f2f8', '139196405762754', 'Harbour Physio 01a224fb-90e8-7231-82bb-91dc359ec014', 'https://www.facebook.com/139196405762754', 'LINKED', '2026-11-29 01:46:42.439518+00', '2026-11-29 01:46:36.228335+00', '2026-11-29 01:46:42.442591+00'),
	('01a224fb-914d-7676-81a6-7933dc93bac6', '01a224fb-8e91-765c-bc82-37c530e75140', 'INSTAGRAM', 'e26a563241184ff547b10b2e162b219a9325f2f8', '17841055490445041', 'harbourphysio01a224fb90e8723182bb91dc359ec014', 'https://www.instagram.com/harbourphysio01a224fb90e8723182bb91dc359ec014', 'LINKED', '2026-11-29 01:46:42.439518+00', '2026-11-29 01:46:36.228335+00', '2026-11-29 01:46:42.442591+00');

INSERT INTO publisher.subscription VALUES
	('01a224fb-8e91-765c-bc82-37c530e75140', true, 1);

INSERT INTO publisher.unmatched_event VALUES
	('7e4aaa0d-9559-46ce-bb5e-05179562c52a', NULL, '{}', '{}', '{}', '\x00', '2026-11-29 01:46:46.619232+00', NULL, NULL, 0);

ALTER TABLE ONLY publisher.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

ALTER TABLE ONLY publisher.account
    ADD CONSTRAINT pk_account PRIMARY KEY (account_id);

ALTER TABLE ONLY publisher.approved_content
    ADD CONSTRAINT pk_approved_content PRIMARY KEY (account_id, content_id);

ALTER TABLE ONLY publisher.ayrshare_event
    ADD CONSTRAINT pk_ayrshare_event PRIMARY KEY (id);

ALTER TABLE ONLY publisher.delivery
    ADD CONSTRAINT pk_delivery PRIMARY KEY (id);

ALTER TABLE ONLY publisher.delivery_attempt
    ADD CONSTRAINT pk_delivery_attempt PRIMARY KEY (id);

ALTER TABLE ONLY publisher.idempotency_key
    ADD CONSTRAINT pk_idempotency_key PRIMARY KEY (account_id, user_id, key);

ALTER TABLE ONLY publisher.inbox
    ADD CONSTRAINT pk_inbox PRIMARY KEY (consumer, event_id);

ALTER TABLE ONLY publisher.outbox
    ADD CONSTRAINT pk_outbox PRIMARY KEY (id);

ALTER TABLE ONLY publisher.preflight
    ADD CONSTRAINT pk_preflight PRIMARY KEY (id);

ALTER TABLE ONLY publisher.profile_check
    ADD CONSTRAINT pk_profile_check PRIMARY KEY (id);

ALTER TABLE ONLY publisher.provider_profile
    ADD CONSTRAINT pk_provider_profile PRIMARY KEY (id);

ALTER TABLE ONLY publisher.publishing_profile
    ADD CONSTRAINT pk_publishing_profile PRIMARY KEY (id);

ALTER TABLE ONLY publisher.scheduled_post
    ADD CONSTRAINT pk_scheduled_post PRIMARY KEY (account_id, item_id);

ALTER TABLE ONLY publisher.social_connection
    ADD CONSTRAINT pk_social_connection PRIMARY KEY (id);

ALTER TABLE ONLY publisher.subscription
    ADD CONSTRAINT pk_subscription PRIMARY KEY (account_id);

ALTER TABLE ONLY publisher.unmatched_event
    ADD CONSTRAINT pk_unmatched_event PRIMARY KEY (id);

ALTER TABLE ONLY publisher.ayrshare_event
    ADD CONSTRAINT uq_ayrshare_event_account_id_event_id UNIQUE (account_id, event_id);

ALTER TABLE ONLY publisher.delivery
    ADD CONSTRAINT uq_delivery_account_id_id UNIQUE (account_id, id);

ALTER TABLE ONLY publisher.delivery_attempt
    ADD CONSTRAINT uq_delivery_attempt_delivery_id_number_call UNIQUE (delivery_id, number, call);

ALTER TABLE ONLY publisher.delivery
    ADD CONSTRAINT uq_delivery_schedule_item_id UNIQUE (schedule_item_id);

ALTER TABLE ONLY publisher.preflight
    ADD CONSTRAINT uq_preflight_account_id_schedule_item_id UNIQUE (account_id, schedule_item_id);

ALTER TABLE ONLY publisher.provider_profile
    ADD CONSTRAINT uq_provider_profile_account_id_id UNIQUE (account_id, id);

ALTER TABLE ONLY publisher.provider_profile
    ADD CONSTRAINT uq_provider_profile_account_id_ref_id UNIQUE (account_id, ref_id);

ALTER TABLE ONLY publisher.provider_profile
    ADD CONSTRAINT uq_provider_profile_ref_id UNIQUE (ref_id);

ALTER TABLE ONLY publisher.publishing_profile
    ADD CONSTRAINT uq_publishing_profile_account_id UNIQUE (account_id);

ALTER TABLE ONLY publisher.social_connection
    ADD CONSTRAINT uq_social_connection_account_id_platform UNIQUE (account_id, platform);

ALTER TABLE ONLY publisher.unmatched_event
    ADD CONSTRAINT uq_unmatched_event_ref_id_event_id UNIQUE (ref_id, event_id);

CREATE INDEX ix_ayrshare_event_due ON publisher.ayrshare_event USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX ix_delivery_due ON publisher.delivery USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX ix_delivery_page ON publisher.delivery USING btree (account_id, id);

CREATE INDEX ix_delivery_turn ON publisher.delivery USING btree (account_id, due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX ix_idempotency_key_created_at ON publisher.idempotency_key USING btree (created_at);

CREATE INDEX ix_inbox_received_at ON publisher.inbox USING btree (received_at);

CREATE INDEX ix_outbox_due ON publisher.outbox USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX ix_preflight_due ON publisher.preflight USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX ix_preflight_turn ON publisher.preflight USING btree (account_id, due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX ix_profile_check_due ON publisher.profile_check USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX ix_unmatched_event_due ON publisher.unmatched_event USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE UNIQUE INDEX uq_provider_profile_current ON publisher.provider_profile USING btree (account_id) WHERE ((status)::text <> ALL ((ARRAY['abandoned'::character varying, 'deleted'::character varying])::text[]));

ALTER TABLE ONLY publisher.delivery_attempt
    ADD CONSTRAINT fk_delivery_attempt_account_id_delivery_id_delivery FOREIGN KEY (account_id, delivery_id) REFERENCES publisher.delivery(account_id, id);

ALTER TABLE ONLY publisher.profile_check
    ADD CONSTRAINT fk_profile_check_provider_profile FOREIGN KEY (account_id, id) REFERENCES publisher.provider_profile(account_id, id);

ALTER TABLE ONLY publisher.publishing_profile
    ADD CONSTRAINT fk_publishing_profile_provider_profile FOREIGN KEY (account_id, provider_profile_id) REFERENCES publisher.provider_profile(account_id, ref_id);

ALTER TABLE ONLY publisher.social_connection
    ADD CONSTRAINT fk_social_connection_provider_profile FOREIGN KEY (account_id, provider_profile_id) REFERENCES publisher.provider_profile(account_id, ref_id);

ALTER TABLE publisher.account ENABLE ROW LEVEL SECURITY;

ALTER TABLE publisher.approved_content ENABLE ROW LEVEL SECURITY;

ALTER TABLE publisher.ayrshare_event ENABLE ROW LEVEL SECURITY;

ALTER TABLE publisher.delivery ENABLE ROW LEVEL SECURITY;

ALTER TABLE publisher.delivery_attempt ENABLE ROW LEVEL SECURITY;

ALTER TABLE publisher.idempotency_key ENABLE ROW LEVEL SECURITY;

ALTER TABLE publisher.inbox ENABLE ROW LEVEL SECURITY;

CREATE POLICY lookup ON publisher.provider_profile FOR SELECT TO publisher_lookup USING (true);

CREATE POLICY loop ON publisher.ayrshare_event TO publisher_loop USING (true) WITH CHECK (true);

CREATE POLICY loop ON publisher.delivery TO publisher_loop USING (true) WITH CHECK (true);

CREATE POLICY loop ON publisher.idempotency_key TO publisher_loop USING (true) WITH CHECK (true);

CREATE POLICY loop ON publisher.inbox TO publisher_loop USING (true) WITH CHECK (true);

CREATE POLICY loop ON publisher.outbox TO publisher_loop USING (true) WITH CHECK (true);

CREATE POLICY loop ON publisher.preflight TO publisher_loop USING (true) WITH CHECK (true);

CREATE POLICY loop ON publisher.profile_check TO publisher_loop USING (true) WITH CHECK (true);

CREATE POLICY loop ON publisher.unmatched_event TO publisher_loop USING (true) WITH CHECK (true);

ALTER TABLE publisher.outbox ENABLE ROW LEVEL SECURITY;

ALTER TABLE publisher.preflight ENABLE ROW LEVEL SECURITY;

ALTER TABLE publisher.profile_check ENABLE ROW LEVEL SECURITY;

ALTER TABLE publisher.provider_profile ENABLE ROW LEVEL SECURITY;

ALTER TABLE publisher.publishing_profile ENABLE ROW LEVEL SECURITY;

CREATE POLICY receive ON publisher.unmatched_event FOR INSERT TO publisher WITH CHECK ((account_id IS NULL));

ALTER TABLE publisher.scheduled_post ENABLE ROW LEVEL SECURITY;

ALTER TABLE publisher.social_connection ENABLE ROW LEVEL SECURITY;

ALTER TABLE publisher.subscription ENABLE ROW LEVEL SECURITY;

CREATE POLICY tenant ON publisher.account TO publisher USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON publisher.approved_content TO publisher USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON publisher.ayrshare_event TO publisher USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON publisher.delivery TO publisher USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON publisher.delivery_attempt TO publisher USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON publisher.idempotency_key TO publisher USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON publisher.inbox TO publisher USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON publisher.outbox TO publisher USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON publisher.preflight TO publisher USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON publisher.profile_check TO publisher USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON publisher.provider_profile TO publisher USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON publisher.publishing_profile TO publisher USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON publisher.scheduled_post TO publisher USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON publisher.social_connection TO publisher USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON publisher.subscription TO publisher USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

ALTER TABLE publisher.unmatched_event ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA publisher TO publisher;
GRANT USAGE ON SCHEMA publisher TO publisher_loop;
GRANT USAGE ON SCHEMA publisher TO publisher_lookup;

REVOKE ALL ON FUNCTION publisher.account_of_provider_profile(wanted text) FROM PUBLIC;
GRANT ALL ON FUNCTION publisher.account_of_provider_profile(wanted text) TO publisher;

GRANT SELECT,INSERT,UPDATE ON TABLE publisher.account TO publisher;

GRANT SELECT ON TABLE publisher.alembic_version TO publisher;

GRANT SELECT,INSERT,UPDATE ON TABLE publisher.approved_content TO publisher;

GRANT SELECT,INSERT,UPDATE ON TABLE publisher.ayrshare_event TO publisher;
GRANT SELECT,DELETE,UPDATE ON TABLE publisher.ayrshare_event TO publisher_loop;

GRANT SELECT,INSERT,UPDATE ON TABLE publisher.delivery TO publisher;
GRANT SELECT,INSERT,UPDATE ON TABLE publisher.delivery TO publisher_loop;

GRANT SELECT,INSERT,UPDATE ON TABLE publisher.delivery_attempt TO publisher;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE publisher.idempotency_key TO publisher;
GRANT SELECT,DELETE ON TABLE publisher.idempotency_key TO publisher_loop;

GRANT SELECT,INSERT ON TABLE publisher.inbox TO publisher;
GRANT SELECT,INSERT,DELETE ON TABLE publisher.inbox TO publisher_loop;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE publisher.outbox TO publisher;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE publisher.outbox TO publisher_loop;

GRANT SELECT,INSERT,UPDATE ON TABLE publisher.preflight TO publisher;
GRANT SELECT,DELETE,UPDATE ON TABLE publisher.preflight TO publisher_loop;

GRANT SELECT,INSERT,UPDATE ON TABLE publisher.profile_check TO publisher;
GRANT SELECT,UPDATE ON TABLE publisher.profile_check TO publisher_loop;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE publisher.provider_profile TO publisher;
GRANT SELECT ON TABLE publisher.provider_profile TO publisher_lookup;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE publisher.publishing_profile TO publisher;

GRANT SELECT,INSERT,UPDATE ON TABLE publisher.scheduled_post TO publisher;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE publisher.social_connection TO publisher;

GRANT SELECT,INSERT,UPDATE ON TABLE publisher.subscription TO publisher;

GRANT INSERT ON TABLE publisher.unmatched_event TO publisher;
GRANT SELECT,DELETE,UPDATE ON TABLE publisher.unmatched_event TO publisher_loop;

