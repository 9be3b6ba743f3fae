"""Convolution: where a window stands, and two ways to multiply what it sees by a kernel.

geometry     sizes, strides, dilations and padding, in integers; the arithmetic of a refusal
product      a small matrix times a wide one
columns      the general way: copies by kernel column, kernel rows as a view, one product a row
cook_toom    fewer multiplications for the common case: polynomials multiplied by their values

Arrays of images are height × channels × width × examples here. A row of the picture, with all its
channels, is then one contiguous block, and the examples stand innermost: every copy is long.
"""
