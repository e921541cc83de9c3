/**
 * The pad: a window onto an endless plane of seeds, or onto the plane of two directions through the digit in hand. The digit follows the
 * finger; under it lies a map of what is where and, where it is asked for, of what D thinks of it or of where it breaks.
 */

import { t } from "../i18n/i18n.js";
import { h, onFrame, rarely, sizeOf, together, uid, useStyle } from "../kit/dom.js";
import { drag } from "../kit/drag.js";
import { numbersIn } from "../kit/sample.js";
import { section } from "../kit/section.js";
import { PLANE_END, spread } from "../state/latent.js";
import * as opinion from "./opinion.js";
import { drawMap } from "./padmap.js";
import { ring } from "./padmark.js";
import { Tiles, tilesIn } from "./tiles.js";

/** @typedef {import("../state/models.js").Model} Model */
/** @typedef {{x: number, y: number}} Point of the plane */

/** Of a tile: some sixteen go across. @param {{width: number}} size @returns {number} */
const sideIn = ({ width }) => Math.round(Math.min(64, Math.max(44, width / 16)));
const SPACINGS = [0.125, 0.25, 0.5, 1];
const DIRECTIONS_END = 6;
/** A finger this near to the edge moves the window along. */
const EDGE = 26;

/**
 * @param {HTMLElement} element
 * @param {import("../state/view.js").View} view
 * @param {import("../state/held.js").Held} held
 * @param {(text: string, kind: "info"|"error") => void} [say]
 * @returns {import("../kit/dom.js").Component}
 */
export function mount(element, view, held, say = () => {}) {
  useStyle(new URL("opinion.css", import.meta.url)).catch(reportError);
  const help = uid("help");
  const canvas = h("canvas", { class: "gan-pad-map" });
  const mark = ring();
  const pad = h("div", { class: "gan-pad", role: "slider", tabindex: 0, "aria-label": t("Pad"), "aria-roledescription": t("2-D slider"), "aria-describedby": help }, canvas, mark.element);
  const controls = controlsOf(() => (settle(), update(), explain()), (by) => zoom(by), () => centre());
  pad.append(controls.legend.element);
  const hint = h("p", { id: help, class: "gan-hint" }, t("Drag, or use the arrow keys: the picture follows. At the edge the map moves on. Plus and minus zoom."));
  const why = h("p", { class: "gan-hint", hidden: true }, t("Orange: here a small step of z changes the picture most. What G learnt has gaps, G itself has none: between two kinds of strokes it crosses one fast, and there the broken ones lie."));
  const explain = () => (why.hidden = controls.layer() !== "breaks");
  element.append(section(t("Pad"), { open: "wide", fact: t("a map to walk on") }, controls.element, pad, why, hint));

  const middle = { x: 0, y: 0 };
  /** Where on the plane a z was taken: undo brings the mark back with it. @type {WeakMap<Float32Array, {x: number, y: number, axes: string}>} */
  const taken = new WeakMap();
  let [spacing, label] = [0.5, ""];
  /** @type {Float32Array|null} what the two directions are laid through */
  let base = null;
  /** @type {Model|null} */
  let model = null;
  const scale = () => sideIn(size) / spacing;
  const axes = () => controls.axes();
  /** @param {number} value */
  const limit = (value) => Math.max(-end(), Math.min(end(), value));
  const end = () => (axes() ? DIRECTIONS_END : PLANE_END);

  /** The plane as it is now: places of it may be asked for later, when another model is in hand, or none. @param {Model} drawer @returns {(x: number, y: number) => Float32Array} */
  const planeOf = (drawer) => {
    const [from, pair] = [base, axes()];
    if (!pair || !from) return (x, y) => drawer.plane(x, y);
    // up is more
    return (x, y) => drawer.moveTo(drawer.moveTo(from, pair[0], x), pair[1], -y);
  };
  /** @returns {Point|null} where the z in hand lies on the plane */
  const here = () => {
    const [{ model: drawer, z }, pair] = [held, axes()];
    if (!drawer || !z) return null;
    const place = taken.get(z);
    if (!pair) return place?.axes === "" ? place : null;
    const values = drawer.directionValues(z);
    return { x: values[pair[0]], y: -values[pair[1]] };
  };
  /** @param {number} x @param {number} y @param {boolean} [commit] */
  const go = (x, y, commit = false) => {
    if (!held.ready || !held.model) return;
    const from = here();
    const to = controls.keepsOut() && from && trust ? trust.module.keptOut(from, { x, y }, shareAt) : { x, y };
    const place = { x: limit(to.x), y: limit(to.y), axes: String(axes() ?? "") };
    const z = planeOf(held.model)(place.x, place.y);
    taken.set(z, place);
    if (commit) view.commit({ z });
    else view.set({ z });
  };
  /** What the two directions are laid through; it stays while the pad itself moves. */
  const settle = () => {
    if (!held.ready || !held.model || !held.z) return;
    const from = taken.get(held.z);
    if (base?.length !== held.model.latentDim || from?.axes !== String(axes() ?? "")) base = held.z;
  };
  /** The window comes along. @param {Point} place */
  const follow = ({ x, y }) => {
    const [halfX, halfY] = [(size.width / 2 - EDGE) / scale(), (size.height / 2 - EDGE) / scale()];
    middle.x = Math.min(x + halfX, Math.max(x - halfX, middle.x));
    middle.y = Math.min(y + halfY, Math.max(y - halfY, middle.y));
  };

  const tiles = new Tiles("pad", () => redraw(), (error) => say(error.message, "error"));
  /** Where pictures break, once somebody has asked for that. @type {{module: typeof import("./breaks.js"), breaks: import("./breaks.js").Breaks}|null} */
  let trust = null;
  let gone = false;
  const fetchTrust = async () => {
    const module = await import("./breaks.js");
    if (gone || trust) return;
    trust = { module, breaks: new module.Breaks(() => redraw(), (error) => say(error.message, "error")) };
    redraw();
  };
  /** @param {Point} place */
  const idOf = ({ x, y }) => `${axes() ?? ""} ${x},${y}`;
  /** Between four tiles as it is in the middle of each. @param {number} x @param {number} y @returns {number} */
  const shareAt = (x, y) => {
    const [column, row] = [Math.floor(x / spacing), Math.floor(y / spacing)];
    const [right, below] = [x / spacing - column, y / spacing - row];
    /** @param {number} dx @param {number} dy */
    const at = (dx, dy) => trust?.breaks.get(idOf({ x: (column + dx) * spacing, y: (row + dy) * spacing })) ?? NaN;
    return (1 - below) * ((1 - right) * at(0, 0) + right * at(1, 0)) + below * ((1 - right) * at(0, 1) + right * at(1, 1));
  };
  let shown = "";
  const paintMap = () => {
    const { classWeights, model: drawer } = held;
    if (!held.ready || !drawer || !size.width) return;
    const { psi, epoch } = view.state;
    const url = drawer.generatorUrl(epoch);
    if (controls.layer() === "breaks" && !trust) fetchTrust().catch((error) => say(error.message, "error"));
    const layer = controls.layer() === "breaks" && !trust ? "" : controls.layer();
    const judged = layer === "judged";
    const key = [url, psi, classWeights, judged, axes() ? `${axes()} ${Array.from(base ?? [])}` : ""].join();
    const picture = [key, layer, middle.x, middle.y, spacing, size.width, size.height, tiles.version, trust?.breaks.version].join();
    if (picture === shown) return;
    shown = picture;
    const [side, zAt, { mean }] = [sideIn(size), planeOf(drawer), drawer];
    const seen = tilesIn(middle, size, side, spacing);
    const places = seen.map(({ x, y }) => ({ id: idOf({ x, y }), z: () => spread(zAt(x, y), mean, psi) }));
    tiles.want({ key, url, judgeUrl: judged ? drawer.judgeUrl : null, classWeights, places, shape: drawer.shape });
    const felt = layer === "breaks" ? trust : null;
    felt?.breaks.want({ key, url, classWeights, places, usual: () => felt.module.usualOf((x, y) => drawer.plane(x, y)), pixels: numbersIn(drawer.shape) });
    const found = seen.map((place) => {
      const tile = tiles.get(idOf(place));
      return { ...place, tile, share: felt ? felt.breaks.get(idOf(place)) : (tile?.score ?? NaN) };
    });
    drawMap(canvas, size, found, side, layer ? layerOf(layer, url, found) : null);
  };
  /** Levels of D's opinion: once there is enough to choose by they stay, or the colours would change under the hand. @param {string} layer @param {string} url @param {import("./padmap.js").Seen[]} found */
  const layerOf = (layer, url, found) => {
    if (levels.url !== url) levels = { url, chosen: null };
    if (layer === "judged") levels.chosen ??= opinion.levelsFor(found.map(({ share }) => share ?? NaN));
    const shown = layer === "judged" ? { levels: levels.chosen ?? opinion.LEVELS[0], hue: opinion.HUE } : { levels: trust?.module.LEVELS ?? [], hue: opinion.WARNING };
    controls.legend.show(shown);
    return shown;
  };
  let levels = { url: "", chosen: /** @type {number[]|null} */ (null) };
  const redraw = onFrame(paintMap);
  const tellPlace = () => {
    const place = held.ready ? here() : null;
    mark.show(place && { x: (place.x - middle.x) * scale() + size.width / 2, y: (place.y - middle.y) * scale() + size.height / 2 }, size);
    if (!place) {
      label = "";
      return writePlace();
    }
    label = `${place.x.toFixed(2)}, ${(-place.y).toFixed(2)}`;
    return writePlace();
  };
  const writePlace = rarely(() => {
    const words = label || t("not on this map");
    if (pad.getAttribute("aria-valuetext") === words) return;
    if (label) pad.setAttribute("aria-valuenow", label.split(",")[0]);
    pad.setAttribute("aria-valuetext", words);
  });
  const update = onFrame(() => {
    if (!held.ready || !size.width) return;
    if (held.model && held.model !== model) {
      model = held.model;
      controls.offer(model);
      settle();
    }
    // a gesture elsewhere lays the two directions through another digit once it has ended
    if (view.state === view.committed) settle();
    tellPlace();
    paintMap();
  });
  /** @param {number} by */
  const zoom = (by) => {
    spacing = SPACINGS[Math.max(0, Math.min(SPACINGS.length - 1, SPACINGS.indexOf(spacing) - by))];
    const place = here();
    if (place) follow(place);
    controls.zoomed(spacing !== SPACINGS[0], spacing !== SPACINGS[SPACINGS.length - 1]);
    update();
  };
  const centre = () => {
    const place = (held.ready && here()) || { x: 0, y: 0 };
    Object.assign(middle, { x: place.x, y: place.y });
    update();
  };

  const dragged = draggable(pad, {
    ready: () => held.ready,
    at: (x, y) => go(middle.x + (x - size.width / 2) / scale(), middle.y + (y - size.height / 2) / scale()),
    push(x, y) {
      middle.x = limit(middle.x + x / scale());
      middle.y = limit(middle.y + y / scale());
    },
    end() {
      view.commit();
      const place = held.ready && here();
      if (place) follow(place);
      update();
    },
  });
  pad.addEventListener("keydown", (event) => {
    if (!held.ready || event.altKey || event.ctrlKey || event.metaKey) return;
    const step = (event.shiftKey ? 1 : 0.2) * spacing;
    const from = here() ?? middle;
    /** @type {Object<string, [number, number]|undefined>} */
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    /** @type {Object<string, number|undefined>} */
    const turns = { "+": 1, "=": 1, "-": -1 };
    const [move, turn] = [moves[event.key], turns[event.key]];
    if (!move && !turn && event.key !== "Home") return;
    event.preventDefault();
    event.stopPropagation();
    if (turn) return zoom(turn);
    const [x, y] = move ? [from.x + move[0], from.y + move[1]] : [0, 0];
    go(x, y, true);
    follow({ x, y });
    return undefined;
  });
  pad.setAttribute("aria-valuemin", String(-PLANE_END));
  pad.setAttribute("aria-valuemax", String(PLANE_END));
  pad.setAttribute("aria-valuenow", "0");
  pad.setAttribute("aria-valuetext", t("not on this map"));
  const size = sizeOf(pad, update);
  update();
  return { update, destroy: together(held.subscribe(update), size.destroy, dragged.destroy, () => tiles.destroy(), () => ((gone = true), trust?.breaks.destroy())) };
}

/**
 * Press, drag, and go on at the edge as long as the finger stays there.
 * @param {HTMLElement} pad
 * @param {{ready: () => boolean, at: (x: number, y: number) => void, push: (x: number, y: number) => void, end: () => void}} acts
 */
function draggable(pad, { ready, at, push, end }) {
  /** @type {import("../kit/drag.js").Box|null} */
  let box = null;
  let pointer = { x: 0, y: 0 };
  let running = 0;
  /** @param {number} place @param {number} length */
  const over = (place, length) => Math.max(-EDGE, Math.min(EDGE, place < EDGE ? place - EDGE : Math.max(0, place - length + EDGE))) / 4;
  /** @param {import("../kit/drag.js").Box} box */
  const take = (box) => at(Math.max(0, Math.min(box.width, pointer.x)), Math.max(0, Math.min(box.height, pointer.y)));
  const frame = () => {
    running = 0;
    if (!box) return;
    const [x, y] = [over(pointer.x, box.width), over(pointer.y, box.height)];
    if (!x && !y) return;
    push(x, y);
    take(box);
    running = requestAnimationFrame(frame);
  };
  /** @param {PointerEvent} event */
  const move = (event) => {
    if (!box) return;
    pointer = { x: event.clientX - box.left, y: event.clientY - box.top };
    take(box);
    running ||= requestAnimationFrame(frame);
  };
  return drag(pad, {
    yields: () => true,
    begin(event, place) {
      if (!ready()) return false;
      box = place;
      move(event);
      return true;
    },
    move,
    end() {
      cancelAnimationFrame(running);
      [box, running] = [null, 0];
      end();
    },
  });
}

/** @param {() => void} changed @param {(by: number) => void} zoom @param {() => void} centre */
function controlsOf(changed, zoom, centre) {
  const id = { kind: uid("pad"), across: uid("pad"), down: uid("pad") };
  /** @param {string} which @param {[string, string][]} options */
  const choice = (which, options) => h("select", { id: which, class: "gan-select", onChange: () => show() }, options.map(([value, text]) => h("option", { value }, text)));
  const kind = choice(id.kind, [["seeds", t("Seeds, endless")], ["directions", t("Two directions")]]);
  const [across, down] = [choice(id.across, []), choice(id.down, [])];
  /** One layer at a time. @param {() => HTMLInputElement} other */
  const layered = (other) => {
    /** @type {HTMLInputElement} */
    const box = h("input", { type: "checkbox", onChange: () => {
      if (box.checked) other().checked = false;
      show();
    } });
    return box;
  };
  const judged = layered(() => broken);
  const broken = layered(() => judged);
  const out = h("input", { type: "checkbox" });
  const keepOut = h("label", { class: "gan-check" }, out, t("keep out of it"));
  const pair = h("span", { class: "gan-pad-axes" }, h("label", { for: id.across }, t("across")), across, h("label", { for: id.down }, t("up")), down);
  /** @param {string} text @param {string} name @param {() => void} act */
  const button = (text, name, act) => h("button", { type: "button", class: "gan-button gan-small", "aria-label": name, title: name, onClick: act }, text);
  const [nearer, farther] = [button("+", t("Zoom in"), () => zoom(1)), button("−", t("Zoom out"), () => zoom(-1))];
  const legend = opinion.legend();
  const element = h("div", { class: "gan-pad-controls" },
    h("label", { for: id.kind }, t("Map of")), kind, pair,
    h("label", { class: "gan-check" }, judged, t("D's opinion")),
    h("label", { class: "gan-check" }, broken, t("Where it breaks")), keepOut,
    h("span", { class: "gan-buttons gan-pad-zoom" }, farther, nearer, button("◎", t("Centre the map"), centre)));
  const show = () => {
    pair.classList.toggle("gan-off", kind.value !== "directions");
    legend.element.style.visibility = layer() ? "visible" : "hidden";
    keepOut.classList.toggle("gan-off", !broken.checked);
    changed();
  };
  /** Whether the model's z is a plane itself: then that is its map, whole and without seeds, until somebody chooses otherwise. */
  let plane = false;
  /** @param {Model} model */
  const offer = ({ directions, judgeUrl, latentDim }) => {
    if (plane !== (latentDim === 2)) {
      plane = !plane;
      kind.value = plane ? "directions" : "seeds";
    }
    const options = () => directions.map((_, i) => h("option", { value: i }, i + 1));
    const [x, y] = [Number(across.value || 0), Number(down.value || 1)];
    across.replaceChildren(...options());
    down.replaceChildren(...options());
    [across.value, down.value] = [x < directions.length ? x : 0, y < directions.length ? y : 1].map(String);
    kind.options[1].disabled = directions.length < 2;
    if (directions.length < 2) kind.value = "seeds";
    judged.disabled = !judgeUrl;
    if (!judgeUrl) judged.checked = false;
    show();
  };
  /** @returns {"judged"|"breaks"|""} */
  const layer = () => (judged.checked ? "judged" : broken.checked ? "breaks" : "");
  pair.classList.add("gan-off");
  keepOut.classList.add("gan-off");
  legend.element.style.visibility = "hidden";
  /** @returns {[number, number]|null} */
  const axes = () => (kind.value === "directions" && across.value !== down.value ? [Number(across.value), Number(down.value)] : null);
  /** @param {boolean} canIn @param {boolean} canOut */
  const zoomed = (canIn, canOut) => ([nearer.disabled, farther.disabled] = [!canIn, !canOut]);
  return { element, legend, offer, axes, zoomed, layer, keepsOut: () => broken.checked && out.checked };
}
