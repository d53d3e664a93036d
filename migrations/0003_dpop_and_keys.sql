-- What may be shown once and never again, by a hash of what it is: DPoP proofs (RFC 9449 §11.1), client assertions
-- (RFC 7523 §3). A row outlives what it stands for, so it leaves when that has expired.
create table used_jti (
  -- Whose identifiers these are: dpop, client_assertion …
  kind text not null,
  key_hash bytea not null,
  expires_at timestamptz not null,
  primary key (kind, key_hash)
);
create index used_jti_expiry on used_jti (expires_at);

-- The key that a session's tokens are bound to (RFC 9449 §6), and that an open sign-in will bind them to.
alter table session add column dpop_jkt text;
alter table challenge add column dpop_jkt text;

alter table signing_key drop constraint signing_key_alg_check;
alter table signing_key add constraint signing_key_alg_check check (alg in ('EdDSA', 'ES256', 'RS256', 'PS256'));
