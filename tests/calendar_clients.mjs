// Answers to invitations as the calendars of Gmail, Outlook, Apple, Thunderbird and a telephone's gateway write them.
//
// Reads invitations with ical.js, from the folder that MTEP_TEST_ICALJS names. Stdin: a JSON list of objects with
// client, answer, comment, stamp (an ISO time in UTC) and calendar (the calendar part of the invitation).
// Stdout: a JSON list of {mail, starts}: the whole mail in base64, and when the session begins as ical.js has it.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(join(process.env.MTEP_TEST_ICALJS, "here.js"));
const { default: ICAL } = await import(pathToFileURL(require.resolve("ical.js")));

const SAID = { ACCEPTED: "Accepted", DECLINED: "Declined", TENTATIVE: "Tentative" };

// ---- what is answered --------------------------------------------------------------------------------------

function understand(job) {
  const calendar = ICAL.Component.fromString(job.calendar);
  const zone = calendar.getFirstSubcomponent("vtimezone");
  if (zone) ICAL.TimezoneService.register(zone);
  const entry = calendar.getFirstSubcomponent("vevent");
  const [attendee, ...others] = entry.getAllProperties("attendee");
  if (calendar.getFirstPropertyValue("method") !== "REQUEST" || others.length) throw new Error("not one invitation");
  const organizer = entry.getFirstProperty("organizer");
  return {
    ...job,
    zone,
    uid: entry.getFirstPropertyValue("uid"),
    sequence: entry.getFirstPropertyValue("sequence"),
    title: entry.getFirstPropertyValue("summary"),
    starts: entry.getFirstPropertyValue("dtstart"),
    ends: entry.getFirstPropertyValue("dtend"),
    address: attendee.getFirstValue().replace(/^mailto:/, ""),
    name: attendee.getFirstParameter("cn"),
    hub: organizer.getFirstValue().replace(/^mailto:/, ""),
    hubName: organizer.getFirstParameter("cn"),
    at: ICAL.Time.fromJSDate(new Date(job.stamp), true),
  };
}

const utc = (time) => time.convertToZone(ICAL.Timezone.utcTimezone);

function wall(time) {
  const { year, month, day, hour, minute, second } = time;
  return new ICAL.Time({ year, month, day, hour, minute, second, isDate: false });
}

// ---- calendars ---------------------------------------------------------------------------------------------

function property(name, value, parameters = {}) {
  const made = new ICAL.Property(name);
  for (const [key, said] of Object.entries(parameters)) made.setParameter(key, said);
  made.setValue(value);
  return made;
}

function calendar(prodid, zone, properties) {
  const whole = new ICAL.Component("vcalendar");
  const head = { prodid, version: "2.0", method: "REPLY" };
  for (const [name, value] of Object.entries(head)) whole.addPropertyWithValue(name, value);
  if (zone) whole.addSubcomponent(zone);
  const entry = new ICAL.Component("vevent");
  for (const one of properties) if (one) entry.addProperty(one);
  whole.addSubcomponent(entry);
  return `${whole}\r\n`;
}

// Clock changes as programs by Microsoft say them: rules since the year 1601, and names that only they know.
function microsoftZone(name) {
  const change = (kind, month, week, from, to) =>
    `BEGIN:${kind}\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:${from}\r\nTZOFFSETTO:${to}\r\n` +
    `RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=${week}SU;BYMONTH=${month}\r\nEND:${kind}\r\n`;
  return ICAL.Component.fromString(
    `BEGIN:VTIMEZONE\r\nTZID:${name}\r\n` +
      change("STANDARD", 11, 1, "-0500", "-0600") + change("DAYLIGHT", 3, 2, "-0600", "-0500") + "END:VTIMEZONE",
  );
}

const CALENDARS = {
  gmail: (q) => {
    const comment = q.comment ? { "x-response-comment": q.comment } : {};
    const person = { cutype: "INDIVIDUAL", role: "REQ-PARTICIPANT", partstat: q.answer, cn: q.address };
    return calendar("-//Google Inc//Google Calendar 70.9054//EN", null, [
      property("dtstart", utc(q.starts)),
      property("dtend", utc(q.ends)),
      property("dtstamp", q.at),
      property("organizer", `mailto:${q.hub}`, { cn: q.hub }),
      property("uid", q.uid),
      property("attendee", `mailto:${q.address}`, { ...person, "x-num-guests": "0", ...comment }),
      property("created", q.at),
      property("description", "Friday, May 24, 2024\nJoin: https://example.org/meet"),
      property("last-modified", q.at),
      property("sequence", q.sequence),
      property("status", "CONFIRMED"),
      property("summary", q.title),
      property("transp", "OPAQUE"),
    ]);
  },
  outlook: (q, organizer = null) => {
    const name = "Central Standard Time";
    const language = { language: "en-US" };
    return calendar("Microsoft Exchange Server 2010", microsoftZone(name), [
      organizer,
      property("attendee", `mailto:${q.address}`, { partstat: q.answer, cn: q.name }),
      q.comment && property("comment", `${q.comment}\n`, language),
      property("uid", q.uid),
      property("summary", `${SAID[q.answer]}: ${q.title}`, language),
      property("dtstart", wall(q.starts), { tzid: name }),
      property("dtend", wall(q.ends), { tzid: name }),
      property("class", "PUBLIC"),
      property("priority", 5),
      property("dtstamp", q.at),
      property("transp", "OPAQUE"),
      property("status", "CONFIRMED"),
      property("sequence", q.sequence),
      property("x-microsoft-cdo-appt-sequence", String(q.sequence)),
      property("x-microsoft-cdo-busystatus", "BUSY"),
      property("x-microsoft-cdo-intendedstatus", "BUSY"),
      property("x-microsoft-disallow-counter", "FALSE"),
    ]);
  },
  office365: (q) => CALENDARS.outlook(q, property("organizer", `mailto:${q.hub}`, { cn: q.hubName })),
  apple: (q) => {
    const later = q.at.clone();
    later.adjust(0, 0, 0, 7);
    const person = { cn: q.name, cutype: "INDIVIDUAL", partstat: q.answer };
    return calendar("-//Apple Inc.//Mac OS X 10.10.4//EN", q.zone, [
      property("attendee", `MAILTO:${q.address.toUpperCase()}`, person),
      q.comment && property("comment", q.comment),
      property("created", q.at),
      property("dtend", q.ends, { tzid: q.ends.zone.tzid }),
      property("dtstamp", later),
      property("dtstart", q.starts, { tzid: q.starts.zone.tzid }),
      property("last-modified", later),
      property("organizer", `mailto:${q.hub}`, { cn: q.hubName, "schedule-status": "1.2" }),
      property("sequence", q.sequence),
      property("summary", q.title),
      property("uid", q.uid),
    ]);
  },
  thunderbird: (q) => {
    const tzid = { tzid: q.starts.zone.tzid };
    const person = { rsvp: "TRUE", cn: q.name, partstat: q.answer, cutype: "INDIVIDUAL", role: "REQ-PARTICIPANT" };
    return calendar("-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN", q.zone, [
      property("created", q.at),
      property("last-modified", q.at),
      property("dtstamp", q.at),
      property("uid", q.uid),
      property("summary", q.title),
      property("organizer", `mailto:${q.hub}`, { cn: q.hubName }),
      property("attendee", `mailto:${q.address}`, person),
      property("x-moz-received-sequence", String(q.sequence)),
      property("dtstart", q.starts, tzid),
      property("dtend", q.ends, tzid),
      q.comment && property("comment", q.comment),
      property("sequence", q.sequence),
    ]);
  },
  // A telephone that reads mail by ActiveSync sends no words of its owner's.
  activesync: (q) => {
    const name = "(GMT-06.00) Central Time (US & Canada)";
    return calendar("Zimbra-Calendar-Provider", microsoftZone(name), [
      property("uid", q.uid),
      property("summary", q.title),
      property("attendee", `mailto:${q.address}`, { partstat: q.answer }),
      property("organizer", `mailto:${q.hub}`, { cn: q.hubName }),
      property("dtstart", wall(q.starts), { tzid: name }),
      property("duration", q.ends.subtractDate(q.starts)),
      property("status", "CONFIRMED"),
      property("x-microsoft-cdo-intendedstatus", "BUSY"),
      property("sequence", q.sequence),
      property("dtstamp", q.at),
    ]);
  },
};

// ---- mails -------------------------------------------------------------------------------------------------

const base64 = (text) => Buffer.from(text).toString("base64").replace(/.{76}(?=.)/g, "$&\r\n");
const encoded = (letters) => `=?UTF-8?B?${Buffer.from(letters).toString("base64")}?=`;
const word = (content) => (/^[ -~]*$/.test(content) ? content : content.match(/.{1,12}/gu).map(encoded).join("\r\n "));
const shown = (name, address) => (/^[\w ]*$/.test(name) ? `${name} <${address}>` : `${word(name)} <${address}>`);

function quotedPrintable(content) {
  const lines = content.split("\r\n").map((line) => {
    let [written, width] = ["", 0];
    for (const byte of Buffer.from(line)) {
      const isPlain = byte >= 32 && byte < 127 && byte !== 61;
      const sign = isPlain ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
      if (width + sign.length > 73) [written, width] = [`${written}=\r\n`, 0];
      written += sign;
      width += sign.length;
    }
    return written.replace(/ $/, "=20");
  });
  return lines.join("\r\n");
}

function part(type, coding, content, disposition = "") {
  const written = { base64, "quoted-printable": quotedPrintable }[coding]?.(content) ?? content;
  const more = disposition ? `Content-Disposition: ${disposition}\r\n` : "";
  return `Content-Type: ${type}\r\nContent-Transfer-Encoding: ${coding}\r\n${more}\r\n${written}\r\n`;
}

function multipart(kind, ...parts) {
  const border = `${kind}_000_${parts.length}_boundary`;
  const inner = parts.map((one) => `--${border}\r\n${one}\r\n`).join("");
  return `Content-Type: multipart/${kind}; boundary="${border}"\r\n\r\n${inner}--${border}--\r\n`;
}

const text = (content, coding = "quoted-printable") => part('text/plain; charset="UTF-8"', coding, content);
const html = (content) => part('text/html; charset="UTF-8"', "quoted-printable", `<p>${content}</p>`);
const reply = (content, coding) => part("text/calendar; charset=UTF-8; method=REPLY", coding, content);
const file = (type, name, coding, content) =>
  part(`${type}; name="${name}"`, coding, content, `attachment; filename="${name}"`);

const BODIES = {
  gmail: (q, ics, words) => {
    const page = html(`${words} Invitation from Google Calendar`);
    const shownFirst = multipart("alternative", text(words, "base64"), page, reply(ics, "quoted-printable"));
    return multipart("mixed", shownFirst, file("application/ics", "invite.ics", "base64", ics));
  },
  outlook: (q, ics) => reply(ics, "base64"),
  office365: (q, ics, words) => multipart("alternative", text(q.comment), html(words), reply(ics, "base64")),
  apple: (q, ics, words) => {
    const name = "iCal-20240502-090000.ics";
    return multipart("mixed", text(words), file("text/calendar; charset=utf-8", name, "quoted-printable", ics));
  },
  thunderbird: (q, ics, words) => {
    const shownFirst = multipart("alternative", text(words), reply(ics, "quoted-printable"));
    return multipart("mixed", shownFirst, file("application/ics", "invite.ics", "quoted-printable", ics));
  },
  activesync: (q, ics) => reply(ics, "8bit"),
};

const SUBJECTS = {
  gmail: (q) => `${SAID[q.answer]}: ${q.title} @ Fri May 24, 2024 (CDT)`,
  thunderbird: (q) => `Event Invitation Reply (${SAID[q.answer]}): ${q.title}`,
  apple: (q) => `${q.name} has ${SAID[q.answer].toLowerCase()}: ${q.title}`,
};

function mail(q) {
  const sender = q.client === "activesync" ? q.address.replace("@", "@phones.") : q.address;
  const words = `${q.name} has answered "${SAID[q.answer]}" to this invitation.`;
  const subject = SUBJECTS[q.client] ?? ((one) => `${SAID[one.answer]}: ${one.title}`);
  const head = [
    `From: ${shown(q.name, sender)}`,
    `To: ${shown(q.hubName, q.hub)}`,
    `Subject: ${word(subject(q))}`,
    `Message-ID: <${q.client}.${q.uid}.${q.sequence}.${q.answer}@mail.example.net>`,
    `Date: ${new Date(q.stamp).toUTCString().replace("GMT", "+0000")}`,
    "MIME-Version: 1.0",
  ];
  return Buffer.from(`${head.join("\r\n")}\r\n${BODIES[q.client](q, CALENDARS[q.client](q), words)}`);
}

const jobs = JSON.parse(readFileSync(0, "utf8")).map(understand);
const answers = jobs.map((q) => ({ mail: mail(q).toString("base64"), starts: utc(q.starts).toString() }));
process.stdout.write(JSON.stringify(answers));
