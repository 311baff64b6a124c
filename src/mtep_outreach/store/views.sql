-- What the words of the product mean, said once. Everything that only reads goes through these views.
--
-- Every view looks at the world as of one day: the relation as_of(day). In the database file it is the end of time, so
-- that whoever opens the file sees all that is recorded; a report of a past day puts its own as_of before the same text.
-- The SQL is understood by SQLite (3.35 and later) and by PostgreSQL.

CREATE VIEW as_of AS
SELECT date('9999-12-31') AS day;

-- Partners that are not removed.
CREATE VIEW kept_partners AS
SELECT
    p.id, p.scope, p.sector, p.state, p.city, p.address, p.postal_code, p.phone, p.website, p.note, p.added_on
FROM partners p
CROSS JOIN as_of
WHERE p.removed_on IS NULL OR p.removed_on > as_of.day;

-- The same, under their official names.
CREATE VIEW present_partners AS
SELECT
    p.id, official.text AS name, official.key AS name_key, acronym.text AS acronym,
    p.scope, p.sector, p.state, p.city, p.address, p.postal_code, p.phone, p.website, p.note, p.added_on
FROM kept_partners p
JOIN names official ON official.partner_id = p.id AND official.kind = 'official'
LEFT JOIN names acronym ON acronym.partner_id = p.id AND acronym.kind = 'acronym';

-- Sessions planned by that day, or held by then and written down later.
CREATE VIEW planned_sessions AS
SELECT
    v.id, v.code AS session, v.title, v.starts_at, v.ends_at, v.time_zone, v.place, v.host_name, v.host_email, v.agenda,
    CASE WHEN v.cancelled_on <= as_of.day THEN v.cancelled_on END AS cancelled_on
FROM sessions v
CROSS JOIN as_of
WHERE v.added_on <= as_of.day OR date(SUBSTR(v.code, 1, 10)) <= as_of.day;

-- The reply that counts: of each invitation the newest, as replies are ranked, never as they came in.
CREATE VIEW standing_replies AS
SELECT r.id, r.invitation_id, r.answer, r.day, r.note, r.rank, r.address, r.sent_from, i.partner_id, i.session_id
FROM replies r
JOIN invitations i ON i.id = r.invitation_id
CROSS JOIN as_of
WHERE r.day <= as_of.day
  AND NOT EXISTS (
    SELECT 1 FROM replies later
    WHERE later.invitation_id = r.invitation_id AND later.day <= as_of.day
      AND (
        later.rank > r.rank
        OR (later.rank = r.rank AND (later.day > r.day OR (later.day = r.day AND later.id > r.id)))
      )
  );

-- What is recorded of a partner, with the stage it is evidence of.
CREATE VIEW facts AS
SELECT recorded.partner_id, recorded.stage, recorded.step, recorded.day
FROM (
    SELECT id AS partner_id, 'identified' AS stage, 1 AS step, added_on AS day FROM partners
    UNION ALL SELECT partner_id, 'identified', 1, day FROM nominations
    UNION ALL SELECT partner_id, 'invited', 2, day FROM invitations
    UNION ALL SELECT partner_id, 'accepted', 3, day FROM standing_replies WHERE answer = 'accepted'
    UNION ALL SELECT partner_id, 'attended', 4, day FROM attendances
    UNION ALL SELECT partner_id, 'joined', 5, day FROM agreements
) recorded
CROSS JOIN as_of
WHERE recorded.day <= as_of.day;

-- How far each partner has come: the furthest stage that a fact is recorded for.
CREATE VIEW partner_stages AS
SELECT
    partner_id,
    MAX(step) AS step,
    CASE MAX(step)
        WHEN 1 THEN 'identified' WHEN 2 THEN 'invited' WHEN 3 THEN 'accepted'
        WHEN 4 THEN 'attended' WHEN 5 THEN 'joined' ELSE 'committed'
    END AS stage
FROM facts
GROUP BY partner_id;

-- Addresses that nothing is sent to any more: opting out counts for more than a bounce.
CREATE VIEW stopped_addresses AS
SELECT s.address, s.kind AS stopped, s.day
FROM address_stops s
CROSS JOIN as_of
WHERE s.day <= as_of.day
  AND NOT EXISTS (
    SELECT 1 FROM address_stops more WHERE more.address = s.address AND more.kind > s.kind AND more.day <= as_of.day
  );

-- Partners that nobody writes to any more.
CREATE VIEW stopped_partners AS
SELECT s.partner_id, s.day, s.reason
FROM partner_stops s
CROSS JOIN as_of
WHERE s.day <= as_of.day;

-- People that a letter can go to.
CREATE VIEW open_contacts AS
SELECT c.id, c.partner_id, c.name, c.email, c.title, c.phone, c.time_zone, c.is_primary
FROM contacts c
CROSS JOIN as_of
WHERE c.added_on <= as_of.day
  AND NOT EXISTS (SELECT 1 FROM address_stops s WHERE s.address = LOWER(c.email) AND s.day <= as_of.day);

-- Whom a letter to a partner goes to: the primary contact, else the one added first.
CREATE VIEW main_contacts AS
SELECT c.id, c.partner_id, c.name, c.email, c.title, c.phone, c.time_zone
FROM open_contacts c
WHERE NOT EXISTS (
    SELECT 1 FROM open_contacts better
    WHERE better.partner_id = c.partner_id
      AND ((better.is_primary AND NOT c.is_primary) OR (better.is_primary = c.is_primary AND better.id < c.id))
  );

-- People whose letters came back: nothing is sent to their address any more.
CREATE VIEW bounced_contacts AS
SELECT c.id, c.partner_id, c.name, c.email, s.day AS bounced_on, s.note
FROM contacts c
JOIN address_stops s ON s.address = LOWER(c.email) AND s.kind = 'bounced'
CROSS JOIN as_of
WHERE s.day <= as_of.day;

-- Partners that are left in peace: marked so, or somebody there asked for no more letters and nobody else is known.
CREATE VIEW quiet_partners AS
SELECT x.partner_id FROM stopped_partners x
UNION ALL
SELECT c.partner_id
FROM contacts c
JOIN address_stops s ON s.address = LOWER(c.email) AND s.kind = 'opted-out'
CROSS JOIN as_of
WHERE s.day <= as_of.day AND NOT EXISTS (SELECT 1 FROM open_contacts o WHERE o.partner_id = c.partner_id);

CREATE VIEW partner_list AS
SELECT
    p.id, p.name, p.name_key, p.acronym, p.scope, p.sector, p.state, p.city, p.address, p.postal_code, p.phone, p.website,
    s.stage, s.step, c.name AS contact, c.email, p.added_on, p.note,
    EXISTS (SELECT 1 FROM stopped_partners x WHERE x.partner_id = p.id) AS do_not_contact
FROM present_partners p
JOIN partner_stages s ON s.partner_id = p.id
LEFT JOIN main_contacts c ON c.partner_id = p.id;

CREATE VIEW contact_list AS
SELECT
    c.id, c.name, c.email, c.title, c.phone, c.time_zone, c.is_primary AS "primary", b.stopped, b.day AS stopped_on,
    c.note,
    p.id AS partner_id, p.name AS partner, p.scope, p.sector, p.state, s.stage
FROM contacts c
JOIN present_partners p ON p.id = c.partner_id
JOIN partner_stages s ON s.partner_id = p.id
LEFT JOIN stopped_addresses b ON b.address = LOWER(c.email);

CREATE VIEW member_list AS
SELECT
    m.id, m.name, m.email, m.role, m.team, m.state, m.added_on,
    (SELECT COUNT(*) FROM nominations n JOIN present_partners p ON p.id = n.partner_id WHERE n.member_id = m.id)
        AS nominations
FROM members m;

CREATE VIEW nomination_list AS
SELECT
    n.id, p.id AS partner_id, p.name AS partner, m.name AS member, m.email AS member_email, m.role AS member_role,
    n.day, n.reason, p.scope, p.sector, p.state, s.stage
FROM nominations n
JOIN present_partners p ON p.id = n.partner_id
JOIN partner_stages s ON s.partner_id = p.id
JOIN members m ON m.id = n.member_id
CROSS JOIN as_of
WHERE n.day <= as_of.day;

-- Invitations of partners that are present, with the reply that counts and the newest letter.
CREATE VIEW invitation_list AS
SELECT
    i.id, v.code AS session, i.session_id, p.id AS partner_id, p.name AS partner, i.day AS invited_on,
    i.contact_id, i.signer_id, c.name AS contact, COALESCE(d.address, c.email) AS address, m.name AS signer, i.uid, i.sequence,
    r.answer AS reply, r.day AS replied_on, r.note AS reply_note,
    d.id AS delivery_id, d.kind, d.state, d.sender, d.path, d.template, p.scope, p.sector, p.state AS partner_state, s.stage
FROM invitations i
JOIN sessions v ON v.id = i.session_id
JOIN present_partners p ON p.id = i.partner_id
JOIN partner_stages s ON s.partner_id = p.id
LEFT JOIN contacts c ON c.id = i.contact_id
LEFT JOIN members m ON m.id = i.signer_id
LEFT JOIN standing_replies r ON r.invitation_id = i.id
LEFT JOIN deliveries d ON d.id = (SELECT MAX(newest.id) FROM deliveries newest WHERE newest.invitation_id = i.id)
CROSS JOIN as_of
WHERE i.day <= as_of.day;

-- Every letter on its way, the newest of each invitation marked.
CREATE VIEW delivery_list AS
SELECT
    d.id, d.invitation_id AS invitation, v.code AS session, i.session_id, p.id AS partner_id, p.name AS partner, d.kind,
    d.address, d.state, d.message_id, d.attempts, d.error, d.sent_at, d.try_at, d.sender, d.subject, d.path, d.files, d.day,
    i.signer_id, i.contact_id, m.name AS signer, p.scope, p.sector, p.state AS partner_state, s.stage,
    d.id = (SELECT MAX(newest.id) FROM deliveries newest WHERE newest.invitation_id = d.invitation_id) AS is_newest
FROM deliveries d
JOIN invitations i ON i.id = d.invitation_id
JOIN sessions v ON v.id = i.session_id
JOIN present_partners p ON p.id = i.partner_id
JOIN partner_stages s ON s.partner_id = p.id
LEFT JOIN members m ON m.id = i.signer_id
CROSS JOIN as_of
WHERE d.day <= as_of.day;

-- What a mail that comes in is compared with: every invitation, and every letter of it, of removed partners too.
CREATE VIEW known_invitations AS
SELECT
    i.id, i.uid, i.sequence, i.partner_id, n.text AS partner, v.code AS session, v.starts_at, v.ends_at, v.time_zone, c.email,
    c.name AS contact
FROM invitations i
JOIN sessions v ON v.id = i.session_id
JOIN names n ON n.partner_id = i.partner_id AND n.kind = 'official'
LEFT JOIN contacts c ON c.id = i.contact_id;

CREATE VIEW known_letters AS
SELECT d.id, d.invitation_id, d.state, d.sequence, d.address, d.message_id, d.subject, d.day
FROM deliveries d;

-- Every answer, whoever gave it; the one that counts is marked.
CREATE VIEW reply_list AS
SELECT
    r.id, v.code AS session, i.session_id, p.id AS partner_id, p.name AS partner, r.answer, r.day, r.address, r.sent_from,
    r.note, r.sequence, r.mail_id IS NOT NULL AS by_mail,
    r.id = (SELECT s.id FROM standing_replies s WHERE s.invitation_id = r.invitation_id) AS counts,
    p.scope, p.sector, p.state AS partner_state, s.stage
FROM replies r
JOIN invitations i ON i.id = r.invitation_id
JOIN sessions v ON v.id = i.session_id
JOIN present_partners p ON p.id = i.partner_id
JOIN partner_stages s ON s.partner_id = p.id
CROSS JOIN as_of
WHERE r.day <= as_of.day;

CREATE VIEW attendance_list AS
SELECT
    t.id, v.code AS session, t.session_id, p.id AS partner_id, p.name AS partner, t.day, p.scope, p.sector, p.state, s.stage
FROM attendances t
JOIN sessions v ON v.id = t.session_id
JOIN present_partners p ON p.id = t.partner_id
JOIN partner_stages s ON s.partner_id = p.id
CROSS JOIN as_of
WHERE t.day <= as_of.day;

-- Mails that a person has to look at, with the partner and the session that each is about where it is known.
CREATE VIEW review_list AS
SELECT
    q.id, q.day, q.state, q.reason, q.proposal, q.sender, q.subject, q.text, q.address, q.invitation_id, q.delivery_id,
    p.id AS partner_id, p.name AS partner, v.code AS session, q.settled_on, p.scope
FROM review_items q
LEFT JOIN invitations i ON i.id = q.invitation_id
LEFT JOIN present_partners p ON p.id = i.partner_id
LEFT JOIN sessions v ON v.id = i.session_id
CROSS JOIN as_of
WHERE q.day <= as_of.day;

-- All that happened with a partner, for its card.
CREATE VIEW time_line AS
SELECT partner_id, day, place, id, what, detail, note
FROM (
    SELECT id AS partner_id, added_on AS day, 1 AS place, id, 'identified' AS what, NULL AS detail, NULL AS note
    FROM partners
    UNION ALL
    SELECT n.partner_id, n.day, 2, n.id, 'nominated', m.name, n.reason
    FROM nominations n JOIN members m ON m.id = n.member_id
    UNION ALL
    SELECT i.partner_id, i.day, 3, i.id, 'invited', v.code, NULL
    FROM invitations i JOIN sessions v ON v.id = i.session_id
    UNION ALL
    SELECT i.partner_id, r.day, 4, r.id, r.answer, v.code, r.note
    FROM replies r JOIN invitations i ON i.id = r.invitation_id JOIN sessions v ON v.id = i.session_id
    UNION ALL
    SELECT
        t.partner_id, t.day, 5, t.id, 'attended', v.code,
        CASE WHEN EXISTS (SELECT 1 FROM invitations i WHERE i.partner_id = t.partner_id AND i.session_id = t.session_id)
            THEN NULL ELSE 'came without an invitation' END
    FROM attendances t JOIN sessions v ON v.id = t.session_id
    UNION ALL
    SELECT partner_id, day, 6, id, 'joined', kind, document FROM agreements
    UNION ALL
    SELECT id, removed_on, 7, id, 'removed', NULL, NULL FROM partners WHERE removed_on IS NOT NULL
    UNION ALL
    SELECT i.partner_id, d.day, 8, d.id, d.kind, v.code, d.state
    FROM deliveries d JOIN invitations i ON i.id = d.invitation_id JOIN sessions v ON v.id = i.session_id
    WHERE d.kind <> 'invitation' AND d.state NOT IN ('failed', 'bounced')
    UNION ALL
    SELECT
        i.partner_id, d.day, 8, d.id, CASE d.state WHEN 'failed' THEN 'not delivered' ELSE 'came back' END, d.kind,
        NULLIF(COALESCE(d.address || ': ', '') || COALESCE(d.error, ''), '')
    FROM deliveries d JOIN invitations i ON i.id = d.invitation_id
    WHERE d.state IN ('failed', 'bounced')
    UNION ALL
    SELECT partner_id, day, 9, id, 'do not contact', NULL, reason FROM partner_stops
    UNION ALL
    SELECT c.partner_id, s.day, 10, s.id, s.kind, c.email, s.note
    FROM address_stops s JOIN contacts c ON LOWER(c.email) = s.address
) happened;

-- How many partners each stage after the first is recorded for, in each scope.
CREATE VIEW stage_counts AS
SELECT f.stage, p.scope, COUNT(DISTINCT f.partner_id) AS partners
FROM facts f
JOIN kept_partners p ON p.id = f.partner_id
WHERE f.step > 1
GROUP BY f.stage, p.scope;

-- How many partners are identified: a partner is as soon as anything is recorded of it.
CREATE VIEW partner_counts AS
SELECT p.scope, p.sector, p.state, COUNT(*) AS partners
FROM kept_partners p
JOIN partner_stages s ON s.partner_id = p.id
GROUP BY p.scope, p.sector, p.state;

CREATE VIEW invitation_counts AS
SELECT i.session_id, p.scope, r.answer AS reply, COUNT(*) AS partners
FROM invitations i
JOIN kept_partners p ON p.id = i.partner_id
LEFT JOIN standing_replies r ON r.invitation_id = i.id
CROSS JOIN as_of
WHERE i.day <= as_of.day
GROUP BY i.session_id, p.scope, r.answer;

CREATE VIEW attendance_counts AS
SELECT
    t.session_id, p.scope, COUNT(*) AS partners
FROM attendances t
JOIN kept_partners p ON p.id = t.partner_id
CROSS JOIN as_of
WHERE t.day <= as_of.day
GROUP BY t.session_id, p.scope;

CREATE VIEW session_list AS
SELECT
    v.id, v.session, v.title, v.starts_at, v.ends_at, v.time_zone, v.place, v.host_name, v.host_email, v.agenda,
    v.cancelled_on, COALESCE(i.invited, 0) AS invited, COALESCE(i.accepted, 0) AS accepted, COALESCE(i.tentative, 0) AS tentative,
    COALESCE(i.declined, 0) AS declined, COALESCE(i.no_answer, 0) AS no_answer, COALESCE(a.attended, 0) AS attended
FROM planned_sessions v
LEFT JOIN (
    SELECT
        session_id,
        CAST(SUM(partners) AS INTEGER) AS invited,
        CAST(SUM(CASE WHEN reply = 'accepted' THEN partners ELSE 0 END) AS INTEGER) AS accepted,
        CAST(SUM(CASE WHEN reply = 'tentative' THEN partners ELSE 0 END) AS INTEGER) AS tentative,
        CAST(SUM(CASE WHEN reply = 'declined' THEN partners ELSE 0 END) AS INTEGER) AS declined,
        CAST(SUM(CASE WHEN reply IS NULL THEN partners ELSE 0 END) AS INTEGER) AS no_answer
    FROM invitation_counts
    GROUP BY session_id
) i ON i.session_id = v.id
LEFT JOIN (
    SELECT session_id, CAST(SUM(partners) AS INTEGER) AS attended FROM attendance_counts GROUP BY session_id
) a ON a.session_id = v.id;

-- Pairs of present partners that may be one, and that nobody has decided on.
CREATE VIEW doubtful_list AS
SELECT d.id, a.id AS first_id, a.name AS first, b.id AS second_id, b.name AS second, d.score, d.reasons, d.day, a.scope
FROM doubtful_pairs d
JOIN present_partners a ON a.id = d.first_id
JOIN present_partners b ON b.id = d.second_id
CROSS JOIN as_of
WHERE NOT d.apart AND d.day <= as_of.day;

-- What waits to be done, a row for each partner and task.
CREATE VIEW tasks AS
SELECT 'no-contact' AS what, p.id AS partner_id, p.name AS partner, p.added_on AS since, p.scope,
    CAST(NULL AS TEXT) AS session, CAST(NULL AS INTEGER) AS delivery_id, CAST(NULL AS TEXT) AS sender
FROM present_partners p
JOIN partner_stages s ON s.partner_id = p.id
WHERE NOT EXISTS (SELECT 1 FROM main_contacts c WHERE c.partner_id = p.id)
  AND NOT EXISTS (SELECT 1 FROM quiet_partners x WHERE x.partner_id = p.id)
  AND NOT EXISTS (SELECT 1 FROM bounced_contacts b WHERE b.partner_id = p.id)
UNION ALL
SELECT 'bounced', p.id, p.name, MAX(b.bounced_on), p.scope, NULL, NULL, NULL
FROM present_partners p
JOIN bounced_contacts b ON b.partner_id = p.id
WHERE NOT EXISTS (SELECT 1 FROM main_contacts c WHERE c.partner_id = p.id AND c.email IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM quiet_partners x WHERE x.partner_id = p.id)
GROUP BY p.id, p.name, p.scope
UNION ALL
SELECT 'not-invited', p.id, p.name, p.added_on, p.scope, NULL, NULL, NULL
FROM present_partners p
JOIN partner_stages s ON s.partner_id = p.id
WHERE s.step = 1 AND NOT EXISTS (SELECT 1 FROM quiet_partners x WHERE x.partner_id = p.id)
UNION ALL
SELECT 'not-confirmed-sent', l.partner_id, l.partner, MIN(l.invited_on), l.scope, MIN(l.session), NULL, NULL
FROM invitation_list l
JOIN partner_stages s ON s.partner_id = l.partner_id
WHERE l.state = 'written' AND l.reply IS NULL AND s.step < 4
  AND NOT EXISTS (SELECT 1 FROM quiet_partners x WHERE x.partner_id = l.partner_id)
GROUP BY l.partner_id, l.partner, l.scope
UNION ALL
SELECT 'no-answer', l.partner_id, l.partner, l.invited_on, l.scope, l.session, NULL, NULL
FROM invitation_list l
JOIN partner_stages s ON s.partner_id = l.partner_id
CROSS JOIN as_of
WHERE l.reply IS NULL AND s.step < 4 AND COALESCE(l.state, '') <> 'bounced'
  AND EXISTS (SELECT 1 FROM planned_sessions v WHERE v.id = l.session_id AND v.cancelled_on IS NULL)
  AND NOT EXISTS (SELECT 1 FROM quiet_partners x WHERE x.partner_id = l.partner_id)
  AND NOT EXISTS (
    SELECT 1 FROM invitations newer
    WHERE newer.partner_id = l.partner_id AND newer.id > l.id AND newer.day <= as_of.day
  )
UNION ALL
SELECT 'in-doubt', l.partner_id, l.partner, l.day, l.scope, l.session, l.id, l.sender
FROM delivery_list l WHERE l.state IN ('in-doubt', 'sending')
UNION ALL
SELECT 'queued', l.partner_id, l.partner, l.day, l.scope, l.session, l.id, l.sender
FROM delivery_list l WHERE l.state = 'queued'
UNION ALL
SELECT 'failed', l.partner_id, l.partner, l.day, l.scope, l.session, l.id, l.sender
FROM delivery_list l
WHERE l.state = 'failed' AND l.is_newest
  AND NOT EXISTS (SELECT 1 FROM quiet_partners x WHERE x.partner_id = l.partner_id)
  AND NOT (
    l.kind IN ('invitation', 'reminder')
    AND EXISTS (SELECT 1 FROM standing_replies r WHERE r.invitation_id = l.invitation)
  )
UNION ALL
SELECT 'came-back', l.partner_id, l.partner, l.day, l.scope, l.session, l.id, l.sender
FROM delivery_list l
WHERE l.state = 'bounced' AND l.is_newest AND l.kind = 'invitation'
  AND EXISTS (SELECT 1 FROM planned_sessions v WHERE v.id = l.session_id AND v.cancelled_on IS NULL)
  AND EXISTS (
    SELECT 1 FROM main_contacts c
    WHERE c.partner_id = l.partner_id AND LOWER(c.email) <> LOWER(COALESCE(l.address, ''))
  )
  AND NOT EXISTS (SELECT 1 FROM standing_replies r WHERE r.invitation_id = l.invitation)
  AND NOT EXISTS (SELECT 1 FROM quiet_partners x WHERE x.partner_id = l.partner_id)
UNION ALL
SELECT 'review', q.partner_id, COALESCE(q.partner, q.sender, 'somebody'), q.day, q.scope, q.session, q.id, NULL
FROM review_list q WHERE q.state = 'open'
UNION ALL
SELECT 'not-attended', r.partner_id, p.name, MAX(date(SUBSTR(v.session, 1, 10))), p.scope, MAX(v.session), NULL, NULL
FROM standing_replies r
JOIN planned_sessions v ON v.id = r.session_id
JOIN present_partners p ON p.id = r.partner_id
JOIN partner_stages s ON s.partner_id = r.partner_id
CROSS JOIN as_of
WHERE r.answer = 'accepted' AND s.step = 3 AND v.cancelled_on IS NULL
  AND EXISTS (SELECT 1 FROM attendances t WHERE t.session_id = v.id AND t.day <= as_of.day)
  AND NOT EXISTS (SELECT 1 FROM quiet_partners x WHERE x.partner_id = r.partner_id)
GROUP BY r.partner_id, p.name, p.scope
UNION ALL
SELECT 'not-recorded', NULL, 'session ' || v.session, date(SUBSTR(v.session, 1, 10)), NULL, v.session, NULL, NULL
FROM planned_sessions v
CROSS JOIN as_of
WHERE v.cancelled_on IS NULL
  AND NOT EXISTS (SELECT 1 FROM attendances t WHERE t.session_id = v.id AND t.day <= as_of.day)
  AND EXISTS (
    SELECT 1 FROM standing_replies r JOIN kept_partners p ON p.id = r.partner_id
    WHERE r.session_id = v.id AND r.answer = 'accepted'
  )
UNION ALL
SELECT 'not-joined', t.partner_id, p.name, MAX(t.day), p.scope, MAX(v.code), NULL, NULL
FROM attendances t
JOIN sessions v ON v.id = t.session_id
JOIN present_partners p ON p.id = t.partner_id
JOIN partner_stages s ON s.partner_id = t.partner_id
CROSS JOIN as_of
WHERE s.step = 4 AND t.day <= as_of.day
  AND NOT EXISTS (SELECT 1 FROM quiet_partners x WHERE x.partner_id = t.partner_id)
GROUP BY t.partner_id, p.name, p.scope
UNION ALL
SELECT 'maybe-twice', d.first_id, d.first, d.day, d.scope, NULL, NULL, NULL FROM doubtful_list d;

-- What an invitation needs to know of every present partner.
CREATE VIEW letter_facts AS
SELECT
    p.id, p.name, p.name_key, p.acronym, p.scope, p.sector, p.state, p.city, s.stage, s.step,
    c.id AS contact_id, c.name AS contact, c.email AS contact_email, c.title AS contact_title, c.time_zone AS contact_zone,
    x.day AS stopped_on, x.reason AS stop_reason, n.id AS nomination_id, n.reason, n.member_id, m.name AS nominator, m.email AS nominator_email, m.role AS nominator_role,
    m.team AS nominator_team
FROM present_partners p
JOIN partner_stages s ON s.partner_id = p.id
LEFT JOIN main_contacts c ON c.partner_id = p.id
LEFT JOIN stopped_partners x ON x.partner_id = p.id
LEFT JOIN nominations n ON n.partner_id = p.id
LEFT JOIN members m ON m.id = n.member_id;

-- Every name that finds a partner, removed ones too.
CREATE VIEW partner_names AS
SELECT
    n.key, n.text, n.kind, p.id, official.text AS name, acronym.text AS acronym, p.state, p.city, p.address, p.website,
    p.removed_on
FROM names n
JOIN partners p ON p.id = n.partner_id
JOIN names official ON official.partner_id = p.id AND official.kind = 'official'
LEFT JOIN names acronym ON acronym.partner_id = p.id AND acronym.kind = 'acronym';

-- What tells organizations apart or shows that they are one: a row for each name of each present partner.
CREATE VIEW known_names AS
SELECT
    p.id, n.id AS name_id, n.kind, n.text, n.key, p.state, p.city, p.address, p.postal_code, p.phone, p.website
FROM kept_partners p
JOIN names n ON n.partner_id = p.id;

-- The log: a step is undone when an undo of it stands that was not itself taken back by a redo.
CREATE VIEW log_list AS
SELECT
    e.id, e.at, e.actor, e.command, e.kind, e.undoes,
    EXISTS (
        SELECT 1 FROM journal_entries u
        WHERE u.undoes = e.id AND u.kind = 'undo'
          AND NOT EXISTS (SELECT 1 FROM journal_entries r WHERE r.undoes = u.id AND r.kind = 'redo')
    ) AS undone,
    EXISTS (SELECT 1 FROM journal_entries r WHERE r.undoes = e.id AND r.kind = 'redo') AS redone
FROM journal_entries e;

CREATE VIEW change_counts AS
SELECT entry_id, operation, table_name, CAST(SUM(last_id - row_id + 1) AS INTEGER) AS changed
FROM journal_changes
GROUP BY entry_id, operation, table_name;
