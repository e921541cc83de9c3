/** One network as a chain of layers, drawn from the very program that runs; a pressed layer shows what it leaves. */

import { t } from "../../i18n/i18n.js";
import { h, penOf, rovingFocus, setText } from "../../kit/dom.js";
import { count } from "../../runs/runwords.js";
import { inUnit, isDrawn, mapsOf, parametersOf } from "./layers.js";
import { followsOf, layerInWords, nameOfLayer, shapeOf } from "./words.js";

/** Of the small picture in a row. */
const FEW = 4;

/** @typedef {import("./layers.js").Layer} Layer */
/** @typedef {{role: "generator"|"discriminator", layers: Layer[]}} Network */

/**
 * @param {string} title of the model
 * @param {(key: string) => void} onPress told which layer, `generator.2`
 * @returns {{element: HTMLElement, show: (networks: Network[], says: string) => void, press: (key: string) => void, layerOf: (key: string) => Layer|undefined}}
 */
export function chain(title, onPress) {
  const list = h("div", { class: "networks-chain", role: "radiogroup", "aria-label": t("Layers of {model}", { model: title }) });
  const said = h("p", { class: "networks-said" });
  const element = h("section", { class: "networks-model", "aria-label": title }, h("h3", {}, title), list, said);
  /** @type {Map<string, {button: HTMLElement, picture: HTMLCanvasElement, layer: Layer}>} */
  const rows = new Map();
  let built = "";
  let pressed = "";

  /** @param {string} key @param {Layer} layer @param {string} role */
  const rowOf = (key, layer, role) => {
    const picture = h("canvas", { class: "networks-thumb", width: 1, height: 1, "aria-hidden": "true" });
    const then = followsOf(layer);
    const button = h("button", { type: "button", role: "radio", class: "networks-layer", "aria-checked": "false", "data-kind": layer.kind, "data-role": role, "data-learn-act": true,
      "aria-label": layerInWords(layer), title: layerInWords(layer), onClick: () => onPress(key) },
      picture, h("span", { class: "networks-name" }, nameOfLayer(layer), h("small", {}, [shapeOf(layer.shape), then].filter(Boolean).join(" · "))));
    rows.set(key, { button, picture, layer });
    return button;
  };
  /** @param {Network[]} networks */
  const build = (networks) => {
    rows.clear();
    const parts = networks.map(({ role, layers }) => {
      const name = role === "generator" ? t("Generator, {count} parameters", { count: count(parametersOf(layers)) }) : t("Discriminator, {count} parameters", { count: count(parametersOf(layers)) });
      return h("div", { class: "networks-net", "data-role": role }, h("p", {}, name), layers.map((layer, i) => rowOf(`${role}.${i}`, layer, role)));
    });
    list.replaceChildren(...parts);
    const buttons = [...rows.values()].map(({ button }) => button);
    const keys = [...rows.keys()];
    const hold = rovingFocus(list, buttons, { onMove: (i) => onPress(keys[i]) });
    mark = (key) => {
      keys.forEach((one, i) => {
        buttons[i].setAttribute("aria-checked", String(one === key));
        if (one === key) hold(i);
      });
    };
    mark(pressed);
  };
  /** @type {(key: string) => void} */
  let mark = () => {};
  return {
    element,
    show(networks, says) {
      const shape = networks.map(({ role, layers }) => [role, ...layers.map((layer) => nameOfLayer(layer) + shapeOf(layer.shape))].join()).join();
      if (shape !== built) {
        built = shape;
        build(networks);
      }
      for (const { role, layers } of networks)
        layers.forEach((layer, i) => {
          const row = rows.get(`${role}.${i}`);
          if (!row) return;
          row.layer = layer;
          paintMaps(row.picture, layer, FEW);
        });
      setText(said, says);
    },
    press(key) {
      pressed = key;
      mark(key);
    },
    layerOf: (key) => rows.get(key)?.layer,
  };
}

/** @param {HTMLCanvasElement} canvas @param {Layer} layer @param {number} [most] channels @returns {ReturnType<typeof mapsOf>} */
export function paintMaps(canvas, layer, most) {
  const { shape, values } = layer;
  const maps = mapsOf(shape, isDrawn(layer) ? inUnit(values) : values, most);
  if (canvas.width !== maps.width) canvas.width = maps.width;
  if (canvas.height !== maps.height) canvas.height = maps.height;
  penOf(canvas).putImageData(new ImageData(maps.bytes, maps.width, maps.height), 0, 0);
  return maps;
}
