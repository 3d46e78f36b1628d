// What does ical.js, which Thunderbird and Nextcloud read calendars with, find in files?
//
//   node read_by_icaljs.mjs PATH-OF-ICAL.JS <files.json >found.json
//
// Standard input is a JSON list of iCalendar files, standard output a list of their events.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { default: ICAL } = await import(pathToFileURL(process.argv[2]));

function read(component) {
  const event = new ICAL.Event(component);
  const value = (name) => component.getFirstPropertyValue(name) ?? "";
  return {
    uid: event.uid,
    start: event.startDate.toJSDate().toISOString(),
    end: event.endDate.toJSDate().toISOString(),
    summary: event.summary ?? "",
    location: event.location ?? "",
    description: event.description ?? "",
    url: value("url"),
    status: value("status"),
    sequence: event.sequence,
  };
}

const files = JSON.parse(readFileSync(0, "utf8"));
const found = files.map((file) =>
  new ICAL.Component(ICAL.parse(file)).getAllSubcomponents("vevent").map(read),
);
process.stdout.write(JSON.stringify(found));
