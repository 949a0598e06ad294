"""Surfaces below the parts: tables, the conveyor belt, and clutter that belongs to none of the classes."""

import math

import cv2
import numpy as np

from drawing import circle, fractal_noise, paste, pick_colour, pixel_grid, uniform
from parts import PartCanvas

WOOD = [(172, 130, 88), (120, 82, 52), (205, 172, 128)]
CONCRETE = [(140, 138, 132), (105, 106, 110), (178, 175, 168)]
STEEL = [(168, 172, 178), (130, 134, 140), (195, 197, 200)]
PAPER = [(232, 230, 222), (214, 222, 228), (226, 212, 180)]
PAPER_LINES = [(150, 180, 210), (190, 190, 190), (200, 150, 150)]
CLOTH = [(60, 80, 110), (96, 60, 60), (70, 96, 70), (168, 126, 84), (84, 84, 88)]
RUBBER = [(42, 58, 50), (40, 50, 70), (44, 44, 46), (58, 72, 66)]
RAIL = [(150, 152, 156), (190, 170, 40), (90, 92, 96)]
STICKER = [(240, 240, 235), (235, 210, 60), (220, 70, 60), (70, 130, 210)]
SCRAP = [(200, 60, 60), (60, 120, 200), (220, 200, 120), (90, 90, 90)]
CABLE = [(200, 40, 40), (30, 30, 32), (40, 90, 190), (230, 200, 50)]
STAIN = [(30, 26, 20), (90, 70, 40), (200, 200, 200)]


def draw_surface(rng, height, width):
    """A random table surface, float32 RGB [height, width, 3]."""
    surface = [_wood, _concrete, _brushed_steel, _paper, _cloth][rng.integers(5)]
    return surface(rng, height, width).astype(np.float32)


def _wood(rng, height, width):
    warp = fractal_noise(rng, height, width, (3, 8), (1, 0.6))
    y, x = pixel_grid(height, width)
    angle = uniform(rng, 0, math.pi)
    across = (x * math.cos(angle) + y * math.sin(angle)) / max(height, width)
    grain = np.sin(across * uniform(rng, 30, 90) + warp * uniform(rng, 1, 4)) * 0.5
    grain = grain + 0.3 * fractal_noise(rng, height, width, (60, 150), (1, 0.7))
    base = pick_colour(rng, WOOD)[None, None]
    return base + grain[..., None] * np.array([16, 13, 9], np.float32) * uniform(rng, 0.5, 1.4)


def _concrete(rng, height, width):
    grain = fractal_noise(rng, height, width, (4, 15, 60, 200), (1, 0.7, 0.6, 0.6))
    return pick_colour(rng, CONCRETE, 10)[None, None] + grain[..., None] * uniform(rng, 6, 16)


def _brushed_steel(rng, height, width):
    streaks = rng.standard_normal((height, width)).astype(np.float32)
    length = int(max(9, max(height, width) * 0.06)) | 1
    streaks = cv2.blur(streaks, (length, 1) if rng.random() < 0.5 else (1, length))
    # Averaging n samples divides the spread by sqrt(n): undo that.
    grain = streaks * math.sqrt(length) + fractal_noise(rng, height, width, (3, 6), (1, 0.5))
    return pick_colour(rng, STEEL, 8)[None, None] + grain[..., None] * uniform(rng, 4, 11)


def _paper(rng, height, width):
    image = np.ones((height, width, 3), np.float32) * pick_colour(rng, PAPER, 8)
    image += fractal_noise(rng, height, width, (5, 100), (3, 2))[..., None]
    if rng.random() < 0.6:
        spacing = max(8, int(max(height, width) / rng.integers(10, 34)))
        line = pick_colour(rng, PAPER_LINES)
        offset = rng.integers(spacing)
        image[offset::spacing] = image[offset::spacing] * 0.4 + line * 0.6
        image[:, offset::spacing] = image[:, offset::spacing] * 0.4 + line * 0.6
    return image


def _cloth(rng, height, width):
    y, x = pixel_grid(height, width)
    frequency = uniform(rng, 0.5, 1.4) * 640 / max(height, width)
    weave = np.sin(x * frequency) * np.sin(y * frequency) * uniform(rng, 2, 9)
    grain = weave + fractal_noise(rng, height, width, (6, 90, 220), (5, 6, 6))
    return pick_colour(rng, CLOTH)[None, None] + grain[..., None]


def draw_belt(rng, image):
    """Draws a conveyor belt with its rails into `image`.

    Returns the belt's mask, uint8 [height, width] of 0 and 1.
    """
    height, width = image.shape[:2]
    angle = [0, math.pi / 2][rng.integers(2)] + rng.normal(0, 0.25)
    centre = np.array([width * uniform(rng, 0.3, 0.7), height * uniform(rng, 0.3, 0.7)])
    half_width = uniform(rng, 0.22, 0.55) * min(width, height)
    widening = uniform(rng, 0.8, 1.25) ** 0.5
    rail_width = uniform(rng, 0.008, 0.03) * math.sqrt(width * height)

    along = np.array([math.cos(angle), math.sin(angle)])
    across = np.array([-along[1], along[0]])
    reach = 2 * (width + height)
    start, end = centre - along * reach, centre + along * reach

    def outline(margin):
        """A quadrangle far longer than the image; its ends differ in width, as if seen at a slant."""
        start_half = across * (half_width + margin)
        end_half = start_half * widening
        corners = [start + start_half, end + end_half, end - end_half, start - start_half]
        return np.round(np.array(corners)).astype(np.int32)

    belt_and_rails = np.zeros((height, width), np.uint8)
    belt = np.zeros((height, width), np.uint8)
    cv2.fillPoly(belt_and_rails, [outline(rail_width)], 1)
    cv2.fillPoly(belt, [outline(0)], 1)
    rails = belt_and_rails > belt
    image[rails] = image[rails] * 0.15 + pick_colour(rng, RAIL) * 0.85
    on_belt = belt > 0
    image[on_belt] = _rubber(rng, height, width, angle)[on_belt]
    return belt


def _rubber(rng, height, width, angle):
    """Dark rubber with cleats across the running direction `angle` (radians)."""
    y, x = pixel_grid(height, width)
    size = max(height, width)
    along = (x * math.cos(angle) + y * math.sin(angle)) / size
    across = (-x * math.sin(angle) + y * math.cos(angle)) / size
    base = pick_colour(rng, RUBBER, 7)
    grain = fractal_noise(rng, height, width, (5, 120, 260), (3, 4, 4))
    cleats_per_length = uniform(rng, 18, 44)
    phase = (along * cleats_per_length) % 1.0
    cleat_share = uniform(rng, 0.10, 0.22)
    lit = np.where(phase < cleat_share, 1.0, 0)
    shaded = np.where((phase >= cleat_share) & (phase < cleat_share + 0.08), 1.0, 0)
    relief = lit - 0.8 * shaded
    if rng.random() < 0.4:
        relief = relief * (np.abs(((across * cleats_per_length * 0.5) % 1.0) - 0.5) > 0.12)
    return base[None, None] + (grain + relief * uniform(rng, 9, 20))[..., None]


def draw_clutter(rng, image, light):
    """Draws one thing that belongs to no class into `image`; `light` is the unit vector of the light."""
    height, width = image.shape[:2]
    scale = math.sqrt(width * height)
    clutter = [_coin, _sticker, _scrap, _cable, _stain][rng.integers(5)]
    x, y = uniform(rng, 0, width), uniform(rng, 0, height)
    radius = uniform(rng, 0.03, 0.10) * scale
    clutter(rng, image, x, y, radius, light)


def _coin(rng, image, x, y, radius, light):
    """Round like a washer, but without the hole."""
    part = PartCanvas(rng, radius, uniform(rng, 0, 6), uniform(rng, 0.75, 1))
    part.fill(circle(1.0, 64))
    part.darken_line(circle(0.82), 0.8, radius * 0.05, closed=True)
    part.raise_area(circle(0.4, int(rng.integers(3, 9))), 0.4)
    colour, alpha = part.render(radius * 0.08, light, 0.03)
    paste(image, int(x - part.half_size), int(y - part.half_size), colour, alpha)


def _sticker(rng, image, x, y, radius, light):
    """A turned label with six random characters."""
    height, width = int(radius * uniform(rng, 0.8, 1.4)) + 8, int(radius * uniform(rng, 1.6, 2.6)) + 8
    label = np.ones((height, width, 3), np.float32) * pick_colour(rng, STICKER)
    text = "".join(chr(rng.integers(48, 91)) for _ in range(6))
    baseline = (3, int(height * 0.65))
    font, thickness = cv2.FONT_HERSHEY_SIMPLEX, max(1, height // 28)
    cv2.putText(label, text, baseline, font, height / 60, (20, 20, 20), thickness, cv2.LINE_AA)

    turn = cv2.getRotationMatrix2D((width / 2, height / 2), uniform(rng, 0, 360), 1)
    side = int(math.hypot(width, height)) + 2
    turn[:, 2] += (side - width) / 2, (side - height) / 2
    alpha = cv2.warpAffine(np.ones((height, width), np.float32), turn, (side, side))
    turned = cv2.warpAffine(label, turn, (side, side))
    paste(image, int(x - side / 2), int(y - side / 2), turned, alpha)


def _scrap(rng, image, x, y, radius, light):
    """A painted sheet-metal scrap with three to five corners."""
    corner_count = int(rng.integers(3, 6))
    angles = np.sort(rng.uniform(0, 6.28, corner_count))
    part = PartCanvas(rng, radius, 0, uniform(rng, 0.4, 1))
    part.fill(np.stack([np.cos(angles), np.sin(angles)], 1) * rng.uniform(0.5, 1, (corner_count, 1)))
    colour, alpha = part.render(radius * 0.1, light, 0.06)
    painted = colour * 0.5 + pick_colour(rng, SCRAP) * 0.5
    paste(image, int(x - part.half_size), int(y - part.half_size), painted, alpha)


def _cable(rng, image, x, y, radius, light):
    """A cable along a cubic Bézier curve through the whole picture, with its shadow and a highlight."""
    height, width = image.shape[:2]
    t = np.linspace(0, 1, 40)[:, None]
    p0, p1, p2, p3 = rng.uniform(-0.2, 1.2, (4, 2)) * [width, height]
    curve = (1 - t) ** 3 * p0 + 3 * (1 - t) ** 2 * t * p1 + 3 * (1 - t) * t**2 * p2 + t**3 * p3
    colour = pick_colour(rng, CABLE)
    thickness = max(3, int(uniform(rng, 0.018, 0.035) * math.sqrt(width * height)))
    points = np.round(curve * 16).astype(np.int32)
    highlight = np.clip(colour * 1.4 + 30, 0, 255)

    def stroke(offset, stroke_colour, stroke_thickness):
        moved = points + int(offset)
        cv2.polylines(image, [moved], False, tuple(stroke_colour.tolist()), stroke_thickness, cv2.LINE_AA, 4)

    stroke(thickness * 5, colour * 0.3, thickness)
    stroke(0, colour, thickness)
    stroke(-int(thickness * 2), highlight, max(1, thickness // 4))


def _stain(rng, image, x, y, radius, light):
    """An oil stain with a ragged rim."""
    side = int(radius * 2.4) + 4
    grid_y, grid_x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j].astype(np.float32)
    ragged = 1.1 - np.hypot(grid_x, grid_y) * 1.4 + fractal_noise(rng, side, side, (3, 8), (0.25, 0.15))
    alpha = np.clip(ragged, 0, 0.6).astype(np.float32)
    colour = pick_colour(rng, STAIN)
    paste(image, int(x - side / 2), int(y - side / 2), colour, cv2.GaussianBlur(alpha, (0, 0), 2))
