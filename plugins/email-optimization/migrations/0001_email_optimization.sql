-- What is decided about mail and what came of it. No address stands here: a keyed hash of it does.

-- One question: which of these wordings leads more people to the goal?
create table email_experiment (
  experiment_id uuid primary key default gen_random_uuid(),
  kind text not null,
  goal text not null check (goal in ('verified', 'reset_completed', 'returned')),
  -- What comes later does not count for the mail.
  window_hours integer not null check (window_hours between 1 and 720),
  variants text[] not null check (cardinality(variants) between 2 and 10),
  -- The share that gets the standard wording whatever was learnt, to compare with.
  hold_out real not null check (hold_out >= 0 and hold_out < 1),
  -- The share that is spread evenly over all variants, so that each stays known.
  floor real not null check (floor >= 0 and floor < 1),
  -- Stops by itself once choosing the best loses less than this of the goal's rate.
  loss_max real not null check (loss_max > 0 and loss_max < 1),
  stop text not null check (stop in ('auto', 'manual')),
  state text not null default 'running' check (state in ('running', 'promoted', 'ended')),
  winner text,
  ended_because text,
  created_by uuid,
  created_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz
);
create unique index email_experiment_running on email_experiment (kind) where state = 'running';
create index email_experiment_newest on email_experiment (created_at desc);

-- What was decided for one mail, and what came of it. Everything but the decision rebuilds from email_event.
create table email_message (
  mail_id uuid primary key,
  kind text not null,
  flow_id uuid,
  account_id uuid,
  address_tag bytea not null,
  domain_class text not null,
  locale text not null,
  decided_at timestamptz not null default clock_timestamp(),
  experiment_id uuid references email_experiment,
  variant text not null,
  hold_out boolean not null default false,
  -- What was looked at besides the variant: hour, language, client, class of domain.
  context text not null,
  -- How likely this variant was chosen.
  propensity real not null check (propensity > 0 and propensity <= 1),
  model_version text not null,
  -- When it should go, what that rests on, and how sure that is.
  timing jsonb,
  held_until timestamptz,
  score real,
  score_reasons jsonb,
  reasons jsonb not null,
  sent_at timestamptz,
  failed_at timestamptz,
  pressed_at timestamptz,
  goal_at timestamptz,
  bounced_at timestamptz,
  complained_at timestamptz
);
create index email_message_experiment on email_message (experiment_id, decided_at) where experiment_id is not null;
create index email_message_flow on email_message (flow_id, kind) where flow_id is not null;
create index email_message_account on email_message (account_id, decided_at desc) where account_id is not null;
create index email_message_newest on email_message (decided_at desc);

-- What happened, once each. Nothing is changed here; all numbers rebuild from it.
create table email_event (
  event_id bigint generated always as identity primary key,
  mail_id uuid,
  type text not null check (type in ('decided', 'held', 'sent', 'delayed', 'failed', 'dropped', 'delivered', 'pressed',
    'goal', 'bounced', 'complained', 'unsubscribed')),
  at timestamptz not null default clock_timestamp(),
  -- Who says so: 'service', 'smtp', or a webhook's provider; and by which id, so that it is heard once.
  source text not null,
  source_id text not null check (length(source_id) <= 300),
  detail jsonb not null default '{}',
  unique (source, source_id, type)
);
create index email_event_mail on email_event (mail_id, event_id) where mail_id is not null;
create index email_event_at on email_event (at);

-- Wordings that somebody wrote here, beside those that come with the service.
create table email_variant (
  kind text not null,
  variant text not null,
  -- By language: subject, preheader, heading, paragraphs, button; what is left out is the standard's.
  texts jsonb not null,
  sender_name text,
  code_first boolean not null default false,
  state text not null default 'draft' check (state in ('draft', 'approved', 'rejected')),
  origin text not null check (origin in ('operator', 'generator')),
  model text,
  why text,
  created_at timestamptz not null default clock_timestamp(),
  decided_by uuid,
  decided_at timestamptz,
  primary key (kind, variant)
);

-- What is sent where nothing is being tried out.
create table email_default (
  kind text primary key,
  variant text not null,
  since timestamptz not null default clock_timestamp(),
  experiment_id uuid references email_experiment
);

-- Addresses that get no mail, and why.
create table email_suppression (
  address_tag bytea not null,
  reason text not null check (reason in ('hard_bounce', 'complaint', 'unsubscribed', 'operator', 'soft_bounce')),
  scope text not null check (scope in ('all', 'optional')),
  strikes integer not null default 1,
  until timestamptz,
  mail_id uuid,
  detail text not null,
  account_id uuid,
  created_at timestamptz not null default now(),
  lifted_at timestamptz,
  primary key (address_tag, reason)
);
create index email_suppression_newest on email_suppression (created_at desc, address_tag desc, reason desc);
create index email_suppression_account on email_suppression (account_id) where account_id is not null;

-- At which hours of the day (UTC) an account is about, and everybody is; older days count less.
create table email_habit (
  account_id uuid not null references account on delete cascade,
  hour smallint not null check (hour between 0 and 23),
  weight real not null,
  updated_at timestamptz not null default now(),
  primary key (account_id, hour)
);
create table email_habit_all (
  hour smallint primary key check (hour between 0 and 23),
  weight double precision not null,
  updated_at timestamptz not null default now()
);

create table email_dkim_key (
  domain text not null,
  selector text not null,
  public_key text not null,
  private_sealed bytea not null,
  state text not null check (state in ('new', 'in_use', 'retired')),
  created_at timestamptz not null default now(),
  primary key (domain, selector)
);
create unique index email_dkim_key_in_use on email_dkim_key (domain) where state = 'in_use';

create table email_domain_report (
  domain text primary key,
  checked_at timestamptz not null default now(),
  report jsonb not null
);

-- What proposing wordings has cost in a month, such as 2026-11.
create table email_generator_use (
  month text primary key,
  calls integer not null default 0,
  tokens bigint not null default 0,
  cost_cents real not null default 0
);
