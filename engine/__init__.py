"""The textbook, in NumPy alone. In the order in which it is worth reading:

    layers/dense.py, activations/   a layer: its formula and gradient, said once, and its fields
    losses.py                       how wrong an answer is, and where the way back begins
    memory/                         where the numbers stand: arena, cell, tape, the list of a step
    net.py                          a chain of layers, and the plans of its memory
    optimizers/, penalties.py       what a gradient becomes
    learners/                       what makes steps: batches, epochs, the perceptron's rule
    gradcheck.py                    how one knows that a gradient is right
    layers/conv.py, convolution/    windows on pictures, and two ways to multiply by a kernel
    data/                           examples: drawn, measured, painted; split and prepared
    experiment.py                   all of it as one value, with one seed (rng.py), as one link
    session.py                      an experiment in time: step, seek, edit, fork
    running.py, obeying.py          what is at a step, and how it obeys an edit
    edits/, lines.py, history.py    what was changed, the branches, the curves
    probes/                         questions to a session that change nothing

What a thing is, is a value (spec.py, registry.py); what it is doing is memory. A file begins with
what it is for; letters are the lecture's: x, y, W, b, θ, g, η, β, p, and d for a gradient.
"""
