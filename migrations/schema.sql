-- The tables as all migrations together make them, in the order of their names. Written by core/tools/schema.ts.

create table account (
  account_id uuid default gen_random_uuid() not null,
  email text not null,
  email_key text not null,
  email_skeleton text not null,
  email_verified_at timestamp with time zone,
  status text default 'pending_verification'::text not null,
  username text,
  first_name text,
  last_name text,
  locale text default 'en'::text not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  roles text[] default '{}'::text[] not null,
  proofs_version integer default 0 not null,
  constraint account_pkey PRIMARY KEY (account_id),
  constraint account_email_key_key UNIQUE (email_key),
  constraint account_email_skeleton_key UNIQUE (email_skeleton),
  constraint account_email_check CHECK (length(email) <= 254),
  constraint account_status_check CHECK (status = ANY (ARRAY['pending_verification'::text, 'active'::text, 'disabled'::text]))
);
CREATE INDEX account_operator ON public.account USING btree (account_id) WHERE (roles @> '{operator}'::text[]);

create table authenticator (
  authenticator_id uuid default gen_random_uuid() not null,
  account_id uuid not null,
  type text not null,
  name text not null,
  created_at timestamp with time zone default now() not null,
  confirmed_at timestamp with time zone,
  last_used_at timestamp with time zone,
  constraint authenticator_pkey PRIMARY KEY (authenticator_id),
  constraint authenticator_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE,
  constraint authenticator_name_check CHECK (length(name) >= 1 AND length(name) <= 60),
  constraint authenticator_type_check CHECK (type = ANY (ARRAY['totp'::text, 'passkey'::text, 'email_code'::text]))
);
CREATE INDEX authenticator_of_account ON public.authenticator USING btree (account_id);
CREATE INDEX authenticator_unconfirmed ON public.authenticator USING btree (created_at) WHERE (confirmed_at IS NULL);
CREATE UNIQUE INDEX authenticator_email_code ON public.authenticator USING btree (account_id) WHERE (type = 'email_code'::text);

create table authorization_code (
  code_hash bytea not null,
  grant_id uuid not null,
  client_id text not null,
  redirect_uri text,
  code_challenge text,
  dpop_jkt text,
  issued_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint authorization_code_pkey PRIMARY KEY (code_hash),
  constraint authorization_code_grant_id_fkey FOREIGN KEY (grant_id) REFERENCES oauth_grant(grant_id) ON DELETE CASCADE
);
CREATE INDEX authorization_code_expiry ON public.authorization_code USING btree (expires_at);
CREATE INDEX authorization_code_of_grant ON public.authorization_code USING btree (grant_id);

create table authorization_request (
  request_hash bytea not null,
  client_id text not null,
  origin text not null,
  parameters jsonb not null,
  dpop_jkt text,
  decision jsonb default '{}'::jsonb not null,
  created_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint authorization_request_pkey PRIMARY KEY (request_hash),
  constraint authorization_request_client_id_fkey FOREIGN KEY (client_id) REFERENCES oauth_client(client_id) ON DELETE CASCADE,
  constraint authorization_request_origin_check CHECK (origin = ANY (ARRAY['pushed'::text, 'browser'::text]))
);
CREATE INDEX authorization_request_expiry ON public.authorization_request USING btree (expires_at);

create table captured_mail (
  captured_mail_id uuid default gen_random_uuid() not null,
  message_id text not null,
  recipient text not null,
  subject text not null,
  headers jsonb not null,
  text_body text not null,
  html_body text not null,
  captured_at timestamp with time zone default now() not null,
  constraint captured_mail_pkey PRIMARY KEY (captured_mail_id),
  constraint captured_mail_message_id_key UNIQUE (message_id)
);
CREATE INDEX captured_mail_newest ON public.captured_mail USING btree (captured_at DESC);

create table challenge (
  challenge_id uuid default gen_random_uuid() not null,
  account_id uuid not null,
  amr text[] not null,
  auth_time timestamp with time zone not null,
  requirements jsonb not null,
  satisfied text[] default '{}'::text[] not null,
  transport text not null,
  attempts integer default 0 not null,
  attempts_max integer not null,
  created_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  dpop_jkt text,
  session_id uuid,
  constraint challenge_pkey PRIMARY KEY (challenge_id),
  constraint challenge_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE,
  constraint challenge_session_id_fkey FOREIGN KEY (session_id) REFERENCES session(session_id) ON DELETE CASCADE
);
CREATE INDEX challenge_expiry ON public.challenge USING btree (expires_at);

create table client_session (
  session_id uuid not null,
  client_id text not null,
  account_id uuid not null,
  sid uuid default gen_random_uuid() not null,
  created_at timestamp with time zone default now() not null,
  ended_at timestamp with time zone,
  constraint client_session_pkey PRIMARY KEY (session_id, client_id),
  constraint client_session_sid_key UNIQUE (sid),
  constraint client_session_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE,
  constraint client_session_client_id_fkey FOREIGN KEY (client_id) REFERENCES oauth_client(client_id) ON DELETE CASCADE
);
CREATE INDEX client_session_over ON public.client_session USING btree (ended_at) WHERE (ended_at IS NOT NULL);

create table device (
  device_id uuid default gen_random_uuid() not null,
  account_id uuid not null,
  secret_hash bytea not null,
  user_agent text,
  first_seen_at timestamp with time zone default now() not null,
  last_seen_at timestamp with time zone default now() not null,
  last_seen_ip text,
  remembered_until timestamp with time zone,
  constraint device_pkey PRIMARY KEY (device_id),
  constraint device_account_id_secret_hash_key UNIQUE (account_id, secret_hash),
  constraint device_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE
);
CREATE INDEX device_last_seen ON public.device USING btree (last_seen_at);
CREATE INDEX fraud_device_secret ON public.device USING btree (secret_hash);

create table device_code (
  device_code_hash bytea not null,
  user_code_hash bytea not null,
  client_id text not null,
  scope text[] not null,
  resource text[] default '{}'::text[] not null,
  state text default 'pending'::text not null,
  grant_id uuid,
  dpop_jkt text,
  interval_seconds integer not null,
  polled_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  constraint device_code_pkey PRIMARY KEY (device_code_hash),
  constraint device_code_user_code_hash_key UNIQUE (user_code_hash),
  constraint device_code_client_id_fkey FOREIGN KEY (client_id) REFERENCES oauth_client(client_id) ON DELETE CASCADE,
  constraint device_code_grant_id_fkey FOREIGN KEY (grant_id) REFERENCES oauth_grant(grant_id) ON DELETE CASCADE,
  constraint device_code_state_check CHECK (state = ANY (ARRAY['pending'::text, 'allowed'::text, 'denied'::text, 'used'::text]))
);
CREATE INDEX device_code_expiry ON public.device_code USING btree (expires_at);

create table disowned_session (
  session_id uuid not null,
  disowned_at timestamp with time zone default now() not null,
  constraint disowned_session_pkey PRIMARY KEY (session_id),
  constraint disowned_session_session_id_fkey FOREIGN KEY (session_id) REFERENCES session(session_id) ON DELETE CASCADE
);

create table email_code_attempt (
  address_hash bytea not null,
  attempts integer default 0 not null,
  attempts_total integer default 0 not null,
  since timestamp with time zone default now() not null,
  constraint email_code_attempt_pkey PRIMARY KEY (address_hash)
);
CREATE INDEX email_code_attempt_age ON public.email_code_attempt USING btree (since);

create table email_default (
  kind text not null,
  variant text not null,
  since timestamp with time zone default clock_timestamp() not null,
  experiment_id uuid,
  constraint email_default_pkey PRIMARY KEY (kind),
  constraint email_default_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES email_experiment(experiment_id)
);

create table email_dkim_key (
  domain text not null,
  selector text not null,
  public_key text not null,
  private_sealed bytea not null,
  state text not null,
  created_at timestamp with time zone default now() not null,
  constraint email_dkim_key_pkey PRIMARY KEY (domain, selector),
  constraint email_dkim_key_state_check CHECK (state = ANY (ARRAY['new'::text, 'in_use'::text, 'retired'::text]))
);
CREATE UNIQUE INDEX email_dkim_key_in_use ON public.email_dkim_key USING btree (domain) WHERE (state = 'in_use'::text);

create table email_domain_report (
  domain text not null,
  checked_at timestamp with time zone default now() not null,
  report jsonb not null,
  constraint email_domain_report_pkey PRIMARY KEY (domain)
);

create table email_event (
  event_id bigint generated always as identity not null,
  mail_id uuid,
  type text not null,
  at timestamp with time zone default clock_timestamp() not null,
  source text not null,
  source_id text not null,
  detail jsonb default '{}'::jsonb not null,
  constraint email_event_pkey PRIMARY KEY (event_id),
  constraint email_event_source_source_id_type_key UNIQUE (source, source_id, type),
  constraint email_event_source_id_check CHECK (length(source_id) <= 300),
  constraint email_event_type_check CHECK (type = ANY (ARRAY['decided'::text, 'held'::text, 'sent'::text, 'delayed'::text, 'failed'::text, 'dropped'::text, 'delivered'::text, 'pressed'::text, 'goal'::text, 'bounced'::text, 'complained'::text, 'unsubscribed'::text]))
);
CREATE INDEX email_event_at ON public.email_event USING btree (at);
CREATE INDEX email_event_mail ON public.email_event USING btree (mail_id, event_id) WHERE (mail_id IS NOT NULL);

create table email_experiment (
  experiment_id uuid default gen_random_uuid() not null,
  kind text not null,
  goal text not null,
  window_hours integer not null,
  variants text[] not null,
  hold_out real not null,
  floor real not null,
  loss_max real not null,
  stop text not null,
  state text default 'running'::text not null,
  winner text,
  ended_because text,
  created_by uuid,
  created_at timestamp with time zone default clock_timestamp() not null,
  ended_at timestamp with time zone,
  constraint email_experiment_pkey PRIMARY KEY (experiment_id),
  constraint email_experiment_floor_check CHECK (floor >= 0::double precision AND floor < 1::double precision),
  constraint email_experiment_goal_check CHECK (goal = ANY (ARRAY['verified'::text, 'reset_completed'::text, 'returned'::text])),
  constraint email_experiment_hold_out_check CHECK (hold_out >= 0::double precision AND hold_out < 1::double precision),
  constraint email_experiment_loss_max_check CHECK (loss_max > 0::double precision AND loss_max < 1::double precision),
  constraint email_experiment_state_check CHECK (state = ANY (ARRAY['running'::text, 'promoted'::text, 'ended'::text])),
  constraint email_experiment_stop_check CHECK (stop = ANY (ARRAY['auto'::text, 'manual'::text])),
  constraint email_experiment_variants_check CHECK (cardinality(variants) >= 2 AND cardinality(variants) <= 10),
  constraint email_experiment_window_hours_check CHECK (window_hours >= 1 AND window_hours <= 720)
);
CREATE INDEX email_experiment_newest ON public.email_experiment USING btree (created_at DESC);
CREATE UNIQUE INDEX email_experiment_running ON public.email_experiment USING btree (kind) WHERE (state = 'running'::text);

create table email_generator_use (
  month text not null,
  calls integer default 0 not null,
  tokens bigint default 0 not null,
  cost_cents real default 0 not null,
  constraint email_generator_use_pkey PRIMARY KEY (month)
);

create table email_habit (
  account_id uuid not null,
  hour smallint not null,
  weight real not null,
  updated_at timestamp with time zone default now() not null,
  constraint email_habit_pkey PRIMARY KEY (account_id, hour),
  constraint email_habit_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE,
  constraint email_habit_hour_check CHECK (hour >= 0 AND hour <= 23)
);

create table email_habit_all (
  hour smallint not null,
  weight double precision not null,
  updated_at timestamp with time zone default now() not null,
  constraint email_habit_all_pkey PRIMARY KEY (hour),
  constraint email_habit_all_hour_check CHECK (hour >= 0 AND hour <= 23)
);

create table email_message (
  mail_id uuid not null,
  kind text not null,
  flow_id uuid,
  account_id uuid,
  address_tag bytea not null,
  domain_class text not null,
  locale text not null,
  decided_at timestamp with time zone default clock_timestamp() not null,
  experiment_id uuid,
  variant text not null,
  hold_out boolean default false not null,
  context text not null,
  propensity real not null,
  model_version text not null,
  timing jsonb,
  held_until timestamp with time zone,
  score real,
  score_reasons jsonb,
  reasons jsonb not null,
  sent_at timestamp with time zone,
  failed_at timestamp with time zone,
  pressed_at timestamp with time zone,
  goal_at timestamp with time zone,
  bounced_at timestamp with time zone,
  complained_at timestamp with time zone,
  constraint email_message_pkey PRIMARY KEY (mail_id),
  constraint email_message_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES email_experiment(experiment_id),
  constraint email_message_propensity_check CHECK (propensity > 0::double precision AND propensity <= 1::double precision)
);
CREATE INDEX email_message_account ON public.email_message USING btree (account_id, decided_at DESC) WHERE (account_id IS NOT NULL);
CREATE INDEX email_message_experiment ON public.email_message USING btree (experiment_id, decided_at) WHERE (experiment_id IS NOT NULL);
CREATE INDEX email_message_flow ON public.email_message USING btree (flow_id, kind) WHERE (flow_id IS NOT NULL);
CREATE INDEX email_message_newest ON public.email_message USING btree (decided_at DESC);

create table email_suppression (
  address_tag bytea not null,
  reason text not null,
  scope text not null,
  strikes integer default 1 not null,
  until timestamp with time zone,
  mail_id uuid,
  detail text not null,
  account_id uuid,
  created_at timestamp with time zone default now() not null,
  lifted_at timestamp with time zone,
  constraint email_suppression_pkey PRIMARY KEY (address_tag, reason),
  constraint email_suppression_reason_check CHECK (reason = ANY (ARRAY['hard_bounce'::text, 'complaint'::text, 'unsubscribed'::text, 'operator'::text, 'soft_bounce'::text])),
  constraint email_suppression_scope_check CHECK (scope = ANY (ARRAY['all'::text, 'optional'::text]))
);
CREATE INDEX email_suppression_account ON public.email_suppression USING btree (account_id) WHERE (account_id IS NOT NULL);
CREATE INDEX email_suppression_newest ON public.email_suppression USING btree (created_at DESC, address_tag DESC, reason DESC);

create table email_variant (
  kind text not null,
  variant text not null,
  texts jsonb not null,
  sender_name text,
  code_first boolean default false not null,
  state text default 'draft'::text not null,
  origin text not null,
  model text,
  why text,
  created_at timestamp with time zone default clock_timestamp() not null,
  decided_by uuid,
  decided_at timestamp with time zone,
  constraint email_variant_pkey PRIMARY KEY (kind, variant),
  constraint email_variant_origin_check CHECK (origin = ANY (ARRAY['operator'::text, 'generator'::text])),
  constraint email_variant_state_check CHECK (state = ANY (ARRAY['draft'::text, 'approved'::text, 'rejected'::text]))
);

create table email_verification (
  flow_id uuid not null,
  purpose text not null,
  account_id uuid not null,
  email text not null,
  email_key text not null,
  locale text not null,
  first_name text,
  request_id text,
  code_hash bytea not null,
  sends integer default 1 not null,
  reminders integer default 0 not null,
  state text default 'open'::text not null,
  issued_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  verified_at timestamp with time zone,
  constraint email_verification_pkey PRIMARY KEY (flow_id),
  constraint email_verification_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE,
  constraint email_verification_flow_id_fkey FOREIGN KEY (flow_id) REFERENCES flow(flow_id) ON DELETE CASCADE,
  constraint email_verification_purpose_check CHECK (purpose = ANY (ARRAY['registration'::text, 'email_change'::text])),
  constraint email_verification_state_check CHECK (state = ANY (ARRAY['open'::text, 'verified'::text, 'applied'::text, 'refused'::text, 'superseded'::text, 'expired'::text]))
);
CREATE INDEX email_verification_of_account ON public.email_verification USING btree (account_id) WHERE (state = 'open'::text);
CREATE INDEX email_verification_open ON public.email_verification USING btree (email_key) WHERE (state = 'open'::text);

create table email_verification_token (
  token_hash bytea not null,
  flow_id uuid not null,
  constraint email_verification_token_pkey PRIMARY KEY (token_hash),
  constraint email_verification_token_flow_id_fkey FOREIGN KEY (flow_id) REFERENCES email_verification(flow_id) ON DELETE CASCADE
);
CREATE INDEX email_verification_token_of_flow ON public.email_verification_token USING btree (flow_id);

create table factor_policy (
  account_id uuid not null,
  required_from timestamp with time zone not null,
  reason text not null,
  set_at timestamp with time zone default now() not null,
  constraint factor_policy_pkey PRIMARY KEY (account_id),
  constraint factor_policy_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE
);

create table factor_recovery (
  flow_id uuid not null,
  account_id uuid not null,
  state text default 'asked'::text not null,
  created_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  proven_at timestamp with time zone,
  due_at timestamp with time zone,
  notices integer default 0 not null,
  ended_at timestamp with time zone,
  ended_by text,
  constraint factor_recovery_pkey PRIMARY KEY (flow_id),
  constraint factor_recovery_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE,
  constraint factor_recovery_flow_id_fkey FOREIGN KEY (flow_id) REFERENCES flow(flow_id) ON DELETE CASCADE,
  constraint factor_recovery_state_check CHECK (state = ANY (ARRAY['asked'::text, 'waiting'::text, 'cancelled'::text, 'expired'::text, 'done'::text]))
);
CREATE UNIQUE INDEX factor_recovery_open ON public.factor_recovery USING btree (account_id) WHERE (state = ANY (ARRAY['asked'::text, 'waiting'::text]));

create table flow (
  flow_id uuid not null,
  kind text not null,
  workflow text not null,
  account_id uuid,
  status text default 'running'::text not null,
  method text,
  executor text,
  request_id text,
  outcome text,
  last_error text,
  attempts integer default 0 not null,
  created_at timestamp with time zone default now() not null,
  finished_at timestamp with time zone,
  next_tick_at timestamp with time zone,
  pokes integer default 0 not null,
  constraint flow_pkey PRIMARY KEY (flow_id),
  constraint flow_executor_check CHECK (executor = ANY (ARRAY['temporal'::text, 'direct'::text])),
  constraint flow_status_check CHECK (status = ANY (ARRAY['running'::text, 'waiting'::text, 'completed'::text, 'expired'::text, 'compensated'::text, 'failed'::text]))
);
CREATE INDEX flow_due ON public.flow USING btree (next_tick_at) WHERE (finished_at IS NULL);
CREATE INDEX flow_of_account ON public.flow USING btree (account_id, created_at DESC);

create table flow_client (
  flow_id uuid not null,
  client jsonb not null,
  constraint flow_client_pkey PRIMARY KEY (flow_id),
  constraint flow_client_flow_id_fkey FOREIGN KEY (flow_id) REFERENCES flow(flow_id) ON DELETE CASCADE
);

create table flow_step (
  flow_id uuid not null,
  step text not null,
  state text not null,
  attempts integer default 0 not null,
  executor text,
  result jsonb,
  last_error text,
  first_started_at timestamp with time zone default now() not null,
  finished_at timestamp with time zone,
  constraint flow_step_pkey PRIMARY KEY (flow_id, step),
  constraint flow_step_flow_id_fkey FOREIGN KEY (flow_id) REFERENCES flow(flow_id) ON DELETE CASCADE,
  constraint flow_step_state_check CHECK (state = ANY (ARRAY['running'::text, 'waiting'::text, 'done'::text, 'failed'::text, 'compensated'::text]))
);

create table fraud_account (
  account_id uuid not null,
  domain text,
  password_changed_at timestamp with time zone,
  email_changed_at timestamp with time zone,
  second_factor boolean default false not null,
  verify_next boolean default false not null,
  disowned_at timestamp with time zone[] default '{}'::timestamp with time zone[] not null,
  constraint fraud_account_pkey PRIMARY KEY (account_id),
  constraint fraud_account_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE
);

create table fraud_decision (
  decision_id uuid not null,
  reference text not null,
  act text not null,
  account_id uuid,
  flow_id uuid,
  session_id uuid,
  request_id text,
  created_at timestamp(3) with time zone default clock_timestamp() not null,
  evidence bytea not null,
  features bytea not null,
  feature_version integer not null,
  model_version text not null,
  model_hash text not null,
  model_kind text not null,
  fallback text,
  online jsonb,
  fraud_score double precision not null,
  confidence double precision not null,
  anomaly double precision not null,
  risk_level text not null,
  decision text not null,
  reasons jsonb not null,
  shadow boolean not null,
  took_ms real not null,
  keys jsonb not null,
  verdict text,
  outcome text,
  outcome_at timestamp with time zone,
  waiting boolean default false not null,
  constraint fraud_decision_pkey PRIMARY KEY (decision_id),
  constraint fraud_decision_reference_key UNIQUE (reference),
  constraint fraud_decision_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE,
  constraint fraud_decision_act_check CHECK (act = ANY (ARRAY['register'::text, 'sign_in'::text, 'reset_password'::text, 'change_email'::text])),
  constraint fraud_decision_confidence_check CHECK (confidence >= 0::double precision AND confidence <= 1::double precision),
  constraint fraud_decision_decision_check CHECK (decision = ANY (ARRAY['allow'::text, 'challenge'::text, 'review'::text, 'deny'::text])),
  constraint fraud_decision_fraud_score_check CHECK (fraud_score >= 0::double precision AND fraud_score <= 1::double precision),
  constraint fraud_decision_model_kind_check CHECK (model_kind = ANY (ARRAY['prior'::text, 'trained'::text, 'rules'::text])),
  constraint fraud_decision_outcome_check CHECK (outcome = ANY (ARRAY['bad'::text, 'good'::text])),
  constraint fraud_decision_reference_check CHECK (length(reference) = 9),
  constraint fraud_decision_risk_level_check CHECK (risk_level = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text, 'critical'::text])),
  constraint fraud_decision_verdict_check CHECK (verdict = ANY (ARRAY['good'::text, 'bad'::text, 'unsure'::text]))
);
CREATE INDEX fraud_decision_account ON public.fraud_decision USING btree (account_id, created_at DESC) WHERE (account_id IS NOT NULL);
CREATE INDEX fraud_decision_created ON public.fraud_decision USING btree (created_at DESC, decision_id DESC);
CREATE INDEX fraud_decision_labelled ON public.fraud_decision USING btree (created_at) WHERE ((verdict IS NOT NULL) OR (outcome IS NOT NULL));
CREATE INDEX fraud_decision_queue ON public.fraud_decision USING btree (fraud_score DESC, created_at DESC, decision_id DESC) WHERE waiting;
CREATE INDEX fraud_decision_session ON public.fraud_decision USING btree (session_id) WHERE (session_id IS NOT NULL);
CREATE INDEX fraud_decision_waiting ON public.fraud_decision USING btree (created_at DESC, decision_id DESC) WHERE waiting;
CREATE UNIQUE INDEX fraud_decision_flow ON public.fraud_decision USING btree (flow_id, act) WHERE (flow_id IS NOT NULL);

create table fraud_drift (
  measured_at timestamp with time zone default clock_timestamp() not null,
  model_version text not null,
  decisions integer not null,
  features jsonb not null,
  constraint fraud_drift_pkey PRIMARY KEY (measured_at)
);

create table fraud_freeze (
  freeze_id uuid default gen_random_uuid() not null,
  account_id uuid not null,
  ring_id uuid not null,
  reason text not null,
  frozen_by uuid not null,
  frozen_at timestamp with time zone default now() not null,
  undone_by uuid,
  undone_reason text,
  undone_at timestamp with time zone,
  constraint fraud_freeze_pkey PRIMARY KEY (freeze_id),
  constraint fraud_freeze_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE,
  constraint fraud_freeze_reason_check CHECK (length(reason) >= 1 AND length(reason) <= 500),
  constraint fraud_freeze_undone_reason_check CHECK (length(undone_reason) <= 500)
);
CREATE INDEX fraud_freeze_ring ON public.fraud_freeze USING btree (ring_id);
CREATE UNIQUE INDEX fraud_freeze_standing ON public.fraud_freeze USING btree (account_id) WHERE (undone_at IS NULL);

create table fraud_link (
  account_id uuid not null,
  kind text not null,
  key text not null,
  first_seen_at timestamp with time zone default now() not null,
  last_seen_at timestamp with time zone default now() not null,
  constraint fraud_link_pkey PRIMARY KEY (kind, key, account_id),
  constraint fraud_link_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE,
  constraint fraud_link_key_check CHECK (length(key) >= 1 AND length(key) <= 120),
  constraint fraud_link_kind_check CHECK (kind = ANY (ARRAY['device'::text, 'block'::text, 'password'::text, 'shape'::text, 'block_shape'::text]))
);
CREATE INDEX fraud_link_account ON public.fraud_link USING btree (account_id);
CREATE INDEX fraud_link_last_seen ON public.fraud_link USING btree (last_seen_at);

create table fraud_model (
  version text not null,
  hash text not null,
  kind text not null,
  file text,
  card jsonb not null,
  report jsonb,
  state text not null,
  online jsonb,
  created_at timestamp with time zone default clock_timestamp() not null,
  promoted_at timestamp with time zone,
  constraint fraud_model_pkey PRIMARY KEY (version),
  constraint fraud_model_kind_check CHECK (kind = ANY (ARRAY['prior'::text, 'trained'::text])),
  constraint fraud_model_state_check CHECK (state = ANY (ARRAY['candidate'::text, 'current'::text, 'retired'::text]))
);
CREATE UNIQUE INDEX fraud_model_current ON public.fraud_model USING btree (state) WHERE (state = 'current'::text);

create table fraud_past_sign_in (
  session_id uuid not null,
  account_id uuid not null,
  at timestamp with time zone not null,
  block text,
  client text,
  asn bigint,
  country text,
  latitude double precision,
  longitude double precision,
  constraint fraud_past_sign_in_pkey PRIMARY KEY (session_id),
  constraint fraud_past_sign_in_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE
);
CREATE INDEX fraud_past_sign_in_account ON public.fraud_past_sign_in USING btree (account_id, at DESC);

create table fraud_ring (
  ring_id uuid default gen_random_uuid() not null,
  account_count integer not null,
  risk real not null,
  bad_share real not null,
  cut_off boolean default false not null,
  created_at timestamp with time zone default now() not null,
  changed_at timestamp with time zone default now() not null,
  constraint fraud_ring_pkey PRIMARY KEY (ring_id),
  constraint fraud_ring_account_count_check CHECK (account_count > 0)
);
CREATE INDEX fraud_ring_risk ON public.fraud_ring USING btree (risk DESC, ring_id);

create table fraud_ring_due (
  account_id uuid not null,
  due_at timestamp with time zone default now() not null,
  mark uuid default gen_random_uuid() not null,
  constraint fraud_ring_due_pkey PRIMARY KEY (account_id),
  constraint fraud_ring_due_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE
);
CREATE INDEX fraud_ring_due_at ON public.fraud_ring_due USING btree (due_at);

create table fraud_ring_member (
  account_id uuid not null,
  ring_id uuid not null,
  risk real not null,
  arrived real not null,
  community integer not null,
  constraint fraud_ring_member_pkey PRIMARY KEY (account_id),
  constraint fraud_ring_member_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE,
  constraint fraud_ring_member_ring_id_fkey FOREIGN KEY (ring_id) REFERENCES fraud_ring(ring_id) ON DELETE CASCADE
);
CREATE INDEX fraud_ring_member_ring ON public.fraud_ring_member USING btree (ring_id);

create table fraud_shared (
  kind text not null,
  key text not null,
  account_id uuid not null,
  seen_at timestamp with time zone default clock_timestamp() not null,
  constraint fraud_shared_pkey PRIMARY KEY (kind, key, account_id),
  constraint fraud_shared_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE,
  constraint fraud_shared_kind_check CHECK (kind = ANY (ARRAY['machine'::text, 'block'::text, 'password'::text]))
);
CREATE INDEX fraud_shared_account ON public.fraud_shared USING btree (account_id);
CREATE INDEX fraud_shared_recent ON public.fraud_shared USING btree (kind, key, seen_at DESC);

create table fraud_signal (
  signal_id bigint generated always as identity not null,
  at timestamp with time zone default clock_timestamp() not null,
  kind text not null,
  ip text,
  block text,
  client text,
  machine text,
  device text,
  account_id uuid,
  identifier text,
  password text,
  domain text,
  country text,
  decision_id uuid,
  local_part text,
  constraint fraud_signal_pkey PRIMARY KEY (signal_id),
  constraint fraud_signal_kind_check CHECK (kind = ANY (ARRAY['register'::text, 'sign_in'::text, 'reset_password'::text, 'change_email'::text, 'password_wrong'::text, 'unknown_account'::text, 'reset_asked'::text, 'code_wrong'::text, 'register_again'::text]))
);
CREATE INDEX fraud_signal_account ON public.fraud_signal USING btree (account_id, at DESC) WHERE (account_id IS NOT NULL);
CREATE INDEX fraud_signal_at ON public.fraud_signal USING btree (at DESC);
CREATE INDEX fraud_signal_block ON public.fraud_signal USING btree (block, at DESC) WHERE (block IS NOT NULL);
CREATE INDEX fraud_signal_client ON public.fraud_signal USING btree (client, at DESC) WHERE (client IS NOT NULL);
CREATE INDEX fraud_signal_decision ON public.fraud_signal USING btree (decision_id) WHERE (decision_id IS NOT NULL);
CREATE INDEX fraud_signal_device ON public.fraud_signal USING btree (device, at DESC) WHERE (device IS NOT NULL);
CREATE INDEX fraud_signal_domain ON public.fraud_signal USING btree (domain, at DESC) WHERE (domain IS NOT NULL);
CREATE INDEX fraud_signal_identifier ON public.fraud_signal USING btree (identifier, at DESC) WHERE (identifier IS NOT NULL);
CREATE INDEX fraud_signal_ip ON public.fraud_signal USING btree (ip, at DESC) WHERE (ip IS NOT NULL);
CREATE INDEX fraud_signal_local_part ON public.fraud_signal USING btree (at DESC) WHERE (local_part IS NOT NULL);
CREATE INDEX fraud_signal_machine ON public.fraud_signal USING btree (machine, at DESC) WHERE (machine IS NOT NULL);
CREATE INDEX fraud_signal_password ON public.fraud_signal USING btree (password, at DESC) WHERE (password IS NOT NULL);

create table fraud_standing (
  account_id uuid not null,
  own_risk real default 0 not null,
  verdict text,
  updated_at timestamp with time zone default now() not null,
  constraint fraud_standing_pkey PRIMARY KEY (account_id),
  constraint fraud_standing_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE,
  constraint fraud_standing_own_risk_check CHECK (own_risk >= 0::double precision AND own_risk <= 1::double precision),
  constraint fraud_standing_verdict_check CHECK (verdict = ANY (ARRAY['good'::text, 'bad'::text, 'unsure'::text]))
);

create table fraud_training (
  training_id uuid default gen_random_uuid() not null,
  flow_id uuid not null,
  asked_by text not null,
  started_at timestamp with time zone default clock_timestamp() not null,
  heartbeat_at timestamp with time zone,
  until timestamp with time zone,
  examples integer,
  frauds integer,
  outcome text default 'running'::text not null,
  version text,
  detail text,
  finished_at timestamp with time zone,
  constraint fraud_training_pkey PRIMARY KEY (training_id),
  constraint fraud_training_flow_id_key UNIQUE (flow_id),
  constraint fraud_training_asked_by_check CHECK (asked_by = ANY (ARRAY['schedule'::text, 'operator'::text])),
  constraint fraud_training_outcome_check CHECK (outcome = ANY (ARRAY['running'::text, 'promoted'::text, 'kept'::text, 'too_little'::text, 'failed'::text]))
);
CREATE INDEX fraud_training_started ON public.fraud_training USING btree (started_at DESC);
CREATE UNIQUE INDEX fraud_training_running ON public.fraud_training USING btree (outcome) WHERE (outcome = 'running'::text);

create table fraud_verdict (
  verdict_id uuid default gen_random_uuid() not null,
  decision_id uuid not null,
  verdict text not null,
  note text,
  given_by uuid not null,
  created_at timestamp with time zone default clock_timestamp() not null,
  constraint fraud_verdict_pkey PRIMARY KEY (verdict_id),
  constraint fraud_verdict_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES fraud_decision(decision_id) ON DELETE CASCADE,
  constraint fraud_verdict_note_check CHECK (length(note) <= 1000),
  constraint fraud_verdict_verdict_check CHECK (verdict = ANY (ARRAY['good'::text, 'bad'::text, 'unsure'::text]))
);
CREATE INDEX fraud_verdict_decision ON public.fraud_verdict USING btree (decision_id, created_at DESC);

create table initial_access_token (
  token_hash bytea not null,
  uses_left integer not null,
  created_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  constraint initial_access_token_pkey PRIMARY KEY (token_hash),
  constraint initial_access_token_uses_left_check CHECK (uses_left >= 0)
);
CREATE INDEX initial_access_token_expiry ON public.initial_access_token USING btree (expires_at);

create table login_backoff (
  pool_key text not null,
  free_tries integer not null,
  failures integer not null,
  last_failure_at timestamp with time zone default now() not null,
  blocked_until timestamp with time zone,
  constraint login_backoff_pkey PRIMARY KEY (pool_key)
);
CREATE INDEX login_backoff_age ON public.login_backoff USING btree (last_failure_at);

create table login_known_source (
  account_id uuid not null,
  source_hash text not null,
  last_success_at timestamp with time zone default now() not null,
  constraint login_known_source_pkey PRIMARY KEY (account_id, source_hash),
  constraint login_known_source_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE
);
CREATE INDEX login_known_source_age ON public.login_known_source USING btree (last_success_at);

create table logout_delivery (
  flow_id uuid not null,
  client_id text not null,
  account_id uuid,
  sid uuid not null,
  sub text not null,
  state text default 'waiting'::text not null,
  attempts integer default 0 not null,
  last_error text,
  next_attempt_at timestamp with time zone default now() not null,
  created_at timestamp with time zone default now() not null,
  finished_at timestamp with time zone,
  constraint logout_delivery_pkey PRIMARY KEY (flow_id),
  constraint logout_delivery_client_id_sid_key UNIQUE (client_id, sid),
  constraint logout_delivery_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE SET NULL,
  constraint logout_delivery_client_id_fkey FOREIGN KEY (client_id) REFERENCES oauth_client(client_id) ON DELETE CASCADE,
  constraint logout_delivery_flow_id_fkey FOREIGN KEY (flow_id) REFERENCES flow(flow_id) ON DELETE CASCADE,
  constraint logout_delivery_state_check CHECK (state = ANY (ARRAY['waiting'::text, 'delivered'::text, 'given_up'::text]))
);
CREATE INDEX logout_delivery_of_client ON public.logout_delivery USING btree (client_id, created_at);

create table mail (
  mail_id uuid default gen_random_uuid() not null,
  dedupe_key text not null,
  kind text not null,
  flow_id uuid,
  account_id uuid,
  recipient text not null,
  locale text not null,
  request_id text,
  data_sealed bytea,
  status text default 'queued'::text not null,
  attempts integer default 0 not null,
  last_error text,
  created_at timestamp with time zone default now() not null,
  next_attempt_at timestamp with time zone default now() not null,
  lease_until timestamp with time zone,
  expires_at timestamp with time zone not null,
  sent_at timestamp with time zone,
  held_until timestamp with time zone,
  constraint mail_pkey PRIMARY KEY (mail_id),
  constraint mail_dedupe_key_key UNIQUE (dedupe_key),
  constraint mail_status_check CHECK (status = ANY (ARRAY['queued'::text, 'sending'::text, 'sent'::text, 'failed'::text]))
);
CREATE INDEX mail_due ON public.mail USING btree (next_attempt_at) WHERE (status = ANY (ARRAY['queued'::text, 'sending'::text]));
CREATE INDEX mail_of_flow ON public.mail USING btree (flow_id);

create table mailed_code (
  challenge_id uuid not null,
  method text not null,
  code_hash bytea not null,
  mails integer default 1 not null,
  sent_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint mailed_code_pkey PRIMARY KEY (challenge_id, method),
  constraint mailed_code_method_check CHECK (method = ANY (ARRAY['email_code'::text, 'device_verification'::text]))
);
CREATE INDEX mailed_code_expiry ON public.mailed_code USING btree (expires_at);

create table oauth_access_token (
  token_hash bytea not null,
  grant_id uuid,
  client_id text not null,
  claims jsonb not null,
  expires_at timestamp with time zone not null,
  constraint oauth_access_token_pkey PRIMARY KEY (token_hash),
  constraint oauth_access_token_client_id_fkey FOREIGN KEY (client_id) REFERENCES oauth_client(client_id) ON DELETE CASCADE,
  constraint oauth_access_token_grant_id_fkey FOREIGN KEY (grant_id) REFERENCES oauth_grant(grant_id) ON DELETE CASCADE
);
CREATE INDEX oauth_access_token_expiry ON public.oauth_access_token USING btree (expires_at);
CREATE INDEX oauth_access_token_of_grant ON public.oauth_access_token USING btree (grant_id);

create table oauth_client (
  client_id text not null,
  metadata jsonb not null,
  client_secret_sealed bytea,
  client_secret_expires_at timestamp with time zone,
  registration_access_token_hash bytea,
  origin text not null,
  revision integer default 1 not null,
  expiry_noticed_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  used_at timestamp with time zone,
  constraint oauth_client_pkey PRIMARY KEY (client_id),
  constraint oauth_client_registration_access_token_hash_key UNIQUE (registration_access_token_hash),
  constraint oauth_client_client_id_check CHECK (length(client_id) >= 1 AND length(client_id) <= 200),
  constraint oauth_client_origin_check CHECK (origin = ANY (ARRAY['setting'::text, 'command'::text, 'registration'::text, 'demo'::text]))
);
CREATE INDEX oauth_client_secret_end ON public.oauth_client USING btree (client_secret_expires_at) WHERE ((client_secret_expires_at IS NOT NULL) AND (expiry_noticed_at IS NULL));
CREATE INDEX oauth_client_unused ON public.oauth_client USING btree (created_at) WHERE ((origin = 'registration'::text) AND (used_at IS NULL));

create table oauth_consent (
  account_id uuid not null,
  client_id text not null,
  scope text[] not null,
  resource text[] default '{}'::text[] not null,
  claims text[] default '{}'::text[] not null,
  given_at timestamp with time zone default now() not null,
  used_at timestamp with time zone default now() not null,
  constraint oauth_consent_pkey PRIMARY KEY (account_id, client_id),
  constraint oauth_consent_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE,
  constraint oauth_consent_client_id_fkey FOREIGN KEY (client_id) REFERENCES oauth_client(client_id) ON DELETE CASCADE
);

create table oauth_grant (
  grant_id uuid not null,
  client_id text not null,
  account_id uuid not null,
  session_id uuid,
  scope text[] not null,
  resource text[] default '{}'::text[] not null,
  claims jsonb,
  nonce text,
  acr text not null,
  amr text[] not null,
  auth_time timestamp with time zone not null,
  offline boolean default false not null,
  dpop_jkt text,
  created_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  revoke_reason text,
  constraint oauth_grant_pkey PRIMARY KEY (grant_id),
  constraint oauth_grant_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE,
  constraint oauth_grant_client_id_fkey FOREIGN KEY (client_id) REFERENCES oauth_client(client_id) ON DELETE CASCADE
);
CREATE INDEX oauth_grant_expiry ON public.oauth_grant USING btree (expires_at);
CREATE INDEX oauth_grant_of_account ON public.oauth_grant USING btree (account_id, client_id) WHERE (revoked_at IS NULL);
CREATE INDEX oauth_grant_of_session ON public.oauth_grant USING btree (session_id) WHERE ((session_id IS NOT NULL) AND (revoked_at IS NULL));

create table oauth_refresh_token (
  token_hash bytea not null,
  grant_id uuid not null,
  generation integer default 0 not null,
  issued_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint oauth_refresh_token_pkey PRIMARY KEY (token_hash),
  constraint oauth_refresh_token_grant_id_fkey FOREIGN KEY (grant_id) REFERENCES oauth_grant(grant_id) ON DELETE CASCADE
);
CREATE INDEX oauth_refresh_token_expiry ON public.oauth_refresh_token USING btree (expires_at);
CREATE INDEX oauth_refresh_token_of_grant ON public.oauth_refresh_token USING btree (grant_id);

create table outbox (
  outbox_id bigint generated always as identity not null,
  kind text not null,
  payload jsonb not null,
  priority text default 'normal'::text not null,
  created_at timestamp with time zone default now() not null,
  next_attempt_at timestamp with time zone default now() not null,
  attempts integer default 0 not null,
  last_error text,
  constraint outbox_pkey PRIMARY KEY (outbox_id),
  constraint outbox_kind_check CHECK (kind = ANY (ARRAY['workflow'::text, 'event'::text])),
  constraint outbox_priority_check CHECK (priority = ANY (ARRAY['normal'::text, 'low'::text]))
);
CREATE INDEX outbox_due ON public.outbox USING btree (next_attempt_at);
CREATE INDEX outbox_of_flow ON public.outbox USING btree (((payload ->> 'flow_id'::text))) WHERE (kind = 'workflow'::text);

create table pairwise_subject (
  sector_identifier text not null,
  account_id uuid not null,
  sub text not null,
  constraint pairwise_subject_pkey PRIMARY KEY (sector_identifier, account_id),
  constraint pairwise_subject_sub_key UNIQUE (sub),
  constraint pairwise_subject_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE
);

create table passkey (
  authenticator_id uuid not null,
  credential_id bytea not null,
  public_key bytea not null,
  sign_count bigint default 0 not null,
  transports text[] default '{}'::text[] not null,
  aaguid uuid not null,
  backup_eligible boolean not null,
  backup_state boolean not null,
  constraint passkey_pkey PRIMARY KEY (authenticator_id),
  constraint passkey_credential_id_key UNIQUE (credential_id),
  constraint passkey_authenticator_id_fkey FOREIGN KEY (authenticator_id) REFERENCES authenticator(authenticator_id) ON DELETE CASCADE
);

create table password_analysis (
  flow_id uuid not null,
  security_score smallint not null,
  strength_level text not null,
  guesses_log10 smallint not null,
  spoke text not null,
  breached boolean not null,
  personal_info boolean not null,
  answered_by text not null,
  rules_because text,
  model_version text,
  model_hash text,
  constraint password_analysis_pkey PRIMARY KEY (flow_id),
  constraint password_analysis_flow_id_fkey FOREIGN KEY (flow_id) REFERENCES flow(flow_id) ON DELETE CASCADE,
  constraint password_analysis_answered_by_check CHECK (answered_by = ANY (ARRAY['model'::text, 'rules'::text]))
);

create table password_change (
  flow_id uuid not null,
  account_id uuid not null,
  verifier text,
  origin text not null,
  keep_session_id uuid,
  created_at timestamp with time zone default now() not null,
  applied_at timestamp with time zone,
  constraint password_change_pkey PRIMARY KEY (flow_id),
  constraint password_change_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE,
  constraint password_change_flow_id_fkey FOREIGN KEY (flow_id) REFERENCES flow(flow_id) ON DELETE CASCADE,
  constraint password_change_origin_check CHECK (origin = ANY (ARRAY['reset'::text, 'change'::text]))
);
CREATE INDEX password_change_of_account ON public.password_change USING btree (account_id);

create table password_credential (
  account_id uuid not null,
  verifier text not null,
  changed_at timestamp with time zone default now() not null,
  constraint password_credential_pkey PRIMARY KEY (account_id),
  constraint password_credential_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE
);

create table password_reset (
  flow_id uuid not null,
  email_key text,
  account_id uuid,
  token_hash bytea,
  locale text not null,
  state text default 'requested'::text not null,
  created_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  constraint password_reset_pkey PRIMARY KEY (flow_id),
  constraint password_reset_token_hash_key UNIQUE (token_hash),
  constraint password_reset_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE,
  constraint password_reset_flow_id_fkey FOREIGN KEY (flow_id) REFERENCES flow(flow_id) ON DELETE CASCADE,
  constraint password_reset_state_check CHECK (state = ANY (ARRAY['requested'::text, 'unanswered'::text, 'open'::text, 'confirmed'::text, 'superseded'::text, 'expired'::text]))
);
CREATE INDEX password_reset_of_account ON public.password_reset USING btree (account_id, created_at);

create table rate_limit (
  key character varying(255) not null,
  points integer default 0 not null,
  expire bigint,
  constraint rate_limit_pkey PRIMARY KEY (key)
);
CREATE INDEX rate_limit_expiry ON public.rate_limit USING btree (expire);

create table recovery_code (
  account_id uuid not null,
  code_hash bytea not null,
  created_at timestamp with time zone default now() not null,
  used_at timestamp with time zone,
  constraint recovery_code_pkey PRIMARY KEY (account_id, code_hash),
  constraint recovery_code_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE
);

create table refresh_token (
  token_hash bytea not null,
  session_id uuid not null,
  generation integer not null,
  issued_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint refresh_token_pkey PRIMARY KEY (token_hash),
  constraint refresh_token_session_id_fkey FOREIGN KEY (session_id) REFERENCES session(session_id) ON DELETE CASCADE
);
CREATE INDEX refresh_token_expiry ON public.refresh_token USING btree (expires_at);
CREATE INDEX refresh_token_of_session ON public.refresh_token USING btree (session_id);

create table registration (
  flow_id uuid not null,
  email text,
  email_key text,
  email_skeleton text,
  verifier text,
  username text,
  first_name text,
  last_name text,
  locale text not null,
  request_id text,
  account_id uuid,
  mail_flow_id uuid,
  state text default 'open'::text not null,
  created_at timestamp with time zone default now() not null,
  constraint registration_pkey PRIMARY KEY (flow_id),
  constraint registration_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE SET NULL,
  constraint registration_flow_id_fkey FOREIGN KEY (flow_id) REFERENCES flow(flow_id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  constraint registration_check CHECK (state <> 'open'::text OR email IS NOT NULL AND email_key IS NOT NULL AND email_skeleton IS NOT NULL AND verifier IS NOT NULL),
  constraint registration_state_check CHECK (state = ANY (ARRAY['open'::text, 'verified'::text, 'superseded'::text, 'expired'::text]))
);
CREATE INDEX registration_of_account ON public.registration USING btree (account_id) WHERE (state = 'open'::text);
CREATE UNIQUE INDEX registration_open ON public.registration USING btree (email_key, verifier) WHERE (state = 'open'::text);

create table revoked_access_token (
  jti text not null,
  expires_at timestamp with time zone not null,
  constraint revoked_access_token_pkey PRIMARY KEY (jti)
);
CREATE INDEX revoked_access_token_expiry ON public.revoked_access_token USING btree (expires_at);

create table schema_migration (
  owner text not null,
  version integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone default now() not null,
  ms integer not null,
  constraint schema_migration_pkey PRIMARY KEY (owner, version)
);

create table security_digest (
  account_id uuid not null,
  wanted boolean,
  said_at timestamp with time zone default now() not null,
  next_at timestamp with time zone not null,
  looked_at timestamp with time zone,
  constraint security_digest_pkey PRIMARY KEY (account_id),
  constraint security_digest_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE
);
CREATE INDEX security_digest_due ON public.security_digest USING btree (next_at) WHERE (wanted IS NOT FALSE);

create table session (
  session_id uuid default gen_random_uuid() not null,
  account_id uuid not null,
  login_flow_id uuid not null,
  cookie_hash bytea,
  amr text[] not null,
  acr text not null,
  auth_time timestamp with time zone not null,
  ip text,
  user_agent text,
  created_at timestamp with time zone default now() not null,
  last_used_at timestamp with time zone default now() not null,
  last_used_ip text,
  idle_seconds integer not null,
  expires_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  end_reason text,
  dpop_jkt text,
  device_id uuid,
  constraint session_pkey PRIMARY KEY (session_id),
  constraint session_cookie_hash_key UNIQUE (cookie_hash),
  constraint session_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE,
  constraint session_device_id_fkey FOREIGN KEY (device_id) REFERENCES device(device_id) ON DELETE SET NULL,
  constraint session_amr_check CHECK (cardinality(amr) > 0)
);
CREATE INDEX session_expiry ON public.session USING btree (expires_at);
CREATE INDEX session_of_account ON public.session USING btree (account_id) WHERE (ended_at IS NULL);
CREATE INDEX session_of_login ON public.session USING btree (login_flow_id);

create table setup_link (
  token_hash bytea not null,
  created_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  used_by uuid,
  constraint setup_link_pkey PRIMARY KEY (token_hash)
);

create table signing_key (
  kid text not null,
  alg text not null,
  state text not null,
  public_jwk jsonb not null,
  private_jwk_sealed bytea not null,
  created_at timestamp with time zone default now() not null,
  state_changed_at timestamp with time zone default now() not null,
  constraint signing_key_pkey PRIMARY KEY (kid),
  constraint signing_key_alg_check CHECK (alg = ANY (ARRAY['EdDSA'::text, 'ES256'::text, 'RS256'::text, 'PS256'::text])),
  constraint signing_key_state_check CHECK (state = ANY (ARRAY['next'::text, 'current'::text, 'previous'::text, 'retired'::text]))
);
CREATE UNIQUE INDEX signing_key_one_current ON public.signing_key USING btree (alg) WHERE (state = 'current'::text);
CREATE UNIQUE INDEX signing_key_one_next ON public.signing_key USING btree (alg) WHERE (state = 'next'::text);

create table standard_claims (
  account_id uuid not null,
  claims jsonb not null,
  updated_at timestamp with time zone default now() not null,
  constraint standard_claims_pkey PRIMARY KEY (account_id),
  constraint standard_claims_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE
);

create table totp (
  authenticator_id uuid not null,
  secret_sealed bytea not null,
  last_step bigint default 0 not null,
  constraint totp_pkey PRIMARY KEY (authenticator_id),
  constraint totp_authenticator_id_fkey FOREIGN KEY (authenticator_id) REFERENCES authenticator(authenticator_id) ON DELETE CASCADE
);

create table used_jti (
  kind text not null,
  key_hash bytea not null,
  expires_at timestamp with time zone not null,
  constraint used_jti_pkey PRIMARY KEY (kind, key_hash)
);
CREATE INDEX used_jti_expiry ON public.used_jti USING btree (expires_at);

create table webauthn_ceremony (
  challenge_hash bytea not null,
  kind text not null,
  account_id uuid,
  challenge_id uuid,
  user_verification text not null,
  expires_at timestamp with time zone not null,
  constraint webauthn_ceremony_pkey PRIMARY KEY (challenge_hash),
  constraint webauthn_ceremony_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE,
  constraint webauthn_ceremony_kind_check CHECK (kind = ANY (ARRAY['registration'::text, 'authentication'::text])),
  constraint webauthn_ceremony_user_verification_check CHECK (user_verification = ANY (ARRAY['required'::text, 'preferred'::text]))
);
CREATE INDEX webauthn_ceremony_expiry ON public.webauthn_ceremony USING btree (expires_at);

create table webauthn_user (
  account_id uuid not null,
  user_handle bytea not null,
  constraint webauthn_user_pkey PRIMARY KEY (account_id),
  constraint webauthn_user_user_handle_key UNIQUE (user_handle),
  constraint webauthn_user_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(account_id) ON DELETE CASCADE
);
