-- Mail that may wait for a better hour: until then nobody sends it, whoever asks.
alter table mail add column held_until timestamptz;
