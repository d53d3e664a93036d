-- What the request that began a flow showed of whoever sent it; goes with the flow.
create table flow_client (
  flow_id uuid primary key references flow on delete cascade,
  client jsonb not null
);
