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
    p.id, p.scope, p.sector, p.state, p.city, p.address, p.postal_code, p.phone, p.website, p.note, p.added_on, p.public
FROM partners p
WHERE p.removed_on IS NULL OR p.removed_on > (SELECT day FROM as_of);

-- The same, under their official names.
CREATE VIEW present_partners AS
SELECT
    p.id, official.text AS name, official.key AS name_key, acronym.text AS acronym,
    p.scope, p.sector, p.state, p.city, p.address, p.postal_code, p.phone, p.website, p.note, p.added_on, p.public
FROM kept_partners p
JOIN names official ON official.partner_id = p.id AND official.kind = 'official'
LEFT JOIN names acronym ON acronym.partner_id = p.id AND acronym.kind = 'acronym';

-- What each partner is called, removed ones too.
CREATE VIEW official_names AS
SELECT partner_id, text FROM names WHERE kind = 'official';

-- Sessions planned by that day, or held by then and written down later.
CREATE VIEW planned_sessions AS
SELECT
    v.id, v.code AS session, v.title, v.starts_at, v.ends_at, v.time_zone, v.place, v.host_name, v.host_email, v.agenda,
    CASE WHEN v.cancelled_on <= (SELECT day FROM as_of) THEN v.cancelled_on END AS cancelled_on
FROM sessions v
WHERE v.added_on <= (SELECT day FROM as_of) OR date(SUBSTR(v.code, 1, 10)) <= (SELECT day FROM as_of);

-- Members by names that tell them apart: of several of one name the number is said.
CREATE VIEW member_names AS
SELECT
    m.id,
    CASE WHEN EXISTS (SELECT 1 FROM members o WHERE o.key = m.key AND o.id <> m.id)
        THEN m.name || ' (number ' || CAST(m.id AS TEXT) || ')' ELSE m.name END AS name
FROM members m;

-- Sessions that do not take place.
CREATE VIEW cancelled_sessions AS
SELECT id FROM sessions WHERE cancelled_on <= (SELECT day FROM as_of);

-- The reply that counts: of each invitation the newest, as replies are ranked, never as they came in.
CREATE VIEW standing_replies AS
SELECT r.id, r.invitation_id, r.answer, r.day, r.note, r.rank, r.address, r.sent_from
FROM replies r
WHERE r.day <= (SELECT day FROM as_of)
  AND NOT EXISTS (
    SELECT 1 FROM replies later
    WHERE later.invitation_id = r.invitation_id AND later.day <= (SELECT day FROM as_of)
      AND (
        later.rank > r.rank
        OR (later.rank = r.rank AND (later.day > r.day OR (later.day = r.day AND later.id > r.id)))
      )
  );

-- Invitations that a partner accepted, as far as is known.
CREATE VIEW accepted_invitations AS
SELECT i.id, i.partner_id, i.session_id, r.day
FROM invitations i
JOIN standing_replies r ON r.invitation_id = i.id
WHERE r.answer = 'accepted';

-- Commitments that are not withdrawn. One made before its partner was recorded counts from the day that it was: a promise
-- of long ago says nothing of when the network came to know who made it.
CREATE VIEW standing_commitments AS
SELECT c.id, c.partner_id, CASE WHEN c.day < p.added_on THEN p.added_on ELSE c.day END AS day
FROM commitments c
JOIN partners p ON p.id = c.partner_id
WHERE c.withdrawn_on IS NULL OR c.withdrawn_on > (SELECT day FROM as_of);

-- What is recorded of a partner, with the stage it is evidence of.
CREATE VIEW facts AS
SELECT recorded.partner_id, recorded.stage, recorded.step, recorded.day
FROM (
    SELECT id AS partner_id, 'identified' AS stage, 1 AS step, added_on AS day FROM partners
    UNION ALL SELECT partner_id, 'identified', 1, day FROM nominations
    UNION ALL SELECT partner_id, 'invited', 2, day FROM invitations
    UNION ALL SELECT partner_id, 'accepted', 3, day FROM accepted_invitations
    UNION ALL SELECT partner_id, 'attended', 4, day FROM attendances
    UNION ALL SELECT partner_id, 'joined', 5, day FROM agreements
    UNION ALL SELECT partner_id, 'committed', 6, day FROM standing_commitments
) recorded
WHERE recorded.day <= (SELECT day FROM as_of);

-- What is recorded of each present partner by that day; one of whom nothing is recorded by then is not there. Each of
-- these is looked up by itself, so that whoever asks for one of them does not count them all: what most partners have is
-- looked up one by one, what few have is made a list of first.
CREATE VIEW partner_facts AS
SELECT partner_id, scope, sector, state, added_on, invited, accepted, attended, joined, committed
FROM (
    SELECT
        p.id AS partner_id, p.scope, p.sector, p.state, p.added_on,
        p.added_on <= (SELECT day FROM as_of) OR EXISTS (
            SELECT 1 FROM nominations n WHERE n.partner_id = p.id AND n.day <= (SELECT day FROM as_of)
        ) AS named,
        EXISTS (SELECT 1 FROM invitations i WHERE i.partner_id = p.id AND i.day <= (SELECT day FROM as_of)) AS invited,
        EXISTS (SELECT 1 FROM accepted_invitations a WHERE a.partner_id = p.id) AS accepted,
        p.id IN (SELECT t.partner_id FROM attendances t WHERE t.day <= (SELECT day FROM as_of)) AS attended,
        p.id IN (SELECT g.partner_id FROM agreements g WHERE g.day <= (SELECT day FROM as_of)) AS joined,
        p.id IN (SELECT c.partner_id FROM standing_commitments c WHERE c.day <= (SELECT day FROM as_of)) AS committed
    FROM kept_partners p
) recorded
WHERE named OR invited OR accepted OR attended OR joined OR committed;

-- How far each partner has come: the furthest stage that a fact is recorded for.
CREATE VIEW partner_stages AS
SELECT
    partner_id, scope, state,
    CASE
        WHEN committed THEN 6 WHEN joined THEN 5 WHEN attended THEN 4 WHEN accepted THEN 3 WHEN invited THEN 2 ELSE 1
    END AS step,
    CASE
        WHEN committed THEN 'committed' WHEN joined THEN 'joined' WHEN attended THEN 'attended'
        WHEN accepted THEN 'accepted' WHEN invited THEN 'invited' ELSE 'identified'
    END AS stage
FROM partner_facts;

-- Addresses that nothing is sent to any more: opting out counts for more than a bounce.
CREATE VIEW stopped_addresses AS
SELECT s.address, s.kind AS stopped, s.day
FROM address_stops s
WHERE s.day <= (SELECT day FROM as_of)
  AND NOT EXISTS (
    SELECT 1 FROM address_stops more WHERE more.address = s.address AND more.kind > s.kind
      AND more.day <= (SELECT day FROM as_of)
  );

-- Partners that nobody writes to any more.
CREATE VIEW stopped_partners AS
SELECT s.partner_id, s.day, s.reason
FROM partner_stops s
WHERE s.day <= (SELECT day FROM as_of);

-- People that a letter can go to.
CREATE VIEW open_contacts AS
SELECT c.id, c.partner_id, c.name, c.email, c.title, c.phone, c.time_zone, c.is_primary
FROM contacts c
WHERE c.added_on <= (SELECT day FROM as_of)
  AND NOT EXISTS (SELECT 1 FROM address_stops s WHERE s.address = LOWER(c.email) AND s.day <= (SELECT day FROM as_of));

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
WHERE s.day <= (SELECT day FROM as_of);

-- Partners that are left in peace: marked so, or somebody there asked for no more letters and nobody else is known.
CREATE VIEW quiet_partners AS
SELECT x.partner_id FROM stopped_partners x
UNION ALL
SELECT c.partner_id
FROM contacts c
JOIN address_stops s ON s.address = LOWER(c.email) AND s.kind = 'opted-out'
WHERE s.day <= (SELECT day FROM as_of) AND NOT EXISTS (SELECT 1 FROM open_contacts o WHERE o.partner_id = c.partner_id);

CREATE VIEW partner_list AS
SELECT
    p.id, p.name, p.name_key, p.acronym, p.scope, p.sector, p.state, p.city, p.address, p.postal_code, p.phone, p.website,
    s.stage, s.step, c.name AS contact, c.email, p.added_on, p.note,
    EXISTS (SELECT 1 FROM stopped_partners x WHERE x.partner_id = p.id) AS do_not_contact, p.public
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
WHERE n.day <= (SELECT day FROM as_of);

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
WHERE i.day <= (SELECT day FROM as_of);

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
WHERE d.day <= (SELECT day FROM as_of);

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
WHERE r.day <= (SELECT day FROM as_of);

CREATE VIEW attendance_list AS
SELECT
    t.id, v.code AS session, t.session_id, p.id AS partner_id, p.name AS partner, t.day, p.scope, p.sector, p.state, s.stage
FROM attendances t
JOIN sessions v ON v.id = t.session_id
JOIN present_partners p ON p.id = t.partner_id
JOIN partner_stages s ON s.partner_id = p.id
WHERE t.day <= (SELECT day FROM as_of);

-- Mails that a person has to look at, with the partner and the session that each is about where it is known.
CREATE VIEW review_list AS
SELECT
    q.id, q.day, q.state, q.reason, q.proposal, q.sender, q.subject, q.text, q.address, q.invitation_id, q.delivery_id,
    p.id AS partner_id, p.name AS partner, v.code AS session, q.settled_on, p.scope
FROM review_items q
LEFT JOIN invitations i ON i.id = q.invitation_id
LEFT JOIN present_partners p ON p.id = i.partner_id
LEFT JOIN sessions v ON v.id = i.session_id
WHERE q.day <= (SELECT day FROM as_of);

-- What partners promised, with the day of the newest report on it and whether it was said to be done. How a commitment
-- stands on a day follows from this and from its measures: outreach/commitments.py says it. Commitments are looked at
-- first, for they are few beside the partners: that is what CROSS JOIN says to SQLite.
CREATE VIEW promises AS
SELECT
    c.id, c.partner_id, p.name AS partner, c.statement, c.day, c.goal, c.due_on, c.place, c.people, c.public,
    CASE WHEN c.withdrawn_on <= (SELECT day FROM as_of) THEN c.withdrawn_on END AS withdrawn_on,
    (SELECT MAX(r.day) FROM progress_reports r WHERE r.commitment_id = c.id AND r.day <= (SELECT day FROM as_of)) AS reported_on,
    EXISTS (SELECT 1 FROM progress_reports r WHERE r.commitment_id = c.id AND r.done AND r.day <= (SELECT day FROM as_of)) AS done,
    p.scope, p.sector, p.state AS partner_state, p.public AS partner_public
FROM commitments c
CROSS JOIN present_partners p
WHERE p.id = c.partner_id AND c.day <= (SELECT day FROM as_of);

-- The same, with the stage of each partner.
CREATE VIEW commitment_list AS
SELECT
    c.id, c.partner_id, c.partner, c.statement, c.day, c.goal, c.due_on, c.place, c.people, c.public, c.withdrawn_on,
    c.reported_on, c.done, c.scope, c.sector, c.partner_state, s.stage, c.partner_public
FROM promises c
JOIN partner_stages s ON s.partner_id = c.partner_id;

-- The newest report on each number in each calendar year: of what is promised for each year, what was reached in it.
CREATE VIEW yearly_reports AS
SELECT r.id, r.measure_id, r.day, r.amount
FROM progress_reports r
WHERE r.day <= (SELECT day FROM as_of)
  AND NOT EXISTS (
    SELECT 1 FROM progress_reports newer
    WHERE newer.measure_id = r.measure_id AND newer.day <= (SELECT day FROM as_of)
      AND SUBSTR(CAST(newer.day AS TEXT), 1, 4) = SUBSTR(CAST(r.day AS TEXT), 1, 4)
      AND (newer.day > r.day OR (newer.day = r.day AND newer.id > r.id))
  );

-- The numbers that are promised, with what is reached of each: the newest report counts. Of a number for each year it is
-- that of its year; what was reached in the years before stands beside it.
CREATE VIEW measure_list AS
SELECT
    m.id, m.commitment_id, m.target, m.unit, m.unit_key, m.per, r.amount AS progress, r.day AS reported_on, r.evidence,
    CASE WHEN m.per IS NULL THEN 0 ELSE COALESCE(
        (SELECT SUM(y.amount) FROM yearly_reports y WHERE y.measure_id = m.id AND y.id <> r.id), 0
    ) END AS before
FROM measures m
LEFT JOIN progress_reports r ON r.id = (
    SELECT newest.id FROM progress_reports newest
    WHERE newest.measure_id = m.id AND newest.day <= (SELECT day FROM as_of)
    ORDER BY newest.day DESC, newest.id DESC LIMIT 1
);

-- Commitments that are neither withdrawn nor fulfilled, with the day on which something was last heard of each: of a
-- report, or of itself. A deadline stands where nothing was reported since. Where all is reached but a number is promised
-- for each year, it is open until its deadline, or for ever.
CREATE VIEW open_promises AS
SELECT
    c.id, c.partner_id, c.partner, c.scope, COALESCE(c.reported_on, c.day) AS heard_on,
    CASE WHEN c.reported_on IS NULL OR c.reported_on < c.due_on THEN c.due_on END AS due_on,
    CASE WHEN c.reached THEN c.due_on END AS until
FROM (
    SELECT
        p.*,
        EXISTS (SELECT 1 FROM measures m WHERE m.commitment_id = p.id)
        AND NOT EXISTS (
            SELECT 1 FROM measure_list m WHERE m.commitment_id = p.id AND COALESCE(m.progress, 0) < m.target
        ) AS reached
    FROM promises p
) c
WHERE c.withdrawn_on IS NULL AND NOT c.done
  AND (NOT c.reached OR EXISTS (SELECT 1 FROM measures m WHERE m.commitment_id = c.id AND m.per = 'year'));

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
    UNION ALL
    SELECT partner_id, day, 11, id, 'committed', NULL, statement FROM commitments
    UNION ALL
    SELECT c.partner_id, r.day, 12, r.id, 'progress', c.statement, r.evidence
    FROM progress_reports r JOIN commitments c ON c.id = r.commitment_id
    UNION ALL
    SELECT partner_id, withdrawn_on, 13, id, 'withdrawn', NULL, statement FROM commitments
    WHERE withdrawn_on IS NOT NULL
) happened;

-- How many partners are identified, and how many of them each further fact is recorded for. Looked up in the order of the
-- partners first, and then counted: in the order of what is counted by, every look-up would be somewhere else.
CREATE VIEW partner_counts AS
WITH looked_up AS MATERIALIZED (
    SELECT scope, sector, state, invited, accepted, attended, joined, committed FROM partner_facts
)
SELECT
    scope, sector, state, COUNT(*) AS identified,
    CAST(SUM(CASE WHEN invited THEN 1 ELSE 0 END) AS INTEGER) AS invited,
    CAST(SUM(CASE WHEN accepted THEN 1 ELSE 0 END) AS INTEGER) AS accepted,
    CAST(SUM(CASE WHEN attended THEN 1 ELSE 0 END) AS INTEGER) AS attended,
    CAST(SUM(CASE WHEN joined THEN 1 ELSE 0 END) AS INTEGER) AS joined,
    CAST(SUM(CASE WHEN committed THEN 1 ELSE 0 END) AS INTEGER) AS committed
FROM looked_up
GROUP BY scope, sector, state;

CREATE VIEW invitation_counts AS
SELECT i.session_id, p.scope, r.answer AS reply, COUNT(*) AS partners
FROM invitations i
JOIN kept_partners p ON p.id = i.partner_id
LEFT JOIN standing_replies r ON r.invitation_id = i.id
WHERE i.day <= (SELECT day FROM as_of)
GROUP BY i.session_id, p.scope, r.answer;

CREATE VIEW attendance_counts AS
SELECT
    t.session_id, p.scope, COUNT(*) AS partners
FROM attendances t
JOIN kept_partners p ON p.id = t.partner_id
WHERE t.day <= (SELECT day FROM as_of)
GROUP BY t.session_id, p.scope;

-- How far the partners of each state have come, each counted at its furthest stage.
CREATE VIEW stage_counts AS
WITH looked_up AS MATERIALIZED (SELECT scope, state, stage FROM partner_stages)
SELECT scope, state, stage, COUNT(*) AS partners
FROM looked_up
WHERE state IS NOT NULL
GROUP BY scope, state, stage;

-- What partners can do in the partnership council, with how far each has come; who came no further than being invited and
-- said no to the newest invitation declined.
CREATE VIEW role_list AS
SELECT
    r.role, p.id AS partner_id, p.name, p.name_key, p.scope, s.stage, s.step,
    EXISTS (SELECT 1 FROM stopped_partners x WHERE x.partner_id = p.id) AS stopped,
    s.stage = 'invited' AND EXISTS (
        SELECT 1 FROM standing_replies a
        WHERE a.answer = 'declined' AND a.invitation_id = (
            SELECT MAX(i.id) FROM invitations i WHERE i.partner_id = p.id AND i.day <= (SELECT day FROM as_of)
        )
    ) AS declined
FROM partner_roles r
JOIN present_partners p ON p.id = r.partner_id
JOIN partner_stages s ON s.partner_id = p.id;

-- How many partners were identified on each day: the first on which anything is recorded of them.
CREATE VIEW identified_days AS
SELECT day, scope, COUNT(*) AS partners
FROM (
    SELECT f.partner_id, p.scope, MIN(f.day) AS day
    FROM facts f
    JOIN kept_partners p ON p.id = f.partner_id
    GROUP BY f.partner_id, p.scope
) first_facts
GROUP BY day, scope;

-- What became of each invitation: accepted it, came to that session, joined that day or later; 1 or 0. The template is
-- that of its newest letter of invitation.
CREATE VIEW invitation_outcomes AS
SELECT
    i.partner_id, i.session_id, p.scope,
    CASE WHEN EXISTS (SELECT 1 FROM accepted_invitations a WHERE a.id = i.id) THEN 1 ELSE 0 END AS accepted,
    CASE WHEN EXISTS (
        SELECT 1 FROM attendances t
        WHERE t.partner_id = i.partner_id AND t.session_id = i.session_id AND t.day <= (SELECT day FROM as_of)
    ) THEN 1 ELSE 0 END AS attended,
    CASE WHEN EXISTS (
        SELECT 1 FROM agreements g
        WHERE g.partner_id = i.partner_id AND g.day >= i.day AND g.day <= (SELECT day FROM as_of)
    ) THEN 1 ELSE 0 END AS joined,
    (
        SELECT d.template FROM deliveries d
        WHERE d.id = (
            SELECT MAX(newest.id) FROM deliveries newest
            WHERE newest.invitation_id = i.id AND newest.kind = 'invitation' AND newest.day <= (SELECT day FROM as_of)
        )
    ) AS template
FROM invitations i
JOIN kept_partners p ON p.id = i.partner_id
WHERE i.day <= (SELECT day FROM as_of);

-- The same, a row for all that each invitation is compared by: its session, and unless that was cancelled the scope, the
-- nominators and the template.
CREATE VIEW compared_invitations AS
WITH outcomes AS MATERIALIZED (SELECT * FROM invitation_outcomes),
held AS MATERIALIZED (SELECT * FROM outcomes WHERE session_id NOT IN (SELECT id FROM cancelled_sessions))
SELECT
    'session' AS kind, v.id AS number, v.code AS name, o.session_id, o.partner_id, o.scope, o.accepted, o.attended, o.joined
FROM outcomes o
JOIN sessions v ON v.id = o.session_id
UNION ALL
SELECT 'scope', 0, COALESCE(o.scope, 'not-set'), o.session_id, o.partner_id, o.scope, o.accepted, o.attended, o.joined
FROM held o
UNION ALL
SELECT 'nominator', m.id, m.name, o.session_id, o.partner_id, o.scope, o.accepted, o.attended, o.joined
FROM held o
JOIN nominations n ON n.partner_id = o.partner_id AND n.day <= (SELECT day FROM as_of)
JOIN member_names m ON m.id = n.member_id
UNION ALL
SELECT 'template', 0, o.template, o.session_id, o.partner_id, o.scope, o.accepted, o.attended, o.joined
FROM held o
WHERE o.template IS NOT NULL;

-- How invitations worked; each partner counts once in each.
CREATE VIEW conversion_counts AS
SELECT
    kind, number, name, scope, COUNT(*) AS invited, CAST(SUM(accepted) AS INTEGER) AS accepted,
    CAST(SUM(attended) AS INTEGER) AS attended, CAST(SUM(joined) AS INTEGER) AS joined
FROM (
    SELECT
        kind, number, name, partner_id, scope, MAX(accepted) AS accepted, MAX(attended) AS attended,
        MAX(joined) AS joined
    FROM compared_invitations
    GROUP BY kind, number, name, partner_id, scope
) each_partner
GROUP BY kind, number, name, scope;

-- The same for the invitations to each session alone.
CREATE VIEW session_conversion_counts AS
SELECT
    session_id, kind, number, name, scope, COUNT(*) AS invited, CAST(SUM(accepted) AS INTEGER) AS accepted,
    CAST(SUM(attended) AS INTEGER) AS attended, CAST(SUM(joined) AS INTEGER) AS joined
FROM compared_invitations
GROUP BY session_id, kind, number, name, scope;

-- What became of the partners that each member nominated.
CREATE VIEW nominator_counts AS
SELECT
    m.id AS member_id, m.name AS member, f.scope, COUNT(*) AS nominated,
    CAST(SUM(CASE WHEN f.invited THEN 1 ELSE 0 END) AS INTEGER) AS invited,
    CAST(SUM(CASE WHEN f.accepted THEN 1 ELSE 0 END) AS INTEGER) AS accepted,
    CAST(SUM(CASE WHEN f.attended THEN 1 ELSE 0 END) AS INTEGER) AS attended,
    CAST(SUM(CASE WHEN f.joined THEN 1 ELSE 0 END) AS INTEGER) AS joined
FROM nominations n
JOIN member_names m ON m.id = n.member_id
JOIN partner_facts f ON f.partner_id = n.partner_id
WHERE n.day <= (SELECT day FROM as_of)
GROUP BY m.id, m.name, f.scope;

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
WHERE NOT d.apart AND d.day <= (SELECT day FROM as_of);

-- What waits to be done, a row for each partner and task.
CREATE VIEW tasks AS
SELECT 'no-contact' AS what, f.partner_id, n.text AS partner, f.added_on AS since, f.scope,
    CAST(NULL AS TEXT) AS session, CAST(NULL AS INTEGER) AS delivery_id, CAST(NULL AS TEXT) AS sender
FROM partner_facts f
JOIN official_names n ON n.partner_id = f.partner_id
WHERE NOT EXISTS (SELECT 1 FROM open_contacts c WHERE c.partner_id = f.partner_id)
  AND NOT EXISTS (SELECT 1 FROM quiet_partners x WHERE x.partner_id = f.partner_id)
  AND NOT EXISTS (SELECT 1 FROM bounced_contacts b WHERE b.partner_id = f.partner_id)
UNION ALL
SELECT 'bounced', p.id, p.name, b.since, p.scope, NULL, NULL, NULL
FROM (SELECT partner_id, MAX(bounced_on) AS since FROM bounced_contacts GROUP BY partner_id) b
JOIN present_partners p ON p.id = b.partner_id
WHERE NOT EXISTS (SELECT 1 FROM main_contacts c WHERE c.partner_id = p.id AND c.email IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM quiet_partners x WHERE x.partner_id = p.id)
UNION ALL
SELECT 'not-invited', f.partner_id, n.text, f.added_on, f.scope, NULL, NULL, NULL
FROM partner_facts f
JOIN official_names n ON n.partner_id = f.partner_id
WHERE NOT (f.invited OR f.accepted OR f.attended OR f.joined OR f.committed)
  AND NOT EXISTS (SELECT 1 FROM quiet_partners x WHERE x.partner_id = f.partner_id)
UNION ALL
SELECT 'not-confirmed-sent', f.partner_id, n.text, MIN(i.day), f.scope, MIN(v.code), NULL, NULL
FROM deliveries d
JOIN invitations i ON i.id = d.invitation_id
JOIN sessions v ON v.id = i.session_id
JOIN partner_facts f ON f.partner_id = i.partner_id
JOIN official_names n ON n.partner_id = i.partner_id
WHERE NOT EXISTS (SELECT 1 FROM quiet_partners x WHERE x.partner_id = f.partner_id)
  AND d.state = 'written' AND i.day <= (SELECT day FROM as_of)
  AND d.id = (SELECT MAX(newest.id) FROM deliveries newest WHERE newest.invitation_id = d.invitation_id)
  AND NOT EXISTS (SELECT 1 FROM standing_replies r WHERE r.invitation_id = i.id)
  AND NOT (f.attended OR f.joined OR f.committed)
GROUP BY f.partner_id, n.text, f.scope
UNION ALL
SELECT 'no-answer', f.partner_id, n.text, i.day, f.scope, v.session, NULL, NULL
FROM (
    SELECT partner_id, MAX(id) AS id FROM invitations WHERE day <= (SELECT day FROM as_of) GROUP BY partner_id
) newest
JOIN partner_facts f ON f.partner_id = newest.partner_id
JOIN invitations i ON i.id = newest.id
JOIN planned_sessions v ON v.id = i.session_id
JOIN official_names n ON n.partner_id = f.partner_id
WHERE NOT EXISTS (SELECT 1 FROM standing_replies r WHERE r.invitation_id = i.id)
  AND NOT (f.attended OR f.joined OR f.committed) AND v.cancelled_on IS NULL
  AND NOT EXISTS (SELECT 1 FROM quiet_partners x WHERE x.partner_id = f.partner_id)
  AND i.id NOT IN (
    SELECT d.invitation_id FROM deliveries d
    WHERE d.state = 'bounced'
      AND d.id = (SELECT MAX(newer.id) FROM deliveries newer WHERE newer.invitation_id = d.invitation_id)
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
SELECT 'not-attended', f.partner_id, n.text, date(SUBSTR(a.session, 1, 10)), f.scope, a.session, NULL, NULL
FROM (
    SELECT i.partner_id, MAX(v.session) AS session
    FROM accepted_invitations i
    JOIN planned_sessions v ON v.id = i.session_id
    WHERE v.cancelled_on IS NULL
    GROUP BY i.partner_id
) a
JOIN partner_facts f ON f.partner_id = a.partner_id
JOIN official_names n ON n.partner_id = a.partner_id
WHERE NOT (f.attended OR f.joined OR f.committed)
  AND EXISTS (
    SELECT 1 FROM attendances t JOIN sessions v ON v.id = t.session_id
    WHERE v.code = a.session AND t.day <= (SELECT day FROM as_of)
  )
  AND NOT EXISTS (SELECT 1 FROM quiet_partners x WHERE x.partner_id = a.partner_id)
UNION ALL
SELECT 'not-recorded', NULL, 'session ' || v.session, date(SUBSTR(v.session, 1, 10)), NULL, v.session, NULL, NULL
FROM planned_sessions v
WHERE v.cancelled_on IS NULL
  AND NOT EXISTS (SELECT 1 FROM attendances t WHERE t.session_id = v.id AND t.day <= (SELECT day FROM as_of))
  AND EXISTS (
    SELECT 1 FROM accepted_invitations a JOIN kept_partners p ON p.id = a.partner_id WHERE a.session_id = v.id
  )
UNION ALL
SELECT 'not-joined', f.partner_id, n.text, f.came_on, f.scope, f.session, NULL, NULL
FROM (
    SELECT
        partner_id, scope, attended, joined OR committed AS joined,
        (
            SELECT MAX(t.day) FROM attendances t
            WHERE t.partner_id = partner_facts.partner_id AND t.day <= (SELECT day FROM as_of)
        ) AS came_on,
        (
            SELECT MAX(v.code) FROM attendances t JOIN sessions v ON v.id = t.session_id
            WHERE t.partner_id = partner_facts.partner_id AND t.day <= (SELECT day FROM as_of)
        ) AS session
    FROM partner_facts
) f
JOIN official_names n ON n.partner_id = f.partner_id
WHERE f.attended AND NOT f.joined
  AND NOT EXISTS (SELECT 1 FROM quiet_partners x WHERE x.partner_id = f.partner_id)
UNION ALL
SELECT 'overdue', c.partner_id, c.partner, c.heard_on, c.scope, NULL, c.id, NULL
FROM open_promises c
WHERE NOT EXISTS (SELECT 1 FROM quiet_partners x WHERE x.partner_id = c.partner_id)
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
