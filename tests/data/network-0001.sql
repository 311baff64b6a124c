BEGIN TRANSACTION;
CREATE TABLE agreements (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	partner_id INTEGER NOT NULL, 
	day DATE NOT NULL, 
	kind VARCHAR(40), 
	document VARCHAR, 
	UNIQUE (partner_id), 
	FOREIGN KEY(partner_id) REFERENCES partners (id), 
	CONSTRAINT agreement_kind CHECK (kind IN ('mou', 'letter', 'verbal'))
);
INSERT INTO "agreements" VALUES(1,1,'2024-05-01','mou','mou.pdf');
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE attendances (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	partner_id INTEGER NOT NULL, 
	session_id INTEGER NOT NULL, 
	day DATE NOT NULL, 
	UNIQUE (partner_id, session_id), 
	FOREIGN KEY(partner_id) REFERENCES partners (id), 
	FOREIGN KEY(session_id) REFERENCES sessions (id)
);
INSERT INTO "attendances" VALUES(1,1,1,'2024-05-01');
CREATE TABLE contacts (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	partner_id INTEGER NOT NULL, 
	name VARCHAR(300) NOT NULL, 
	email VARCHAR, 
	title VARCHAR, 
	phone VARCHAR, 
	time_zone VARCHAR, 
	is_primary BOOLEAN NOT NULL, 
	added_on DATE NOT NULL, 
	UNIQUE (partner_id, email), 
	FOREIGN KEY(partner_id) REFERENCES partners (id)
);
INSERT INTO "contacts" VALUES(1,1,'Ann Adams','adams@example.org',NULL,NULL,NULL,0,'2024-05-01');
INSERT INTO "contacts" VALUES(2,2,'José Núñez','nunez@example.org',NULL,NULL,'America/Los_Angeles',1,'2024-05-01');
INSERT INTO "contacts" VALUES(3,3,'Kim Lee','lee@example.org',NULL,NULL,NULL,0,'2024-05-01');
CREATE TABLE deliveries (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	invitation_id INTEGER NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	state VARCHAR(40) NOT NULL, 
	path VARCHAR NOT NULL, 
	template VARCHAR NOT NULL, 
	day DATE NOT NULL, 
	text VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	FOREIGN KEY(invitation_id) REFERENCES invitations (id), 
	CONSTRAINT letter_kind CHECK (kind IN ('invitation')), 
	CONSTRAINT delivery_state CHECK (state IN ('written'))
);
INSERT INTO "deliveries" VALUES(1,1,'invitation','written','/home/tester/letters/2024-05-24/0001-association-of-mathematics.md','invitation','2024-05-01','May 1, 2024

Ann Adams  
Association of Mathematics Teacher Educators

Dear Ann Adams,

We write to you on behalf of MTEP 2.0, the Mathematics Teacher Education Partnership. It is a national network of universities, colleges, schools and their partners. Together they prepare secondary mathematics teachers, and want to prepare more of them and to prepare them well.

We are widening this network and are turning to national organizations whose goals are close to ours. Preparing the mathematics teachers that the country needs is too large a task for any one program, and we would like to find out what your organization and our network could do together.

Bo Chen, of our network, suggested your organization to us.

Please join us for an information session:

**Informational Meeting for MTEP 2.0 Network Expansion Partners**  
Friday, May 24, 2024, 12:00-1:00 p.m. CDT  
The link follows.

The session has three purposes:

1. to tell you what MTEP 2.0 is and does;
2. to hear about the work of the organizations invited, yours among them;
3. to begin to talk about how we can reach, together, the goals we share for the preparation of secondary mathematics teachers.

Please answer this letter and tell us whether you, or a colleague in your place, can come. If the hour does not suit you but the idea does, tell us that too, and we will find another way to talk.

Sincerely,

MTEP 2.0 Outreach Hub
','2024-05-01 06:50:22.323481');
INSERT INTO "deliveries" VALUES(2,2,'invitation','written','/home/tester/letters/2024-05-24/0003-alabama-mathematics-council.md','invitation','2024-05-01','May 1, 2024

Kim Lee  
Alabama Mathematics Council

Dear Kim Lee,

We write to you on behalf of MTEP 2.0, the Mathematics Teacher Education Partnership. It is a national network of universities, colleges, schools and their partners. Together they prepare secondary mathematics teachers, and want to prepare more of them and to prepare them well.

We are widening this network and are turning to organizations whose goals are close to ours. We would like to find out what your organization and our network could do together.

Ana Ruiz, of our network, suggested your organization to us for this reason: “Near us.”

Please join us for an information session:

**Informational Meeting for MTEP 2.0 Network Expansion Partners**  
Friday, May 24, 2024, 12:00-1:00 p.m. CDT  
The link follows.

The session has three purposes:

1. to tell you what MTEP 2.0 is and does;
2. to hear about the work of the organizations invited, yours among them;
3. to begin to talk about how we can reach, together, the goals we share for the preparation of secondary mathematics teachers.

Please answer this letter and tell us whether you, or a colleague in your place, can come. If the hour does not suit you but the idea does, tell us that too, and we will find another way to talk.

Sincerely,

MTEP 2.0 Outreach Hub
','2024-05-01 06:50:22.323481');
CREATE TABLE imported_rows (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	digest VARCHAR(64) NOT NULL, 
	partner_id INTEGER NOT NULL, 
	UNIQUE (digest), 
	FOREIGN KEY(partner_id) REFERENCES partners (id)
);
INSERT INTO "imported_rows" VALUES(1,'d746c15161c870a1cbc8b9f9888bc38f134acd58b4f055d559d368b90480e8cf',3);
INSERT INTO "imported_rows" VALUES(2,'5ea53303098be7b0bec054a8a14cca19fccb201066e6fbcf3e5ca28653291a08',4);
CREATE TABLE invitations (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	partner_id INTEGER NOT NULL, 
	session_id INTEGER NOT NULL, 
	contact_id INTEGER, 
	signer_id INTEGER, 
	day DATE NOT NULL, 
	UNIQUE (partner_id, session_id), 
	FOREIGN KEY(partner_id) REFERENCES partners (id), 
	FOREIGN KEY(session_id) REFERENCES sessions (id), 
	FOREIGN KEY(contact_id) REFERENCES contacts (id), 
	FOREIGN KEY(signer_id) REFERENCES members (id)
);
INSERT INTO "invitations" VALUES(1,1,1,1,NULL,'2024-05-01');
INSERT INTO "invitations" VALUES(2,3,1,3,NULL,'2024-05-01');
CREATE TABLE journal_changes (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	entry_id INTEGER NOT NULL, 
	operation VARCHAR(40) NOT NULL, 
	table_name VARCHAR NOT NULL, 
	row_id INTEGER NOT NULL, 
	last_id INTEGER NOT NULL, 
	"before" VARCHAR, 
	"after" VARCHAR, 
	FOREIGN KEY(entry_id) REFERENCES journal_entries (id), 
	CONSTRAINT change_operation CHECK (operation IN ('insert', 'update', 'delete'))
);
INSERT INTO "journal_changes" VALUES(1,1,'insert','members',1,1,NULL,'{"id":1,"name":"Maria Rivera","key":"maria rivera","email":"rivera@example.edu","role":"change-agent","team":"Auburn","state":null,"added_on":"2024-05-01"}');
INSERT INTO "journal_changes" VALUES(2,2,'insert','partners',1,1,NULL,'{"id":1,"scope":"national","sector":null,"state":null,"city":null,"website":null,"note":null,"added_on":"2024-05-01","removed_on":null}');
INSERT INTO "journal_changes" VALUES(3,2,'insert','names',1,1,NULL,'{"id":1,"partner_id":1,"kind":"official","text":"Association of Mathematics Teacher Educators","key":"association of mathematics teacher educators"}');
INSERT INTO "journal_changes" VALUES(4,2,'insert','names',2,2,NULL,'{"id":2,"partner_id":1,"kind":"acronym","text":"AMTE","key":"amte"}');
INSERT INTO "journal_changes" VALUES(5,2,'insert','names',3,3,NULL,'{"id":3,"partner_id":1,"kind":"alias","text":"Teacher Educators","key":"teacher educators"}');
INSERT INTO "journal_changes" VALUES(6,2,'insert','partner_roles',1,1,NULL,'{"id":1,"partner_id":1,"role":"mathematics-teacher-educators"}');
INSERT INTO "journal_changes" VALUES(7,2,'insert','contacts',1,1,NULL,'{"id":1,"partner_id":1,"name":"Ann Adams","email":"adams@example.org","title":null,"phone":null,"time_zone":null,"is_primary":false,"added_on":"2024-05-01"}');
INSERT INTO "journal_changes" VALUES(8,2,'insert','members',2,2,NULL,'{"id":2,"name":"Bo Chen","key":"bo chen","email":"chen@example.edu","role":"change-agent","team":null,"state":null,"added_on":"2024-05-01"}');
INSERT INTO "journal_changes" VALUES(9,2,'insert','nominations',1,1,NULL,'{"id":1,"partner_id":1,"member_id":2,"day":"2024-05-01","reason":null}');
INSERT INTO "journal_changes" VALUES(10,3,'insert','partners',2,2,NULL,'{"id":2,"scope":"local","sector":"k12","state":"AL","city":null,"website":null,"note":"Two\nlines; =1+1","added_on":"2024-05-01","removed_on":null}');
INSERT INTO "journal_changes" VALUES(11,3,'insert','names',4,4,NULL,'{"id":4,"partner_id":2,"kind":"official","text":"Lee County Schools","key":"lee county schools"}');
INSERT INTO "journal_changes" VALUES(12,4,'insert','contacts',2,2,NULL,'{"id":2,"partner_id":2,"name":"José Núñez","email":"nunez@example.org","title":null,"phone":null,"time_zone":"America/Los_Angeles","is_primary":true,"added_on":"2024-05-01"}');
INSERT INTO "journal_changes" VALUES(13,5,'insert','partners',3,4,NULL,NULL);
INSERT INTO "journal_changes" VALUES(14,5,'insert','names',5,6,NULL,NULL);
INSERT INTO "journal_changes" VALUES(15,5,'insert','contacts',3,3,NULL,NULL);
INSERT INTO "journal_changes" VALUES(16,5,'insert','imported_rows',1,2,NULL,NULL);
INSERT INTO "journal_changes" VALUES(17,5,'insert','members',3,3,NULL,NULL);
INSERT INTO "journal_changes" VALUES(18,5,'insert','nominations',2,3,NULL,NULL);
INSERT INTO "journal_changes" VALUES(19,6,'insert','sessions',1,1,NULL,'{"id":1,"code":"2024-05-24","title":"Informational Meeting for MTEP 2.0 Network Expansion Partners","starts_at":"2024-05-24T17:00:00+00:00","ends_at":"2024-05-24T18:00:00+00:00","time_zone":"America/Chicago","place":null,"host_name":null,"host_email":null,"agenda":null,"added_on":"2024-05-01"}');
INSERT INTO "journal_changes" VALUES(20,7,'insert','invitations',1,2,NULL,NULL);
INSERT INTO "journal_changes" VALUES(21,7,'insert','deliveries',1,2,NULL,NULL);
INSERT INTO "journal_changes" VALUES(22,8,'insert','replies',1,1,NULL,'{"id":1,"invitation_id":1,"answer":"accepted","day":"2024-05-01","note":"Two people"}');
INSERT INTO "journal_changes" VALUES(23,9,'insert','attendances',1,1,NULL,'{"id":1,"partner_id":1,"session_id":1,"day":"2024-05-01"}');
INSERT INTO "journal_changes" VALUES(24,10,'insert','agreements',1,1,NULL,'{"id":1,"partner_id":1,"day":"2024-05-01","kind":"mou","document":"mou.pdf"}');
INSERT INTO "journal_changes" VALUES(25,11,'insert','settings',1,1,NULL,'{"id":1,"key":"goal","value":"40"}');
INSERT INTO "journal_changes" VALUES(26,12,'update','partners',1,1,'{"website":null}','{"website":"https://amte.net"}');
INSERT INTO "journal_changes" VALUES(27,13,'update','partners',4,4,'{"removed_on":null}','{"removed_on":"2024-05-01"}');
INSERT INTO "journal_changes" VALUES(28,14,'insert','partners',5,5,NULL,'{"id":5,"scope":null,"sector":null,"state":null,"city":null,"website":null,"note":null,"added_on":"2024-05-01","removed_on":null}');
INSERT INTO "journal_changes" VALUES(29,14,'insert','names',7,7,NULL,'{"id":7,"partner_id":5,"kind":"official","text":"Undone Society","key":"undone society"}');
INSERT INTO "journal_changes" VALUES(30,14,'insert','contacts',4,4,NULL,'{"id":4,"partner_id":5,"name":"Al","email":"al@example.org","title":null,"phone":null,"time_zone":null,"is_primary":false,"added_on":"2024-05-01"}');
INSERT INTO "journal_changes" VALUES(31,15,'delete','contacts',4,4,'{"id":4,"partner_id":5,"name":"Al","email":"al@example.org","title":null,"phone":null,"time_zone":null,"is_primary":false,"added_on":"2024-05-01"}',NULL);
INSERT INTO "journal_changes" VALUES(32,15,'delete','names',7,7,'{"id":7,"partner_id":5,"kind":"official","text":"Undone Society","key":"undone society"}',NULL);
INSERT INTO "journal_changes" VALUES(33,15,'delete','partners',5,5,'{"id":5,"scope":null,"sector":null,"state":null,"city":null,"website":null,"note":null,"added_on":"2024-05-01","removed_on":null}',NULL);
INSERT INTO "journal_changes" VALUES(34,16,'insert','partners',6,6,NULL,NULL);
INSERT INTO "journal_changes" VALUES(35,16,'insert','names',8,8,NULL,NULL);
INSERT INTO "journal_changes" VALUES(36,16,'insert','imported_rows',3,3,NULL,NULL);
INSERT INTO "journal_changes" VALUES(37,16,'insert','nominations',4,4,NULL,NULL);
INSERT INTO "journal_changes" VALUES(38,17,'delete','nominations',4,4,'{"id":4,"partner_id":6,"member_id":2,"day":"2024-05-01","reason":null}',NULL);
INSERT INTO "journal_changes" VALUES(39,17,'delete','imported_rows',3,3,'{"id":3,"digest":"dc72ffdb0539ee1107cc952c366bb697acf800c6589234aeb1640b5662435530","partner_id":6}',NULL);
INSERT INTO "journal_changes" VALUES(40,17,'delete','names',8,8,'{"id":8,"partner_id":6,"kind":"official","text":"Nevada Mathematics Project","key":"nevada mathematics project"}',NULL);
INSERT INTO "journal_changes" VALUES(41,17,'delete','partners',6,6,'{"id":6,"scope":null,"sector":null,"state":"NV","city":null,"website":null,"note":null,"added_on":"2024-05-01","removed_on":null}',NULL);
INSERT INTO "journal_changes" VALUES(42,18,'insert','partners',6,6,NULL,'{"id":6,"scope":null,"sector":null,"state":"NV","city":null,"website":null,"note":null,"added_on":"2024-05-01","removed_on":null}');
INSERT INTO "journal_changes" VALUES(43,18,'insert','names',8,8,NULL,'{"id":8,"partner_id":6,"kind":"official","text":"Nevada Mathematics Project","key":"nevada mathematics project"}');
INSERT INTO "journal_changes" VALUES(44,18,'insert','imported_rows',3,3,NULL,'{"id":3,"digest":"dc72ffdb0539ee1107cc952c366bb697acf800c6589234aeb1640b5662435530","partner_id":6}');
INSERT INTO "journal_changes" VALUES(45,18,'insert','nominations',4,4,NULL,'{"id":4,"partner_id":6,"member_id":2,"day":"2024-05-01","reason":null}');
INSERT INTO "journal_changes" VALUES(46,19,'delete','nominations',4,4,'{"id":4,"partner_id":6,"member_id":2,"day":"2024-05-01","reason":null}',NULL);
INSERT INTO "journal_changes" VALUES(47,19,'delete','imported_rows',3,3,'{"id":3,"digest":"dc72ffdb0539ee1107cc952c366bb697acf800c6589234aeb1640b5662435530","partner_id":6}',NULL);
INSERT INTO "journal_changes" VALUES(48,19,'delete','names',8,8,'{"id":8,"partner_id":6,"kind":"official","text":"Nevada Mathematics Project","key":"nevada mathematics project"}',NULL);
INSERT INTO "journal_changes" VALUES(49,19,'delete','partners',6,6,'{"id":6,"scope":null,"sector":null,"state":"NV","city":null,"website":null,"note":null,"added_on":"2024-05-01","removed_on":null}',NULL);
CREATE TABLE journal_entries (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	at DATETIME NOT NULL, 
	actor VARCHAR NOT NULL, 
	command VARCHAR NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	undoes INTEGER, 
	CONSTRAINT entry_kind CHECK (kind IN ('do', 'undo', 'redo')), 
	FOREIGN KEY(undoes) REFERENCES journal_entries (id)
);
INSERT INTO "journal_entries" VALUES(1,'2024-05-01 06:50:15.592400','tester','mtep add-member ''Maria Rivera <rivera@example.edu>'' --role change-agent --team Auburn','do',NULL);
INSERT INTO "journal_entries" VALUES(2,'2024-05-01 06:50:16.915288','tester','mtep add-partner ''Association of Mathematics Teacher Educators'' --acronym AMTE --alias ''Teacher Educators'' --scope national --council-role mathematics-teacher-educators --contact ''Ann Adams <adams@example.org>'' --nominated-by ''Bo Chen <chen@example.edu>''','do',NULL);
INSERT INTO "journal_entries" VALUES(3,'2024-05-01 06:50:18.024861','tester','mtep add-partner ''Lee County Schools'' --scope local --state AL --sector k12 --note ''Two lines; =1+1''','do',NULL);
INSERT INTO "journal_entries" VALUES(4,'2024-05-01 06:50:19.071652','tester','mtep add-contact ''Lee County'' ''José Núñez <nunez@example.org>'' --time-zone America/Los_Angeles --primary','do',NULL);
INSERT INTO "journal_entries" VALUES(5,'2024-05-01 06:50:19.958986','tester','mtep import sheet.csv --yes','do',NULL);
INSERT INTO "journal_entries" VALUES(6,'2024-05-01 06:50:21.238528','tester','mtep add-session 2024-05-24','do',NULL);
INSERT INTO "journal_entries" VALUES(7,'2024-05-01 06:50:22.323481','tester','mtep invite AMTE ''Alabama Mathematics Council''','do',NULL);
INSERT INTO "journal_entries" VALUES(8,'2024-05-01 06:50:23.511146','tester','mtep rsvp AMTE yes --note ''Two people''','do',NULL);
INSERT INTO "journal_entries" VALUES(9,'2024-05-01 06:50:24.306442','tester','mtep attend --session 2024-05-24 AMTE','do',NULL);
INSERT INTO "journal_entries" VALUES(10,'2024-05-01 06:50:25.416919','tester','mtep join AMTE --kind mou --document mou.pdf','do',NULL);
INSERT INTO "journal_entries" VALUES(11,'2024-05-01 06:50:26.945113','tester','mtep settings goal=40','do',NULL);
INSERT INTO "journal_entries" VALUES(12,'2024-05-01 06:50:28.363771','tester','mtep edit AMTE --website https://amte.net','do',NULL);
INSERT INTO "journal_entries" VALUES(13,'2024-05-01 06:50:29.747451','tester','mtep remove ''Georgia Mathematics Council''','do',NULL);
INSERT INTO "journal_entries" VALUES(14,'2024-05-01 06:50:30.914808','tester','mtep add-partner ''Undone Society'' --contact ''Al <al@example.org>''','do',NULL);
INSERT INTO "journal_entries" VALUES(15,'2024-05-01 06:50:33.508347','tester','mtep undo','undo',14);
INSERT INTO "journal_entries" VALUES(16,'2024-05-01 06:50:34.872631','tester','mtep import more.csv --yes','do',NULL);
INSERT INTO "journal_entries" VALUES(17,'2024-05-01 06:50:36.288347','tester','mtep undo','undo',16);
INSERT INTO "journal_entries" VALUES(18,'2024-05-01 06:50:37.445471','tester','mtep redo','redo',17);
INSERT INTO "journal_entries" VALUES(19,'2024-05-01 06:50:38.818725','tester','mtep undo','undo',16);
CREATE TABLE members (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name VARCHAR(300) NOT NULL, 
	"key" VARCHAR NOT NULL, 
	email VARCHAR, 
	role VARCHAR(40) NOT NULL, 
	team VARCHAR, 
	state VARCHAR(2), 
	added_on DATE NOT NULL, 
	UNIQUE (email), 
	CONSTRAINT member_role CHECK (role IN ('change-agent', 'coach', 'hub-leader', 'advisory-board'))
);
INSERT INTO "members" VALUES(1,'Maria Rivera','maria rivera','rivera@example.edu','change-agent','Auburn',NULL,'2024-05-01');
INSERT INTO "members" VALUES(2,'Bo Chen','bo chen','chen@example.edu','change-agent',NULL,NULL,'2024-05-01');
INSERT INTO "members" VALUES(3,'Ana Ruiz','ana ruiz',NULL,'change-agent',NULL,NULL,'2024-05-01');
CREATE TABLE names (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	partner_id INTEGER NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	text VARCHAR(300) NOT NULL, 
	"key" VARCHAR NOT NULL, 
	UNIQUE (partner_id, kind, "key"), 
	CONSTRAINT name_not_empty CHECK (key <> ''), 
	FOREIGN KEY(partner_id) REFERENCES partners (id), 
	CONSTRAINT name_kind CHECK (kind IN ('official', 'acronym', 'alias'))
);
INSERT INTO "names" VALUES(1,1,'official','Association of Mathematics Teacher Educators','association of mathematics teacher educators');
INSERT INTO "names" VALUES(2,1,'acronym','AMTE','amte');
INSERT INTO "names" VALUES(3,1,'alias','Teacher Educators','teacher educators');
INSERT INTO "names" VALUES(4,2,'official','Lee County Schools','lee county schools');
INSERT INTO "names" VALUES(5,3,'official','Alabama Mathematics Council','alabama mathematics council');
INSERT INTO "names" VALUES(6,4,'official','Georgia Mathematics Council','georgia mathematics council');
CREATE TABLE nominations (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	partner_id INTEGER NOT NULL, 
	member_id INTEGER NOT NULL, 
	day DATE NOT NULL, 
	reason VARCHAR, 
	UNIQUE (partner_id, member_id), 
	FOREIGN KEY(partner_id) REFERENCES partners (id), 
	FOREIGN KEY(member_id) REFERENCES members (id)
);
INSERT INTO "nominations" VALUES(1,1,2,'2024-05-01',NULL);
INSERT INTO "nominations" VALUES(2,3,3,'2024-05-01','Near us');
INSERT INTO "nominations" VALUES(3,4,3,'2024-05-01',NULL);
CREATE TABLE partner_roles (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	partner_id INTEGER NOT NULL, 
	role VARCHAR(40) NOT NULL, 
	UNIQUE (partner_id, role), 
	FOREIGN KEY(partner_id) REFERENCES partners (id), 
	CONSTRAINT council_role CHECK (role IN ('mathematics-teacher-educators', 'mathematics-faculty', 'education-faculty', 'other-faculty', 'school-personnel', 'families-and-community', 'business-and-industry'))
);
INSERT INTO "partner_roles" VALUES(1,1,'mathematics-teacher-educators');
CREATE TABLE partners (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	scope VARCHAR(40), 
	sector VARCHAR(40), 
	state VARCHAR(2), 
	city VARCHAR, 
	website VARCHAR, 
	note VARCHAR, 
	added_on DATE NOT NULL, 
	removed_on DATE, 
	CONSTRAINT partner_scope CHECK (scope IN ('national', 'state', 'local')), 
	CONSTRAINT partner_sector CHECK (sector IN ('government', 'nonprofit', 'professional', 'industry', 'philanthropy', 'higher-education', 'k12', 'community'))
);
INSERT INTO "partners" VALUES(1,'national',NULL,NULL,NULL,'https://amte.net',NULL,'2024-05-01',NULL);
INSERT INTO "partners" VALUES(2,'local','k12','AL',NULL,NULL,'Two
lines; =1+1','2024-05-01',NULL);
INSERT INTO "partners" VALUES(3,NULL,NULL,'AL',NULL,NULL,NULL,'2024-05-01',NULL);
INSERT INTO "partners" VALUES(4,NULL,NULL,'GA',NULL,NULL,NULL,'2024-05-01','2024-05-01');
CREATE TABLE replies (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	invitation_id INTEGER NOT NULL, 
	answer VARCHAR(40) NOT NULL, 
	day DATE NOT NULL, 
	note VARCHAR, 
	FOREIGN KEY(invitation_id) REFERENCES invitations (id), 
	CONSTRAINT reply_answer CHECK (answer IN ('accepted', 'declined', 'tentative'))
);
INSERT INTO "replies" VALUES(1,1,'accepted','2024-05-01','Two people');
CREATE TABLE sessions (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	code VARCHAR NOT NULL, 
	title VARCHAR(300) NOT NULL, 
	starts_at DATETIME NOT NULL, 
	ends_at DATETIME NOT NULL, 
	time_zone VARCHAR NOT NULL, 
	place VARCHAR, 
	host_name VARCHAR, 
	host_email VARCHAR, 
	agenda VARCHAR, 
	added_on DATE NOT NULL, 
	UNIQUE (code), 
	CONSTRAINT session_has_length CHECK (ends_at > starts_at)
);
INSERT INTO "sessions" VALUES(1,'2024-05-24','Informational Meeting for MTEP 2.0 Network Expansion Partners','2024-05-24 17:00:00.000000','2024-05-24 18:00:00.000000','America/Chicago',NULL,NULL,NULL,NULL,'2024-05-01');
CREATE TABLE settings (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	"key" VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	UNIQUE ("key")
);
INSERT INTO "settings" VALUES(1,'goal','40');
CREATE INDEX ix_members_key ON members ("key");
CREATE INDEX ix_partners_scope ON partners (scope);
CREATE INDEX ix_partners_sector ON partners (sector);
CREATE INDEX ix_partners_state ON partners (state);
CREATE INDEX ix_journal_entries_undoes ON journal_entries (undoes);
CREATE INDEX ix_names_key ON names ("key");
CREATE UNIQUE INDEX one_official_name ON names (partner_id) WHERE kind = 'official';
CREATE INDEX ix_names_partner_id ON names (partner_id);
CREATE UNIQUE INDEX one_acronym ON names (partner_id) WHERE kind = 'acronym';
CREATE INDEX ix_contacts_email ON contacts (email);
CREATE INDEX ix_contacts_partner_id ON contacts (partner_id);
CREATE UNIQUE INDEX one_primary_contact ON contacts (partner_id) WHERE is_primary;
CREATE INDEX ix_nominations_member_id ON nominations (member_id);
CREATE INDEX ix_attendances_session_id ON attendances (session_id);
CREATE INDEX ix_imported_rows_partner_id ON imported_rows (partner_id);
CREATE INDEX changes_of_row ON journal_changes (table_name, row_id);
CREATE INDEX ix_journal_changes_entry_id ON journal_changes (entry_id);
CREATE INDEX ix_invitations_signer_id ON invitations (signer_id);
CREATE INDEX ix_invitations_session_id ON invitations (session_id);
CREATE INDEX ix_invitations_contact_id ON invitations (contact_id);
CREATE INDEX ix_deliveries_invitation_id ON deliveries (invitation_id);
CREATE INDEX ix_replies_invitation_id ON replies (invitation_id);
CREATE VIEW as_of AS
SELECT date('9999-12-31') AS day;
CREATE VIEW kept_partners AS
SELECT p.id, p.scope, p.sector, p.state, p.city, p.website, p.note, p.added_on
FROM partners p
CROSS JOIN as_of
WHERE p.removed_on IS NULL OR p.removed_on > as_of.day;
CREATE VIEW present_partners AS
SELECT
    p.id, official.text AS name, official.key AS name_key, acronym.text AS acronym,
    p.scope, p.sector, p.state, p.city, p.website, p.note, p.added_on
FROM kept_partners p
JOIN names official ON official.partner_id = p.id AND official.kind = 'official'
LEFT JOIN names acronym ON acronym.partner_id = p.id AND acronym.kind = 'acronym';
CREATE VIEW planned_sessions AS
SELECT
    v.id, v.code AS session, v.title, v.starts_at, v.ends_at, v.time_zone, v.place, v.host_name, v.host_email, v.agenda
FROM sessions v
CROSS JOIN as_of
WHERE v.added_on <= as_of.day OR date(SUBSTR(v.code, 1, 10)) <= as_of.day;
CREATE VIEW standing_replies AS
SELECT r.id, r.invitation_id, r.answer, r.day, r.note, i.partner_id, i.session_id
FROM replies r
JOIN invitations i ON i.id = r.invitation_id
CROSS JOIN as_of
WHERE r.day <= as_of.day
  AND NOT EXISTS (
    SELECT 1 FROM replies later
    WHERE later.invitation_id = r.invitation_id AND later.day <= as_of.day
      AND (later.day > r.day OR (later.day = r.day AND later.id > r.id))
  );
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
CREATE VIEW main_contacts AS
SELECT c.id, c.partner_id, c.name, c.email, c.title, c.phone, c.time_zone
FROM contacts c
CROSS JOIN as_of
WHERE c.added_on <= as_of.day
  AND NOT EXISTS (
    SELECT 1 FROM contacts better
    WHERE better.partner_id = c.partner_id AND better.added_on <= as_of.day
      AND ((better.is_primary AND NOT c.is_primary) OR (better.is_primary = c.is_primary AND better.id < c.id))
  );
CREATE VIEW partner_list AS
SELECT
    p.id, p.name, p.name_key, p.acronym, p.scope, p.sector, p.state, p.city, p.website,
    s.stage, s.step, c.name AS contact, c.email, p.added_on, p.note
FROM present_partners p
JOIN partner_stages s ON s.partner_id = p.id
LEFT JOIN main_contacts c ON c.partner_id = p.id;
CREATE VIEW contact_list AS
SELECT
    c.id, c.name, c.email, c.title, c.phone, c.time_zone, c.is_primary AS "primary",
    p.id AS partner_id, p.name AS partner, p.scope, p.sector, p.state, s.stage
FROM contacts c
JOIN present_partners p ON p.id = c.partner_id
JOIN partner_stages s ON s.partner_id = p.id;
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
CREATE VIEW invitation_list AS
SELECT
    i.id, v.code AS session, i.session_id, p.id AS partner_id, p.name AS partner, i.day AS invited_on,
    c.name AS contact, c.email AS address, m.name AS signer, r.answer AS reply, r.day AS replied_on, r.note AS reply_note,
    d.id AS delivery_id, d.state, d.path, d.template, p.scope, p.sector, p.state AS partner_state, s.stage
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
) happened;
CREATE VIEW stage_counts AS
SELECT f.stage, p.scope, COUNT(DISTINCT f.partner_id) AS partners
FROM facts f
JOIN kept_partners p ON p.id = f.partner_id
WHERE f.step > 1
GROUP BY f.stage, p.scope;
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
    COALESCE(i.invited, 0) AS invited, COALESCE(i.accepted, 0) AS accepted, COALESCE(i.tentative, 0) AS tentative,
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
CREATE VIEW tasks AS
SELECT 'no-contact' AS what, p.id AS partner_id, p.name AS partner, p.added_on AS since, p.scope
FROM present_partners p
JOIN partner_stages s ON s.partner_id = p.id
WHERE NOT EXISTS (SELECT 1 FROM main_contacts c WHERE c.partner_id = p.id)
UNION ALL
SELECT 'not-invited', p.id, p.name, p.added_on, p.scope
FROM present_partners p
JOIN partner_stages s ON s.partner_id = p.id
WHERE s.step = 1
UNION ALL
SELECT 'not-confirmed-sent', l.partner_id, l.partner, MIN(l.invited_on), l.scope
FROM invitation_list l
JOIN partner_stages s ON s.partner_id = l.partner_id
WHERE l.state = 'written' AND l.reply IS NULL AND s.step < 4
GROUP BY l.partner_id, l.partner, l.scope
UNION ALL
SELECT 'no-answer', l.partner_id, l.partner, l.invited_on, l.scope
FROM invitation_list l
JOIN partner_stages s ON s.partner_id = l.partner_id
CROSS JOIN as_of
WHERE l.reply IS NULL AND s.step < 4
  AND NOT EXISTS (
    SELECT 1 FROM invitations newer
    WHERE newer.partner_id = l.partner_id AND newer.id > l.id AND newer.day <= as_of.day
  );
CREATE VIEW letter_facts AS
SELECT
    p.id, p.name, p.name_key, p.acronym, p.scope, p.sector, p.state, p.city, s.stage, s.step,
    c.id AS contact_id, c.name AS contact, c.email AS contact_email, c.title AS contact_title, c.time_zone AS contact_zone,
    n.id AS nomination_id, n.reason, n.member_id, m.name AS nominator, m.email AS nominator_email, m.role AS nominator_role,
    m.team AS nominator_team
FROM present_partners p
JOIN partner_stages s ON s.partner_id = p.id
LEFT JOIN main_contacts c ON c.partner_id = p.id
LEFT JOIN nominations n ON n.partner_id = p.id
LEFT JOIN members m ON m.id = n.member_id;
CREATE VIEW partner_names AS
SELECT n.key, n.text, n.kind, p.id, official.text AS name, acronym.text AS acronym, p.state, p.removed_on
FROM names n
JOIN partners p ON p.id = n.partner_id
JOIN names official ON official.partner_id = p.id AND official.kind = 'official'
LEFT JOIN names acronym ON acronym.partner_id = p.id AND acronym.kind = 'acronym';
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
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('members',3);
INSERT INTO "sqlite_sequence" VALUES('journal_entries',19);
INSERT INTO "sqlite_sequence" VALUES('journal_changes',49);
INSERT INTO "sqlite_sequence" VALUES('partners',6);
INSERT INTO "sqlite_sequence" VALUES('names',8);
INSERT INTO "sqlite_sequence" VALUES('partner_roles',1);
INSERT INTO "sqlite_sequence" VALUES('contacts',4);
INSERT INTO "sqlite_sequence" VALUES('nominations',4);
INSERT INTO "sqlite_sequence" VALUES('imported_rows',3);
INSERT INTO "sqlite_sequence" VALUES('sessions',1);
INSERT INTO "sqlite_sequence" VALUES('invitations',2);
INSERT INTO "sqlite_sequence" VALUES('deliveries',2);
INSERT INTO "sqlite_sequence" VALUES('replies',1);
INSERT INTO "sqlite_sequence" VALUES('attendances',1);
INSERT INTO "sqlite_sequence" VALUES('agreements',1);
INSERT INTO "sqlite_sequence" VALUES('settings',1);
COMMIT;
