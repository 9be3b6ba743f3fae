// ConvNetJS: one example at a time, as TensorFlow Playground's engine too; compiled by the browser.
'use strict';
const fs = require('fs');
const readline = require('readline');
const convnet = require('convnetjs');

const start = JSON.parse(fs.readFileSync(`${process.argv[2]}/start.json`, 'utf8'));
const squared = start.loss === 'squared_error';

function make() {
  const defs = [{ type: 'input', out_sx: 1, out_sy: 1, out_depth: start.x[0].length }];
  const dense = start.layers.filter((layer) => layer.kind === 'dense');
  for (const layer of dense.slice(0, -1)) {
    defs.push({ type: 'fc', num_neurons: layer.units, activation: 'tanh' });
  }
  // It has no logistic loss: two outputs under a softmax say the same.
  defs.push(squared ? { type: 'regression', num_neurons: 1 } : { type: 'softmax', num_classes: 2 });
  const net = new convnet.Net();
  net.makeLayers(defs);
  const fully = net.layers.filter((layer) => layer.layer_type === 'fc');
  dense.forEach((layer, i) => {
    const weight = start[`${layer.name}.weight`];
    const bias = start[`${layer.name}.bias`];
    fully[i].filters.forEach((filter, j) => {
      for (let k = 0; k < filter.w.length; k++) filter.w[k] = (weight[j] || weight[0])[k];
      fully[i].biases.w[j] = j < bias.length ? bias[j] : bias[0];
      // z = z₁ − z₀ with z₀ = −z₁ = −z/2
      if (!squared && i === dense.length - 1) {
        for (let k = 0; k < filter.w.length; k++) filter.w[k] *= j ? 0.5 : -0.5;
        fully[i].biases.w[j] *= j ? 0.5 : -0.5;
      }
    });
  });
  if (squared) {
    // The last tanh stands between the last dense layer and the loss.
    net.layers.splice(-1, 0, new convnet.TanhLayer({ in_sx: 1, in_sy: 1, in_depth: 1 }));
  }
  const trainer = new convnet.Trainer(net, {
    // It has no Adam; Adadelta keeps as many vectors.
    method: start.optimizer === 'adam' ? 'adadelta' : start.optimizer,
    // Its gradient is that of ½ (y − t)², the loss it tells that of 2 (y − t)².
    learning_rate: squared ? 2 * start.rate : start.rate,
    momentum: 0,
    batch_size: start.batch,
  });
  return { net, trainer, epoch: -1, at: start.x.length, order: null, drawn: 0, sum: 0 };
}

const point = new convnet.Vol(1, 1, start.x[0].length, 0);

function step(me) {
  if (me.at >= start.x.length) {
    me.epoch++;
    me.at = 0;
    me.order = start.order[me.epoch % start.order.length];
  }
  const end = Math.min(me.at + start.batch, start.x.length);
  me.sum = 0;
  for (; me.at < end; me.at++) {
    const i = me.order[me.at];
    for (let k = 0; k < start.x[i].length; k++) point.w[k] = start.x[i][k];
    const target = squared ? start.t[i] : start.t[i][0];
    me.sum += me.trainer.train(point, target).loss;
  }
}

const unitsOf = (net) => net.layers.filter((layer) => layer.layer_type === 'tanh');

function picture(me) {
  const units = unitsOf(me.net);
  const size = start.grid.length;
  const boundary = new Float32Array(size);
  const maps = units.map((layer) => new Float32Array(layer.out_depth * size));
  for (let i = 0; i < size; i++) {
    point.w[0] = start.grid[i][0];
    point.w[1] = start.grid[i][1];
    const out = me.net.forward(point, false);
    boundary[i] = squared ? out.w[0] : out.w[1];
    for (let l = 0; l < units.length; l++) {
      const { w } = units[l].out_act;
      for (let u = 0; u < w.length; u++) maps[l][u * size + i] = w[u];
    }
  }
  return { boundary, maps };
}

const now = () => Number(process.hrtime.bigint()) / 1e9;

function cpuSince(before) {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const jobs = {
  run: (me, n) => {
    for (let i = 0; i < n; i++) step(me);
    return n;
  },
  picture: (me, n) => {
    for (let i = 0; i < n; i++) picture(me);
    return n;
  },
  watch: (me, n) => {
    if (now() - me.drawn >= 0.1) {
      me.drawn = now();
      picture(me);
    }
    return jobs.run(me, n);
  },
  // As TensorFlow Playground's page: an epoch, then everything is drawn, and again.
  loop: (me) => {
    const n = Math.ceil(start.x.length / start.batch);
    jobs.run(me, n);
    picture(me);
    return n;
  },
};

function check() {
  const me = make();
  const { boundary } = picture(me);
  const losses = [];
  for (let i = 0; i < 30; i++) {
    step(me);
    losses.push(me.sum / start.batch / 2);
  }
  if (!squared) return { losses: null, gradients: null, picture: null };
  return { losses, gradients: null, picture: [Array.from(boundary)] };
}

let me = null;
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const [word, seconds] = line.split(' ');
  let answer;
  if (word === 'check') answer = check();
  else {
    me = me || make();
    let n = 1;
    let done = 0;
    const started = now();
    const used = process.cpuUsage();
    for (;;) {
      const before = now();
      done += jobs[word](me, n);
      const after = now();
      if (after - started >= Number(seconds)) {
        answer = { done, seconds: after - started, cpu: cpuSince(used) };
        break;
      }
      if (after - before < 0.005) n *= 2;
    }
  }
  console.log(JSON.stringify(answer));
});
console.log('ready');
