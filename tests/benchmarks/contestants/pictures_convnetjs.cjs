// ConvNetJS on its own net for MNIST: one picture at a time.
'use strict';
const fs = require('fs');
const readline = require('readline');
const convnet = require('convnetjs');

const start = JSON.parse(fs.readFileSync(`${process.argv[2]}/start.json`, 'utf8'));
const [depth, side] = [start.x[0].length, start.x[0][0].length];

function make() {
  const defs = [{ type: 'input', out_sx: side, out_sy: side, out_depth: depth }];
  for (const layer of start.layers) {
    if (layer.kind === 'conv2d') {
      defs.push({
        type: 'conv',
        sx: layer.kernel,
        filters: layer.channels,
        stride: layer.stride,
        pad: layer.padding,
        activation: 'relu',
      });
    }
    if (layer.kind === 'max_pool2d') {
      defs.push({ type: 'pool', sx: layer.window, stride: layer.window });
    }
  }
  defs.push({ type: 'softmax', num_classes: 10 });
  const net = new convnet.Net();
  net.makeLayers(defs);
  const named = start.layers.filter((layer) => layer.kind === 'conv2d' || layer.kind === 'dense');
  const theirs = net.layers.filter((layer) => ['conv', 'fc'].includes(layer.layer_type));
  named.forEach((layer, l) => {
    const weight = start[`${layer.name}.weight`];
    const bias = start[`${layer.name}.bias`];
    const shape = theirs[l].filters[0];
    theirs[l].filters.forEach((filter, o) => {
      theirs[l].biases.w[o] = bias[o];
      if (layer.kind === 'conv2d') {
        weight[o].forEach((map, c) =>
          map.forEach((row, y) => row.forEach((w, x) => filter.set(x, y, c, w)))
        );
      } else {
        // A vector of theirs goes by place first, then by map; ours by map first.
        const { out_sx: sx, out_sy: sy, out_depth: maps } = net.layers[net.layers.length - 3];
        for (let k = 0; k < shape.w.length; k++) {
          const [place, map] = [Math.floor(k / maps), k % maps];
          filter.w[k] = weight[o][map * sx * sy + place];
        }
      }
    });
  });
  const trainer = new convnet.Trainer(net, {
    method: 'sgd',
    learning_rate: start.rate,
    momentum: 0,
    batch_size: start.batch,
  });
  return { trainer, epoch: -1, at: start.x.length, order: null, sum: 0 };
}

const pictures = start.x.map((maps) => {
  const made = new convnet.Vol(side, side, depth, 0);
  maps.forEach((map, c) => map.forEach((row, y) => row.forEach((v, x) => made.set(x, y, c, v))));
  return made;
});

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
    me.sum += me.trainer.train(pictures[i], start.t[i]).loss;
  }
}

const now = () => Number(process.hrtime.bigint()) / 1e9;

function cpuSince(before) {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function check() {
  const me = make();
  const losses = [];
  for (let i = 0; i < start.checked; i++) {
    step(me);
    losses.push(me.sum / start.batch);
  }
  return { losses, gradients: null, picture: null };
}

let me = null;
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const [word, seconds] = line.split(' ');
  let answer;
  if (word === 'check') answer = check();
  else {
    me = me || make();
    let done = 0;
    const started = now();
    const used = process.cpuUsage();
    for (;;) {
      step(me);
      done++;
      const passed = now() - started;
      if (passed >= Number(seconds)) {
        answer = { done, seconds: passed, cpu: cpuSince(used) };
        break;
      }
    }
  }
  console.log(JSON.stringify(answer));
});
console.log('ready');
