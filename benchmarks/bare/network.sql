-- Invented partners, one for each row of the table numbers (i), with what happened to them: three of four are invited to
-- each of the sessions that are planned, a quarter of these answer, some come, some join, a few commit themselves.
INSERT INTO members (id, name, key, email, role, added_on)
SELECT i, 'Member ' || i, 'member ' || i, 'member' || i || '@example.edu', 'change-agent', '2024-01-01'
FROM numbers WHERE i <= 50;
INSERT INTO partners (id, scope, sector, state, added_on, removed_on, public)
SELECT i, CASE d % 4 WHEN 0 THEN 'national' WHEN 1 THEN 'state' WHEN 2 THEN 'local' END,
    CASE d % 9 WHEN 0 THEN 'government' WHEN 1 THEN 'nonprofit' WHEN 2 THEN 'professional' WHEN 3 THEN 'industry'
        WHEN 4 THEN 'philanthropy' WHEN 5 THEN 'higher-education' WHEN 6 THEN 'k12' WHEN 7 THEN 'community' END,
    SUBSTR('ALAKAZARCACOCTDEFLGAHIIDILINIAKSKYLAMEMDMAMIMNMSMOMTNENVNHNJNMNYNCNDOHOKORPARISCSDTNTXUTVTVAWAWVWI',
        2 * (d % 49) + 1, 2),
    DATE('2024-01-01', '+' || (d % 200) || ' days'), CASE WHEN d % 100 = 0 THEN '2024-09-01' END, 0
FROM numbers;
INSERT INTO names (partner_id, kind, text, key)
SELECT i, 'official', 'Organization of Teachers ' || i, 'organization of teachers ' || i FROM numbers;
INSERT INTO partner_roles (partner_id, role)
SELECT i, CASE d % 4 WHEN 0 THEN 'mathematics-faculty' WHEN 1 THEN 'education-faculty' WHEN 2 THEN 'school-personnel'
    ELSE 'families-and-community' END
FROM numbers WHERE e % 2 = 0;
INSERT INTO nominations (partner_id, member_id, day)
SELECT i, 1 + d % 50, DATE('2024-01-01', '+' || (d % 200) || ' days') FROM numbers
WHERE d % 2 = 0 AND 1 + d % 50 IN (SELECT id FROM members);
INSERT INTO contacts (partner_id, name, email, is_primary, added_on)
SELECT i, 'Person ' || i, 'person' || i || '@example.org', 1, '2024-01-01' FROM numbers WHERE e % 20 > 0;
INSERT INTO invitations (partner_id, session_id, day, uid, sequence)
SELECT n.i, s.id, DATE(s.code, '-' || (10 + n.d % 30) || ' days'), LOWER(HEX(RANDOMBLOB(8))), 0
FROM sessions s, numbers n WHERE n.e % 4 > 0 ORDER BY s.id, n.i;
INSERT INTO deliveries (invitation_id, kind, state, template, day, text, at, subject, sequence, attempts)
SELECT id, 'invitation', CASE WHEN id % 199 = 0 THEN 'written' ELSE 'sent' END,
    CASE id % 3 WHEN 0 THEN 'invitation' ELSE 'invitation-local' END, day, '', day || ' 12:00:00', '', 0, 1
FROM invitations;
INSERT INTO replies (invitation_id, answer, day, sequence, rank)
SELECT id, CASE id % 10 WHEN 0 THEN 'tentative' WHEN 1 THEN 'declined' WHEN 2 THEN 'declined' ELSE 'accepted' END,
    DATE(day, '+3 days'), 0, ''
FROM invitations WHERE (id * 7919) % 100 < 25;
INSERT INTO replies (invitation_id, answer, day, sequence, rank)
SELECT id, 'declined', DATE(day, '+6 days'), 0, '' FROM invitations WHERE (id * 7919) % 100 < 2;
INSERT INTO attendances (partner_id, session_id, day)
SELECT i.partner_id, i.session_id, s.code FROM invitations i JOIN sessions s ON s.id = i.session_id
WHERE (i.id * 7919) % 100 BETWEEN 3 AND 8;
INSERT INTO agreements (partner_id, day) SELECT DISTINCT partner_id, '2024-11-15' FROM attendances WHERE id % 5 = 0;
INSERT INTO commitments (partner_id, statement, day, public)
SELECT partner_id, 'We promise.', CASE id % 3 WHEN 0 THEN '2023-11-20' ELSE '2024-11-20' END, 0 FROM agreements WHERE id % 10 = 0;
