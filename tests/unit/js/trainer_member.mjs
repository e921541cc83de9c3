/** What trainworker.js is to one that joins another's team, in node's workers. */

import { parentPort } from "node:worker_threads";

import { Member } from "../../../ui/static/trainer/team.js";

parentPort.on("message", (joining) => new Member(joining));
