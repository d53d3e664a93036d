-- What happened around acts that are judged: the counters. Every key is a keyed hash; nothing here tells an address, a
-- network or a name. A row is an act that a gate was asked about, or a note of one that did not come so far.
create table fraud_signal (
  signal_id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  kind text not null check (kind in ('register', 'sign_in', 'reset_password', 'change_email', 'password_wrong',
    'unknown_account', 'reset_asked', 'code_wrong', 'register_again')),
  ip text,
  block text,
  client text,
  machine text,
  device text,
  -- No foreign key: a flood of notes must not look up accounts, and counters outlive them by a day.
  account_id uuid,
  identifier text,
  password text,
  domain text,
  country text,
  decision_id uuid,
  -- Of sign-ups, letters only; emptied after a day. Nearness to it cannot be measured on a hash.
  local_part text
);
create index fraud_signal_at on fraud_signal (at desc);
create index fraud_signal_ip on fraud_signal (ip, at desc) where ip is not null;
create index fraud_signal_block on fraud_signal (block, at desc) where block is not null;
create index fraud_signal_client on fraud_signal (client, at desc) where client is not null;
create index fraud_signal_machine on fraud_signal (machine, at desc) where machine is not null;
create index fraud_signal_device on fraud_signal (device, at desc) where device is not null;
create index fraud_signal_account on fraud_signal (account_id, at desc) where account_id is not null;
create index fraud_signal_identifier on fraud_signal (identifier, at desc) where identifier is not null;
create index fraud_signal_password on fraud_signal (password, at desc) where password is not null;
create index fraud_signal_domain on fraud_signal (domain, at desc) where domain is not null;
create index fraud_signal_local_part on fraud_signal (at desc) where local_part is not null;
create index fraud_signal_decision on fraud_signal (decision_id) where decision_id is not null;

-- One judgement of one act. `evidence` is sealed: it is all that the features are computed from.
create table fraud_decision (
  decision_id uuid primary key,
  reference text not null unique check (length(reference) = 9),
  act text not null check (act in ('register', 'sign_in', 'reset_password', 'change_email')),
  account_id uuid references account on delete cascade,
  flow_id uuid,
  -- The session that the act led to, or came from.
  session_id uuid,
  request_id text,
  -- To the millisecond, which is how precisely a page knows where the next one begins.
  created_at timestamptz(3) not null default clock_timestamp(),
  evidence bytea not null,
  -- Little-endian 4-byte floats, one for each feature of `feature_version`.
  features bytea not null,
  feature_version integer not null,
  model_version text not null,
  model_hash text not null,
  model_kind text not null check (model_kind in ('prior', 'trained', 'rules')),
  -- Why rules answered in place of a model.
  fallback text,
  -- How verdicts had moved the model by then, so that the score can be computed again.
  online jsonb,
  fraud_score double precision not null check (fraud_score between 0 and 1),
  confidence double precision not null check (confidence between 0 and 1),
  anomaly double precision not null,
  risk_level text not null check (risk_level in ('low', 'medium', 'high', 'critical')),
  decision text not null check (decision in ('allow', 'challenge', 'review', 'deny')),
  reasons jsonb not null,
  -- Noted only, not carried out.
  shadow boolean not null,
  took_ms real not null,
  -- Hashes of what it came with, as in fraud_signal: for what is linked once there is an account or a session.
  keys jsonb not null,
  verdict text check (verdict in ('good', 'bad', 'unsure')),
  -- What came of it without anybody's verdict: its owner disowned the session, or used it for long without complaint.
  outcome text check (outcome in ('bad', 'good')),
  outcome_at timestamptz,
  -- Waits in the operator's queue.
  waiting boolean not null default false
);
create index fraud_decision_created on fraud_decision (created_at desc, decision_id desc);
create index fraud_decision_account on fraud_decision (account_id, created_at desc) where account_id is not null;
create index fraud_decision_waiting on fraud_decision (created_at desc, decision_id desc) where waiting;
create index fraud_decision_session on fraud_decision (session_id) where session_id is not null;
create index fraud_decision_labelled on fraud_decision (created_at) where verdict is not null or outcome is not null;
create unique index fraud_decision_flow on fraud_decision (flow_id, act) where flow_id is not null;

create table fraud_verdict (
  verdict_id uuid primary key default gen_random_uuid(),
  decision_id uuid not null references fraud_decision on delete cascade,
  verdict text not null check (verdict in ('good', 'bad', 'unsure')),
  note text check (length(note) <= 1000),
  given_by uuid not null,
  created_at timestamptz not null default clock_timestamp()
);
create index fraud_verdict_decision on fraud_verdict (decision_id, created_at desc);

-- What is remembered of an account for judging it.
create table fraud_account (
  account_id uuid primary key references account on delete cascade,
  -- Of its mail domain, hashed as in fraud_signal.
  domain text,
  password_changed_at timestamptz,
  email_changed_at timestamptz,
  second_factor boolean not null default false,
  -- The next sign-in shows that the mailbox is still its owner's.
  verify_next boolean not null default false,
  disowned_at timestamptz[] not null default '{}'
);

-- Sign-ins that succeeded: what is usual for an account.
create table fraud_past_sign_in (
  session_id uuid primary key,
  account_id uuid not null references account on delete cascade,
  at timestamptz not null,
  block text,
  client text,
  asn bigint,
  country text,
  latitude double precision,
  longitude double precision
);
create index fraud_past_sign_in_account on fraud_past_sign_in (account_id, at desc);

-- What accounts were seen with, for counting who shares it.
create table fraud_shared (
  kind text not null check (kind in ('machine', 'block', 'password')),
  key text not null,
  account_id uuid not null references account on delete cascade,
  seen_at timestamptz not null default clock_timestamp(),
  primary key (kind, key, account_id)
);
create index fraud_shared_recent on fraud_shared (kind, key, seen_at desc);
create index fraud_shared_account on fraud_shared (account_id);

create table fraud_model (
  version text primary key,
  hash text not null,
  kind text not null check (kind in ('prior', 'trained')),
  -- The file, as ml/fraud/file.ts writes it. Null: the prior that came with the service, read from there.
  file text,
  card jsonb not null,
  report jsonb,
  state text not null check (state in ('candidate', 'current', 'retired')),
  -- Learnt from verdicts since it was made.
  online jsonb,
  created_at timestamptz not null default clock_timestamp(),
  promoted_at timestamptz
);
create unique index fraud_model_current on fraud_model (state) where state = 'current';

create table fraud_training (
  training_id uuid primary key default gen_random_uuid(),
  flow_id uuid not null unique,
  asked_by text not null check (asked_by in ('schedule', 'operator')),
  started_at timestamptz not null default clock_timestamp(),
  -- Who trains now is alive as long as this is young.
  heartbeat_at timestamptz,
  until timestamptz,
  examples integer,
  frauds integer,
  outcome text not null default 'running' check (outcome in ('running', 'promoted', 'kept', 'too_little', 'failed')),
  version text,
  detail text,
  finished_at timestamptz
);
create unique index fraud_training_running on fraud_training (outcome) where outcome = 'running';
create index fraud_training_started on fraud_training (started_at desc);

create table fraud_drift (
  measured_at timestamptz primary key default clock_timestamp(),
  model_version text not null,
  decisions integer not null,
  features jsonb not null
);

-- On the core's table: which accounts signed in with a browser is asked with its secrets alone.
create index fraud_device_secret on device (secret_hash);
