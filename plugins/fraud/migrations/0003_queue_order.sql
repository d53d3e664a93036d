-- The operator's queue in its order: the most urgent of all that wait first, however old it is.
create index fraud_decision_queue on fraud_decision (fraud_score desc, created_at desc, decision_id desc) where waiting;
