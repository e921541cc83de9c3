/**
 * The pad: a window onto an endless plane of seeds, or onto the plane of two directions through the digit in hand. The digit follows the
 * finger; under it lies a faint map of what is where.
 */

import { t } from "../i18n/i18n.js";
import { h, onFrame, rarely, sizeOf, uid } from "../kit/dom.js";
import { drag } from "../kit/drag.js";
import { section } from "../kit/section.js";
import { PLANE_END, spread } from "../state/latent.js";
import { drawMap } from "./padmap.js";
import { Tiles, tilesIn } from "./tiles.js";

/** Of a tile: some sixteen go across. */
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
 */
export function mount(element, view, held, say = () => {}) {
  const help = uid("help");
  const canvas = h("canvas", { class: "gan-pad-map" });
  const mark = h("div", { class: "gan-pad-mark", hidden: true });
  const pad = h("div", { class: "gan-pad", role: "slider", tabindex: 0, "aria-label": t("Pad"), "aria-roledescription": t("2-D slider"), "aria-describedby": help }, canvas, mark);
  const controls = controlsOf(() => (settle(), update()), (by) => zoom(by), () => centre());
  pad.append(controls.legend);
  const hint = h("p", { id: help, class: "gan-hint" }, t("Drag, or use the arrow keys: the digit follows. At the edge the map moves on. Plus and minus zoom."));
  element.append(section(t("Pad"), { open: "wide", fact: t("a map to walk on") }, controls.element, pad, hint));

  const middle = { x: 0, y: 0 };
  /** Where on the plane a z was taken: undo brings the mark back with it. @type {WeakMap<Float32Array, {x: number, y: number, axes: string}>} */
  const taken = new WeakMap();
  let [spacing, base, model, label] = [0.5, null, null, ""];
  const scale = () => sideIn(size) / spacing;
  const axes = () => controls.axes();
  const limit = (value) => Math.max(-end(), Math.min(end(), value));
  const end = () => (axes() ? DIRECTIONS_END : PLANE_END);

  /** The plane as it is now: places of it may be asked for later, when another model is in hand, or none. */
  const planeNow = () => {
    const [{ model: drawer }, from, pair] = [held, base, axes()];
    if (!pair) return (x, y) => drawer.plane(x, y);
    // up is more
    return (x, y) => drawer.moveTo(drawer.moveTo(from, pair[0], x), pair[1], -y);
  };
  const here = () => {
    if (!axes()) return taken.get(held.z)?.axes === "" ? taken.get(held.z) : null;
    const values = held.model.directionValues(held.z);
    return { x: values[axes()[0]], y: -values[axes()[1]] };
  };
  const go = (x, y, commit = false) => {
    if (!held.ready) return;
    const place = { x: limit(x), y: limit(y), axes: String(axes() ?? "") };
    const z = planeNow()(place.x, place.y);
    taken.set(z, place);
    if (commit) view.commit({ z });
    else view.set({ z });
  };
  /** What the two directions are laid through; it stays while the pad itself moves. */
  const settle = () => {
    if (!held.ready) return;
    const from = taken.get(held.z);
    if (base?.length !== held.model.latentDim || from?.axes !== String(axes() ?? "")) base = held.z;
  };
  const follow = ({ x, y }) => {
    const [halfX, halfY] = [(size.width / 2 - EDGE) / scale(), (size.height / 2 - EDGE) / scale()];
    middle.x = Math.min(x + halfX, Math.max(x - halfX, middle.x));
    middle.y = Math.min(y + halfY, Math.max(y - halfY, middle.y));
  };

  const tiles = new Tiles("pad", () => redraw(), (error) => say(error.message, "error"));
  let shown = "";
  const paintMap = () => {
    if (!held.ready || !size.width) return;
    const { psi, epoch } = view.state;
    const { classWeights } = held;
    const url = held.model.generatorUrl(epoch);
    const key = [url, psi, classWeights, controls.heat(), axes() ? `${axes()} ${Array.from(base)}` : ""].join();
    const picture = [key, middle.x, middle.y, spacing, size.width, size.height, tiles.version].join();
    if (picture === shown) return;
    shown = picture;
    const [side, zAt, { mean }] = [sideIn(size), planeNow(), held.model];
    const seen = tilesIn(middle, size, side, spacing);
    const idOf = ({ x, y }) => `${axes() ?? ""} ${x},${y}`;
    const places = seen.map(({ x, y }) => ({ id: idOf({ x, y }), z: () => spread(zAt(x, y), mean, psi) }));
    tiles.want({ key, url, judgeUrl: controls.heat() ? held.model.judgeUrl : null, classWeights, places });
    drawMap(canvas, size, seen.map((place) => ({ ...place, tile: tiles.get(idOf(place)) })), side, controls.heat());
  };
  const redraw = onFrame(paintMap);
  const tellPlace = () => {
    const place = held.ready ? here() : null;
    if (mark.hidden !== !place) mark.hidden = !place;
    if (!place) {
      label = "";
      return writePlace();
    }
    mark.style.transform = `translate(${((place.x - middle.x) * scale() + size.width / 2).toFixed(1)}px, ${((place.y - middle.y) * scale() + size.height / 2).toFixed(1)}px)`;
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
    if (held.model !== model) {
      model = held.model;
      controls.offer(model);
      settle();
    }
    // a gesture elsewhere lays the two directions through another digit once it has ended
    if (view.state === view.committed) settle();
    tellPlace();
    paintMap();
  });
  const zoom = (by) => {
    spacing = SPACINGS[Math.max(0, Math.min(SPACINGS.length - 1, SPACINGS.indexOf(spacing) - by))];
    const place = here();
    if (place) follow(place);
    controls.zoomed(spacing !== SPACINGS[0], spacing !== SPACINGS.at(-1));
    update();
  };
  const centre = () => {
    const place = (held.ready && here()) || { x: 0, y: 0 };
    Object.assign(middle, { x: place.x, y: place.y });
    update();
  };

  draggable(pad, {
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
    const move = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    const turn = { "+": 1, "=": 1, "-": -1 }[event.key];
    if (!move && !turn && event.key !== "Home") return;
    event.preventDefault();
    event.stopPropagation();
    if (turn) return zoom(turn);
    const [x, y] = move ? [from.x + move[0], from.y + move[1]] : [0, 0];
    go(x, y, true);
    follow({ x, y });
    return undefined;
  });
  pad.setAttribute("aria-valuemin", -PLANE_END);
  pad.setAttribute("aria-valuemax", PLANE_END);
  pad.setAttribute("aria-valuenow", 0);
  pad.setAttribute("aria-valuetext", t("not on this map"));
  held.subscribe(update);
  const size = sizeOf(pad, update);
  update();
}

/** Press, drag, and go on at the edge as long as the finger stays there. */
function draggable(pad, { ready, at, push, end }) {
  let [box, pointer, running] = [null, null, 0];
  const over = (place, length) => Math.max(-EDGE, Math.min(EDGE, place < EDGE ? place - EDGE : Math.max(0, place - length + EDGE))) / 4;
  const take = () => at(Math.max(0, Math.min(box.width, pointer.x)), Math.max(0, Math.min(box.height, pointer.y)));
  const frame = () => {
    running = 0;
    if (!box) return;
    const [x, y] = [over(pointer.x, box.width), over(pointer.y, box.height)];
    if (!x && !y) return;
    push(x, y);
    take();
    running = requestAnimationFrame(frame);
  };
  const move = (event) => {
    pointer = { x: event.clientX - box.left, y: event.clientY - box.top };
    take();
    running ||= requestAnimationFrame(frame);
  };
  return drag(pad, {
    begin(event) {
      if (!ready()) return false;
      box = pad.getBoundingClientRect();
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

function controlsOf(changed, zoom, centre) {
  const id = { kind: uid("pad"), across: uid("pad"), down: uid("pad"), heat: uid("pad") };
  const choice = (which, options) => h("select", { id: which, class: "gan-select", onChange: () => show() }, options.map(([value, text]) => h("option", { value }, text)));
  const kind = choice(id.kind, [["seeds", t("Seeds, endless")], ["directions", t("Two directions")]]);
  const [across, down] = [choice(id.across, []), choice(id.down, [])];
  const heat = h("input", { id: id.heat, type: "checkbox", onChange: () => show() });
  const pair = h("span", { class: "gan-pad-axes" }, h("label", { for: id.across }, t("across")), across, h("label", { for: id.down }, t("up")), down);
  const button = (text, name, act) => h("button", { type: "button", class: "gan-button gan-small", "aria-label": name, title: name, onClick: act }, text);
  const [nearer, farther] = [button("+", t("Zoom in"), () => zoom(1)), button("−", t("Zoom out"), () => zoom(-1))];
  const legend = h("span", { class: "gan-heat-legend", "aria-hidden": "true" }, "0 %", h("span", { class: "gan-heat-ramp" }), "100 %");
  const element = h("div", { class: "gan-pad-controls" },
    h("label", { for: id.kind }, t("Map of")), kind, pair,
    h("label", { class: "gan-check", for: id.heat }, heat, t("D's opinion")),
    h("span", { class: "gan-buttons gan-pad-zoom" }, farther, nearer, button("◎", t("Centre the map"), centre)));
  const show = () => {
    pair.classList.toggle("gan-off", kind.value !== "directions");
    legend.style.visibility = heat.checked ? "visible" : "hidden";
    changed();
  };
  const offer = ({ directions, judgeUrl }) => {
    const options = () => directions.map((_, i) => h("option", { value: i }, i + 1));
    const [x, y] = [Number(across.value || 0), Number(down.value || 1)];
    across.replaceChildren(...options());
    down.replaceChildren(...options());
    [across.value, down.value] = [x < directions.length ? x : 0, y < directions.length ? y : 1];
    kind.lastChild.disabled = directions.length < 2;
    if (directions.length < 2) kind.value = "seeds";
    heat.disabled = !judgeUrl;
    if (!judgeUrl) heat.checked = false;
    show();
  };
  pair.classList.add("gan-off");
  legend.style.visibility = "hidden";
  const axes = () => (kind.value === "directions" && across.value !== down.value ? [Number(across.value), Number(down.value)] : null);
  const zoomed = (canIn, canOut) => ([nearer.disabled, farther.disabled] = [!canIn, !canOut]);
  return { element, legend, offer, axes, zoomed, heat: () => heat.checked };
}
