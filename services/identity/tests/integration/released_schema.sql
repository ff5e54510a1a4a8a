CREATE SCHEMA identity;

ALTER SCHEMA identity OWNER TO postgres;

CREATE FUNCTION identity.find_device(wanted bytea) RETURNS TABLE(account_id uuid, device_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'identity', 'pg_temp'
    AS $$ SELECT t.account_id, t.id FROM identity.device AS t WHERE t.token_hash = wanted $$;

ALTER FUNCTION identity.find_device(wanted bytea) OWNER TO identity_lookup;

CREATE FUNCTION identity.find_invitation(wanted bytea) RETURNS TABLE(account_id uuid, invitation_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'identity', 'pg_temp'
    AS $$ SELECT t.account_id, t.id FROM identity."invitation" AS t WHERE t.token_hash = wanted $$;

ALTER FUNCTION identity.find_invitation(wanted bytea) OWNER TO identity_lookup;

CREATE FUNCTION identity.find_refresh_token(wanted bytea) RETURNS TABLE(account_id uuid, token_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'identity', 'pg_temp'
    AS $$ SELECT t.account_id, t.id FROM identity."refresh_token" AS t WHERE t.token_hash = wanted $$;

ALTER FUNCTION identity.find_refresh_token(wanted bytea) OWNER TO identity_lookup;

CREATE FUNCTION identity.find_user(wanted text) RETURNS TABLE(account_id uuid, user_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'identity', 'pg_temp'
    AS $$ SELECT t.account_id, t.id FROM identity."user" AS t WHERE t.email = wanted $$;

ALTER FUNCTION identity.find_user(wanted text) OWNER TO identity_lookup;

CREATE TABLE identity.account (
    id uuid NOT NULL,
    account_id uuid GENERATED ALWAYS AS (id) STORED NOT NULL,
    name text NOT NULL,
    website_url text,
    timezone text NOT NULL,
    revision integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY identity.account FORCE ROW LEVEL SECURITY;

ALTER TABLE identity.account OWNER TO postgres;

CREATE TABLE identity.alembic_version (
    version_num character varying(32) NOT NULL
);

ALTER TABLE identity.alembic_version OWNER TO postgres;

CREATE TABLE identity.audit_event (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    seq bigint NOT NULL,
    source text NOT NULL,
    user_id uuid,
    event_type text NOT NULL,
    entity_type text NOT NULL,
    entity_id text NOT NULL,
    metadata json NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    prev_hash text NOT NULL,
    hash text NOT NULL
);

ALTER TABLE ONLY identity.audit_event FORCE ROW LEVEL SECURITY;

ALTER TABLE identity.audit_event OWNER TO postgres;

CREATE TABLE identity.audit_head (
    account_id uuid NOT NULL,
    seq bigint NOT NULL,
    hash text NOT NULL
);

ALTER TABLE ONLY identity.audit_head FORCE ROW LEVEL SECURITY;

ALTER TABLE identity.audit_head OWNER TO postgres;

CREATE TABLE identity.device (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY identity.device FORCE ROW LEVEL SECURITY;

ALTER TABLE identity.device OWNER TO postgres;

CREATE TABLE identity.failed_sign_in (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    user_id uuid NOT NULL,
    failures integer NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    lease_owner uuid,
    attempts integer DEFAULT 0 NOT NULL
);

ALTER TABLE ONLY identity.failed_sign_in FORCE ROW LEVEL SECURITY;

ALTER TABLE identity.failed_sign_in OWNER TO postgres;

CREATE TABLE identity.idempotency_key (
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

ALTER TABLE ONLY identity.idempotency_key FORCE ROW LEVEL SECURITY;

ALTER TABLE identity.idempotency_key OWNER TO postgres;

CREATE TABLE identity.inbox (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    account_id uuid NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY identity.inbox FORCE ROW LEVEL SECURITY;

ALTER TABLE identity.inbox OWNER TO postgres;

CREATE TABLE identity.invitation (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    email text NOT NULL,
    role text NOT NULL,
    token_hash bytea NOT NULL,
    invited_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    accepted_at timestamp with time zone,
    CONSTRAINT ck_invitation_role CHECK ((role = ANY (ARRAY['OWNER'::text, 'ADMIN'::text, 'MEMBER'::text])))
);

ALTER TABLE ONLY identity.invitation FORCE ROW LEVEL SECURITY;

ALTER TABLE identity.invitation OWNER TO postgres;

CREATE TABLE identity.outbox (
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

ALTER TABLE ONLY identity.outbox FORCE ROW LEVEL SECURITY;

ALTER TABLE identity.outbox OWNER TO postgres;

COMMENT ON COLUMN identity.outbox.id IS 'The event''s id.';

COMMENT ON COLUMN identity.outbox.expires_at IS 'Not sent any more after this.';

CREATE TABLE identity.rate_limit_window (
    name text NOT NULL,
    key bytea NOT NULL,
    attempts timestamp with time zone[] NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY identity.rate_limit_window FORCE ROW LEVEL SECURITY;

ALTER TABLE identity.rate_limit_window OWNER TO postgres;

CREATE TABLE identity.refresh_token (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    session_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    used_by bytea,
    successor_salt bytea
);

ALTER TABLE ONLY identity.refresh_token FORCE ROW LEVEL SECURITY;

ALTER TABLE identity.refresh_token OWNER TO postgres;

CREATE TABLE identity.session (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    user_id uuid NOT NULL,
    user_agent text,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    revoked_reason text,
    CONSTRAINT ck_session_revoked_reason CHECK ((revoked_reason = ANY (ARRAY['logout'::text, 'reuse_detected'::text, 'password_changed'::text, 'role_changed'::text, 'deactivated'::text, 'revoked'::text]))),
    CONSTRAINT ck_session_revoked_with_reason CHECK (((revoked_at IS NULL) = (revoked_reason IS NULL)))
);

ALTER TABLE ONLY identity.session FORCE ROW LEVEL SECURITY;

ALTER TABLE identity.session OWNER TO postgres;

CREATE TABLE identity.signing_key (
    kid text NOT NULL,
    public_key bytea NOT NULL,
    private_key bytea NOT NULL,
    published_at timestamp with time zone NOT NULL,
    signs_at timestamp with time zone NOT NULL,
    retires_at timestamp with time zone
);

ALTER TABLE ONLY identity.signing_key FORCE ROW LEVEL SECURITY;

ALTER TABLE identity.signing_key OWNER TO postgres;

CREATE TABLE identity."user" (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    email text NOT NULL,
    password_hash text NOT NULL,
    role text NOT NULL,
    active boolean NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_user_role CHECK ((role = ANY (ARRAY['OWNER'::text, 'ADMIN'::text, 'MEMBER'::text])))
);

ALTER TABLE ONLY identity."user" FORCE ROW LEVEL SECURITY;

ALTER TABLE identity."user" OWNER TO postgres;

INSERT INTO identity.account VALUES
	('01a224fb-8e91-765c-bc82-37c530e75140', DEFAULT, 'Harbour Physio', 'http://127.0.0.1:7409/harbour-physio/', 'Pacific/Auckland', 1, '2026-11-29 01:46:35.538688+00', '2026-11-29 01:46:35.538688+00');

INSERT INTO identity.alembic_version VALUES
	('0007');

INSERT INTO identity.audit_event VALUES
	('01a224fb-8ea3-77fe-901c-7e326238cf5d', '01a224fb-8e91-765c-bc82-37c530e75140', 1, '/identity', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'ACCOUNT_CREATED', 'account', '01a224fb-8e91-765c-bc82-37c530e75140', '{"name": "Harbour Physio", "website_url": "http://127.0.0.1:7409/harbour-physio/", "timezone": "Pacific/Auckland"}', '2026-11-29 01:46:35.555432+00', '2026-11-29 01:46:35.558746+00', '0000000000000000000000000000000000000000000000000000000000000000', 'b3ccd498224d78fd56aebb4095bd269037eb281b0d344ddff2cdc032bda8e05e'),
	('01a224fb-909b-7af0-9496-560c3941c096', '01a224fb-8e91-765c-bc82-37c530e75140', 2, '/billing', NULL, 'SUBSCRIPTION_CHANGED', 'subscription', '01a224fb-8fcf-7064-ba15-ffb1e48e5374', '{"from": {"plan": null, "posting_addon": false, "status": "none", "current_period_end": null, "cancel_at_period_end": false, "cancel_at": null, "posting": false}, "to": {"plan": "GROWTH", "posting_addon": true, "status": "active", "current_period_end": "2026-12-29T01:46:35+00:00", "cancel_at_period_end": false, "cancel_at": null, "posting": true}, "revision": 1, "stripe_subscription_id": "sub_sS2ndlVrnhgvp2dY9G9A4A8U"}', '2026-11-29 01:46:36.053774+00', '2026-11-29 01:46:36.097294+00', 'b3ccd498224d78fd56aebb4095bd269037eb281b0d344ddff2cdc032bda8e05e', '49e17bd40fc79c13f8eb79ccf076c07b02f315a8a8739572ca1197145c35d033'),
	('01a224fb-9180-71b9-9b88-bbdfa965e2d1', '01a224fb-8e91-765c-bc82-37c530e75140', 3, '/publisher', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'PROFILE_VERIFIED', 'publishing_profile', '01a224fb-917b-750e-b15d-596a2ccf2073', '{"provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platforms": [{"platform": "FACEBOOK", "platform_account_id": "139196405762754", "display_name": "Harbour Physio 01a224fb-90e8-7231-82bb-91dc359ec014"}, {"platform": "INSTAGRAM", "platform_account_id": "17841055490445041", "display_name": "harbourphysio01a224fb90e8723182bb91dc359ec014"}], "revision": 1}', '2026-11-29 01:46:36.28413+00', '2026-11-29 01:46:36.313858+00', '49e17bd40fc79c13f8eb79ccf076c07b02f315a8a8739572ca1197145c35d033', '6c18666311aaec5f2cabc4ae5a7aea7d7ca1ce2112ad9d799608e6307ce7282c'),
	('01a224fb-975f-79a1-9917-546c7d20f1b7', '01a224fb-8e91-765c-bc82-37c530e75140', 4, '/content', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'CONTENT_GENERATED', 'generation', '01a224fb-9223-7b1b-a92a-45f24eb444fb', '{"month": "2026-12", "done": 12, "failed": 0, "prompt_version": 2}', '2026-11-29 01:46:37.784327+00', '2026-11-29 01:46:37.810678+00', '6c18666311aaec5f2cabc4ae5a7aea7d7ca1ce2112ad9d799608e6307ce7282c', 'de5e44d26beb11e04f94e4615ab263dea3301727ec0b31a200acbc8666c12bb5'),
	('01a224fb-9806-7b8e-b930-0397aa1c53db', '01a224fb-8e91-765c-bc82-37c530e75140', 5, '/content', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'CONTENT_APPROVED', 'content_item', '0944d290-7f91-5e2f-a055-a06b72965841', '{"revision": 2, "content_hash": "sha256:96de4e60530750cb32a356ae700c7669e65b38957f396c51879c45c561f5fb47"}', '2026-11-29 01:46:37.958325+00', '2026-11-29 01:46:37.979203+00', 'de5e44d26beb11e04f94e4615ab263dea3301727ec0b31a200acbc8666c12bb5', '6985be3faa52d94308acb78a63e87818085a21e4c5034e8dd3adf45d8a724b9a'),
	('01a224fb-9827-7159-89d0-c40723bc42f6', '01a224fb-8e91-765c-bc82-37c530e75140', 6, '/content', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'CONTENT_APPROVED', 'content_item', '9d1be7d3-7fcc-53c1-b993-4208595a487d', '{"revision": 2, "content_hash": "sha256:096ed884e4478a2e20822f23779714b31ebed6623e17b8bdfb41ddc9a634b31d"}', '2026-11-29 01:46:37.991416+00', '2026-11-29 01:46:38.00931+00', '6985be3faa52d94308acb78a63e87818085a21e4c5034e8dd3adf45d8a724b9a', '10a989557a0882db07b3e0cf8832ece1f50f2cd66a07b1acef0319cb9683b3dc'),
	('01a224fb-9840-7014-920b-cae3096d077a', '01a224fb-8e91-765c-bc82-37c530e75140', 7, '/content', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'CONTENT_APPROVED', 'content_item', 'a97c7d6a-c477-5475-9453-28ed6addd80b', '{"revision": 2, "content_hash": "sha256:644fecccad39a6934cb9303bb86c501900a0c81cfc3e6db9e837f9778b6794b2"}', '2026-11-29 01:46:38.016237+00', '2026-11-29 01:46:38.03541+00', '10a989557a0882db07b3e0cf8832ece1f50f2cd66a07b1acef0319cb9683b3dc', '24331676d1a81389b32df807ba10f7499cf6c840b8e009f33fae9b9542f5b67b'),
	('01a224fb-9851-7c9f-b25e-dabb11ca6c04', '01a224fb-8e91-765c-bc82-37c530e75140', 8, '/content', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'CONTENT_APPROVED', 'content_item', '1bfa559b-70cc-5b32-beed-458b3572ae05', '{"revision": 2, "content_hash": "sha256:c807383736a1e161ae363d65d77c22cc51d3c93d4ecb1d45cf9347f6862e46ea"}', '2026-11-29 01:46:38.033302+00', '2026-11-29 01:46:38.054825+00', '24331676d1a81389b32df807ba10f7499cf6c840b8e009f33fae9b9542f5b67b', '09bda8dcd9a573601be79f96d6240b7e2f4e6292ea3f2017e8b1b95731531e7a'),
	('01a224fb-9869-7de9-9b6a-a463c06c8c72', '01a224fb-8e91-765c-bc82-37c530e75140', 9, '/content', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'CONTENT_APPROVED', 'content_item', 'c5cbfd56-d009-5f21-8241-c5a31d296fd2', '{"revision": 2, "content_hash": "sha256:aad289c325d08200bb608c8e2177386da8128ba4e55bd12d571cdcf1dac2be7d"}', '2026-11-29 01:46:38.057491+00', '2026-11-29 01:46:38.07465+00', '09bda8dcd9a573601be79f96d6240b7e2f4e6292ea3f2017e8b1b95731531e7a', 'de63d9e662e01bcb68da6f2a027e437073fa9b6cbb76e2164946c3ed14467859'),
	('01a224fb-9884-7f0b-a933-e2f66f299008', '01a224fb-8e91-765c-bc82-37c530e75140', 10, '/content', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'CONTENT_APPROVED', 'content_item', 'c1aecf65-a5c0-522c-bf9c-18a88eedaa55', '{"revision": 2, "content_hash": "sha256:1eec47e04161ac0b2c37faad01e0d47acc42ecba639621d1d28c42558f4920c4"}', '2026-11-29 01:46:38.084684+00', '2026-11-29 01:46:38.099268+00', 'de63d9e662e01bcb68da6f2a027e437073fa9b6cbb76e2164946c3ed14467859', '4327aeea459d4e74ac9e1f76ab6037204dd34b55f9312b83e940e6cfe0e98361'),
	('01a224fb-989c-74a9-b173-92ae3e41e017', '01a224fb-8e91-765c-bc82-37c530e75140', 11, '/content', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'CONTENT_APPROVED', 'content_item', 'f3a13488-4c55-5b51-a3bd-db4c001c13d5', '{"revision": 2, "content_hash": "sha256:19fe60287efd80fd7d4096c3c01859a482143d55f27f686a091b83daeb037286"}', '2026-11-29 01:46:38.10879+00', '2026-11-29 01:46:38.123337+00', '4327aeea459d4e74ac9e1f76ab6037204dd34b55f9312b83e940e6cfe0e98361', '3ea4557da64d81c74f258c1967c9438b2d0a05b74285c881f801819cf68199b5'),
	('01a224fb-98b4-7b44-ac06-1b02a9607631', '01a224fb-8e91-765c-bc82-37c530e75140', 12, '/content', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'CONTENT_APPROVED', 'content_item', '2df3b3f6-b0b0-5ae9-8743-4ec974cf8767', '{"revision": 2, "content_hash": "sha256:eaa9eb844a4ea1cad914917cc966016f65af981f5d182c0d7b120c4895d0a3ee"}', '2026-11-29 01:46:38.132946+00', '2026-11-29 01:46:38.151233+00', '3ea4557da64d81c74f258c1967c9438b2d0a05b74285c881f801819cf68199b5', '8d5c5a1b81e18bf9c7c7801e5720c037c5ec3b4c2cd7db25557ff7bcedc07634'),
	('01a224fb-98c9-756e-b06b-bc955f8a2ecb', '01a224fb-8e91-765c-bc82-37c530e75140', 13, '/content', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'CONTENT_APPROVED', 'content_item', 'd0bdfa68-84fc-5ac3-b56f-51a2421e8508', '{"revision": 2, "content_hash": "sha256:de557c6a4f950f2e2f7eb900fec4295096c651301666b53a0a9770a4b207e0f2"}', '2026-11-29 01:46:38.153412+00', '2026-11-29 01:46:38.168767+00', '8d5c5a1b81e18bf9c7c7801e5720c037c5ec3b4c2cd7db25557ff7bcedc07634', 'd38760fba326365697948cf3841a9f7fac645f4c823914552ff7620259260a78'),
	('01a224fb-98df-7be1-aac7-306d033b2bae', '01a224fb-8e91-765c-bc82-37c530e75140', 14, '/content', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'CONTENT_APPROVED', 'content_item', '6aabf560-9bfe-50a9-9ff3-46d497a8dbea', '{"revision": 2, "content_hash": "sha256:c385d695bd4fef33c5b843788b940abff94651d660e61f49f89fd0af598c7668"}', '2026-11-29 01:46:38.175526+00', '2026-11-29 01:46:38.191516+00', 'd38760fba326365697948cf3841a9f7fac645f4c823914552ff7620259260a78', 'deab0b98dfa26393812cf821e49d2ec2284cf3f6a0304cb10eaa4ecbfd1a5c71'),
	('01a224fb-98f4-77b5-a8fa-fa321fe26ace', '01a224fb-8e91-765c-bc82-37c530e75140', 15, '/content', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'CONTENT_APPROVED', 'content_item', 'e51e943c-86e6-5ba0-ba42-5de14c1cbc17', '{"revision": 2, "content_hash": "sha256:360c447d7e5e5745b50df0cac674f9ffafa8c9d4d64a44cf75e6b702ad1e228a"}', '2026-11-29 01:46:38.196246+00', '2026-11-29 01:46:38.216756+00', 'deab0b98dfa26393812cf821e49d2ec2284cf3f6a0304cb10eaa4ecbfd1a5c71', 'ef0576ee3fb77efdda9d6c98f7028a28b91bdfa4969ad1517e4e1dac61ce4094'),
	('01a224fb-9903-726c-8ba2-06cc1e0d5263', '01a224fb-8e91-765c-bc82-37c530e75140', 16, '/content', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'CONTENT_APPROVED', 'content_item', '667ddabe-55a6-544d-98ac-5e900ee23a6f', '{"revision": 2, "content_hash": "sha256:c33ae1d83b1994df88010ebc4e7b85234b469e3e5071413474646660494f42cd"}', '2026-11-29 01:46:38.21168+00', '2026-11-29 01:46:38.23792+00', 'ef0576ee3fb77efdda9d6c98f7028a28b91bdfa4969ad1517e4e1dac61ce4094', 'b78f3117ab58c4436394178100dd6ac6ee91124929a16918f4370ad410be9375'),
	('01a224fb-99d4-77fd-8b8e-54b683fda92b', '01a224fb-8e91-765c-bc82-37c530e75140', 17, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_SCHEDULED', 'schedule_item', '01a224fb-99d0-7ff1-add8-26d646f7fe39', '{"content_id": "0944d290-7f91-5e2f-a055-a06b72965841", "content_revision": 2, "content_hash": "sha256:96de4e60530750cb32a356ae700c7669e65b38957f396c51879c45c561f5fb47", "platform": "FACEBOOK", "scheduled_for": "2026-11-29T01:46:42.399295+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "139196405762754", "cause": "scheduled"}', '2026-11-29 01:46:38.420399+00', '2026-11-29 01:46:38.504455+00', 'b78f3117ab58c4436394178100dd6ac6ee91124929a16918f4370ad410be9375', '4af671dab6b00aa73cfca253f7579364f76a4dc0f7b1ec99d91f8ab0f9d6dd77'),
	('01a224fb-99dc-768b-a7b6-669faf479f4e', '01a224fb-8e91-765c-bc82-37c530e75140', 18, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_SCHEDULED', 'schedule_item', '01a224fb-99d9-710e-a8d5-4c46cd8f95cc', '{"content_id": "0944d290-7f91-5e2f-a055-a06b72965841", "content_revision": 2, "content_hash": "sha256:96de4e60530750cb32a356ae700c7669e65b38957f396c51879c45c561f5fb47", "platform": "INSTAGRAM", "scheduled_for": "2026-11-29T01:46:42.399295+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "17841055490445041", "cause": "scheduled"}', '2026-11-29 01:46:38.428859+00', '2026-11-29 01:46:38.514398+00', '4af671dab6b00aa73cfca253f7579364f76a4dc0f7b1ec99d91f8ab0f9d6dd77', '13a2c5a42de4d762d011ca26fbcdee107518b3ce9dbf9c464ea7cf06d96067b6'),
	('01a224fb-9a80-7fa3-bb4f-ad9139f7b506', '01a224fb-8e91-765c-bc82-37c530e75140', 21, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_SCHEDULED', 'schedule_item', '01a224fb-9a7f-7c0c-bbd5-936b0c063c7e', '{"content_id": "2df3b3f6-b0b0-5ae9-8743-4ec974cf8767", "content_revision": 2, "content_hash": "sha256:eaa9eb844a4ea1cad914917cc966016f65af981f5d182c0d7b120c4895d0a3ee", "platform": "INSTAGRAM", "scheduled_for": "2026-12-13T19:32:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "17841055490445041", "cause": "scheduled"}', '2026-11-29 01:46:38.592784+00', '2026-11-29 01:46:38.660331+00', '6cdc35fb73c6d25e3ca4d5a9335bc2b16e7f04813172b6400207280d66875b5b', '0ae3aa6c020ee1f0d1a9ccb50771c532192b5d0a70f8f49d2207cb709217ab99'),
	('01a224fb-9a6d-7b48-bc6f-dfc171d0a356', '01a224fb-8e91-765c-bc82-37c530e75140', 27, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_SCHEDULED', 'schedule_item', '01a224fb-9a6c-79e7-825a-c8314628033a', '{"content_id": "c5cbfd56-d009-5f21-8241-c5a31d296fd2", "content_revision": 2, "content_hash": "sha256:aad289c325d08200bb608c8e2177386da8128ba4e55bd12d571cdcf1dac2be7d", "platform": "FACEBOOK", "scheduled_for": "2026-12-06T21:19:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "139196405762754", "cause": "scheduled"}', '2026-11-29 01:46:38.573697+00', '2026-11-29 01:46:38.684687+00', 'fb1f729f36a2cc32b6d1b3b50774981ea7e0c31db5d54fec9810f4373e368b1e', '0e3b8b58f7a26a99fce59fe75465db809f3d82ab881e69e14e819c01c322a51f'),
	('01a224fb-9a83-717c-a270-0b098d8200ad', '01a224fb-8e91-765c-bc82-37c530e75140', 35, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_SCHEDULED', 'schedule_item', '01a224fb-9a82-7d00-8d91-3997c70df375', '{"content_id": "d0bdfa68-84fc-5ac3-b56f-51a2421e8508", "content_revision": 2, "content_hash": "sha256:de557c6a4f950f2e2f7eb900fec4295096c651301666b53a0a9770a4b207e0f2", "platform": "FACEBOOK", "scheduled_for": "2026-12-15T21:05:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "139196405762754", "cause": "scheduled"}', '2026-11-29 01:46:38.595407+00', '2026-11-29 01:46:38.743141+00', '05047770e23ae93e7421f5043c88e441ed8b432d06bc3f5a4e519e7529d4e213', 'f8bd53f2950ab4b724f8040b50a70f8e8e3c36a2bdc2e8191f9b99270701516a'),
	('01a224fb-a9d1-7472-a60d-6da37585f1ac', '01a224fb-8e91-765c-bc82-37c530e75140', 41, '/publisher', NULL, 'POST_ATTEMPTED', 'delivery', '01a224fb-a969-7194-93a4-f90e8f5bb54c', '{"schedule_item_id": "01a224fb-99d0-7ff1-add8-26d646f7fe39", "item_revision": 1, "content_id": "0944d290-7f91-5e2f-a055-a06b72965841", "content_hash": "sha256:96de4e60530750cb32a356ae700c7669e65b38957f396c51879c45c561f5fb47", "platform": "FACEBOOK", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "139196405762754", "status": "sending", "attempt": 1, "provider_post_id": null, "platform_post_id": null, "post_url": null, "error_code": null, "error_message": null, "approved_by": "01a224fb-8e98-78ac-95b5-49d293e5a1a9", "call": 1, "idempotency_key": "01a224fb-a969-7194-93a4-f90e8f5bb54c-1", "started_at": "2026-11-29T01:46:42.444346+00:00", "result": "accepted", "provider_status": 200, "provider_answer": "{\"status\":\"success\",\"posts\":[{\"status\":\"success\",\"errors\":[],\"postIds\":[{\"status\":\"success\",\"id\":\"139196405762754_885893936180119\",\"postUrl\":\"https://www.facebook.com/139196405762754_885893936180119\",\"platform\":\"facebook\"}],\"profileTitle\":\"Harbour Physio 01a224fb-90e8-7231-82bb-91dc359ec014\",\"id\":\"stwhvQNPOGKDi9qmXx0o\",\"refId\":\"e26a563241184ff547b10b2e162b219a9325f2f8\",\"post\":\"Summer sport injuries mostly come from doing in one weekend what was planned for a month. Start now, start small, and arrive fit on the day that it matters.\\n\\nWe test strength and range on both sides before anyone goes back to running, rowing or netball.\\n\\nWhom would you send this to?\\n\\n#SummerSport #GetReady #HarbourPhysio #Physio #MoveWell\"}]}"}', '2026-11-29 01:46:42.50631+00', '2026-11-29 01:46:42.547595+00', '70269f38b84960cf7b410488ef0c14c8155357af55deb8c32d1b35ae90d266b6', 'c8532424499ad34130f2d8515007b6bb32e7c3ab7646e4aae19110b8ebbda756'),
	('01a224fb-ab8c-7ac9-8891-80c8baaa1f45', '01a224fb-8e91-765c-bc82-37c530e75140', 47, '/publisher', NULL, 'POST_ATTEMPTED', 'delivery', '01a224fb-ab64-7336-9889-c46d406b66df', '{"schedule_item_id": "01a224fb-99e3-7f13-a615-77cd5c5f35a9", "item_revision": 1, "content_id": "9d1be7d3-7fcc-53c1-b993-4208595a487d", "content_hash": "sha256:096ed884e4478a2e20822f23779714b31ebed6623e17b8bdfb41ddc9a634b31d", "platform": "INSTAGRAM", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "17841055490445041", "status": "sending", "attempt": 1, "provider_post_id": null, "platform_post_id": null, "post_url": null, "error_code": null, "error_message": null, "approved_by": "01a224fb-8e98-78ac-95b5-49d293e5a1a9", "call": 1, "idempotency_key": "01a224fb-ab64-7336-9889-c46d406b66df-1", "started_at": "2026-11-29T01:46:42.937079+00:00", "result": "accepted", "provider_status": 200, "provider_answer": "{\"status\":\"success\",\"posts\":[{\"status\":\"success\",\"errors\":[],\"postIds\":[{\"status\":\"success\",\"id\":\"18992698252220469\",\"postUrl\":\"https://www.instagram.com/p/E63NQkvCK8X/\",\"platform\":\"instagram\",\"usedQuota\":2}],\"profileTitle\":\"Harbour Physio 01a224fb-90e8-7231-82bb-91dc359ec014\",\"id\":\"s0wFljm0hVi7KWZ67y23\",\"refId\":\"e26a563241184ff547b10b2e162b219a9325f2f8\",\"post\":\"A long journey ahead? Take the aisle seat, roll a jumper into the small of your back, and get up whenever the film has a dull scene. Pack two small bags instead of a big one, and lift them one at a time.\\n\\nMost back pain settles with the right movement and a little patience, and we show you which movement that is.\\n\\nWhom would you send this to?\\n\\n#TravelTips #HolidaySeason #HarbourPhysio #Physio #MoveWell\"}]}"}', '2026-11-29 01:46:42.953815+00', '2026-11-29 01:46:42.993817+00', '0cd51c650869d5a387dfa652dcaf5f3fee17d334963be0f6b7cb87746c62b01e', 'c25832149a1973c48625f6bd417908cdd0af1edea8ac60a99a8d0ed5847be97c'),
	('01a224fb-abf9-75c1-9103-4fd6f49e77c4', '01a224fb-8e91-765c-bc82-37c530e75140', 54, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_PARKED', 'schedule_item', '01a224fb-9a67-7b38-a5b1-59b9ae818a2a', '{"content_id": "1bfa559b-70cc-5b32-beed-458b3572ae05", "content_revision": 2, "content_hash": "sha256:c807383736a1e161ae363d65d77c22cc51d3c93d4ecb1d45cf9347f6862e46ea", "platform": "FACEBOOK", "scheduled_for": "2026-12-03T21:44:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "139196405762754", "reason": "paused_account"}', '2026-11-29 01:46:43.065244+00', '2026-11-29 01:46:43.188066+00', '936052ced04f538fc7c86e7dd28f14a4a98050807f10aa2cfc1c46752f0d9789', 'd70d168397f8eec4785eaae2deb297a9b99627fd694a0bd24988b3abdc44f06e'),
	('01a224fb-ac08-765f-8fe7-78301859ffd6', '01a224fb-8e91-765c-bc82-37c530e75140', 61, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_PARKED', 'schedule_item', '01a224fb-9a7a-7731-8c65-1d356d0b868e', '{"content_id": "f3a13488-4c55-5b51-a3bd-db4c001c13d5", "content_revision": 2, "content_hash": "sha256:19fe60287efd80fd7d4096c3c01859a482143d55f27f686a091b83daeb037286", "platform": "INSTAGRAM", "scheduled_for": "2026-12-10T19:43:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "17841055490445041", "reason": "paused_account"}', '2026-11-29 01:46:43.080147+00', '2026-11-29 01:46:43.25024+00', '828576a088c759de4cee95de66d6dfdf9ba35456a5734b99825fabf90abc6edd', 'b42e938be89fe7fed7bd6d2ac57a84ee0a27f73543e4bcebe220db4c0cf344f3'),
	('01a224fb-99e5-78b8-9c0d-2b397560478c', '01a224fb-8e91-765c-bc82-37c530e75140', 19, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_SCHEDULED', 'schedule_item', '01a224fb-99e3-7f13-a615-77cd5c5f35a9', '{"content_id": "9d1be7d3-7fcc-53c1-b993-4208595a487d", "content_revision": 2, "content_hash": "sha256:096ed884e4478a2e20822f23779714b31ebed6623e17b8bdfb41ddc9a634b31d", "platform": "INSTAGRAM", "scheduled_for": "2026-11-29T01:46:42.899295+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "17841055490445041", "cause": "scheduled"}', '2026-11-29 01:46:38.437283+00', '2026-11-29 01:46:38.526227+00', '13a2c5a42de4d762d011ca26fbcdee107518b3ce9dbf9c464ea7cf06d96067b6', '0a3d8ed4fc9f15222627a7a9d4e50396bc7c1940b000b1cc40dc5e9ac3ea6aba'),
	('01a224fb-9a61-7663-920a-bd51319ff23e', '01a224fb-8e91-765c-bc82-37c530e75140', 24, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_SCHEDULED', 'schedule_item', '01a224fb-9a5e-7bb1-b92a-7294c9037d6d', '{"content_id": "a97c7d6a-c477-5475-9453-28ed6addd80b", "content_revision": 2, "content_hash": "sha256:644fecccad39a6934cb9303bb86c501900a0c81cfc3e6db9e837f9778b6794b2", "platform": "FACEBOOK", "scheduled_for": "2026-12-01T19:33:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "139196405762754", "cause": "scheduled"}', '2026-11-29 01:46:38.561638+00', '2026-11-29 01:46:38.670299+00', 'f036828ce4fc84677a866bb4c06bc22d14cd77fda416f938b6ee51d4fd11fd0a', 'f5c17caf64584daf45e0da0f61f5ae09235f4d6139edb81215ae7ac3c9f81827'),
	('01a224fb-9a79-70d0-9abc-bc4298cf6095', '01a224fb-8e91-765c-bc82-37c530e75140', 29, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_SCHEDULED', 'schedule_item', '01a224fb-9a77-7e50-836d-a71765254ecf', '{"content_id": "f3a13488-4c55-5b51-a3bd-db4c001c13d5", "content_revision": 2, "content_hash": "sha256:19fe60287efd80fd7d4096c3c01859a482143d55f27f686a091b83daeb037286", "platform": "FACEBOOK", "scheduled_for": "2026-12-10T19:43:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "139196405762754", "cause": "scheduled"}', '2026-11-29 01:46:38.58514+00', '2026-11-29 01:46:38.69312+00', '6044986f6019607529c6ee28f1232456e28370fe26c0b1d807ba93e566e109d6', 'e67467dc1a036083b1564b468351a383003f852f8f07fb10293c5143a647ac74'),
	('01a224fb-9a88-7af4-8cb2-b6fe855da0ce', '01a224fb-8e91-765c-bc82-37c530e75140', 34, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_SCHEDULED', 'schedule_item', '01a224fb-9a86-72d7-97ea-390a84d8e0e0', '{"content_id": "6aabf560-9bfe-50a9-9ff3-46d497a8dbea", "content_revision": 2, "content_hash": "sha256:c385d695bd4fef33c5b843788b940abff94651d660e61f49f89fd0af598c7668", "platform": "FACEBOOK", "scheduled_for": "2026-12-17T21:23:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "139196405762754", "cause": "scheduled"}', '2026-11-29 01:46:38.600213+00', '2026-11-29 01:46:38.730296+00', 'ef4047021651a3ca8e1ff30e321280874363e4df68d2bad9c3776ff1c4ba8680', '05047770e23ae93e7421f5043c88e441ed8b432d06bc3f5a4e519e7529d4e213'),
	('01a224fb-9a94-755d-916d-1c04070d7496', '01a224fb-8e91-765c-bc82-37c530e75140', 40, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_SCHEDULED', 'schedule_item', '01a224fb-9a93-75dd-b053-546c90404322', '{"content_id": "667ddabe-55a6-544d-98ac-5e900ee23a6f", "content_revision": 2, "content_hash": "sha256:c33ae1d83b1994df88010ebc4e7b85234b469e3e5071413474646660494f42cd", "platform": "INSTAGRAM", "scheduled_for": "2026-12-22T19:05:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "17841055490445041", "cause": "scheduled"}', '2026-11-29 01:46:38.612319+00', '2026-11-29 01:46:38.773404+00', '9996a40d3026de02850ac3517a72eed5f1f333e2b3ae145a06087be22315016c', '70269f38b84960cf7b410488ef0c14c8155357af55deb8c32d1b35ae90d266b6'),
	('01a224fb-ab89-72c0-a3f0-4c7233044c9e', '01a224fb-8e91-765c-bc82-37c530e75140', 45, '/publisher', NULL, 'POST_PUBLISHED', 'delivery', '01a224fb-ab5a-7775-bfcf-21a35466830b', '{"schedule_item_id": "01a224fb-99df-7db0-ace4-f1db2165333b", "item_revision": 1, "content_id": "9d1be7d3-7fcc-53c1-b993-4208595a487d", "content_hash": "sha256:096ed884e4478a2e20822f23779714b31ebed6623e17b8bdfb41ddc9a634b31d", "platform": "FACEBOOK", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "139196405762754", "status": "published", "attempt": 1, "provider_post_id": "gPOx2dmcUYSYFY3qssUO", "platform_post_id": "139196405762754_813197046378882", "post_url": "https://www.facebook.com/139196405762754_813197046378882", "error_code": null, "error_message": null, "approved_by": "01a224fb-8e98-78ac-95b5-49d293e5a1a9"}', '2026-11-29 01:46:42.944282+00', '2026-11-29 01:46:42.974586+00', '0bcf963f10cf7b980ad6a26749dfb561aa74ff0d06507aac2fb506b29df5304e', 'f6fd32893fb98147a411edaf378304fe7e5d97ec02359cde9adef9fab517d91e'),
	('01a224fb-abf3-7068-b89b-3b65260a8410', '01a224fb-8e91-765c-bc82-37c530e75140', 51, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_PARKED', 'schedule_item', '01a224fb-9a5e-7bb1-b92a-7294c9037d6d', '{"content_id": "a97c7d6a-c477-5475-9453-28ed6addd80b", "content_revision": 2, "content_hash": "sha256:644fecccad39a6934cb9303bb86c501900a0c81cfc3e6db9e837f9778b6794b2", "platform": "FACEBOOK", "scheduled_for": "2026-12-01T19:33:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "139196405762754", "reason": "paused_account"}', '2026-11-29 01:46:43.059336+00', '2026-11-29 01:46:43.159105+00', '500d010f9b52f15df3bb93e505ed487c68ae48a54adcaccb3e94844075133824', '1aebfbd3cac2b88122d262770d797dbf510207eecbe9d4ac938e993279b3c17e'),
	('01a224fb-ac01-7de0-852e-d3b3e2839d14', '01a224fb-8e91-765c-bc82-37c530e75140', 56, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_PARKED', 'schedule_item', '01a224fb-9a73-7041-ada8-aee25d59357d', '{"content_id": "c1aecf65-a5c0-522c-bf9c-18a88eedaa55", "content_revision": 2, "content_hash": "sha256:1eec47e04161ac0b2c37faad01e0d47acc42ecba639621d1d28c42558f4920c4", "platform": "FACEBOOK", "scheduled_for": "2026-12-08T21:27:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "139196405762754", "reason": "paused_account"}', '2026-11-29 01:46:43.073539+00', '2026-11-29 01:46:43.210871+00', '6458a45a7e4a6ba219efe818968b636871c7c9d6844ee8d004a9231957c03e26', '9092c4f890fea591ba56ff3fe88695606b8ffcfa18757213320c1cff50853b36'),
	('01a224fb-ac0a-7fa5-b19e-5ed45ac26332', '01a224fb-8e91-765c-bc82-37c530e75140', 62, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_PARKED', 'schedule_item', '01a224fb-9a7c-70c7-8d73-0967f20b1173', '{"content_id": "2df3b3f6-b0b0-5ae9-8743-4ec974cf8767", "content_revision": 2, "content_hash": "sha256:eaa9eb844a4ea1cad914917cc966016f65af981f5d182c0d7b120c4895d0a3ee", "platform": "FACEBOOK", "scheduled_for": "2026-12-13T19:32:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "139196405762754", "reason": "paused_account"}', '2026-11-29 01:46:43.082309+00', '2026-11-29 01:46:43.257361+00', 'b42e938be89fe7fed7bd6d2ac57a84ee0a27f73543e4bcebe220db4c0cf344f3', 'a35ac589229d5069dddd5eac0d6c35be4dda2f63db5652ce2b8ce27c2964f5de'),
	('01a224fb-ac17-7559-8286-d1681d007aa2', '01a224fb-8e91-765c-bc82-37c530e75140', 68, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_PARKED', 'schedule_item', '01a224fb-9a8b-7e65-9f76-02e77c0b355a', '{"content_id": "e51e943c-86e6-5ba0-ba42-5de14c1cbc17", "content_revision": 2, "content_hash": "sha256:360c447d7e5e5745b50df0cac674f9ffafa8c9d4d64a44cf75e6b702ad1e228a", "platform": "FACEBOOK", "scheduled_for": "2026-12-20T21:38:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "139196405762754", "reason": "paused_account"}', '2026-11-29 01:46:43.095067+00', '2026-11-29 01:46:43.28344+00', '84e8704f7dbac3766c09bd53cf46afef0a327f685b8a3d2f075ded14c80112ae', '7394266834b1c0b7e2f1feb387f427178cffbd7aea7e9f63d5491d398e29214d'),
	('01a224fb-99e1-7b42-9c29-6e1f810810dd', '01a224fb-8e91-765c-bc82-37c530e75140', 20, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_SCHEDULED', 'schedule_item', '01a224fb-99df-7db0-ace4-f1db2165333b', '{"content_id": "9d1be7d3-7fcc-53c1-b993-4208595a487d", "content_revision": 2, "content_hash": "sha256:096ed884e4478a2e20822f23779714b31ebed6623e17b8bdfb41ddc9a634b31d", "platform": "FACEBOOK", "scheduled_for": "2026-11-29T01:46:42.899295+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "139196405762754", "cause": "scheduled"}', '2026-11-29 01:46:38.433189+00', '2026-11-29 01:46:38.531995+00', '0a3d8ed4fc9f15222627a7a9d4e50396bc7c1940b000b1cc40dc5e9ac3ea6aba', '6cdc35fb73c6d25e3ca4d5a9335bc2b16e7f04813172b6400207280d66875b5b'),
	('01a224fb-9a65-7d4e-a136-4f3b2c407616', '01a224fb-8e91-765c-bc82-37c530e75140', 22, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_SCHEDULED', 'schedule_item', '01a224fb-9a63-760a-b1a6-d4e189f6a8cc', '{"content_id": "a97c7d6a-c477-5475-9453-28ed6addd80b", "content_revision": 2, "content_hash": "sha256:644fecccad39a6934cb9303bb86c501900a0c81cfc3e6db9e837f9778b6794b2", "platform": "INSTAGRAM", "scheduled_for": "2026-12-01T19:33:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "17841055490445041", "cause": "scheduled"}', '2026-11-29 01:46:38.565355+00', '2026-11-29 01:46:38.666512+00', '0ae3aa6c020ee1f0d1a9ccb50771c532192b5d0a70f8f49d2207cb709217ab99', 'd2c4b1ca984c3fa58dadbed2e5ede45ea23b7be0240d26d1e944b1f4b2ed47b0'),
	('01a224fb-9a71-7dd9-93aa-6cb49dc69e99', '01a224fb-8e91-765c-bc82-37c530e75140', 26, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_SCHEDULED', 'schedule_item', '01a224fb-9a6f-700b-a6fe-fff2f4902040', '{"content_id": "c5cbfd56-d009-5f21-8241-c5a31d296fd2", "content_revision": 2, "content_hash": "sha256:aad289c325d08200bb608c8e2177386da8128ba4e55bd12d571cdcf1dac2be7d", "platform": "INSTAGRAM", "scheduled_for": "2026-12-06T21:19:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "17841055490445041", "cause": "scheduled"}', '2026-11-29 01:46:38.577164+00', '2026-11-29 01:46:38.683089+00', '9748dab9310b2095d33d6c19019e122719db7328ffacbec3d5181f27e56a2047', 'fb1f729f36a2cc32b6d1b3b50774981ea7e0c31db5d54fec9810f4373e368b1e'),
	('01a224fb-9a7e-7915-923e-f5dc25c3dd1a', '01a224fb-8e91-765c-bc82-37c530e75140', 32, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_SCHEDULED', 'schedule_item', '01a224fb-9a7c-70c7-8d73-0967f20b1173', '{"content_id": "2df3b3f6-b0b0-5ae9-8743-4ec974cf8767", "content_revision": 2, "content_hash": "sha256:eaa9eb844a4ea1cad914917cc966016f65af981f5d182c0d7b120c4895d0a3ee", "platform": "FACEBOOK", "scheduled_for": "2026-12-13T19:32:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "139196405762754", "cause": "scheduled"}', '2026-11-29 01:46:38.590101+00', '2026-11-29 01:46:38.720854+00', 'f1e11f05ce3cc27e81e7ee087f68e1403615c8a70533d0afbffc1a82985365d1', '196c1614f356d592e6d94aa9ea5b4e4031d18cb0d1a4ec08287da29e38e1eee2'),
	('01a224fb-9a8f-798d-8468-2ba816624f62', '01a224fb-8e91-765c-bc82-37c530e75140', 37, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_SCHEDULED', 'schedule_item', '01a224fb-9a8e-7070-bd66-0c51ae4c4dc1', '{"content_id": "e51e943c-86e6-5ba0-ba42-5de14c1cbc17", "content_revision": 2, "content_hash": "sha256:360c447d7e5e5745b50df0cac674f9ffafa8c9d4d64a44cf75e6b702ad1e228a", "platform": "INSTAGRAM", "scheduled_for": "2026-12-20T21:38:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "17841055490445041", "cause": "scheduled"}', '2026-11-29 01:46:38.607561+00', '2026-11-29 01:46:38.759614+00', '68fffdc6abbdb3228d38aff1d79abf91752e2e265783c3bf08bd36d93f7c8749', 'a31e1109b5434aa74db3d72904fdad8250ca65a9eccb562fd7e25cc0b9aa7a34'),
	('01a224fb-a9d8-7977-bd24-2577e282c33f', '01a224fb-8e91-765c-bc82-37c530e75140', 42, '/publisher', NULL, 'POST_ATTEMPTED', 'delivery', '01a224fb-a969-7953-8eaf-0fc86ac20913', '{"schedule_item_id": "01a224fb-99d9-710e-a8d5-4c46cd8f95cc", "item_revision": 1, "content_id": "0944d290-7f91-5e2f-a055-a06b72965841", "content_hash": "sha256:96de4e60530750cb32a356ae700c7669e65b38957f396c51879c45c561f5fb47", "platform": "INSTAGRAM", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "17841055490445041", "status": "sending", "attempt": 1, "provider_post_id": null, "platform_post_id": null, "post_url": null, "error_code": null, "error_message": null, "approved_by": "01a224fb-8e98-78ac-95b5-49d293e5a1a9", "call": 1, "idempotency_key": "01a224fb-a969-7953-8eaf-0fc86ac20913-1", "started_at": "2026-11-29T01:46:42.447890+00:00", "result": "accepted", "provider_status": 200, "provider_answer": "{\"status\":\"success\",\"posts\":[{\"status\":\"success\",\"errors\":[],\"postIds\":[{\"status\":\"success\",\"id\":\"96064582212245308\",\"postUrl\":\"https://www.instagram.com/p/bzTJZo4M2oW/\",\"platform\":\"instagram\",\"usedQuota\":1}],\"profileTitle\":\"Harbour Physio 01a224fb-90e8-7231-82bb-91dc359ec014\",\"id\":\"KheDl6tAfp4Q0Ljr3CvK\",\"refId\":\"e26a563241184ff547b10b2e162b219a9325f2f8\",\"post\":\"Summer sport injuries mostly come from doing in one weekend what was planned for a month. Start now, start small, and arrive fit on the day that it matters.\\n\\nWe test strength and range on both sides before anyone goes back to running, rowing or netball.\\n\\nWhom would you send this to?\\n\\n#SummerSport #GetReady #HarbourPhysio #Physio #MoveWell\"}]}"}', '2026-11-29 01:46:42.51569+00', '2026-11-29 01:46:42.553443+00', 'c8532424499ad34130f2d8515007b6bb32e7c3ab7646e4aae19110b8ebbda756', 'de348aebce8bd17b0dd43edbe1e260ceef23c1cf335fdc249ace076c86faf800'),
	('01a224fb-ab91-704b-a44d-7e6ed6fc32b6', '01a224fb-8e91-765c-bc82-37c530e75140', 48, '/publisher', NULL, 'POST_PUBLISHED', 'delivery', '01a224fb-ab64-7336-9889-c46d406b66df', '{"schedule_item_id": "01a224fb-99e3-7f13-a615-77cd5c5f35a9", "item_revision": 1, "content_id": "9d1be7d3-7fcc-53c1-b993-4208595a487d", "content_hash": "sha256:096ed884e4478a2e20822f23779714b31ebed6623e17b8bdfb41ddc9a634b31d", "platform": "INSTAGRAM", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "17841055490445041", "status": "published", "attempt": 1, "provider_post_id": "s0wFljm0hVi7KWZ67y23", "platform_post_id": "18992698252220469", "post_url": "https://www.instagram.com/p/E63NQkvCK8X/", "error_code": null, "error_message": null, "approved_by": "01a224fb-8e98-78ac-95b5-49d293e5a1a9"}', '2026-11-29 01:46:42.953815+00', '2026-11-29 01:46:43.001055+00', 'c25832149a1973c48625f6bd417908cdd0af1edea8ac60a99a8d0ed5847be97c', '8444cb5db3ec518b107cbb64a80e85ad2b3efaba4bbcf2ba2192897ccb3aa8a7'),
	('01a224fb-abfb-78d6-929c-f17106f26c0f', '01a224fb-8e91-765c-bc82-37c530e75140', 58, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_PARKED', 'schedule_item', '01a224fb-9a69-7676-809a-948fadde6136', '{"content_id": "1bfa559b-70cc-5b32-beed-458b3572ae05", "content_revision": 2, "content_hash": "sha256:c807383736a1e161ae363d65d77c22cc51d3c93d4ecb1d45cf9347f6862e46ea", "platform": "INSTAGRAM", "scheduled_for": "2026-12-03T21:44:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "17841055490445041", "reason": "paused_account"}', '2026-11-29 01:46:43.067359+00', '2026-11-29 01:46:43.227298+00', '5ed65747cbd828f0a7e49c9854800bc7d9e10b12ccf6ceed680ac62db5e836e9', '426b39c0d0aad089ec7e7d304fee29d19cc55e289b15ab840aa0979b4c74640f'),
	('01a224fb-ac0e-7aaa-8dc5-60e82b108cc4', '01a224fb-8e91-765c-bc82-37c530e75140', 63, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_PARKED', 'schedule_item', '01a224fb-9a82-7d00-8d91-3997c70df375', '{"content_id": "d0bdfa68-84fc-5ac3-b56f-51a2421e8508", "content_revision": 2, "content_hash": "sha256:de557c6a4f950f2e2f7eb900fec4295096c651301666b53a0a9770a4b207e0f2", "platform": "FACEBOOK", "scheduled_for": "2026-12-15T21:05:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "139196405762754", "reason": "paused_account"}', '2026-11-29 01:46:43.086608+00', '2026-11-29 01:46:43.266849+00', 'a35ac589229d5069dddd5eac0d6c35be4dda2f63db5652ce2b8ce27c2964f5de', '0801ac30370be151d6e138fa6967d6348c46ce08dcaf3d1d91a15a8f9bcafcea'),
	('01a224fb-ad48-7fa1-978b-86f4715597e8', '01a224fb-8e91-765c-bc82-37c530e75140', 73, '/identity', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'SESSION_REVOKED', 'session', '01a224fb-ad06-7806-83dc-5393285c7d26', '{"reason": "role_changed", "session_user_id": "01a224fb-ad02-79ff-b213-9e858c00a70f"}', '2026-11-29 01:46:43.400071+00', '2026-11-29 01:46:43.4006+00', '4bbf4db6aa464ade0df5e0951f5400fd4c8c9c1807ecec45b130fb96d4d1d41e', 'cecb2d22fe68ac5a29c43980b31fc1c96173a728ad7711e82d05e821dc24695d'),
	('01a224fb-9a76-700f-95dd-688bc3a32b19', '01a224fb-8e91-765c-bc82-37c530e75140', 23, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_SCHEDULED', 'schedule_item', '01a224fb-9a75-79fc-ab0e-58c0f19b26a1', '{"content_id": "c1aecf65-a5c0-522c-bf9c-18a88eedaa55", "content_revision": 2, "content_hash": "sha256:1eec47e04161ac0b2c37faad01e0d47acc42ecba639621d1d28c42558f4920c4", "platform": "INSTAGRAM", "scheduled_for": "2026-12-08T21:27:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "17841055490445041", "cause": "scheduled"}', '2026-11-29 01:46:38.582681+00', '2026-11-29 01:46:38.668266+00', 'd2c4b1ca984c3fa58dadbed2e5ede45ea23b7be0240d26d1e944b1f4b2ed47b0', 'f036828ce4fc84677a866bb4c06bc22d14cd77fda416f938b6ee51d4fd11fd0a'),
	('01a224fb-9a68-760d-9e3f-f253c117562a', '01a224fb-8e91-765c-bc82-37c530e75140', 25, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_SCHEDULED', 'schedule_item', '01a224fb-9a67-7b38-a5b1-59b9ae818a2a', '{"content_id": "1bfa559b-70cc-5b32-beed-458b3572ae05", "content_revision": 2, "content_hash": "sha256:c807383736a1e161ae363d65d77c22cc51d3c93d4ecb1d45cf9347f6862e46ea", "platform": "FACEBOOK", "scheduled_for": "2026-12-03T21:44:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "139196405762754", "cause": "scheduled"}', '2026-11-29 01:46:38.568343+00', '2026-11-29 01:46:38.67319+00', 'f5c17caf64584daf45e0da0f61f5ae09235f4d6139edb81215ae7ac3c9f81827', '9748dab9310b2095d33d6c19019e122719db7328ffacbec3d5181f27e56a2047'),
	('01a224fb-9a7b-7f66-b8c8-e037650a984d', '01a224fb-8e91-765c-bc82-37c530e75140', 28, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_SCHEDULED', 'schedule_item', '01a224fb-9a7a-7731-8c65-1d356d0b868e', '{"content_id": "f3a13488-4c55-5b51-a3bd-db4c001c13d5", "content_revision": 2, "content_hash": "sha256:19fe60287efd80fd7d4096c3c01859a482143d55f27f686a091b83daeb037286", "platform": "INSTAGRAM", "scheduled_for": "2026-12-10T19:43:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "17841055490445041", "cause": "scheduled"}', '2026-11-29 01:46:38.587594+00', '2026-11-29 01:46:38.687161+00', '0e3b8b58f7a26a99fce59fe75465db809f3d82ab881e69e14e819c01c322a51f', '6044986f6019607529c6ee28f1232456e28370fe26c0b1d807ba93e566e109d6'),
	('01a224fb-9a74-71c0-a61c-593707156c5e', '01a224fb-8e91-765c-bc82-37c530e75140', 30, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_SCHEDULED', 'schedule_item', '01a224fb-9a73-7041-ada8-aee25d59357d', '{"content_id": "c1aecf65-a5c0-522c-bf9c-18a88eedaa55", "content_revision": 2, "content_hash": "sha256:1eec47e04161ac0b2c37faad01e0d47acc42ecba639621d1d28c42558f4920c4", "platform": "FACEBOOK", "scheduled_for": "2026-12-08T21:27:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "139196405762754", "cause": "scheduled"}', '2026-11-29 01:46:38.580246+00', '2026-11-29 01:46:38.699789+00', 'e67467dc1a036083b1564b468351a383003f852f8f07fb10293c5143a647ac74', 'cc93fa7e430d525e47458ce611c6d33c41a69beb179653c96c9614965588761a'),
	('01a224fb-9a6b-7c7e-bbf2-d9c65b14ce16', '01a224fb-8e91-765c-bc82-37c530e75140', 31, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_SCHEDULED', 'schedule_item', '01a224fb-9a69-7676-809a-948fadde6136', '{"content_id": "1bfa559b-70cc-5b32-beed-458b3572ae05", "content_revision": 2, "content_hash": "sha256:c807383736a1e161ae363d65d77c22cc51d3c93d4ecb1d45cf9347f6862e46ea", "platform": "INSTAGRAM", "scheduled_for": "2026-12-03T21:44:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "17841055490445041", "cause": "scheduled"}', '2026-11-29 01:46:38.571253+00', '2026-11-29 01:46:38.707623+00', 'cc93fa7e430d525e47458ce611c6d33c41a69beb179653c96c9614965588761a', 'f1e11f05ce3cc27e81e7ee087f68e1403615c8a70533d0afbffc1a82985365d1');
INSERT INTO identity.audit_event VALUES
	('01a224fb-9a85-74d4-aa26-6948efb30daa', '01a224fb-8e91-765c-bc82-37c530e75140', 33, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_SCHEDULED', 'schedule_item', '01a224fb-9a84-721c-a594-801dea4fd8a7', '{"content_id": "d0bdfa68-84fc-5ac3-b56f-51a2421e8508", "content_revision": 2, "content_hash": "sha256:de557c6a4f950f2e2f7eb900fec4295096c651301666b53a0a9770a4b207e0f2", "platform": "INSTAGRAM", "scheduled_for": "2026-12-15T21:05:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "17841055490445041", "cause": "scheduled"}', '2026-11-29 01:46:38.597777+00', '2026-11-29 01:46:38.72524+00', '196c1614f356d592e6d94aa9ea5b4e4031d18cb0d1a4ec08287da29e38e1eee2', 'ef4047021651a3ca8e1ff30e321280874363e4df68d2bad9c3776ff1c4ba8680'),
	('01a224fb-9a8a-7d03-8b49-878dd2b17070', '01a224fb-8e91-765c-bc82-37c530e75140', 36, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_SCHEDULED', 'schedule_item', '01a224fb-9a89-7322-8117-acba0935162d', '{"content_id": "6aabf560-9bfe-50a9-9ff3-46d497a8dbea", "content_revision": 2, "content_hash": "sha256:c385d695bd4fef33c5b843788b940abff94651d660e61f49f89fd0af598c7668", "platform": "INSTAGRAM", "scheduled_for": "2026-12-17T21:23:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "17841055490445041", "cause": "scheduled"}', '2026-11-29 01:46:38.60264+00', '2026-11-29 01:46:38.751901+00', 'f8bd53f2950ab4b724f8040b50a70f8e8e3c36a2bdc2e8191f9b99270701516a', '68fffdc6abbdb3228d38aff1d79abf91752e2e265783c3bf08bd36d93f7c8749'),
	('01a224fb-9a8d-745e-8dd6-0ffce639937b', '01a224fb-8e91-765c-bc82-37c530e75140', 38, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_SCHEDULED', 'schedule_item', '01a224fb-9a8b-7e65-9f76-02e77c0b355a', '{"content_id": "e51e943c-86e6-5ba0-ba42-5de14c1cbc17", "content_revision": 2, "content_hash": "sha256:360c447d7e5e5745b50df0cac674f9ffafa8c9d4d64a44cf75e6b702ad1e228a", "platform": "FACEBOOK", "scheduled_for": "2026-12-20T21:38:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "139196405762754", "cause": "scheduled"}', '2026-11-29 01:46:38.605081+00', '2026-11-29 01:46:38.763593+00', 'a31e1109b5434aa74db3d72904fdad8250ca65a9eccb562fd7e25cc0b9aa7a34', 'c67a5f4c5bd6a6f5a6fd3d751ed3dfb1b2f50b5e2614b0fcde520f0319c1c4c7'),
	('01a224fb-9a91-7823-bb9f-ccbb5d2df414', '01a224fb-8e91-765c-bc82-37c530e75140', 39, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_SCHEDULED', 'schedule_item', '01a224fb-9a90-76a8-b4e1-558b3cf747e4', '{"content_id": "667ddabe-55a6-544d-98ac-5e900ee23a6f", "content_revision": 2, "content_hash": "sha256:c33ae1d83b1994df88010ebc4e7b85234b469e3e5071413474646660494f42cd", "platform": "FACEBOOK", "scheduled_for": "2026-12-22T19:05:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "139196405762754", "cause": "scheduled"}', '2026-11-29 01:46:38.609896+00', '2026-11-29 01:46:38.768272+00', 'c67a5f4c5bd6a6f5a6fd3d751ed3dfb1b2f50b5e2614b0fcde520f0319c1c4c7', '9996a40d3026de02850ac3517a72eed5f1f333e2b3ae145a06087be22315016c'),
	('01a224fb-a9dd-7569-926f-dbaac543049b', '01a224fb-8e91-765c-bc82-37c530e75140', 43, '/publisher', NULL, 'POST_PUBLISHED', 'delivery', '01a224fb-a969-7953-8eaf-0fc86ac20913', '{"schedule_item_id": "01a224fb-99d9-710e-a8d5-4c46cd8f95cc", "item_revision": 1, "content_id": "0944d290-7f91-5e2f-a055-a06b72965841", "content_hash": "sha256:96de4e60530750cb32a356ae700c7669e65b38957f396c51879c45c561f5fb47", "platform": "INSTAGRAM", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "17841055490445041", "status": "published", "attempt": 1, "provider_post_id": "KheDl6tAfp4Q0Ljr3CvK", "platform_post_id": "96064582212245308", "post_url": "https://www.instagram.com/p/bzTJZo4M2oW/", "error_code": null, "error_message": null, "approved_by": "01a224fb-8e98-78ac-95b5-49d293e5a1a9"}', '2026-11-29 01:46:42.51569+00', '2026-11-29 01:46:42.563182+00', 'de348aebce8bd17b0dd43edbe1e260ceef23c1cf335fdc249ace076c86faf800', '9addc170e8821716d2587c5216246de56c72660430922d334aece320ecf2cfed'),
	('01a224fb-a9dd-73f8-ae47-07939b04db53', '01a224fb-8e91-765c-bc82-37c530e75140', 44, '/publisher', NULL, 'POST_PUBLISHED', 'delivery', '01a224fb-a969-7194-93a4-f90e8f5bb54c', '{"schedule_item_id": "01a224fb-99d0-7ff1-add8-26d646f7fe39", "item_revision": 1, "content_id": "0944d290-7f91-5e2f-a055-a06b72965841", "content_hash": "sha256:96de4e60530750cb32a356ae700c7669e65b38957f396c51879c45c561f5fb47", "platform": "FACEBOOK", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "139196405762754", "status": "published", "attempt": 1, "provider_post_id": "stwhvQNPOGKDi9qmXx0o", "platform_post_id": "139196405762754_885893936180119", "post_url": "https://www.facebook.com/139196405762754_885893936180119", "error_code": null, "error_message": null, "approved_by": "01a224fb-8e98-78ac-95b5-49d293e5a1a9"}', '2026-11-29 01:46:42.50631+00', '2026-11-29 01:46:42.566339+00', '9addc170e8821716d2587c5216246de56c72660430922d334aece320ecf2cfed', '0bcf963f10cf7b980ad6a26749dfb561aa74ff0d06507aac2fb506b29df5304e'),
	('01a224fb-ab82-71f2-ad27-901419f2f7d0', '01a224fb-8e91-765c-bc82-37c530e75140', 46, '/publisher', NULL, 'POST_ATTEMPTED', 'delivery', '01a224fb-ab5a-7775-bfcf-21a35466830b', '{"schedule_item_id": "01a224fb-99df-7db0-ace4-f1db2165333b", "item_revision": 1, "content_id": "9d1be7d3-7fcc-53c1-b993-4208595a487d", "content_hash": "sha256:096ed884e4478a2e20822f23779714b31ebed6623e17b8bdfb41ddc9a634b31d", "platform": "FACEBOOK", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "139196405762754", "status": "sending", "attempt": 1, "provider_post_id": null, "platform_post_id": null, "post_url": null, "error_code": null, "error_message": null, "approved_by": "01a224fb-8e98-78ac-95b5-49d293e5a1a9", "call": 1, "idempotency_key": "01a224fb-ab5a-7775-bfcf-21a35466830b-1", "started_at": "2026-11-29T01:46:42.918360+00:00", "result": "accepted", "provider_status": 200, "provider_answer": "{\"status\":\"success\",\"posts\":[{\"status\":\"success\",\"errors\":[],\"postIds\":[{\"status\":\"success\",\"id\":\"139196405762754_813197046378882\",\"postUrl\":\"https://www.facebook.com/139196405762754_813197046378882\",\"platform\":\"facebook\"}],\"profileTitle\":\"Harbour Physio 01a224fb-90e8-7231-82bb-91dc359ec014\",\"id\":\"gPOx2dmcUYSYFY3qssUO\",\"refId\":\"e26a563241184ff547b10b2e162b219a9325f2f8\",\"post\":\"A long journey ahead? Take the aisle seat, roll a jumper into the small of your back, and get up whenever the film has a dull scene. Pack two small bags instead of a big one, and lift them one at a time.\\n\\nMost back pain settles with the right movement and a little patience, and we show you which movement that is.\\n\\nWhom would you send this to?\\n\\n#TravelTips #HolidaySeason #HarbourPhysio #Physio #MoveWell\"}]}"}', '2026-11-29 01:46:42.944282+00', '2026-11-29 01:46:42.984412+00', 'f6fd32893fb98147a411edaf378304fe7e5d97ec02359cde9adef9fab517d91e', '0cd51c650869d5a387dfa652dcaf5f3fee17d334963be0f6b7cb87746c62b01e'),
	('01a224fb-abf6-75af-a28b-68a6cd152252', '01a224fb-8e91-765c-bc82-37c530e75140', 50, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_PARKED', 'schedule_item', '01a224fb-9a63-760a-b1a6-d4e189f6a8cc', '{"content_id": "a97c7d6a-c477-5475-9453-28ed6addd80b", "content_revision": 2, "content_hash": "sha256:644fecccad39a6934cb9303bb86c501900a0c81cfc3e6db9e837f9778b6794b2", "platform": "INSTAGRAM", "scheduled_for": "2026-12-01T19:33:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "17841055490445041", "reason": "paused_account"}', '2026-11-29 01:46:43.062806+00', '2026-11-29 01:46:43.145763+00', '748185caa33d2991b1dd1c7f1d0d3929ce146a5b4564a1bdc0b0a818fe1c6429', '500d010f9b52f15df3bb93e505ed487c68ae48a54adcaccb3e94844075133824'),
	('01a224fb-abff-766a-ad93-357d6a619764', '01a224fb-8e91-765c-bc82-37c530e75140', 57, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_PARKED', 'schedule_item', '01a224fb-9a6f-700b-a6fe-fff2f4902040', '{"content_id": "c5cbfd56-d009-5f21-8241-c5a31d296fd2", "content_revision": 2, "content_hash": "sha256:aad289c325d08200bb608c8e2177386da8128ba4e55bd12d571cdcf1dac2be7d", "platform": "INSTAGRAM", "scheduled_for": "2026-12-06T21:19:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "17841055490445041", "reason": "paused_account"}', '2026-11-29 01:46:43.07142+00', '2026-11-29 01:46:43.220885+00', '9092c4f890fea591ba56ff3fe88695606b8ffcfa18757213320c1cff50853b36', '5ed65747cbd828f0a7e49c9854800bc7d9e10b12ccf6ceed680ac62db5e836e9'),
	('01a224fb-ac0c-7603-88f1-742a5e918f49', '01a224fb-8e91-765c-bc82-37c530e75140', 64, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_PARKED', 'schedule_item', '01a224fb-9a7f-7c0c-bbd5-936b0c063c7e', '{"content_id": "2df3b3f6-b0b0-5ae9-8743-4ec974cf8767", "content_revision": 2, "content_hash": "sha256:eaa9eb844a4ea1cad914917cc966016f65af981f5d182c0d7b120c4895d0a3ee", "platform": "INSTAGRAM", "scheduled_for": "2026-12-13T19:32:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "17841055490445041", "reason": "paused_account"}', '2026-11-29 01:46:43.084514+00', '2026-11-29 01:46:43.270375+00', '0801ac30370be151d6e138fa6967d6348c46ce08dcaf3d1d91a15a8f9bcafcea', '7a9c15bd27dee303e204870fb893d4b5034621785b6ff047bd68a3073fbef3e4'),
	('01a224fb-ac1b-7642-98c6-93c2eb2e6669', '01a224fb-8e91-765c-bc82-37c530e75140', 70, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_PARKED', 'schedule_item', '01a224fb-9a90-76a8-b4e1-558b3cf747e4', '{"content_id": "667ddabe-55a6-544d-98ac-5e900ee23a6f", "content_revision": 2, "content_hash": "sha256:c33ae1d83b1994df88010ebc4e7b85234b469e3e5071413474646660494f42cd", "platform": "FACEBOOK", "scheduled_for": "2026-12-22T19:05:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "139196405762754", "reason": "paused_account"}', '2026-11-29 01:46:43.099147+00', '2026-11-29 01:46:43.289292+00', 'e74d23cf0673038781f161138437ea385ce61902bdf1e8407ea3d34302931123', '06d294e8124006df87f721be2e2e371d3009ca858a82a00f8ccc688317742ee0'),
	('01a224fb-abd6-7fb2-aa44-6c6cb2fbab87', '01a224fb-8e91-765c-bc82-37c530e75140', 49, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'CALENDAR_ADDRESS_CREATED', 'account', '01a224fb-8e91-765c-bc82-37c530e75140', '{}', '2026-11-29 01:46:43.030156+00', '2026-11-29 01:46:43.042377+00', '8444cb5db3ec518b107cbb64a80e85ad2b3efaba4bbcf2ba2192897ccb3aa8a7', '748185caa33d2991b1dd1c7f1d0d3929ce146a5b4564a1bdc0b0a818fe1c6429'),
	('01a224fb-abfd-7bfa-8d54-9c7de9dc8ab0', '01a224fb-8e91-765c-bc82-37c530e75140', 52, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_PARKED', 'schedule_item', '01a224fb-9a6c-79e7-825a-c8314628033a', '{"content_id": "c5cbfd56-d009-5f21-8241-c5a31d296fd2", "content_revision": 2, "content_hash": "sha256:aad289c325d08200bb608c8e2177386da8128ba4e55bd12d571cdcf1dac2be7d", "platform": "FACEBOOK", "scheduled_for": "2026-12-06T21:19:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "139196405762754", "reason": "paused_account"}', '2026-11-29 01:46:43.069256+00', '2026-11-29 01:46:43.167813+00', '1aebfbd3cac2b88122d262770d797dbf510207eecbe9d4ac938e993279b3c17e', '2a32be2f2e7d6d84ed73767a68de861efbd1a4477b30a9b89256ae1a2dca7ba6'),
	('01a224fb-ac03-7123-b488-96a064d924a9', '01a224fb-8e91-765c-bc82-37c530e75140', 60, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_PARKED', 'schedule_item', '01a224fb-9a75-79fc-ab0e-58c0f19b26a1', '{"content_id": "c1aecf65-a5c0-522c-bf9c-18a88eedaa55", "content_revision": 2, "content_hash": "sha256:1eec47e04161ac0b2c37faad01e0d47acc42ecba639621d1d28c42558f4920c4", "platform": "INSTAGRAM", "scheduled_for": "2026-12-08T21:27:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "17841055490445041", "reason": "paused_account"}', '2026-11-29 01:46:43.075592+00', '2026-11-29 01:46:43.242408+00', '41e4c0376f77ec69f4b4902cc2c386c7d04522154e66328925563da08fcf7187', '828576a088c759de4cee95de66d6dfdf9ba35456a5734b99825fabf90abc6edd'),
	('01a224fb-ac12-7124-a23f-bc0ad575e924', '01a224fb-8e91-765c-bc82-37c530e75140', 66, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_PARKED', 'schedule_item', '01a224fb-9a86-72d7-97ea-390a84d8e0e0', '{"content_id": "6aabf560-9bfe-50a9-9ff3-46d497a8dbea", "content_revision": 2, "content_hash": "sha256:c385d695bd4fef33c5b843788b940abff94651d660e61f49f89fd0af598c7668", "platform": "FACEBOOK", "scheduled_for": "2026-12-17T21:23:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "139196405762754", "reason": "paused_account"}', '2026-11-29 01:46:43.090709+00', '2026-11-29 01:46:43.276943+00', '2201741515fa952a514aae34f6212826738092ee20373048b6d670492fac2a1c', '6e0d97f6374280d927a43562ede86e9f0ecc8ed7ad879b59574cf1e8f7d42113'),
	('01a224fb-abe6-7251-9b16-e294ddb30d4d', '01a224fb-8e91-765c-bc82-37c530e75140', 53, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'SCHEDULE_PAUSED', 'account', '01a224fb-8e91-765c-bc82-37c530e75140', '{"reason": "Stocktaking"}', '2026-11-29 01:46:43.046193+00', '2026-11-29 01:46:43.181263+00', '2a32be2f2e7d6d84ed73767a68de861efbd1a4477b30a9b89256ae1a2dca7ba6', '936052ced04f538fc7c86e7dd28f14a4a98050807f10aa2cfc1c46752f0d9789'),
	('01a224fb-ac4f-74be-bb7d-b45ea37716a0', '01a224fb-8e91-765c-bc82-37c530e75140', 55, '/identity', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'USER_INVITED', 'invitation', '01a224fb-ac49-72ef-b216-ddcc8a15fd34', '{"email": "colleague@harbour-physio.example", "role": "MEMBER"}', '2026-11-29 01:46:43.151777+00', '2026-11-29 01:46:43.200772+00', 'd70d168397f8eec4785eaae2deb297a9b99627fd694a0bd24988b3abdc44f06e', '6458a45a7e4a6ba219efe818968b636871c7c9d6844ee8d004a9231957c03e26'),
	('01a224fb-ac05-7db7-a284-a7325726a7cf', '01a224fb-8e91-765c-bc82-37c530e75140', 59, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_PARKED', 'schedule_item', '01a224fb-9a77-7e50-836d-a71765254ecf', '{"content_id": "f3a13488-4c55-5b51-a3bd-db4c001c13d5", "content_revision": 2, "content_hash": "sha256:19fe60287efd80fd7d4096c3c01859a482143d55f27f686a091b83daeb037286", "platform": "FACEBOOK", "scheduled_for": "2026-12-10T19:43:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "139196405762754", "reason": "paused_account"}', '2026-11-29 01:46:43.077748+00', '2026-11-29 01:46:43.233953+00', '426b39c0d0aad089ec7e7d304fee29d19cc55e289b15ab840aa0979b4c74640f', '41e4c0376f77ec69f4b4902cc2c386c7d04522154e66328925563da08fcf7187'),
	('01a224fb-ac10-7227-a77c-02803d15f87f', '01a224fb-8e91-765c-bc82-37c530e75140', 65, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_PARKED', 'schedule_item', '01a224fb-9a84-721c-a594-801dea4fd8a7', '{"content_id": "d0bdfa68-84fc-5ac3-b56f-51a2421e8508", "content_revision": 2, "content_hash": "sha256:de557c6a4f950f2e2f7eb900fec4295096c651301666b53a0a9770a4b207e0f2", "platform": "INSTAGRAM", "scheduled_for": "2026-12-15T21:05:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "17841055490445041", "reason": "paused_account"}', '2026-11-29 01:46:43.088617+00', '2026-11-29 01:46:43.273598+00', '7a9c15bd27dee303e204870fb893d4b5034621785b6ff047bd68a3073fbef3e4', '2201741515fa952a514aae34f6212826738092ee20373048b6d670492fac2a1c'),
	('01a224fb-ac1d-7932-8d25-769f2d092515', '01a224fb-8e91-765c-bc82-37c530e75140', 71, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_PARKED', 'schedule_item', '01a224fb-9a93-75dd-b053-546c90404322', '{"content_id": "667ddabe-55a6-544d-98ac-5e900ee23a6f", "content_revision": 2, "content_hash": "sha256:c33ae1d83b1994df88010ebc4e7b85234b469e3e5071413474646660494f42cd", "platform": "INSTAGRAM", "scheduled_for": "2026-12-22T19:05:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "17841055490445041", "reason": "paused_account"}', '2026-11-29 01:46:43.10125+00', '2026-11-29 01:46:43.290625+00', '06d294e8124006df87f721be2e2e371d3009ca858a82a00f8ccc688317742ee0', '9ef6190ba59e556171eb614295efc707f8928968eece1fb9270e6434691c8a43'),
	('01a224fb-ad03-7fef-8b61-7450510649a7', '01a224fb-8e91-765c-bc82-37c530e75140', 72, '/identity', '01a224fb-ad02-79ff-b213-9e858c00a70f', 'USER_JOINED', 'user', '01a224fb-ad02-79ff-b213-9e858c00a70f', '{"role": "MEMBER", "invitation_id": "01a224fb-ac49-72ef-b216-ddcc8a15fd34", "invited_by": "01a224fb-8e98-78ac-95b5-49d293e5a1a9"}', '2026-11-29 01:46:43.331415+00', '2026-11-29 01:46:43.333122+00', '9ef6190ba59e556171eb614295efc707f8928968eece1fb9270e6434691c8a43', '4bbf4db6aa464ade0df5e0951f5400fd4c8c9c1807ecec45b130fb96d4d1d41e'),
	('01a224fb-ac14-7806-9a4e-691a752c1030', '01a224fb-8e91-765c-bc82-37c530e75140', 67, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_PARKED', 'schedule_item', '01a224fb-9a89-7322-8117-acba0935162d', '{"content_id": "6aabf560-9bfe-50a9-9ff3-46d497a8dbea", "content_revision": 2, "content_hash": "sha256:c385d695bd4fef33c5b843788b940abff94651d660e61f49f89fd0af598c7668", "platform": "INSTAGRAM", "scheduled_for": "2026-12-17T21:23:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "17841055490445041", "reason": "paused_account"}', '2026-11-29 01:46:43.092824+00', '2026-11-29 01:46:43.280474+00', '6e0d97f6374280d927a43562ede86e9f0ecc8ed7ad879b59574cf1e8f7d42113', '84e8704f7dbac3766c09bd53cf46afef0a327f685b8a3d2f075ded14c80112ae'),
	('01a224fb-ac19-71ae-a951-a2814e073bf2', '01a224fb-8e91-765c-bc82-37c530e75140', 69, '/scheduler', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'POST_PARKED', 'schedule_item', '01a224fb-9a8e-7070-bd66-0c51ae4c4dc1', '{"content_id": "e51e943c-86e6-5ba0-ba42-5de14c1cbc17", "content_revision": 2, "content_hash": "sha256:360c447d7e5e5745b50df0cac674f9ffafa8c9d4d64a44cf75e6b702ad1e228a", "platform": "INSTAGRAM", "scheduled_for": "2026-12-20T21:38:00+00:00", "provider_profile_id": "e26a563241184ff547b10b2e162b219a9325f2f8", "platform_account_id": "17841055490445041", "reason": "paused_account"}', '2026-11-29 01:46:43.09713+00', '2026-11-29 01:46:43.286444+00', '7394266834b1c0b7e2f1feb387f427178cffbd7aea7e9f63d5491d398e29214d', 'e74d23cf0673038781f161138437ea385ce61902bdf1e8407ea3d34302931123'),
	('01a224fb-ad49-7074-85fa-eed2e667dbb9', '01a224fb-8e91-765c-bc82-37c530e75140', 74, '/identity', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'USER_ROLE_CHANGED', 'user', '01a224fb-ad02-79ff-b213-9e858c00a70f', '{"from": {"role": "MEMBER", "active": true}, "to": {"role": "ADMIN", "active": true}}', '2026-11-29 01:46:43.401572+00', '2026-11-29 01:46:43.402051+00', 'cecb2d22fe68ac5a29c43980b31fc1c96173a728ad7711e82d05e821dc24695d', '55a581e2cb95bf86df047ed7e735fd4f982ddeb73d80be3335141ddcac0c85d4');

INSERT INTO identity.audit_head VALUES
	('01a224fb-8e91-765c-bc82-37c530e75140', 74, '55a581e2cb95bf86df047ed7e735fd4f982ddeb73d80be3335141ddcac0c85d4');

INSERT INTO identity.device VALUES
	('01a224fb-8e9f-7313-a825-57bcab60c887', '01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', '\xf5d4f13e08a3bff9eda8e688f67a43897c2743a6b5586c0271a93858f151fcc8', '2026-11-29 01:46:35.551323+00', '2026-11-29 01:46:35.551323+00', '2027-05-28 01:46:35.551323+00'),
	('01a224fb-ad08-7a0f-b8ff-0452d7e07192', '01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-ad02-79ff-b213-9e858c00a70f', '\x2a62e6bbc8b78ed9ed25981ee4ac63b4d0338ea72e2048142a1816cbf512ecc7', '2026-11-29 01:46:43.336132+00', '2026-11-29 01:46:43.336132+00', '2027-05-28 01:46:43.336132+00');

INSERT INTO identity.failed_sign_in VALUES
	('e23e192e-9954-4833-b8b2-3b27dbee3ef0', '01a224fb-8e91-765c-bc82-37c530e75140', '7250c636-cddd-407d-a254-d30bc92d039f', 1, '2026-11-29 01:46:46.587744+00', '2026-11-29 01:46:46.587744+00', NULL, NULL, 0);

INSERT INTO identity.idempotency_key VALUES
	('01a224fb-8e91-765c-bc82-37c530e75140', '412d1b03-6f02-47b2-999f-0c0b44731594', 'text', 'text', 'text', 'text', NULL, NULL, NULL, '2026-11-29 01:46:46.589326+00');

INSERT INTO identity.inbox VALUES
	('identity.audit', '01a224fb-909b-7af0-9496-560c3941c096', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:36.081526+00'),
	('identity.audit', '01a224fb-9180-71b9-9b88-bbdfa965e2d1', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:36.302813+00'),
	('identity.audit', '01a224fb-975f-79a1-9917-546c7d20f1b7', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:37.805019+00'),
	('identity.audit', '01a224fb-9806-7b8e-b930-0397aa1c53db', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:37.970855+00'),
	('identity.audit', '01a224fb-9827-7159-89d0-c40723bc42f6', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.003109+00'),
	('identity.audit', '01a224fb-9840-7014-920b-cae3096d077a', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.029249+00'),
	('identity.audit', '01a224fb-9851-7c9f-b25e-dabb11ca6c04', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.049874+00'),
	('identity.audit', '01a224fb-9869-7de9-9b6a-a463c06c8c72', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.067984+00'),
	('identity.audit', '01a224fb-9884-7f0b-a933-e2f66f299008', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.095596+00'),
	('identity.audit', '01a224fb-989c-74a9-b173-92ae3e41e017', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.119783+00'),
	('identity.audit', '01a224fb-98b4-7b44-ac06-1b02a9607631', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.14673+00'),
	('identity.audit', '01a224fb-98c9-756e-b06b-bc955f8a2ecb', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.163296+00'),
	('identity.audit', '01a224fb-98df-7be1-aac7-306d033b2bae', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.187569+00'),
	('identity.audit', '01a224fb-98f4-77b5-a8fa-fa321fe26ace', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.209363+00'),
	('identity.audit', '01a224fb-9903-726c-8ba2-06cc1e0d5263', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.231059+00'),
	('identity.audit', '01a224fb-99d4-77fd-8b8e-54b683fda92b', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.479172+00'),
	('identity.audit', '01a224fb-99e5-78b8-9c0d-2b397560478c', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.479579+00'),
	('identity.audit', '01a224fb-99e1-7b42-9c29-6e1f810810dd', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.480463+00'),
	('identity.audit', '01a224fb-99dc-768b-a7b6-669faf479f4e', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.482331+00'),
	('identity.audit', '01a224fb-9a80-7fa3-bb4f-ad9139f7b506', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.641306+00'),
	('identity.audit', '01a224fb-9a76-700f-95dd-688bc3a32b19', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.639633+00'),
	('identity.audit', '01a224fb-9a61-7663-920a-bd51319ff23e', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.64232+00'),
	('identity.audit', '01a224fb-9a65-7d4e-a136-4f3b2c407616', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.642929+00'),
	('identity.audit', '01a224fb-9a6b-7c7e-bbf2-d9c65b14ce16', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.656399+00'),
	('identity.audit', '01a224fb-9a68-760d-9e3f-f253c117562a', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.656894+00'),
	('identity.audit', '01a224fb-9a6d-7b48-bc6f-dfc171d0a356', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.668153+00'),
	('identity.audit', '01a224fb-9a71-7dd9-93aa-6cb49dc69e99', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.669731+00'),
	('identity.audit', '01a224fb-9a74-71c0-a61c-593707156c5e', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.672412+00'),
	('identity.audit', '01a224fb-9a79-70d0-9abc-bc4298cf6095', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.673925+00'),
	('identity.audit', '01a224fb-9a7b-7f66-b8c8-e037650a984d', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.684411+00'),
	('identity.audit', '01a224fb-9a7e-7915-923e-f5dc25c3dd1a', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.687649+00'),
	('identity.audit', '01a224fb-9a83-717c-a270-0b098d8200ad', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.691392+00'),
	('identity.audit', '01a224fb-9a85-74d4-aa26-6948efb30daa', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.697722+00'),
	('identity.audit', '01a224fb-9a88-7af4-8cb2-b6fe855da0ce', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.712381+00'),
	('identity.audit', '01a224fb-9a8a-7d03-8b49-878dd2b17070', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.716734+00'),
	('identity.audit', '01a224fb-9a8d-745e-8dd6-0ffce639937b', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.725908+00'),
	('identity.audit', '01a224fb-9a8f-798d-8468-2ba816624f62', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.728426+00'),
	('identity.audit', '01a224fb-9a91-7823-bb9f-ccbb5d2df414', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.745816+00'),
	('identity.audit', '01a224fb-9a94-755d-916d-1c04070d7496', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:38.751745+00'),
	('identity.audit', '01a224fb-a9d1-7472-a60d-6da37585f1ac', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:42.537047+00'),
	('identity.audit', '01a224fb-a9d8-7977-bd24-2577e282c33f', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:42.545726+00'),
	('identity.audit', '01a224fb-a9dd-73f8-ae47-07939b04db53', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:42.545745+00'),
	('identity.audit', '01a224fb-a9dd-7569-926f-dbaac543049b', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:42.544612+00'),
	('identity.audit', '01a224fb-ab89-72c0-a3f0-4c7233044c9e', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:42.968128+00'),
	('identity.audit', '01a224fb-ab82-71f2-ad27-901419f2f7d0', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:42.96806+00'),
	('identity.audit', '01a224fb-ab8c-7ac9-8891-80c8baaa1f45', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:42.98224+00'),
	('identity.audit', '01a224fb-ab91-704b-a44d-7e6ed6fc32b6', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:42.9823+00'),
	('identity.audit', '01a224fb-abd6-7fb2-aa44-6c6cb2fbab87', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.039937+00'),
	('identity.audit', '01a224fb-abe6-7251-9b16-e294ddb30d4d', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.12302+00'),
	('identity.audit', '01a224fb-abf6-75af-a28b-68a6cd152252', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.124612+00');
INSERT INTO identity.inbox VALUES
	('identity.audit', '01a224fb-abf3-7068-b89b-3b65260a8410', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.124657+00'),
	('identity.audit', '01a224fb-abf9-75c1-9103-4fd6f49e77c4', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.129944+00'),
	('identity.audit', '01a224fb-abfd-7bfa-8d54-9c7de9dc8ab0', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.13111+00'),
	('identity.audit', '01a224fb-abfb-78d6-929c-f17106f26c0f', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.131542+00'),
	('identity.audit', '01a224fb-abff-766a-ad93-357d6a619764', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.164777+00'),
	('identity.audit', '01a224fb-ac01-7de0-852e-d3b3e2839d14', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.179846+00'),
	('identity.audit', '01a224fb-ac03-7123-b488-96a064d924a9', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.187701+00'),
	('identity.audit', '01a224fb-ac05-7db7-a284-a7325726a7cf', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.205258+00'),
	('identity.audit', '01a224fb-ac08-765f-8fe7-78301859ffd6', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.207722+00'),
	('identity.audit', '01a224fb-ac0a-7fa5-b19e-5ed45ac26332', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.229549+00'),
	('identity.audit', '01a224fb-ac0c-7603-88f1-742a5e918f49', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.2332+00'),
	('identity.audit', '01a224fb-ac0e-7aaa-8dc5-60e82b108cc4', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.246713+00'),
	('identity.audit', '01a224fb-ac10-7227-a77c-02803d15f87f', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.252996+00'),
	('identity.audit', '01a224fb-ac12-7124-a23f-bc0ad575e924', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.258484+00'),
	('identity.audit', '01a224fb-ac14-7806-9a4e-691a752c1030', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.266714+00'),
	('identity.audit', '01a224fb-ac17-7559-8286-d1681d007aa2', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.271969+00'),
	('identity.audit', '01a224fb-ac19-71ae-a951-a2814e073bf2', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.274873+00'),
	('identity.audit', '01a224fb-ac1b-7642-98c6-93c2eb2e6669', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.278061+00'),
	('identity.audit', '01a224fb-ac1d-7932-8d25-769f2d092515', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:43.281459+00');

INSERT INTO identity.invitation VALUES
	('01a224fb-ac49-72ef-b216-ddcc8a15fd34', '01a224fb-8e91-765c-bc82-37c530e75140', 'colleague@harbour-physio.example', 'MEMBER', '\xe8911d666518203d19f6a5968403913e239a4d4fd82613235a1c2f5e329cafdb', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', '2026-11-29 01:46:43.138458+00', '2026-12-06 01:46:43.138458+00', '2026-11-29 01:46:43.330188+00');

INSERT INTO identity.outbox VALUES
	('b346bfdc-2bd0-48fe-8335-87f6830aa487', '01a224fb-8e91-765c-bc82-37c530e75140', 'text', '\x00', NULL, '2026-11-29 01:46:46.591294+00', NULL, NULL, 0);

INSERT INTO identity.rate_limit_window VALUES
	('signups_by_client', '\x12ca17b49af2289436f303e0166030a21e525d266e209267433801a8fd4071a0', '{"2026-11-29 01:46:35.498925+00"}', '2026-11-29 01:47:35.498925+00'),
	('invitations_by_client', '\x12ca17b49af2289436f303e0166030a21e525d266e209267433801a8fd4071a0', '{"2026-11-29 01:46:43.270927+00"}', '2026-11-29 01:47:43.270927+00');

INSERT INTO identity.refresh_token VALUES
	('01a224fb-8e9d-783a-aa75-a567da82c57d', '01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-8e9b-7a49-b82a-018de66cdabc', '\xe702dc150ead245f8d225f95fad834684849de6d57a21602cb00d06b09758978', '2026-11-29 01:46:35.54709+00', '2026-12-29 01:46:35.54709+00', NULL, NULL, NULL),
	('01a224fb-ad07-73e8-a6ae-892e75700744', '01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-ad06-7806-83dc-5393285c7d26', '\x03e4d1d4f610cb69d9dc1f6a699ceb14936e121ff03b9caf70f5ea9afedb3dbe', '2026-11-29 01:46:43.334071+00', '2026-12-29 01:46:43.334071+00', NULL, NULL, NULL);

INSERT INTO identity.session VALUES
	('01a224fb-8e9b-7a49-b82a-018de66cdabc', '01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-8e98-78ac-95b5-49d293e5a1a9', 'python-httpx2/2.16.2', '2026-11-29 01:46:35.54709+00', '2026-11-29 01:46:35.54709+00', '2026-12-29 01:46:35.54709+00', NULL, NULL),
	('01a224fb-ad06-7806-83dc-5393285c7d26', '01a224fb-8e91-765c-bc82-37c530e75140', '01a224fb-ad02-79ff-b213-9e858c00a70f', 'python-httpx2/2.16.2', '2026-11-29 01:46:43.334071+00', '2026-11-29 01:46:43.334071+00', '2026-12-29 01:46:43.334071+00', '2026-11-29 01:46:43.39816+00', 'role_changed');

INSERT INTO identity.signing_key VALUES
	('text', '\x00', '\x00', '2026-11-29 01:46:46.592693+00', '2026-11-29 01:46:46.592693+00', NULL);

INSERT INTO identity."user" VALUES
	('01a224fb-8e98-78ac-95b5-49d293e5a1a9', '01a224fb-8e91-765c-bc82-37c530e75140', 'owner-landed@harbour-physio.example', '$argon2id$v=19$m=19456,t=2,p=1$KcPa9O1Fdi/jwB1bfiIysg$dt9TN+Jj+rhqvgdRTWYdhhTREE3juxgTxBatAjXf1vo', 'OWNER', true, '2026-11-29 01:46:35.538688+00', '2026-11-29 01:46:35.538688+00'),
	('01a224fb-ad02-79ff-b213-9e858c00a70f', '01a224fb-8e91-765c-bc82-37c530e75140', 'colleague@harbour-physio.example', '$argon2id$v=19$m=19456,t=2,p=1$DnYXppWo461v356pzBLgfw$zYfVvInDpyEloCxFUehp4oS6yyFTrrxosqT0M6fQx8Q', 'ADMIN', true, '2026-11-29 01:46:43.327702+00', '2026-11-29 01:46:43.389938+00');

ALTER TABLE ONLY identity.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

ALTER TABLE ONLY identity.account
    ADD CONSTRAINT pk_account PRIMARY KEY (id);

ALTER TABLE ONLY identity.audit_event
    ADD CONSTRAINT pk_audit_event PRIMARY KEY (id);

ALTER TABLE ONLY identity.audit_head
    ADD CONSTRAINT pk_audit_head PRIMARY KEY (account_id);

ALTER TABLE ONLY identity.device
    ADD CONSTRAINT pk_device PRIMARY KEY (id);

ALTER TABLE ONLY identity.failed_sign_in
    ADD CONSTRAINT pk_failed_sign_in PRIMARY KEY (id);

ALTER TABLE ONLY identity.idempotency_key
    ADD CONSTRAINT pk_idempotency_key PRIMARY KEY (account_id, user_id, key);

ALTER TABLE ONLY identity.inbox
    ADD CONSTRAINT pk_inbox PRIMARY KEY (consumer, event_id);

ALTER TABLE ONLY identity.invitation
    ADD CONSTRAINT pk_invitation PRIMARY KEY (id);

ALTER TABLE ONLY identity.outbox
    ADD CONSTRAINT pk_outbox PRIMARY KEY (id);

ALTER TABLE ONLY identity.rate_limit_window
    ADD CONSTRAINT pk_rate_limit_window PRIMARY KEY (name, key);

ALTER TABLE ONLY identity.refresh_token
    ADD CONSTRAINT pk_refresh_token PRIMARY KEY (id);

ALTER TABLE ONLY identity.session
    ADD CONSTRAINT pk_session PRIMARY KEY (id);

ALTER TABLE ONLY identity.signing_key
    ADD CONSTRAINT pk_signing_key PRIMARY KEY (kid);

ALTER TABLE ONLY identity."user"
    ADD CONSTRAINT pk_user PRIMARY KEY (id);

ALTER TABLE ONLY identity.account
    ADD CONSTRAINT uq_account_account_id UNIQUE (account_id);

ALTER TABLE ONLY identity.audit_event
    ADD CONSTRAINT uq_audit_event_account_id_seq UNIQUE (account_id, seq);

ALTER TABLE ONLY identity.device
    ADD CONSTRAINT uq_device_token_hash UNIQUE (token_hash);

ALTER TABLE ONLY identity.failed_sign_in
    ADD CONSTRAINT uq_failed_sign_in_account_id_user_id UNIQUE (account_id, user_id);

ALTER TABLE ONLY identity.invitation
    ADD CONSTRAINT uq_invitation_token_hash UNIQUE (token_hash);

ALTER TABLE ONLY identity.refresh_token
    ADD CONSTRAINT uq_refresh_token_token_hash UNIQUE (token_hash);

ALTER TABLE ONLY identity.session
    ADD CONSTRAINT uq_session_account_id_id UNIQUE (account_id, id);

ALTER TABLE ONLY identity."user"
    ADD CONSTRAINT uq_user_account_id_id UNIQUE (account_id, id);

ALTER TABLE ONLY identity."user"
    ADD CONSTRAINT uq_user_email UNIQUE (email);

CREATE INDEX ix_audit_event_account_id_entity_seq ON identity.audit_event USING btree (account_id, entity_type, entity_id, seq);

CREATE INDEX ix_audit_event_account_id_event_type_seq ON identity.audit_event USING btree (account_id, event_type, seq);

CREATE INDEX ix_device_account_id_user_id ON identity.device USING btree (account_id, user_id);

CREATE INDEX ix_failed_sign_in_due ON identity.failed_sign_in USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX ix_idempotency_key_created_at ON identity.idempotency_key USING btree (created_at);

CREATE INDEX ix_inbox_received_at ON identity.inbox USING btree (received_at);

CREATE INDEX ix_invitation_account_id_email ON identity.invitation USING btree (account_id, email);

CREATE INDEX ix_outbox_due ON identity.outbox USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX ix_rate_limit_window_expires_at ON identity.rate_limit_window USING btree (expires_at);

CREATE INDEX ix_refresh_token_account_id_session_id ON identity.refresh_token USING btree (account_id, session_id);

CREATE INDEX ix_session_account_id_user_id ON identity.session USING btree (account_id, user_id);

ALTER TABLE ONLY identity.audit_event
    ADD CONSTRAINT fk_audit_event_account_id_account FOREIGN KEY (account_id) REFERENCES identity.account(id);

ALTER TABLE ONLY identity.audit_head
    ADD CONSTRAINT fk_audit_head_account_id_account FOREIGN KEY (account_id) REFERENCES identity.account(id);

ALTER TABLE ONLY identity.device
    ADD CONSTRAINT fk_device_account_id_user_id_user FOREIGN KEY (account_id, user_id) REFERENCES identity."user"(account_id, id);

ALTER TABLE ONLY identity.invitation
    ADD CONSTRAINT fk_invitation_account_id_account FOREIGN KEY (account_id) REFERENCES identity.account(id);

ALTER TABLE ONLY identity.invitation
    ADD CONSTRAINT fk_invitation_account_id_invited_by_user FOREIGN KEY (account_id, invited_by) REFERENCES identity."user"(account_id, id);

ALTER TABLE ONLY identity.refresh_token
    ADD CONSTRAINT fk_refresh_token_account_id_session_id_session FOREIGN KEY (account_id, session_id) REFERENCES identity.session(account_id, id);

ALTER TABLE ONLY identity.session
    ADD CONSTRAINT fk_session_account_id_user_id_user FOREIGN KEY (account_id, user_id) REFERENCES identity."user"(account_id, id);

ALTER TABLE ONLY identity."user"
    ADD CONSTRAINT fk_user_account_id_account FOREIGN KEY (account_id) REFERENCES identity.account(id);

ALTER TABLE identity.account ENABLE ROW LEVEL SECURITY;

ALTER TABLE identity.audit_event ENABLE ROW LEVEL SECURITY;

ALTER TABLE identity.audit_head ENABLE ROW LEVEL SECURITY;

CREATE POLICY count ON identity.rate_limit_window TO identity USING (true) WITH CHECK (true);

ALTER TABLE identity.device ENABLE ROW LEVEL SECURITY;

ALTER TABLE identity.failed_sign_in ENABLE ROW LEVEL SECURITY;

ALTER TABLE identity.idempotency_key ENABLE ROW LEVEL SECURITY;

ALTER TABLE identity.inbox ENABLE ROW LEVEL SECURITY;

ALTER TABLE identity.invitation ENABLE ROW LEVEL SECURITY;

CREATE POLICY lookup ON identity.device FOR SELECT TO identity_lookup USING (true);

CREATE POLICY lookup ON identity.invitation FOR SELECT TO identity_lookup USING (true);

CREATE POLICY lookup ON identity.refresh_token FOR SELECT TO identity_lookup USING (true);

CREATE POLICY lookup ON identity."user" FOR SELECT TO identity_lookup USING (true);

CREATE POLICY loop ON identity.device TO identity_loop USING (true) WITH CHECK (true);

CREATE POLICY loop ON identity.failed_sign_in TO identity_loop USING (true) WITH CHECK (true);

CREATE POLICY loop ON identity.idempotency_key TO identity_loop USING (true) WITH CHECK (true);

CREATE POLICY loop ON identity.inbox TO identity_loop USING (true) WITH CHECK (true);

CREATE POLICY loop ON identity.invitation TO identity_loop USING (true) WITH CHECK (true);

CREATE POLICY loop ON identity.outbox TO identity_loop USING (true) WITH CHECK (true);

CREATE POLICY loop ON identity.rate_limit_window TO identity_loop USING (true) WITH CHECK (true);

CREATE POLICY loop ON identity.refresh_token TO identity_loop USING (true) WITH CHECK (true);

CREATE POLICY loop ON identity.session TO identity_loop USING (true) WITH CHECK (true);

CREATE POLICY loop ON identity.signing_key TO identity_loop USING (true) WITH CHECK (true);

ALTER TABLE identity.outbox ENABLE ROW LEVEL SECURITY;

ALTER TABLE identity.rate_limit_window ENABLE ROW LEVEL SECURITY;

ALTER TABLE identity.refresh_token ENABLE ROW LEVEL SECURITY;

ALTER TABLE identity.session ENABLE ROW LEVEL SECURITY;

CREATE POLICY sign ON identity.signing_key FOR SELECT TO identity USING (true);

ALTER TABLE identity.signing_key ENABLE ROW LEVEL SECURITY;

CREATE POLICY tenant ON identity.account TO identity USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON identity.audit_event TO identity USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON identity.audit_head TO identity USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON identity.device TO identity USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON identity.failed_sign_in TO identity USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON identity.idempotency_key TO identity USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON identity.inbox TO identity USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON identity.invitation TO identity USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON identity.outbox TO identity USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON identity.refresh_token TO identity USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON identity.session TO identity USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON identity."user" TO identity USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

ALTER TABLE identity."user" ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA identity TO identity;
GRANT USAGE ON SCHEMA identity TO identity_loop;
GRANT USAGE ON SCHEMA identity TO identity_lookup;

REVOKE ALL ON FUNCTION identity.find_device(wanted bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION identity.find_device(wanted bytea) TO identity;

REVOKE ALL ON FUNCTION identity.find_invitation(wanted bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION identity.find_invitation(wanted bytea) TO identity;

REVOKE ALL ON FUNCTION identity.find_refresh_token(wanted bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION identity.find_refresh_token(wanted bytea) TO identity;

REVOKE ALL ON FUNCTION identity.find_user(wanted text) FROM PUBLIC;
GRANT ALL ON FUNCTION identity.find_user(wanted text) TO identity;

GRANT SELECT,INSERT,UPDATE ON TABLE identity.account TO identity;

GRANT SELECT ON TABLE identity.alembic_version TO identity;

GRANT SELECT,INSERT ON TABLE identity.audit_event TO identity;

GRANT SELECT,INSERT,UPDATE ON TABLE identity.audit_head TO identity;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE identity.device TO identity;
GRANT SELECT ON TABLE identity.device TO identity_lookup;
GRANT SELECT,DELETE ON TABLE identity.device TO identity_loop;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE identity.failed_sign_in TO identity;
GRANT SELECT,DELETE,UPDATE ON TABLE identity.failed_sign_in TO identity_loop;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE identity.idempotency_key TO identity;
GRANT SELECT,DELETE ON TABLE identity.idempotency_key TO identity_loop;

GRANT SELECT,INSERT ON TABLE identity.inbox TO identity;
GRANT SELECT,DELETE ON TABLE identity.inbox TO identity_loop;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE identity.invitation TO identity;
GRANT SELECT ON TABLE identity.invitation TO identity_lookup;
GRANT SELECT,DELETE ON TABLE identity.invitation TO identity_loop;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE identity.outbox TO identity;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE identity.outbox TO identity_loop;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE identity.rate_limit_window TO identity;
GRANT SELECT,DELETE ON TABLE identity.rate_limit_window TO identity_loop;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE identity.refresh_token TO identity;
GRANT SELECT ON TABLE identity.refresh_token TO identity_lookup;
GRANT SELECT,DELETE ON TABLE identity.refresh_token TO identity_loop;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE identity.session TO identity;
GRANT SELECT,DELETE ON TABLE identity.session TO identity_loop;

GRANT SELECT ON TABLE identity.signing_key TO identity;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE identity.signing_key TO identity_loop;

GRANT SELECT,INSERT,UPDATE ON TABLE identity."user" TO identity;
GRANT SELECT ON TABLE identity."user" TO identity_lookup;

