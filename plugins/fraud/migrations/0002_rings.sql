-- What accounts share: a device, an address block, a password's tag, an address's shape. Keys are keyed hashes or
-- shapes, never what they were made of.
create table fraud_link (
  account_id uuid not null references account on delete cascade,
  kind text not null check (kind in ('device', 'block', 'password', 'shape', 'block_shape')),
  key text not null check (length(key) between 1 and 120),
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  primary key (kind, key, account_id)
);
create index fraud_link_account on fraud_link (account_id);
create index fraud_link_last_seen on fraud_link (last_seen_at);

-- What is thought of an account by itself, before anything flows to it from others.
create table fraud_standing (
  account_id uuid primary key references account on delete cascade,
  own_risk real not null default 0 check (own_risk between 0 and 1),
  verdict text check (verdict in ('good', 'bad', 'unsure')),
  updated_at timestamptz not null default now()
);

-- Accounts whose ring may be another now.
create table fraud_ring_due (
  account_id uuid primary key references account on delete cascade,
  due_at timestamptz not null default now(),
  -- Another with each time it is asked for: what is asked while it is worked on is not lost.
  mark uuid not null default gen_random_uuid()
);
create index fraud_ring_due_at on fraud_ring_due (due_at);

-- Accounts that are joined with each other, two at least.
create table fraud_ring (
  ring_id uuid primary key default gen_random_uuid(),
  account_count integer not null check (account_count > 0),
  risk real not null,
  bad_share real not null,
  -- There is more of it than was looked at.
  cut_off boolean not null default false,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now()
);
create index fraud_ring_risk on fraud_ring (risk desc, ring_id);

create table fraud_ring_member (
  account_id uuid primary key references account on delete cascade,
  ring_id uuid not null references fraud_ring on delete cascade,
  risk real not null,
  -- What of it came from others.
  arrived real not null,
  community integer not null
);
create index fraud_ring_member_ring on fraud_ring_member (ring_id);

-- Who froze which account, when and why, and who undid it. Rows stay.
create table fraud_freeze (
  freeze_id uuid primary key default gen_random_uuid(),
  account_id uuid not null references account on delete cascade,
  -- The ring it was frozen with; one that grows together with another has its name from then on.
  ring_id uuid not null,
  reason text not null check (length(reason) between 1 and 500),
  frozen_by uuid not null,
  frozen_at timestamptz not null default now(),
  undone_by uuid,
  undone_reason text check (length(undone_reason) <= 500),
  undone_at timestamptz
);
create unique index fraud_freeze_standing on fraud_freeze (account_id) where undone_at is null;
create index fraud_freeze_ring on fraud_freeze (ring_id);
