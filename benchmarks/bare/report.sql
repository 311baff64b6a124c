-- The peer of `mtep report` for many partners: its figures by one hand-written statement, as of now. A row for each
-- group of partners, each session's answers and attendances, and the first ten partners of each task with their number.
WITH
standing AS MATERIALIZED (
    SELECT i.id, i.partner_id, i.session_id, i.day,
        (SELECT r.answer FROM replies r WHERE r.invitation_id = i.id
            ORDER BY r.rank DESC, r.day DESC, r.id DESC LIMIT 1) AS answer
    FROM invitations i
),
reached AS MATERIALIZED (
    SELECT p.id, p.scope, p.sector, p.state, p.added_on,
        EXISTS (SELECT 1 FROM invitations i WHERE i.partner_id = p.id) AS invited,
        p.id IN (SELECT partner_id FROM standing WHERE answer = 'accepted') AS accepted,
        p.id IN (SELECT partner_id FROM attendances) AS attended,
        p.id IN (SELECT partner_id FROM agreements) AS joined,
        p.id IN (SELECT partner_id FROM commitments WHERE withdrawn_on IS NULL) AS committed,
        p.id IN (SELECT partner_id FROM partner_stops) AS stopped,
        (SELECT n.text FROM names n WHERE n.partner_id = p.id AND n.kind = 'official') AS name
    FROM partners p WHERE p.removed_on IS NULL
)
SELECT 'partners', scope, sector, state, COUNT(*), SUM(invited), SUM(accepted), SUM(attended), SUM(joined), SUM(committed)
FROM reached GROUP BY scope, sector, state
UNION ALL
SELECT 'answers', s.session_id, s.answer, NULL, COUNT(*), NULL, NULL, NULL, NULL, NULL
FROM standing s JOIN reached p ON p.id = s.partner_id GROUP BY s.session_id, s.answer
UNION ALL
SELECT 'attendances', t.session_id, NULL, NULL, COUNT(*), NULL, NULL, NULL, NULL, NULL
FROM attendances t JOIN reached p ON p.id = t.partner_id GROUP BY t.session_id
UNION ALL
SELECT * FROM (
    SELECT 'no-contact', p.name, p.added_on AS since, p.id, COUNT(*) OVER (), NULL, NULL, NULL, NULL, NULL
    FROM reached p
    WHERE NOT p.stopped AND NOT EXISTS (
        SELECT 1 FROM contacts c WHERE c.partner_id = p.id
            AND (c.email IS NULL OR LOWER(c.email) NOT IN (SELECT address FROM address_stops WHERE kind = 'opted-out'))
    )
    ORDER BY since, p.id LIMIT 10
)
UNION ALL
SELECT * FROM (
    SELECT 'bounced', p.name, MAX(s.day) AS since, p.id, COUNT(*) OVER (), NULL, NULL, NULL, NULL, NULL
    FROM address_stops s
    JOIN contacts c ON LOWER(c.email) = s.address
    JOIN reached p ON p.id = c.partner_id
    WHERE s.kind = 'bounced' AND NOT p.stopped AND NOT EXISTS (
        SELECT 1 FROM contacts o
        WHERE o.partner_id = p.id AND LOWER(o.email) NOT IN (SELECT address FROM address_stops)
    )
    GROUP BY p.id ORDER BY since, p.id LIMIT 10
)
UNION ALL
SELECT * FROM (
    SELECT 'not-invited', p.name, p.added_on AS since, p.id, COUNT(*) OVER (), NULL, NULL, NULL, NULL, NULL
    FROM reached p
    WHERE NOT (p.invited OR p.attended OR p.joined OR p.committed OR p.stopped)
    ORDER BY since, p.id LIMIT 10
)
UNION ALL
SELECT * FROM (
    SELECT 'not-confirmed-sent', p.name, MIN(s.day) AS since, p.id, COUNT(*) OVER (), NULL, NULL, NULL, NULL, NULL
    FROM deliveries d
    JOIN standing s ON s.id = d.invitation_id
    JOIN reached p ON p.id = s.partner_id
    WHERE d.state = 'written' AND s.answer IS NULL AND NOT (p.attended OR p.joined OR p.committed)
        AND d.id = (SELECT MAX(n.id) FROM deliveries n WHERE n.invitation_id = d.invitation_id)
    GROUP BY p.id ORDER BY since, p.id LIMIT 10
)
UNION ALL
SELECT * FROM (
    SELECT 'no-answer', p.name, s.day AS since, p.id, COUNT(*) OVER (), NULL, NULL, NULL, NULL, NULL
    FROM (SELECT MAX(id) AS id FROM invitations GROUP BY partner_id) newest
    JOIN standing s ON s.id = newest.id
    JOIN reached p ON p.id = s.partner_id
    JOIN sessions v ON v.id = s.session_id
    WHERE s.answer IS NULL AND NOT (p.attended OR p.joined OR p.committed OR p.stopped) AND v.cancelled_on IS NULL
        AND s.day <= :week_ago
        AND COALESCE(
            (SELECT d.state FROM deliveries d WHERE d.invitation_id = s.id ORDER BY d.id DESC LIMIT 1), ''
        ) <> 'bounced'
    ORDER BY since, p.id LIMIT 10
)
UNION ALL
SELECT * FROM (
    SELECT d.state, p.name, d.day AS since, p.id, COUNT(*) OVER (PARTITION BY d.state), NULL, NULL, NULL, NULL, NULL
    FROM deliveries d
    JOIN standing s ON s.id = d.invitation_id
    JOIN reached p ON p.id = s.partner_id
    WHERE d.state IN ('in-doubt', 'sending', 'queued', 'failed', 'bounced')
    ORDER BY since, p.id LIMIT 10
)
UNION ALL
SELECT 'review', NULL, NULL, NULL, COUNT(*), NULL, NULL, NULL, NULL, NULL FROM review_items WHERE state = 'open'
UNION ALL
SELECT * FROM (
    SELECT 'not-attended', p.name, MAX(SUBSTR(v.code, 1, 10)) AS since, p.id, COUNT(*) OVER (), NULL, NULL, NULL, NULL,
        NULL
    FROM standing s
    JOIN reached p ON p.id = s.partner_id
    JOIN sessions v ON v.id = s.session_id
    WHERE s.answer = 'accepted' AND NOT (p.attended OR p.joined OR p.committed OR p.stopped) AND v.cancelled_on IS NULL
    GROUP BY p.id HAVING since <= :yesterday ORDER BY since, p.id LIMIT 10
)
UNION ALL
SELECT * FROM (
    SELECT 'not-joined', p.name, MAX(t.day) AS since, p.id, COUNT(*) OVER (), NULL, NULL, NULL, NULL, NULL
    FROM attendances t
    JOIN reached p ON p.id = t.partner_id
    WHERE NOT (p.joined OR p.committed OR p.stopped)
    GROUP BY p.id ORDER BY since, p.id LIMIT 10
)
UNION ALL
SELECT * FROM (
    SELECT 'overdue', p.name, COALESCE(MAX(r.day), c.day) AS since, p.id, COUNT(*) OVER (), NULL, NULL, NULL, NULL, NULL
    FROM commitments c
    JOIN reached p ON p.id = c.partner_id
    LEFT JOIN progress_reports r ON r.commitment_id = c.id
    WHERE c.withdrawn_on IS NULL AND NOT p.stopped
    GROUP BY c.id
    HAVING NOT COALESCE(MAX(r.done), 0)
        AND (since <= :year_ago OR (c.due_on < :today AND COALESCE(MAX(r.day), '') < c.due_on))
        AND NOT (
            EXISTS (SELECT 1 FROM measures m WHERE m.commitment_id = c.id)
            AND NOT EXISTS (
                SELECT 1 FROM measures m WHERE m.commitment_id = c.id AND m.target > COALESCE(
                    (SELECT o.amount FROM progress_reports o WHERE o.measure_id = m.id
                        ORDER BY o.day DESC, o.id DESC LIMIT 1), 0
                )
            )
        )
    ORDER BY since, p.id LIMIT 10
)
UNION ALL
SELECT 'maybe-twice', NULL, NULL, NULL, COUNT(*), NULL, NULL, NULL, NULL, NULL FROM doubtful_pairs WHERE NOT apart;
