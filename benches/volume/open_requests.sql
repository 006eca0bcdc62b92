-- $1 open requests; the first $2 are due on 9 December 2026, the others in some months. $3 is how a
-- deadline is stored.
INSERT INTO requests
    (reference, requester_address, subject, received_at, state, due_on, due_at, deadline, next_step,
     next_step_at, route, route_because, urgent, need_kinds, writes_welsh)
SELECT 'SEC-2026-' || lpad(number::text, 7, '0'), 'person' || number || '@requests.example',
       'Request ' || number, '2026-12-07 10:00+00', 'new',
       date '2026-12-09' + later, timestamptz '2026-12-09 17:00+00' + later * interval '1 day', $3,
       'remind', timestamptz '2026-12-09 09:00+00' + later * interval '1 day', 'consultancy', '',
       false, '{}', false
FROM (SELECT number, CASE WHEN number <= $2 THEN 0 ELSE 60 + number % 100 END::integer AS later
      FROM generate_series(1, $1) AS number) AS numbered
