-- Something an account proves itself with beside its password. What is particular to a type stands in a table of its own.
create table authenticator (
  authenticator_id uuid primary key default gen_random_uuid(),
  account_id uuid not null references account on delete cascade,
  type text not null check (type in ('totp', 'passkey', 'email_code')),
  -- What its owner calls it.
  name text not null check (length(name) between 1 and 60),
  created_at timestamptz not null default now(),
  -- Null until it was shown once: then it counts.
  confirmed_at timestamptz,
  last_used_at timestamptz
);
create index authenticator_of_account on authenticator (account_id);
-- E-mail codes go to the one address there is.
create unique index authenticator_email_code on authenticator (account_id) where type = 'email_code';
create index authenticator_unconfirmed on authenticator (created_at) where confirmed_at is null;

-- RFC 6238, SHA-1, six digits, thirty seconds: what every app understands.
create table totp (
  authenticator_id uuid primary key references authenticator on delete cascade,
  secret_sealed bytea not null,
  -- The newest time step that was accepted: it and all before it are used (RFC 6238 §5.2).
  last_step bigint not null default 0
);

create table passkey (
  authenticator_id uuid primary key references authenticator on delete cascade,
  -- Web Authentication Level 3 §4.
  credential_id bytea not null unique,
  -- COSE_Key (RFC 9052 §7).
  public_key bytea not null,
  -- Of the last assertion; 0 where the authenticator does not count (§6.1.1).
  sign_count bigint not null default 0,
  transports text[] not null default '{}',
  -- The model of authenticator, for its name and icon; all zeros: not told.
  aaguid uuid not null,
  -- It may be copied to other devices of its owner (§6.1.3), and is.
  backup_eligible boolean not null,
  backup_state boolean not null
);

-- What an account is called towards authenticators (§5.4.3): says nothing about whose it is.
create table webauthn_user (
  account_id uuid primary key references account on delete cascade,
  user_handle bytea not null unique
);

-- Challenges of ceremonies that were begun, each claimed once.
create table webauthn_ceremony (
  challenge_hash bytea primary key,
  kind text not null check (kind in ('registration', 'authentication')),
  -- Whose it is; null: whoever signs in will say.
  account_id uuid references account on delete cascade,
  -- The challenge of a sign-in that it answers.
  challenge_id uuid,
  user_verification text not null check (user_verification in ('required', 'preferred')),
  expires_at timestamptz not null
);
create index webauthn_ceremony_expiry on webauthn_ceremony (expires_at);

-- Each is used once. A renewal replaces all of an account's.
create table recovery_code (
  account_id uuid not null references account on delete cascade,
  code_hash bytea not null,
  created_at timestamptz not null default now(),
  used_at timestamptz,
  primary key (account_id, code_hash)
);

-- A code that was mailed for one challenge.
create table mailed_code (
  challenge_id uuid not null,
  method text not null check (method in ('email_code', 'device_verification')),
  code_hash bytea not null,
  mails integer not null default 1,
  sent_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (challenge_id, method)
);
create index mailed_code_expiry on mailed_code (expires_at);

-- What an operator has decided for one account, beside the policy of all.
create table factor_policy (
  account_id uuid primary key references account on delete cascade,
  required_from timestamptz not null,
  reason text not null,
  set_at timestamptz not null default now()
);
