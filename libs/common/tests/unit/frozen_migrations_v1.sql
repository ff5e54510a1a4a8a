CREATE TABLE probe.outbox (
    id UUID NOT NULL, 
    account_id UUID NOT NULL, 
    type TEXT NOT NULL, 
    body BYTEA NOT NULL, 
    expires_at TIMESTAMP WITH TIME ZONE, 
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
    due_at TIMESTAMP WITH TIME ZONE, 
    lease_owner UUID, 
    attempts INTEGER DEFAULT '0' NOT NULL, 
    CONSTRAINT pk_outbox PRIMARY KEY (id)
);

COMMENT ON COLUMN probe.outbox.id IS 'The event''s id.';

COMMENT ON COLUMN probe.outbox.expires_at IS 'Not sent any more after this.';

CREATE INDEX ix_outbox_due ON probe.outbox (due_at) WHERE due_at IS NOT NULL;

ALTER TABLE probe.outbox ENABLE ROW LEVEL SECURITY;

ALTER TABLE probe.outbox FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON probe.outbox TO probe USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid) WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON probe.outbox TO probe;

CREATE POLICY loop ON probe.outbox TO probe_loop USING (true) WITH CHECK (true);

GRANT SELECT, INSERT, UPDATE, DELETE ON probe.outbox TO probe_loop;

CREATE TABLE probe.inbox (
    consumer TEXT NOT NULL, 
    event_id UUID NOT NULL, 
    account_id UUID NOT NULL, 
    received_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
    CONSTRAINT pk_inbox PRIMARY KEY (consumer, event_id)
);

CREATE INDEX ix_inbox_received_at ON probe.inbox (received_at);

ALTER TABLE probe.inbox ENABLE ROW LEVEL SECURITY;

ALTER TABLE probe.inbox FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON probe.inbox TO probe USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid) WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);

GRANT SELECT, INSERT ON probe.inbox TO probe;

CREATE POLICY loop ON probe.inbox TO probe_loop USING (true) WITH CHECK (true);

GRANT SELECT, DELETE ON probe.inbox TO probe_loop;

CREATE TABLE probe.idempotency_key (
    account_id UUID NOT NULL, 
    user_id UUID NOT NULL, 
    key TEXT NOT NULL, 
    method TEXT NOT NULL, 
    path TEXT NOT NULL, 
    fingerprint TEXT NOT NULL, 
    status INTEGER, 
    response_headers JSONB, 
    response_body BYTEA, 
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
    CONSTRAINT pk_idempotency_key PRIMARY KEY (account_id, user_id, key)
);

CREATE INDEX ix_idempotency_key_created_at ON probe.idempotency_key (created_at);

ALTER TABLE probe.idempotency_key ENABLE ROW LEVEL SECURITY;

ALTER TABLE probe.idempotency_key FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON probe.idempotency_key TO probe USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid) WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON probe.idempotency_key TO probe;

CREATE POLICY loop ON probe.idempotency_key TO probe_loop USING (true) WITH CHECK (true);

GRANT SELECT, DELETE ON probe.idempotency_key TO probe_loop;

CREATE TABLE probe.job (
    due_at TIMESTAMP WITH TIME ZONE, 
    lease_owner UUID, 
    attempts INTEGER DEFAULT '0' NOT NULL
);

CREATE INDEX ix_job_due ON probe.job (due_at) WHERE due_at IS NOT NULL;

CREATE INDEX ix_job_turn ON probe.job (account_id, due_at) WHERE due_at IS NOT NULL;

ALTER TABLE probe.job ENABLE ROW LEVEL SECURITY;

ALTER TABLE probe.job FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON probe.job TO probe USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid) WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);

GRANT SELECT ON probe.job TO probe;

ALTER TABLE probe.note ENABLE ROW LEVEL SECURITY;

ALTER TABLE probe.note FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON probe.note TO probe USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid) WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON probe.note TO probe;

CREATE POLICY loop ON probe.job TO probe_loop USING (true) WITH CHECK (true);

GRANT SELECT, UPDATE, DELETE ON probe.job TO probe_loop;

CREATE POLICY loop ON probe.note TO probe_loop USING (true) WITH CHECK (true);

GRANT SELECT, INSERT, UPDATE, DELETE ON probe.note TO probe_loop;

CREATE POLICY lookup ON probe.note FOR SELECT TO probe_lookup USING (true);

GRANT SELECT ON probe.note TO probe_lookup;

CREATE FUNCTION probe.find_note(a text, b uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = probe, pg_temp AS $lookup$ SELECT id FROM probe.note $lookup$;

ALTER FUNCTION probe.find_note(text, uuid) OWNER TO probe_lookup;

REVOKE ALL ON FUNCTION probe.find_note(text, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION probe.find_note(text, uuid) TO probe;

COMMENT ON TABLE probe.alembic_version IS 'oldest build: 0002';

