-- How good a sign-up's password is, coarsely. Nothing of it says what the password is, or how it is built.
create table password_analysis (
  flow_id uuid primary key references flow on delete cascade,
  security_score smallint not null,
  strength_level text not null,
  guesses_log10 smallint not null,
  spoke text not null,
  breached boolean not null,
  personal_info boolean not null,
  answered_by text not null check (answered_by in ('model', 'rules')),
  rules_because text,
  model_version text,
  model_hash text
);
