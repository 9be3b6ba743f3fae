/**
 * Every card of evidence: its title, the question it answers, and how to read it. A card's picture is the view of the
 * same name.
 */

/** @typedef {{title: string, asks: string, key: [string, string][], reads: string}} Card
 *   `key`: what each mark of the picture means, by the kind of mark (`cards/key.js`) */

/** @type {Record<string, Card>} */
export const CARDS = {
  loss: {
    title: "Loss",
    asks: "Does it learn, and is it learning by heart?",
    key: [
      ["line", "train: the mean of the batches"],
      ["dash", "test: points it never learns from"],
      ["pale", "as measured, behind a smoothed curve; ahead of the playhead; on other lines"],
      ["dotted", "a change you made"],
    ],
    reads:
      "Across: steps. Up: the loss, without unit; lower is better. Drag across the picture to look closer, double-click for the whole run; by key + − and 0, the arrows read the numbers.",
  },
  masks: {
    title: "Dropout masks",
    asks: "Which units rested, for which example?",
    key: [
      ["solid", "at work"],
      ["hatch", "switched off by dropout in this step"],
      ["ring", "the example that is chosen"],
    ],
    reads: "A row for a unit, a column for an example of the last batch. A click on a column chooses its example.",
  },
  rests: {
    title: "Dropout over time",
    asks: "Does chance treat all units alike?",
    key: [
      ["ink", "share of a step’s batch that rested: the darker, the more"],
      ["tick", "p, the share that should rest"],
    ],
    reads:
      "A row for a unit, a column for each of the last steps since the last change. At the right: how often the unit rested in all of them.",
  },
  gradients: {
    title: "Gradients",
    asks: "Does the error reach the first layer?",
    key: [
      ["hill", "how many weights have a gradient of that size"],
      ["tick", "the middle one (median)"],
    ],
    reads: "Across: |∂ loss / ∂ weight| in powers of ten. From top to bottom: from the input to the output.",
  },
  updates: {
    title: "Step size",
    asks: "Are the steps right for weights of this size?",
    key: [
      ["tick", "‖step‖ ÷ ‖weights‖ of the last step"],
      ["band", "about 0.001: a rough rule for a healthy rate (Karpathy, CS231n)"],
    ],
    reads: "Across: the ratio, in powers of ten. Far left learns slowly, far right shakes what was learned.",
  },
  activations: {
    title: "Activations",
    asks: "Do the units still answer, and still learn?",
    key: [
      ["solid", "answers where the activation has a slope"],
      ["ink", "answers where it is flat: at rest, or saturated"],
    ],
    reads: "A histogram a layer: across the answer, up how often. The percentage is the share of flat answers.",
  },
  weights: {
    title: "Weights",
    asks: "How large have the weights become?",
    key: [
      ["low", "a weight below 0"],
      ["high", "a weight above 0"],
      ["ring", "the pinned one"],
    ],
    reads: "Each dot is one weight, across by its value; where many are alike they pile up. A click pins a weight.",
  },
  spread: {
    title: "Weights over time",
    asks: "Where do the weights go as it learns?",
    key: [
      ["ink", "many weights have this value at this step"],
      ["tick", "0"],
    ],
    reads:
      "Across: steps that are kept. Up: the weight’s value. Each column is a histogram: the inkier, the more of the layer’s weights.",
  },
  length: {
    title: "Slope",
    asks: "How steep is the ground it stands on?",
    key: [
      ["line", "length of the whole gradient, ‖g‖"],
      ["violet", "the limit, where gradients are clipped"],
    ],
    reads: "Across: steps. Up: the length of the gradient of each batch, on a logarithmic axis.",
  },
  confusion: {
    title: "Confusion",
    asks: "Which class is taken for which?",
    key: [
      ["ink", "right"],
      ["bad", "wrong"],
    ],
    reads:
      "A row for what a test point is, a column for what the net says. At the right: the share of the row that is right. A click on a cell rings its points on the plane.",
  },
  unsure: {
    title: "Uncertainty",
    asks: "Where is it unsure?",
    key: [
      ["ink", "it could as well guess"],
      ["ring", "a test point, numbered by how unsure it is"],
    ],
    reads: "Paper: certain. At the right the least sure test points, and the probability of what it says of them.",
  },
  calibration: {
    title: "Calibration",
    asks: "May its percentages be believed?",
    key: [
      ["dot", "test points it is about so sure of; the larger, the more"],
      ["bad", "how far they are from being right so often"],
      ["dashed", "as sure as right"],
    ],
    reads:
      "Across: how sure it says it is. Up: how often it is right. Below the diagonal it promises too much. ECE: the mean distance, over all points (Guo et al. 2017).",
  },
  normalization: {
    title: "Normalization",
    asks: "Are training and use alike?",
    key: [
      ["solid", "running mean ± deviation, which stand in when it is used"],
      ["violet", "mean ± deviation of the last batch"],
    ],
    reads: "A column for a channel. Up: the values that come into the norm.",
  },
  drift: {
    title: "Running statistics",
    asks: "Have the norm’s statistics come to rest?",
    key: [["line", "a channel: left its running mean, right its running deviation"]],
    reads: "Across: steps that are kept. Up: the numbers the norm shifts and divides by in use. They start at 0 and 1.",
  },
  passage: {
    title: "One example",
    asks: "What happens to one example, number by number?",
    key: [
      ["low", "below 0"],
      ["high", "above 0"],
      ["ring", "the unit whose arithmetic is shown"],
    ],
    reads:
      "A step for a layer, in use (dropout off); choose one by click or with ← →, a unit in it with ↑ ↓. The line below is its formula with the real numbers; the last step is the loss.",
  },
};
