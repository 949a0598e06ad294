"""Small drawing and random helpers shared by the scene modules.

Images are float32 or uint8 arrays [height, width, 3], RGB, 0..255. Coordinates are pixels, x to the right
and y down.
"""

import math

import cv2
import numpy as np

# Several generators run side by side, one process each: threads inside OpenCV would only get in their way.
cv2.setNumThreads(1)

TWO_PI = 2 * math.pi


def uniform(rng, low, high):
    """A Python float from [low, high)."""
    return float(rng.uniform(low, high))


def pick_colour(rng, palette, jitter=18):
    """One RGB colour (float32) of the palette; `jitter` is the standard deviation of each channel."""
    colour = np.array(palette[rng.integers(len(palette))], np.float32)
    return np.clip(colour + rng.normal(0, jitter, 3), 5, 250).astype(np.float32)


def fractal_noise(rng, height, width, cells=(4, 12, 40), amplitudes=(1, 0.5, 0.25)):
    """Smooth float32 noise [height, width], mean 0, one octave per entry of `cells` and `amplitudes`.

    A cell count says how many lumps there are along the longer side.
    """
    total = np.zeros((height, width), np.float32)
    for cell_count, amplitude in zip(cells, amplitudes):
        cell = max(height, width) / cell_count
        grid_shape = (max(2, int(height / cell) + 2), max(2, int(width / cell) + 2))
        grid = rng.standard_normal(grid_shape).astype(np.float32)
        total += amplitude * cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
    return total


def pixel_grid(height, width):
    """(y, x) coordinates of every pixel, two float32 arrays [height, width]."""
    return np.mgrid[0:height, 0:width].astype(np.float32)


def circle(radius, count=48, centre_x=0, centre_y=0):
    """`count` points on a circle, float64 [count, 2]."""
    angle = np.linspace(0, TWO_PI, count, endpoint=False)
    return np.stack([centre_x + radius * np.cos(angle), centre_y + radius * np.sin(angle)], 1)


def rectangle(left, top, right, bottom):
    """The corners of a rectangle, in drawing order."""
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def paste(image, x, y, colour, alpha):
    """Blends a patch into `image` with its top left corner at pixel (x, y), cutting off what falls outside.

    `colour` is an RGB image of the patch's size or one RGB triple, `alpha` [height, width] is 0..1.
    """
    image_height, image_width = image.shape[:2]
    height, width = alpha.shape
    left, top = max(0, x), max(0, y)
    right, bottom = min(image_width, x + width), min(image_height, y + height)
    if right <= left or bottom <= top:
        return
    inside = (slice(top - y, bottom - y), slice(left - x, right - x))
    region = image[top:bottom, left:right]
    opacity = alpha[inside][..., None]
    source = colour[inside] if colour.ndim == 3 else colour
    image[top:bottom, left:right] = region * (1 - opacity) + source * opacity
