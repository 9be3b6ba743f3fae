"""scikit-learn's MLPClassifier, a batch at a time by `partial_fit`: how it can be watched."""

from __future__ import annotations

import warnings

import numpy as np
from serve import Contestant, Epochs, Start, serve
from sklearn.neural_network import MLPClassifier

warnings.simplefilter("ignore")


class ScikitLearn(Contestant):
    def __init__(self, start: Start) -> None:
        hidden = [layer["units"] for layer in start.layers if layer["kind"] == "dense"][:-1]
        activation = next(x["kind"] for x in start.layers if x["kind"] in ("tanh", "relu"))
        self.net = MLPClassifier(
            hidden, activation=activation, solver="adam", alpha=0.0, batch_size=start.batch,
            learning_rate_init=start.rate, epsilon=1e-10,  # before the correction, not behind it
        )  # fmt: skip
        labels = start.t if start.t.ndim == 1 else start.t[:, 0].astype(int)
        classes = np.unique(labels)
        self.net.partial_fit(start.x[: start.batch], labels[: start.batch], classes=classes)
        arrays = list(start.arrays.values())
        self.net.coefs_ = [w.T.copy() for w in arrays[::2]]
        self.net.intercepts_ = [b.copy() for b in arrays[1::2]]
        del self.net._optimizer  # the next call makes a new one, over these weights
        self.epochs = Epochs(start, lambda order: (start.x[order], labels[order]))

    def steps(self, n: int) -> None:
        for _ in range(n):
            part = self.epochs.next()
            x, t = self.epochs.now
            self.net.partial_fit(x[part], t[part])

    def loss(self) -> float:
        return float(self.net.loss_)


serve(ScikitLearn)
