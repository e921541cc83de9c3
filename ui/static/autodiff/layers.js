/** All layers of a network that trains, by the names that gan_core/nn/description.py calls them. What a layer is: layers/layer.js. */

import { conv, conv_transpose, upconv } from "./layers/convolutions.js";
import { dense } from "./layers/dense.js";
import { dropout } from "./layers/dropout.js";
import { activation, flatten, leaky_relu, rescale, reshape, saturate } from "./layers/elementwise.js";
import { any_score, concat_labels, label_planes, label_score, logit_and_classes } from "./layers/labels.js";
import { affine, batch_norm } from "./layers/normalisation.js";
import { depth_to_space, global_pool, pool } from "./layers/pooling.js";

export { sizeOf } from "./layers/layer.js";

/**
 * @typedef {import("./layers/layer.js").Variable} Variable
 * @typedef {import("./layers/layer.js").Learned} Learned
 * @typedef {import("./layers/layer.js").Batch} Batch
 * @typedef {import("./layers/layer.js").Layer} Layer
 * @typedef {import("./layers/layer.js").Place} Place
 * @typedef {import("./layers/layer.js").Description} Description
 */

/** @type {Object<string, import("./layers/layer.js").Make>} */
export const LAYERS = { dense, conv, upconv, conv_transpose, batch_norm, leaky_relu, activation, reshape, flatten, pool, dropout, concat_labels, label_planes, any_score, label_score, logit_and_classes, rescale, saturate, affine, global_pool, depth_to_space };
