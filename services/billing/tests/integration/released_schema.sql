CREATE SCHEMA billing;

ALTER SCHEMA billing OWNER TO postgres;

CREATE FUNCTION billing.account_of_checkout(wanted uuid) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'billing', 'pg_temp'
    AS $$ SELECT t.account_id FROM billing.checkout AS t WHERE t.id = wanted $$;

ALTER FUNCTION billing.account_of_checkout(wanted uuid) OWNER TO billing_lookup;

CREATE FUNCTION billing.account_of_customer(wanted text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'billing', 'pg_temp'
    AS $$ SELECT t.account_id FROM billing.customer AS t WHERE t.stripe_customer_id = wanted $$;

ALTER FUNCTION billing.account_of_customer(wanted text) OWNER TO billing_lookup;

CREATE FUNCTION billing.account_of_subscription(wanted text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'billing', 'pg_temp'
    AS $$ SELECT t.account_id FROM billing.subscription AS t WHERE t.stripe_subscription_id = wanted $$;

ALTER FUNCTION billing.account_of_subscription(wanted text) OWNER TO billing_lookup;

CREATE TABLE billing.account (
    account_id uuid NOT NULL,
    name text NOT NULL,
    revision integer NOT NULL
);

ALTER TABLE ONLY billing.account FORCE ROW LEVEL SECURITY;

ALTER TABLE billing.account OWNER TO postgres;

CREATE TABLE billing.alembic_version (
    version_num character varying(32) NOT NULL
);

ALTER TABLE billing.alembic_version OWNER TO postgres;

CREATE TABLE billing.checkout (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    plan text NOT NULL,
    posting_addon boolean NOT NULL,
    success_url text NOT NULL,
    cancel_url text NOT NULL,
    status text NOT NULL,
    stripe_session_id text,
    url text,
    attempt integer NOT NULL,
    created_by uuid NOT NULL,
    CONSTRAINT ck_checkout_open_has_url CHECK (((status <> 'open'::text) OR (url IS NOT NULL))),
    CONSTRAINT ck_checkout_plan CHECK ((plan = ANY (ARRAY['ESSENTIAL'::text, 'GROWTH'::text, 'AUTHORITY'::text]))),
    CONSTRAINT ck_checkout_status CHECK ((status = ANY (ARRAY['pending'::text, 'open'::text, 'complete'::text, 'expired'::text])))
);

ALTER TABLE ONLY billing.checkout FORCE ROW LEVEL SECURITY;

ALTER TABLE billing.checkout OWNER TO postgres;

CREATE TABLE billing.customer (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    stripe_customer_id text,
    name text,
    attempt integer NOT NULL
);

ALTER TABLE ONLY billing.customer FORCE ROW LEVEL SECURITY;

ALTER TABLE billing.customer OWNER TO postgres;

CREATE TABLE billing.further_subscription (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    stripe_subscription_id text NOT NULL,
    plan text,
    posting_addon boolean NOT NULL,
    status text NOT NULL,
    current_period_end timestamp with time zone,
    attempt integer NOT NULL
);

ALTER TABLE ONLY billing.further_subscription FORCE ROW LEVEL SECURITY;

ALTER TABLE billing.further_subscription OWNER TO postgres;

CREATE TABLE billing.idempotency_key (
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

ALTER TABLE ONLY billing.idempotency_key FORCE ROW LEVEL SECURITY;

ALTER TABLE billing.idempotency_key OWNER TO postgres;

CREATE TABLE billing.inbox (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    account_id uuid NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY billing.inbox FORCE ROW LEVEL SECURITY;

ALTER TABLE billing.inbox OWNER TO postgres;

CREATE TABLE billing.outbox (
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

ALTER TABLE ONLY billing.outbox FORCE ROW LEVEL SECURITY;

ALTER TABLE billing.outbox OWNER TO postgres;

COMMENT ON COLUMN billing.outbox.id IS 'The event''s id.';

COMMENT ON COLUMN billing.outbox.expires_at IS 'Not sent any more after this.';

CREATE TABLE billing.plan_change (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    plan text NOT NULL,
    posting_addon boolean NOT NULL,
    status text NOT NULL,
    attempt integer NOT NULL,
    created_by uuid NOT NULL,
    CONSTRAINT ck_plan_change_plan CHECK ((plan = ANY (ARRAY['ESSENTIAL'::text, 'GROWTH'::text, 'AUTHORITY'::text]))),
    CONSTRAINT ck_plan_change_status CHECK ((status = ANY (ARRAY['pending'::text, 'done'::text])))
);

ALTER TABLE ONLY billing.plan_change FORCE ROW LEVEL SECURITY;

ALTER TABLE billing.plan_change OWNER TO postgres;

CREATE TABLE billing.stripe_event (
    id uuid NOT NULL,
    account_id uuid,
    event_id text NOT NULL,
    type text NOT NULL,
    api_version text,
    created timestamp with time zone NOT NULL,
    payload json NOT NULL,
    received_at timestamp with time zone NOT NULL,
    processed_at timestamp with time zone,
    error text,
    due_at timestamp with time zone,
    lease_owner uuid,
    attempts integer DEFAULT 0 NOT NULL,
    set_aside_at timestamp with time zone
);

ALTER TABLE ONLY billing.stripe_event FORCE ROW LEVEL SECURITY;

ALTER TABLE billing.stripe_event OWNER TO postgres;

CREATE TABLE billing.subscription (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    stripe_subscription_id text,
    plan text,
    posting_addon boolean NOT NULL,
    status text NOT NULL,
    current_period_end timestamp with time zone,
    cancel_at_period_end boolean NOT NULL,
    cancel_at timestamp with time zone,
    stripe_created timestamp with time zone,
    revision integer NOT NULL,
    comparison integer NOT NULL,
    last_event_created timestamp with time zone,
    operation_id uuid,
    operation_until timestamp with time zone,
    event_id uuid,
    CONSTRAINT ck_subscription_none_without_stripe_id CHECK (((status = 'none'::text) = (stripe_subscription_id IS NULL))),
    CONSTRAINT ck_subscription_plan CHECK ((plan = ANY (ARRAY['ESSENTIAL'::text, 'GROWTH'::text, 'AUTHORITY'::text]))),
    CONSTRAINT ck_subscription_status CHECK ((status = ANY (ARRAY['none'::text, 'incomplete'::text, 'incomplete_expired'::text, 'trialing'::text, 'active'::text, 'past_due'::text, 'canceled'::text, 'unpaid'::text, 'paused'::text])))
);

ALTER TABLE ONLY billing.subscription FORCE ROW LEVEL SECURITY;

ALTER TABLE billing.subscription OWNER TO postgres;

INSERT INTO billing.account VALUES
	('01a224fb-8e91-765c-bc82-37c530e75140', 'Harbour Physio', 1);

INSERT INTO billing.alembic_version VALUES
	('0003');

INSERT INTO billing.checkout VALUES
	('01a224fb-8fcf-7351-9cdf-d3dfd0ebee00', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:35.875523+00', '2026-11-29 01:46:36.157129+00', 'GROWTH', true, 'http://localhost:3000/billing/success?session_id={CHECKOUT_SESSION_ID}', 'http://localhost:3000/billing/cancelled', 'complete', 'cs_test_zcQ2fLW64VDMjRiGsFEFArNE', 'http://127.0.0.1:7408/c/pay/cs_test_zcQ2fLW64VDMjRiGsFEFArNE', 1, '01a224fb-8e98-78ac-95b5-49d293e5a1a9');

INSERT INTO billing.customer VALUES
	('01a224fb-8ff1-75a8-85d7-fd8377afc9b1', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:35.887459+00', '2026-11-29 01:46:35.926584+00', 'cus_sXz4to2iV6X4g7KaRNwVuIVM', 'Harbour Physio', 1);

INSERT INTO billing.further_subscription VALUES
	('92dabcc2-76e6-4d64-91b1-eeb38be4c212', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:46.623651+00', '2026-11-29 01:46:46.623651+00', 'text', NULL, false, 'text', NULL, 1);

INSERT INTO billing.idempotency_key VALUES
	('01a224fb-8e91-765c-bc82-37c530e75140', 'c93e49d7-f43c-4327-b81a-1901586a2c3b', 'text', 'text', 'text', 'text', NULL, NULL, NULL, '2026-11-29 01:46:46.624798+00');

INSERT INTO billing.inbox VALUES
	('billing.accounts', '01a224fb-8e97-7090-930b-6874d9cde92b', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:35.586389+00');

INSERT INTO billing.outbox VALUES
	('a146a58c-01dc-4a88-a2bc-a6a063e0d04c', '01a224fb-8e91-765c-bc82-37c530e75140', 'text', '\x00', NULL, '2026-11-29 01:46:46.626244+00', NULL, NULL, 0);

INSERT INTO billing.plan_change VALUES
	('6d77317f-ea82-4ad3-86e8-3f2c3fc8326a', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:46.627371+00', '2026-11-29 01:46:46.627371+00', 'ESSENTIAL', false, 'pending', 1, 'c01c3d66-f5e2-4693-9714-c360d5b5de20');

INSERT INTO billing.stripe_event VALUES
	('01a224fb-901b-7154-b89a-7a7841141e13', NULL, 'evt_VTM78NWDjgD2vaC6hqoeIANW', 'customer.created', '2026-10-28.endive', '2026-11-29 01:46:35+00', '{"id": "evt_VTM78NWDjgD2vaC6hqoeIANW", "object": "event", "api_version": "2026-10-28.endive", "created": 1795916795, "data": {"object": {"address": null, "business_name": null, "currency": null, "customer_account": null, "default_source": null, "description": null, "discount": null, "email": null, "individual_name": null, "name": "Harbour Physio", "phone": null, "shipping": null, "test_clock": null, "id": "cus_sXz4to2iV6X4g7KaRNwVuIVM", "object": "customer", "balance": 0, "created": 1795916795, "delinquent": false, "invoice_prefix": "RNWVUIVM", "invoice_settings": {"custom_fields": null, "default_payment_method": null, "footer": null, "rendering_options": null}, "livemode": false, "metadata": {"account_id": "01a224fb-8e91-765c-bc82-37c530e75140"}, "next_invoice_sequence": 1, "preferred_locales": [], "tax_exempt": "none"}}, "livemode": false, "pending_webhooks": 1, "request": {"id": "req_2245e8e93f0373", "idempotency_key": "customer-01a224fb-8ff1-75a8-85d7-fd8377afc9b1-1"}, "type": "customer.created"}', '2026-11-29 01:46:35.931836+00', '2026-11-29 01:46:35.931836+00', NULL, NULL, NULL, 0, NULL),
	('01a224fb-906d-7ffd-a851-ecb348fdd402', NULL, 'evt_kUR1KAJLajNHzhJDumjMOssy', 'invoice.created', '2026-10-28.endive', '2026-11-29 01:46:35+00', '{"id": "evt_kUR1KAJLajNHzhJDumjMOssy", "object": "event", "api_version": "2026-10-28.endive", "created": 1795916795, "data": {"object": {"account_tax_ids": null, "application": null, "automatically_finalizes_at": null, "custom_fields": null, "customer_account": null, "customer_address": null, "customer_phone": null, "customer_shipping": null, "default_payment_method": null, "default_source": null, "description": null, "due_date": null, "footer": null, "from_invoice": null, "invoice_pdf": null, "last_finalization_error": null, "latest_revision": null, "next_payment_attempt": null, "on_behalf_of": null, "receipt_number": null, "rendering": null, "shipping_cost": null, "shipping_details": null, "statement_descriptor": null, "test_clock": null, "id": "in_jMy2lB5vTZkDDPGX24IJUnIV", "object": "invoice", "account_country": "NZ", "account_name": "PulseWorks sandbox", "amount_due": 12800, "amount_overpaid": 0, "amount_paid": 0, "amount_remaining": 12800, "amount_shipping": 0, "attempt_count": 0, "attempted": false, "auto_advance": false, "automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null, "provider": null, "status": null}, "billing_reason": "subscription_create", "collection_method": "charge_automatically", "created": 1795916795, "currency": "nzd", "customer": "cus_sXz4to2iV6X4g7KaRNwVuIVM", "customer_email": null, "customer_name": "Harbour Physio", "customer_tax_exempt": "none", "customer_tax_ids": [], "default_tax_rates": [], "discounts": [], "effective_at": 1795916795, "ending_balance": 0, "hosted_invoice_url": null, "issuer": {"type": "self"}, "lines": {"object": "list", "data": [{"id": "il_52Rx8AsHMzsw9xNVVSf1eot7", "object": "line_item", "amount": 8900, "currency": "nzd", "description": "1 \u00d7 price_growth_monthly (per month)", "discount_amounts": [], "discountable": true, "discounts": [], "invoice": "in_jMy2lB5vTZkDDPGX24IJUnIV", "livemode": false, "metadata": {}, "parent": {"invoice_item_details": null, "subscription_item_details": {"invoice_item": null, "proration": false, "proration_details": {"credited_items": null}, "subscription": "sub_sS2ndlVrnhgvp2dY9G9A4A8U", "subscription_item": "si_lqm34XLIU5H9vLmhvVWBiLiA"}, "type": "subscription_item_details"}, "period": {"end": 1798508795, "start": 1795916795}, "pretax_credit_amounts": [], "pricing": {"price_details": {"price": "price_growth_monthly", "product": "prod_growth"}, "type": "price_details", "unit_amount_decimal": "8900"}, "quantity": 1, "subscription": "sub_sS2ndlVrnhgvp2dY9G9A4A8U", "subtotal": 8900, "taxes": []}, {"id": "il_xv83FGEiajDzzPm3ZGJ8msiH", "object": "line_item", "amount": 3900, "currency": "nzd", "description": "1 \u00d7 price_posting_monthly (per month)", "discount_amounts": [], "discountable": true, "discounts": [], "invoice": "in_jMy2lB5vTZkDDPGX24IJUnIV", "livemode": false, "metadata": {}, "parent": {"invoice_item_details": null, "subscription_item_details": {"invoice_item": null, "proration": false, "proration_details": {"credited_items": null}, "subscription": "sub_sS2ndlVrnhgvp2dY9G9A4A8U", "subscription_item": "si_koIxBmH0O42xCwX5Ag3uUTGk"}, "type": "subscription_item_details"}, "period": {"end": 1798508795, "start": 1795916795}, "pretax_credit_amounts": [], "pricing": {"price_details": {"price": "price_posting_monthly", "product": "prod_posting"}, "type": "price_details", "unit_amount_decimal": "3900"}, "quantity": 1, "subscription": "sub_sS2ndlVrnhgvp2dY9G9A4A8U", "subtotal": 3900, "taxes": []}], "has_more": false, "url": "/v1/invoices/in_jMy2lB5vTZkDDPGX24IJUnIV/lines"}, "livemode": false, "metadata": {}, "number": "PW-000001", "parent": {"quote_details": null, "subscription_details": {"metadata": {"checkout_id": "01a224fb-8fcf-7351-9cdf-d3dfd0ebee00"}, "subscription": "sub_sS2ndlVrnhgvp2dY9G9A4A8U"}, "type": "subscription_details"}, "payment_settings": {"default_mandate": null, "payment_method_options": null, "payment_method_types": null}, "period_end": 1795916795, "period_start": 1795916795, "post_payment_credit_notes_amount": 0, "pre_payment_credit_notes_amount": 0, "starting_balance": 0, "status": "open", "status_transitions": {"marked_uncollectible_at": null, "paid_at": null, "voided_at": null, "finalized_at": 1795916795}, "subtotal": 12800, "subtotal_excluding_tax": 12800, "total": 12800, "total_discount_amounts": [], "total_excluding_tax": 12800, "total_pretax_credit_amounts": [], "total_taxes": [], "webhooks_delivered_at": null}}, "livemode": false, "pending_webhooks": 1, "request": {"id": "req_cdc2c6c26ee4ea", "idempotency_key": null}, "type": "invoice.created"}', '2026-11-29 01:46:36.013801+00', '2026-11-29 01:46:36.013801+00', NULL, NULL, NULL, 0, NULL),
	('01a224fb-907d-770d-964e-ae6cbbc0b6a2', NULL, 'evt_qowxa6H4WCrLfJqFTIWpw3go', 'invoice.finalized', '2026-10-28.endive', '2026-11-29 01:46:35+00', '{"id": "evt_qowxa6H4WCrLfJqFTIWpw3go", "object": "event", "api_version": "2026-10-28.endive", "created": 1795916795, "data": {"object": {"account_tax_ids": null, "application": null, "automatically_finalizes_at": null, "custom_fields": null, "customer_account": null, "customer_address": null, "customer_phone": null, "customer_shipping": null, "default_payment_method": null, "default_source": null, "description": null, "due_date": null, "footer": null, "from_invoice": null, "invoice_pdf": null, "last_finalization_error": null, "latest_revision": null, "next_payment_attempt": null, "on_behalf_of": null, "receipt_number": null, "rendering": null, "shipping_cost": null, "shipping_details": null, "statement_descriptor": null, "test_clock": null, "id": "in_jMy2lB5vTZkDDPGX24IJUnIV", "object": "invoice", "account_country": "NZ", "account_name": "PulseWorks sandbox", "amount_due": 12800, "amount_overpaid": 0, "amount_paid": 0, "amount_remaining": 12800, "amount_shipping": 0, "attempt_count": 0, "attempted": false, "auto_advance": false, "automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null, "provider": null, "status": null}, "billing_reason": "subscription_create", "collection_method": "charge_automatically", "created": 1795916795, "currency": "nzd", "customer": "cus_sXz4to2iV6X4g7KaRNwVuIVM", "customer_email": null, "customer_name": "Harbour Physio", "customer_tax_exempt": "none", "customer_tax_ids": [], "default_tax_rates": [], "discounts": [], "effective_at": 1795916795, "ending_balance": 0, "hosted_invoice_url": null, "issuer": {"type": "self"}, "lines": {"object": "list", "data": [{"id": "il_52Rx8AsHMzsw9xNVVSf1eot7", "object": "line_item", "amount": 8900, "currency": "nzd", "description": "1 \u00d7 price_growth_monthly (per month)", "discount_amounts": [], "discountable": true, "discounts": [], "invoice": "in_jMy2lB5vTZkDDPGX24IJUnIV", "livemode": false, "metadata": {}, "parent": {"invoice_item_details": null, "subscription_item_details": {"invoice_item": null, "proration": false, "proration_details": {"credited_items": null}, "subscription": "sub_sS2ndlVrnhgvp2dY9G9A4A8U", "subscription_item": "si_lqm34XLIU5H9vLmhvVWBiLiA"}, "type": "subscription_item_details"}, "period": {"end": 1798508795, "start": 1795916795}, "pretax_credit_amounts": [], "pricing": {"price_details": {"price": "price_growth_monthly", "product": "prod_growth"}, "type": "price_details", "unit_amount_decimal": "8900"}, "quantity": 1, "subscription": "sub_sS2ndlVrnhgvp2dY9G9A4A8U", "subtotal": 8900, "taxes": []}, {"id": "il_xv83FGEiajDzzPm3ZGJ8msiH", "object": "line_item", "amount": 3900, "currency": "nzd", "description": "1 \u00d7 price_posting_monthly (per month)", "discount_amounts": [], "discountable": true, "discounts": [], "invoice": "in_jMy2lB5vTZkDDPGX24IJUnIV", "livemode": false, "metadata": {}, "parent": {"invoice_item_details": null, "subscription_item_details": {"invoice_item": null, "proration": false, "proration_details": {"credited_items": null}, "subscription": "sub_sS2ndlVrnhgvp2dY9G9A4A8U", "subscription_item": "si_koIxBmH0O42xCwX5Ag3uUTGk"}, "type": "subscription_item_details"}, "period": {"end": 1798508795, "start": 1795916795}, "pretax_credit_amounts": [], "pricing": {"price_details": {"price": "price_posting_monthly", "product": "prod_posting"}, "type": "price_details", "unit_amount_decimal": "3900"}, "quantity": 1, "subscription": "sub_sS2ndlVrnhgvp2dY9G9A4A8U", "subtotal": 3900, "taxes": []}], "has_more": false, "url": "/v1/invoices/in_jMy2lB5vTZkDDPGX24IJUnIV/lines"}, "livemode": false, "metadata": {}, "number": "PW-000001", "parent": {"quote_details": null, "subscription_details": {"metadata": {"checkout_id": "01a224fb-8fcf-7351-9cdf-d3dfd0ebee00"}, "subscription": "sub_sS2ndlVrnhgvp2dY9G9A4A8U"}, "type": "subscription_details"}, "payment_settings": {"default_mandate": null, "payment_method_options": null, "payment_method_types": null}, "period_end": 1795916795, "period_start": 1795916795, "post_payment_credit_notes_amount": 0, "pre_payment_credit_notes_amount": 0, "starting_balance": 0, "status": "open", "status_transitions": {"marked_uncollectible_at": null, "paid_at": null, "voided_at": null, "finalized_at": 1795916795}, "subtotal": 12800, "subtotal_excluding_tax": 12800, "total": 12800, "total_discount_amounts": [], "total_excluding_tax": 12800, "total_pretax_credit_amounts": [], "total_taxes": [], "webhooks_delivered_at": null}}, "livemode": false, "pending_webhooks": 1, "request": {"id": "req_cdc2c6c26ee4ea", "idempotency_key": null}, "type": "invoice.finalized"}', '2026-11-29 01:46:36.029149+00', '2026-11-29 01:46:36.029149+00', NULL, NULL, NULL, 0, NULL),
	('01a224fb-9098-7f1f-bab1-7426f0215406', NULL, 'evt_YcNRnjsBziz5pREJhmNsbGKr', 'invoice.payment_succeeded', '2026-10-28.endive', '2026-11-29 01:46:35+00', '{"id": "evt_YcNRnjsBziz5pREJhmNsbGKr", "object": "event", "api_version": "2026-10-28.endive", "created": 1795916795, "data": {"object": {"account_tax_ids": null, "application": null, "automatically_finalizes_at": null, "custom_fields": null, "customer_account": null, "customer_address": null, "customer_phone": null, "customer_shipping": null, "default_payment_method": null, "default_source": null, "description": null, "due_date": null, "footer": null, "from_invoice": null, "invoice_pdf": null, "last_finalization_error": null, "latest_revision": null, "next_payment_attempt": null, "on_behalf_of": null, "receipt_number": null, "rendering": null, "shipping_cost": null, "shipping_details": null, "statement_descriptor": null, "test_clock": null, "id": "in_jMy2lB5vTZkDDPGX24IJUnIV", "object": "invoice", "account_country": "NZ", "account_name": "PulseWorks sandbox", "amount_due": 12800, "amount_overpaid": 0, "amount_paid": 12800, "amount_remaining": 0, "amount_shipping": 0, "attempt_count": 1, "attempted": true, "auto_advance": false, "automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null, "provider": null, "status": null}, "billing_reason": "subscription_create", "collection_method": "charge_automatically", "created": 1795916795, "currency": "nzd", "customer": "cus_sXz4to2iV6X4g7KaRNwVuIVM", "customer_email": null, "customer_name": "Harbour Physio", "customer_tax_exempt": "none", "customer_tax_ids": [], "default_tax_rates": [], "discounts": [], "effective_at": 1795916795, "ending_balance": 0, "hosted_invoice_url": null, "issuer": {"type": "self"}, "lines": {"object": "list", "data": [{"id": "il_52Rx8AsHMzsw9xNVVSf1eot7", "object": "line_item", "amount": 8900, "currency": "nzd", "description": "1 \u00d7 price_growth_monthly (per month)", "discount_amounts": [], "discountable": true, "discounts": [], "invoice": "in_jMy2lB5vTZkDDPGX24IJUnIV", "livemode": false, "metadata": {}, "parent": {"invoice_item_details": null, "subscription_item_details": {"invoice_item": null, "proration": false, "proration_details": {"credited_items": null}, "subscription": "sub_sS2ndlVrnhgvp2dY9G9A4A8U", "subscription_item": "si_lqm34XLIU5H9vLmhvVWBiLiA"}, "type": "subscription_item_details"}, "period": {"end": 1798508795, "start": 1795916795}, "pretax_credit_amounts": [], "pricing": {"price_details": {"price": "price_growth_monthly", "product": "prod_growth"}, "type": "price_details", "unit_amount_decimal": "8900"}, "quantity": 1, "subscription": "sub_sS2ndlVrnhgvp2dY9G9A4A8U", "subtotal": 8900, "taxes": []}, {"id": "il_xv83FGEiajDzzPm3ZGJ8msiH", "object": "line_item", "amount": 3900, "currency": "nzd", "description": "1 \u00d7 price_posting_monthly (per month)", "discount_amounts": [], "discountable": true, "discounts": [], "invoice": "in_jMy2lB5vTZkDDPGX24IJUnIV", "livemode": false, "metadata": {}, "parent": {"invoice_item_details": null, "subscription_item_details": {"invoice_item": null, "proration": false, "proration_details": {"credited_items": null}, "subscription": "sub_sS2ndlVrnhgvp2dY9G9A4A8U", "subscription_item": "si_koIxBmH0O42xCwX5Ag3uUTGk"}, "type": "subscription_item_details"}, "period": {"end": 1798508795, "start": 1795916795}, "pretax_credit_amounts": [], "pricing": {"price_details": {"price": "price_posting_monthly", "product": "prod_posting"}, "type": "price_details", "unit_amount_decimal": "3900"}, "quantity": 1, "subscription": "sub_sS2ndlVrnhgvp2dY9G9A4A8U", "subtotal": 3900, "taxes": []}], "has_more": false, "url": "/v1/invoices/in_jMy2lB5vTZkDDPGX24IJUnIV/lines"}, "livemode": false, "metadata": {}, "number": "PW-000001", "parent": {"quote_details": null, "subscription_details": {"metadata": {"checkout_id": "01a224fb-8fcf-7351-9cdf-d3dfd0ebee00"}, "subscription": "sub_sS2ndlVrnhgvp2dY9G9A4A8U"}, "type": "subscription_details"}, "payment_settings": {"default_mandate": null, "payment_method_options": null, "payment_method_types": null}, "period_end": 1795916795, "period_start": 1795916795, "post_payment_credit_notes_amount": 0, "pre_payment_credit_notes_amount": 0, "starting_balance": 0, "status": "paid", "status_transitions": {"marked_uncollectible_at": null, "paid_at": 1795916795, "voided_at": null, "finalized_at": 1795916795}, "subtotal": 12800, "subtotal_excluding_tax": 12800, "total": 12800, "total_discount_amounts": [], "total_excluding_tax": 12800, "total_pretax_credit_amounts": [], "total_taxes": [], "webhooks_delivered_at": null}}, "livemode": false, "pending_webhooks": 1, "request": {"id": "req_cdc2c6c26ee4ea", "idempotency_key": null}, "type": "invoice.payment_succeeded"}', '2026-11-29 01:46:36.056038+00', '2026-11-29 01:46:36.056038+00', NULL, NULL, NULL, 0, NULL),
	('01a224fb-908c-7630-8518-6c7df0a736de', '01a224fb-8e91-765c-bc82-37c530e75140', 'evt_rDHe4Rl0OGVeC6hwJ0gik7uE', 'invoice.paid', '2026-10-28.endive', '2026-11-29 01:46:35+00', '{"id": "evt_rDHe4Rl0OGVeC6hwJ0gik7uE", "object": "event", "api_version": "2026-10-28.endive", "created": 1795916795, "data": {"object": {"account_tax_ids": null, "application": null, "automatically_finalizes_at": null, "custom_fields": null, "customer_account": null, "customer_address": null, "customer_phone": null, "customer_shipping": null, "default_payment_method": null, "default_source": null, "description": null, "due_date": null, "footer": null, "from_invoice": null, "invoice_pdf": null, "last_finalization_error": null, "latest_revision": null, "next_payment_attempt": null, "on_behalf_of": null, "receipt_number": null, "rendering": null, "shipping_cost": null, "shipping_details": null, "statement_descriptor": null, "test_clock": null, "id": "in_jMy2lB5vTZkDDPGX24IJUnIV", "object": "invoice", "account_country": "NZ", "account_name": "PulseWorks sandbox", "amount_due": 12800, "amount_overpaid": 0, "amount_paid": 12800, "amount_remaining": 0, "amount_shipping": 0, "attempt_count": 1, "attempted": true, "auto_advance": false, "automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null, "provider": null, "status": null}, "billing_reason": "subscription_create", "collection_method": "charge_automatically", "created": 1795916795, "currency": "nzd", "customer": "cus_sXz4to2iV6X4g7KaRNwVuIVM", "customer_email": null, "customer_name": "Harbour Physio", "customer_tax_exempt": "none", "customer_tax_ids": [], "default_tax_rates": [], "discounts": [], "effective_at": 1795916795, "ending_balance": 0, "hosted_invoice_url": null, "issuer": {"type": "self"}, "lines": {"object": "list", "data": [{"id": "il_52Rx8AsHMzsw9xNVVSf1eot7", "object": "line_item", "amount": 8900, "currency": "nzd", "description": "1 \u00d7 price_growth_monthly (per month)", "discount_amounts": [], "discountable": true, "discounts": [], "invoice": "in_jMy2lB5vTZkDDPGX24IJUnIV", "livemode": false, "metadata": {}, "parent": {"invoice_item_details": null, "subscription_item_details": {"invoice_item": null, "proration": false, "proration_details": {"credited_items": null}, "subscription": "sub_sS2ndlVrnhgvp2dY9G9A4A8U", "subscription_item": "si_lqm34XLIU5H9vLmhvVWBiLiA"}, "type": "subscription_item_details"}, "period": {"end": 1798508795, "start": 1795916795}, "pretax_credit_amounts": [], "pricing": {"price_details": {"price": "price_growth_monthly", "product": "prod_growth"}, "type": "price_details", "unit_amount_decimal": "8900"}, "quantity": 1, "subscription": "sub_sS2ndlVrnhgvp2dY9G9A4A8U", "subtotal": 8900, "taxes": []}, {"id": "il_xv83FGEiajDzzPm3ZGJ8msiH", "object": "line_item", "amount": 3900, "currency": "nzd", "description": "1 \u00d7 price_posting_monthly (per month)", "discount_amounts": [], "discountable": true, "discounts": [], "invoice": "in_jMy2lB5vTZkDDPGX24IJUnIV", "livemode": false, "metadata": {}, "parent": {"invoice_item_details": null, "subscription_item_details": {"invoice_item": null, "proration": false, "proration_details": {"credited_items": null}, "subscription": "sub_sS2ndlVrnhgvp2dY9G9A4A8U", "subscription_item": "si_koIxBmH0O42xCwX5Ag3uUTGk"}, "type": "subscription_item_details"}, "period": {"end": 1798508795, "start": 1795916795}, "pretax_credit_amounts": [], "pricing": {"price_details": {"price": "price_posting_monthly", "product": "prod_posting"}, "type": "price_details", "unit_amount_decimal": "3900"}, "quantity": 1, "subscription": "sub_sS2ndlVrnhgvp2dY9G9A4A8U", "subtotal": 3900, "taxes": []}], "has_more": false, "url": "/v1/invoices/in_jMy2lB5vTZkDDPGX24IJUnIV/lines"}, "livemode": false, "metadata": {}, "number": "PW-000001", "parent": {"quote_details": null, "subscription_details": {"metadata": {"checkout_id": "01a224fb-8fcf-7351-9cdf-d3dfd0ebee00"}, "subscription": "sub_sS2ndlVrnhgvp2dY9G9A4A8U"}, "type": "subscription_details"}, "payment_settings": {"default_mandate": null, "payment_method_options": null, "payment_method_types": null}, "period_end": 1795916795, "period_start": 1795916795, "post_payment_credit_notes_amount": 0, "pre_payment_credit_notes_amount": 0, "starting_balance": 0, "status": "paid", "status_transitions": {"marked_uncollectible_at": null, "paid_at": 1795916795, "voided_at": null, "finalized_at": 1795916795}, "subtotal": 12800, "subtotal_excluding_tax": 12800, "total": 12800, "total_discount_amounts": [], "total_excluding_tax": 12800, "total_pretax_credit_amounts": [], "total_taxes": [], "webhooks_delivered_at": null}}, "livemode": false, "pending_webhooks": 1, "request": {"id": "req_cdc2c6c26ee4ea", "idempotency_key": null}, "type": "invoice.paid"}', '2026-11-29 01:46:36.044199+00', '2026-11-29 01:46:36.174658+00', NULL, NULL, NULL, 1, NULL),
	('01a224fb-909d-7977-addc-a418f18aa9a9', '01a224fb-8e91-765c-bc82-37c530e75140', 'evt_jnchBpQ9m5yWGC53jNFgjKdx', 'customer.subscription.updated', '2026-10-28.endive', '2026-11-29 01:46:35+00', '{"id": "evt_jnchBpQ9m5yWGC53jNFgjKdx", "object": "event", "api_version": "2026-10-28.endive", "created": 1795916795, "data": {"object": {"application": null, "application_fee_percent": null, "billing_cycle_anchor_config": null, "billing_thresholds": null, "cancel_at": null, "canceled_at": null, "customer_account": null, "days_until_due": null, "default_source": null, "description": null, "ended_at": null, "next_pending_invoice_item_invoice": null, "on_behalf_of": null, "pause_collection": null, "pending_invoice_item_interval": null, "pending_setup_intent": null, "pending_update": null, "schedule": null, "test_clock": null, "transfer_data": null, "trial_end": null, "trial_start": null, "id": "sub_sS2ndlVrnhgvp2dY9G9A4A8U", "object": "subscription", "automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null}, "billing_cycle_anchor": 1795916795, "billing_mode": {"type": "flexible", "flexible": {"proration_discounts": "included"}}, "billing_schedules": [], "cancel_at_period_end": false, "cancellation_details": {"comment": null, "feedback": null, "reason": null}, "collection_method": "charge_automatically", "created": 1795916795, "currency": "nzd", "customer": "cus_sXz4to2iV6X4g7KaRNwVuIVM", "default_payment_method": "pm_sandbox_visa", "default_tax_rates": [], "discounts": [], "invoice_settings": {"account_tax_ids": null, "issuer": {"type": "self"}}, "items": {"object": "list", "data": [{"id": "si_lqm34XLIU5H9vLmhvVWBiLiA", "object": "subscription_item", "billing_thresholds": null, "created": 1795916795, "current_period_end": 1798508795, "current_period_start": 1795916795, "discounts": [], "metadata": {}, "plan": {"id": "price_growth_monthly", "object": "plan", "active": true, "amount": 8900, "amount_decimal": "8900", "billing_scheme": "per_unit", "created": 1780000000, "currency": "nzd", "interval": "month", "interval_count": 1, "livemode": false, "metadata": {}, "meter": null, "nickname": null, "product": "prod_growth", "tiers_mode": null, "transform_usage": null, "trial_period_days": null, "usage_type": "licensed"}, "price": {"id": "price_growth_monthly", "object": "price", "active": true, "billing_scheme": "per_unit", "created": 1780000000, "currency": "nzd", "custom_unit_amount": null, "livemode": false, "lookup_key": "growth_monthly", "metadata": {}, "nickname": null, "product": "prod_growth", "recurring": {"interval": "month", "interval_count": 1, "meter": null, "trial_period_days": null, "usage_type": "licensed"}, "tax_behavior": "unspecified", "tiers_mode": null, "transform_quantity": null, "type": "recurring", "unit_amount": 8900, "unit_amount_decimal": "8900"}, "quantity": 1, "subscription": "sub_sS2ndlVrnhgvp2dY9G9A4A8U", "tax_rates": []}, {"id": "si_koIxBmH0O42xCwX5Ag3uUTGk", "object": "subscription_item", "billing_thresholds": null, "created": 1795916795, "current_period_end": 1798508795, "current_period_start": 1795916795, "discounts": [], "metadata": {}, "plan": {"id": "price_posting_monthly", "object": "plan", "active": true, "amount": 3900, "amount_decimal": "3900", "billing_scheme": "per_unit", "created": 1780000000, "currency": "nzd", "interval": "month", "interval_count": 1, "livemode": false, "metadata": {}, "meter": null, "nickname": null, "product": "prod_posting", "tiers_mode": null, "transform_usage": null, "trial_period_days": null, "usage_type": "licensed"}, "price": {"id": "price_posting_monthly", "object": "price", "active": true, "billing_scheme": "per_unit", "created": 1780000000, "currency": "nzd", "custom_unit_amount": null, "livemode": false, "lookup_key": "posting_monthly", "metadata": {}, "nickname": null, "product": "prod_posting", "recurring": {"interval": "month", "interval_count": 1, "meter": null, "trial_period_days": null, "usage_type": "licensed"}, "tax_behavior": "unspecified", "tiers_mode": null, "transform_quantity": null, "type": "recurring", "unit_amount": 3900, "unit_amount_decimal": "3900"}, "quantity": 1, "subscription": "sub_sS2ndlVrnhgvp2dY9G9A4A8U", "tax_rates": []}], "has_more": false, "url": "/v1/subscription_items?subscription=sub_sS2ndlVrnhgvp2dY9G9A4A8U"}, "latest_invoice": "in_jMy2lB5vTZkDDPGX24IJUnIV", "livemode": false, "metadata": {"checkout_id": "01a224fb-8fcf-7351-9cdf-d3dfd0ebee00"}, "payment_settings": {"payment_method_options": null, "payment_method_types": ["card"], "save_default_payment_method": "off"}, "start_date": 1795916795, "status": "active", "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}}}, "previous_attributes": {"latest_invoice": null, "status": "incomplete"}}, "livemode": false, "pending_webhooks": 1, "request": {"id": "req_cdc2c6c26ee4ea", "idempotency_key": null}, "type": "customer.subscription.updated"}', '2026-11-29 01:46:36.061016+00', '2026-11-29 01:46:36.235967+00', NULL, NULL, NULL, 1, NULL),
	('01a224fb-9059-7879-890e-97b71aac6042', '01a224fb-8e91-765c-bc82-37c530e75140', 'evt_vopiGaNwsRWh5mMt9kQNlNpD', 'customer.subscription.created', '2026-10-28.endive', '2026-11-29 01:46:35+00', '{"id": "evt_vopiGaNwsRWh5mMt9kQNlNpD", "object": "event", "api_version": "2026-10-28.endive", "created": 1795916795, "data": {"object": {"application": null, "application_fee_percent": null, "billing_cycle_anchor_config": null, "billing_thresholds": null, "cancel_at": null, "canceled_at": null, "customer_account": null, "days_until_due": null, "default_source": null, "description": null, "ended_at": null, "next_pending_invoice_item_invoice": null, "on_behalf_of": null, "pause_collection": null, "pending_invoice_item_interval": null, "pending_setup_intent": null, "pending_update": null, "schedule": null, "test_clock": null, "transfer_data": null, "trial_end": null, "trial_start": null, "id": "sub_sS2ndlVrnhgvp2dY9G9A4A8U", "object": "subscription", "automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null}, "billing_cycle_anchor": 1795916795, "billing_mode": {"type": "flexible", "flexible": {"proration_discounts": "included"}}, "billing_schedules": [], "cancel_at_period_end": false, "cancellation_details": {"comment": null, "feedback": null, "reason": null}, "collection_method": "charge_automatically", "created": 1795916795, "currency": "nzd", "customer": "cus_sXz4to2iV6X4g7KaRNwVuIVM", "default_payment_method": "pm_sandbox_visa", "default_tax_rates": [], "discounts": [], "invoice_settings": {"account_tax_ids": null, "issuer": {"type": "self"}}, "items": {"object": "list", "data": [{"id": "si_lqm34XLIU5H9vLmhvVWBiLiA", "object": "subscription_item", "billing_thresholds": null, "created": 1795916795, "current_period_end": 1798508795, "current_period_start": 1795916795, "discounts": [], "metadata": {}, "plan": {"id": "price_growth_monthly", "object": "plan", "active": true, "amount": 8900, "amount_decimal": "8900", "billing_scheme": "per_unit", "created": 1780000000, "currency": "nzd", "interval": "month", "interval_count": 1, "livemode": false, "metadata": {}, "meter": null, "nickname": null, "product": "prod_growth", "tiers_mode": null, "transform_usage": null, "trial_period_days": null, "usage_type": "licensed"}, "price": {"id": "price_growth_monthly", "object": "price", "active": true, "billing_scheme": "per_unit", "created": 1780000000, "currency": "nzd", "custom_unit_amount": null, "livemode": false, "lookup_key": "growth_monthly", "metadata": {}, "nickname": null, "product": "prod_growth", "recurring": {"interval": "month", "interval_count": 1, "meter": null, "trial_period_days": null, "usage_type": "licensed"}, "tax_behavior": "unspecified", "tiers_mode": null, "transform_quantity": null, "type": "recurring", "unit_amount": 8900, "unit_amount_decimal": "8900"}, "quantity": 1, "subscription": "sub_sS2ndlVrnhgvp2dY9G9A4A8U", "tax_rates": []}, {"id": "si_koIxBmH0O42xCwX5Ag3uUTGk", "object": "subscription_item", "billing_thresholds": null, "created": 1795916795, "current_period_end": 1798508795, "current_period_start": 1795916795, "discounts": [], "metadata": {}, "plan": {"id": "price_posting_monthly", "object": "plan", "active": true, "amount": 3900, "amount_decimal": "3900", "billing_scheme": "per_unit", "created": 1780000000, "currency": "nzd", "interval": "month", "interval_count": 1, "livemode": false, "metadata": {}, "meter": null, "nickname": null, "product": "prod_posting", "tiers_mode": null, "transform_usage": null, "trial_period_days": null, "usage_type": "licensed"}, "price": {"id": "price_posting_monthly", "object": "price", "active": true, "billing_scheme": "per_unit", "created": 1780000000, "currency": "nzd", "custom_unit_amount": null, "livemode": false, "lookup_key": "posting_monthly", "metadata": {}, "nickname": null, "product": "prod_posting", "recurring": {"interval": "month", "interval_count": 1, "meter": null, "trial_period_days": null, "usage_type": "licensed"}, "tax_behavior": "unspecified", "tiers_mode": null, "transform_quantity": null, "type": "recurring", "unit_amount": 3900, "unit_amount_decimal": "3900"}, "quantity": 1, "subscription": "sub_sS2ndlVrnhgvp2dY9G9A4A8U", "tax_rates": []}], "has_more": false, "url": "/v1/subscription_items?subscription=sub_sS2ndlVrnhgvp2dY9G9A4A8U"}, "latest_invoice": null, "livemode": false, "metadata": {"checkout_id": "01a224fb-8fcf-7351-9cdf-d3dfd0ebee00"}, "payment_settings": {"payment_method_options": null, "payment_method_types": ["card"], "save_default_payment_method": "off"}, "start_date": 1795916795, "status": "incomplete", "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}}}}, "livemode": false, "pending_webhooks": 1, "request": {"id": "req_cdc2c6c26ee4ea", "idempotency_key": null}, "type": "customer.subscription.created"}', '2026-11-29 01:46:35.993522+00', '2026-11-29 01:46:36.068286+00', NULL, NULL, NULL, 1, NULL),
	('01a224fb-90a2-7a67-933f-1087614cb3d1', '01a224fb-8e91-765c-bc82-37c530e75140', 'evt_fP50XfzpOuNJDxuA8mf8ySE0', 'checkout.session.completed', '2026-10-28.endive', '2026-11-29 01:46:35+00', '{"id": "evt_fP50XfzpOuNJDxuA8mf8ySE0", "object": "event", "api_version": "2026-10-28.endive", "created": 1795916795, "data": {"object": {"adaptive_pricing": null, "after_expiration": null, "allow_promotion_codes": null, "billing_address_collection": null, "cancel_url": "http://localhost:3000/billing/cancelled", "client_reference_id": "01a224fb-8fcf-7351-9cdf-d3dfd0ebee00", "client_secret": null, "collected_information": null, "consent": null, "consent_collection": null, "currency_conversion": null, "customer": "cus_sXz4to2iV6X4g7KaRNwVuIVM", "customer_account": null, "customer_details": {"address": {"city": null, "line1": null, "line2": null, "postal_code": null, "state": null, "country": "NZ"}, "business_name": null, "email": null, "individual_name": null, "name": "Harbour Physio", "phone": null, "tax_exempt": "none", "tax_ids": []}, "customer_email": null, "invoice": "in_jMy2lB5vTZkDDPGX24IJUnIV", "invoice_creation": null, "locale": null, "origin_context": null, "payment_intent": null, "payment_link": null, "payment_method_collection": null, "permissions": null, "presentment_details": null, "recovered_from": null, "saved_payment_method_options": null, "setup_intent": null, "shipping_address_collection": null, "shipping_cost": null, "submit_type": null, "subscription": "sub_sS2ndlVrnhgvp2dY9G9A4A8U", "success_url": "http://localhost:3000/billing/success?session_id={CHECKOUT_SESSION_ID}", "wallet_options": null, "id": "cs_test_zcQ2fLW64VDMjRiGsFEFArNE", "object": "checkout.session", "amount_subtotal": 12800, "amount_total": 12800, "automatic_tax": {"enabled": false, "liability": null, "provider": null, "status": null}, "created": 1795916795, "currency": "nzd", "customer_creation": null, "custom_fields": [], "custom_text": {"after_submit": null, "shipping_address": null, "submit": null, "terms_of_service_acceptance": null}, "discounts": [], "expires_at": 1796003195, "livemode": false, "metadata": {"checkout_id": "01a224fb-8fcf-7351-9cdf-d3dfd0ebee00"}, "mode": "subscription", "payment_method_configuration_details": null, "payment_method_options": {"card": {"request_three_d_secure": "automatic"}}, "payment_method_types": ["card"], "payment_status": "paid", "phone_number_collection": {"enabled": false}, "shipping_options": [], "status": "complete", "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}, "ui_mode": "hosted_page", "url": null}}, "livemode": false, "pending_webhooks": 1, "request": {"id": "req_cdc2c6c26ee4ea", "idempotency_key": null}, "type": "checkout.session.completed"}', '2026-11-29 01:46:36.066431+00', '2026-11-29 01:46:36.204182+00', NULL, NULL, NULL, 1, NULL);

INSERT INTO billing.subscription VALUES
	('01a224fb-8fcf-7064-ba15-ffb1e48e5374', '01a224fb-8e91-765c-bc82-37c530e75140', '2026-11-29 01:46:35.857291+00', '2026-11-29 01:46:36.207732+00', 'sub_sS2ndlVrnhgvp2dY9G9A4A8U', 'GROWTH', true, 'active', '2026-12-29 01:46:35+00', false, NULL, '2026-11-29 01:46:35+00', 1, 4, '2026-11-29 01:46:35+00', NULL, NULL, '01a224fb-9095-76eb-9a88-34eb269561fb');

ALTER TABLE ONLY billing.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

ALTER TABLE ONLY billing.account
    ADD CONSTRAINT pk_account PRIMARY KEY (account_id);

ALTER TABLE ONLY billing.checkout
    ADD CONSTRAINT pk_checkout PRIMARY KEY (id);

ALTER TABLE ONLY billing.customer
    ADD CONSTRAINT pk_customer PRIMARY KEY (id);

ALTER TABLE ONLY billing.further_subscription
    ADD CONSTRAINT pk_further_subscription PRIMARY KEY (id);

ALTER TABLE ONLY billing.idempotency_key
    ADD CONSTRAINT pk_idempotency_key PRIMARY KEY (account_id, user_id, key);

ALTER TABLE ONLY billing.inbox
    ADD CONSTRAINT pk_inbox PRIMARY KEY (consumer, event_id);

ALTER TABLE ONLY billing.outbox
    ADD CONSTRAINT pk_outbox PRIMARY KEY (id);

ALTER TABLE ONLY billing.plan_change
    ADD CONSTRAINT pk_plan_change PRIMARY KEY (id);

ALTER TABLE ONLY billing.stripe_event
    ADD CONSTRAINT pk_stripe_event PRIMARY KEY (id);

ALTER TABLE ONLY billing.subscription
    ADD CONSTRAINT pk_subscription PRIMARY KEY (id);

ALTER TABLE ONLY billing.checkout
    ADD CONSTRAINT uq_checkout_stripe_session_id UNIQUE (stripe_session_id);

ALTER TABLE ONLY billing.customer
    ADD CONSTRAINT uq_customer_account_id UNIQUE (account_id);

ALTER TABLE ONLY billing.customer
    ADD CONSTRAINT uq_customer_stripe_customer_id UNIQUE (stripe_customer_id);

ALTER TABLE ONLY billing.further_subscription
    ADD CONSTRAINT uq_further_subscription_stripe_subscription_id UNIQUE (stripe_subscription_id);

ALTER TABLE ONLY billing.stripe_event
    ADD CONSTRAINT uq_stripe_event_event_id UNIQUE (event_id);

ALTER TABLE ONLY billing.subscription
    ADD CONSTRAINT uq_subscription_account_id UNIQUE (account_id);

ALTER TABLE ONLY billing.subscription
    ADD CONSTRAINT uq_subscription_stripe_subscription_id UNIQUE (stripe_subscription_id);

CREATE INDEX ix_checkout_unsettled ON billing.checkout USING btree (account_id, id) WHERE (status = ANY (ARRAY['pending'::text, 'open'::text]));

CREATE INDEX ix_further_subscription_account_id ON billing.further_subscription USING btree (account_id, id);

CREATE INDEX ix_idempotency_key_created_at ON billing.idempotency_key USING btree (created_at);

CREATE INDEX ix_inbox_received_at ON billing.inbox USING btree (received_at);

CREATE INDEX ix_outbox_due ON billing.outbox USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX ix_plan_change_account_id ON billing.plan_change USING btree (account_id, id);

CREATE INDEX ix_stripe_event_due ON billing.stripe_event USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX ix_stripe_event_failing ON billing.stripe_event USING btree (received_at) WHERE (error IS NOT NULL);

CREATE INDEX ix_stripe_event_received_at ON billing.stripe_event USING btree (received_at);

CREATE INDEX ix_stripe_event_set_aside ON billing.stripe_event USING btree (received_at) WHERE (set_aside_at IS NOT NULL);

ALTER TABLE billing.account ENABLE ROW LEVEL SECURITY;

ALTER TABLE billing.checkout ENABLE ROW LEVEL SECURITY;

ALTER TABLE billing.customer ENABLE ROW LEVEL SECURITY;

ALTER TABLE billing.further_subscription ENABLE ROW LEVEL SECURITY;

ALTER TABLE billing.idempotency_key ENABLE ROW LEVEL SECURITY;

ALTER TABLE billing.inbox ENABLE ROW LEVEL SECURITY;

CREATE POLICY lookup ON billing.checkout FOR SELECT TO billing_lookup USING (true);

CREATE POLICY lookup ON billing.customer FOR SELECT TO billing_lookup USING (true);

CREATE POLICY lookup ON billing.subscription FOR SELECT TO billing_lookup USING (true);

CREATE POLICY loop ON billing.idempotency_key TO billing_loop USING (true) WITH CHECK (true);

CREATE POLICY loop ON billing.inbox TO billing_loop USING (true) WITH CHECK (true);

CREATE POLICY loop ON billing.outbox TO billing_loop USING (true) WITH CHECK (true);

CREATE POLICY loop ON billing.stripe_event TO billing_loop USING (true) WITH CHECK (true);

ALTER TABLE billing.outbox ENABLE ROW LEVEL SECURITY;

ALTER TABLE billing.plan_change ENABLE ROW LEVEL SECURITY;

CREATE POLICY receive ON billing.stripe_event FOR INSERT TO billing WITH CHECK ((account_id IS NULL));

ALTER TABLE billing.stripe_event ENABLE ROW LEVEL SECURITY;

ALTER TABLE billing.subscription ENABLE ROW LEVEL SECURITY;

CREATE POLICY tenant ON billing.account TO billing USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON billing.checkout TO billing USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON billing.customer TO billing USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON billing.further_subscription TO billing USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON billing.idempotency_key TO billing USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON billing.inbox TO billing USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON billing.outbox TO billing USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON billing.plan_change TO billing USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant ON billing.subscription TO billing USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

GRANT USAGE ON SCHEMA billing TO billing;
GRANT USAGE ON SCHEMA billing TO billing_loop;
GRANT USAGE ON SCHEMA billing TO billing_lookup;

REVOKE ALL ON FUNCTION billing.account_of_checkout(wanted uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION billing.account_of_checkout(wanted uuid) TO billing;

REVOKE ALL ON FUNCTION billing.account_of_customer(wanted text) FROM PUBLIC;
GRANT ALL ON FUNCTION billing.account_of_customer(wanted text) TO billing;

REVOKE ALL ON FUNCTION billing.account_of_subscription(wanted text) FROM PUBLIC;
GRANT ALL ON FUNCTION billing.account_of_subscription(wanted text) TO billing;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE billing.account TO billing;

GRANT SELECT ON TABLE billing.alembic_version TO billing;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE billing.checkout TO billing;
GRANT SELECT ON TABLE billing.checkout TO billing_lookup;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE billing.customer TO billing;
GRANT SELECT ON TABLE billing.customer TO billing_lookup;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE billing.further_subscription TO billing;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE billing.idempotency_key TO billing;
GRANT SELECT,DELETE ON TABLE billing.idempotency_key TO billing_loop;

GRANT SELECT,INSERT ON TABLE billing.inbox TO billing;
GRANT SELECT,DELETE ON TABLE billing.inbox TO billing_loop;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE billing.outbox TO billing;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE billing.outbox TO billing_loop;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE billing.plan_change TO billing;

GRANT INSERT ON TABLE billing.stripe_event TO billing;
GRANT SELECT,DELETE,UPDATE ON TABLE billing.stripe_event TO billing_loop;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE billing.subscription TO billing;
GRANT SELECT ON TABLE billing.subscription TO billing_lookup;

