-- A browser or an app that an account has signed in with. It is known by a secret that it keeps (a cookie, or a token for
-- apps); the same secret is another device for another account.
create table device (
  device_id uuid primary key default gen_random_uuid(),
  account_id uuid not null references account on delete cascade,
  -- SHA-256 of the secret.
  secret_hash bytea not null,
  user_agent text,
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  last_seen_ip text,
  -- Until then its owner has asked not to be asked for a second factor here.
  remembered_until timestamptz,
  unique (account_id, secret_hash)
);
create index device_last_seen on device (last_seen_at);

alter table session add column device_id uuid references device on delete set null;

-- A challenge that raises a session there is rather than leading to a new one.
alter table challenge add column session_id uuid references session on delete cascade;

-- What policies go by, such as `operator`.
alter table account add column roles text[] not null default '{}';

-- Counts up with whatever changes what a sign-in has to show, so that none that was decided before is stored after.
alter table account add column proofs_version integer not null default 0;
