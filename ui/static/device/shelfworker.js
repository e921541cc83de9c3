/** Keeps the files of this device's runs (shelves.js), off the page's thread. */

import { openDatabase } from "../engine/shelf.js";
import { serve, shelfOf } from "./shelves.js";

serve(/** @type {any} */ (self), openDatabase().then(shelfOf));
