/** Judges the runs that test_page_alarms.py writes to the standard input, with the page's own rules. */

import { text } from "node:stream/consumers";

import { alarms, notFinite } from "../../../ui/static/device/alarms.js";
import { reached } from "../../../ui/static/device/milestones.js";
import { thinned } from "../../../ui/static/device/record.js";

const { cases, steps } = JSON.parse(await text(process.stdin));
const judged = cases.map(({ reports, train, kept }) => {
  const told = [];
  for (let i = 1; i <= reports.length; i += 1) {
    const raised = alarms(reports.slice(0, i), train, kept);
    if (raised.length) reports[i - 1].alarms = raised;
    told.push(raised);
  }
  return { told, end: notFinite(reports.at(-1).step, train, kept), reached: reached(reports) };
});
console.log(JSON.stringify({ judged, thinned: steps.map(([all, most]) => thinned(all, most)) }));
