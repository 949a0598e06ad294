"""Draws inspection scenes: parts and scratches on a table or a conveyor belt, seen by an imperfect camera.

A scene depends on its random generator alone: the same seed gives the same picture. Keep the order of the
random draws when changing anything here, or say in the README that the scenes differ from then on.

    python3 scenes.py contact-sheet.png      draws twelve scenes, every other one with its boxes
    python3 scenes.py --fingerprint          prints a checksum over ten scenes, see the README
"""

import hashlib
import math
import sys
from dataclasses import dataclass
from typing import List, Optional, Sequence

import cv2
import numpy as np

from backgrounds import draw_belt, draw_clutter, draw_surface
from drawing import fractal_noise, paste, pick_colour, pixel_grid, uniform
from parts import BOLT, GEAR, NUT, SCRATCH, WASHER, draw_part, draw_scratch

SEMANTIC_CLASSES = ["background", "belt", "fastener", "gear", "scratch"]
SEMANTIC_OF_CLASS = {BOLT: 2, NUT: 2, WASHER: 2, GEAR: 3, SCRATCH: 4}
PART_CLASSES = (BOLT, NUT, WASHER, GEAR)

RADIUS_RANGE = (0.045, 0.15)
SINGLE_RADIUS_RANGE = (0.16, 0.34)
RADIUS_FACTOR = {BOLT: 1.45, NUT: 0.85, WASHER: 0.85, GEAR: 1}

DARK_SCRATCH = [(38, 34, 30), (60, 50, 44)]
BRIGHT_SCRATCH = [(225, 226, 228), (205, 200, 190)]


@dataclass
class SceneObject:
    """One part or scratch; `key_points` are a bolt's head and tip in image pixels [2, 2], else None."""

    class_id: int
    key_points: Optional[np.ndarray]


@dataclass
class Scene:
    """`image` is uint8 RGB [height, width, 3].

    `instances` uint8 [height, width] holds 0 where there is no object and k where objects[k - 1] is the
    topmost one; `belt` uint8 [height, width] is 1 on the belt.
    """

    image: np.ndarray
    instances: np.ndarray
    belt: np.ndarray
    objects: List[SceneObject]

    def boxes(self):
        """Per object its visible extent (left, top, right, bottom), or None below 6 visible pixels."""
        return [_extent(self.instances == number) for number in range(1, len(self.objects) + 1)]

    def semantic_map(self):
        """The index into SEMANTIC_CLASSES for every pixel, uint8 [height, width]."""
        labels = self.belt.copy()
        for number, scene_object in enumerate(self.objects, 1):
            labels[self.instances == number] = SEMANTIC_OF_CLASS[scene_object.class_id]
        return labels


def _extent(mask):
    ys, xs = np.where(mask)
    if len(xs) < 6:
        return None
    return int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1


def random_size(rng):
    """(width, height): longer side 560 to 1600 pixels, aspect ratio up to 1.85, 55 % landscape."""
    longer = int(rng.integers(560, 1601))
    aspect = uniform(rng, 1.0, 1.85)
    shorter = max(480, int(longer / aspect))
    longer = max(longer, shorter)
    return (longer, shorter) if rng.random() < 0.55 else (shorter, longer)


def draw_scene(
    rng,
    width,
    height,
    part_count=None,
    scratch_count=None,
    part_classes: Sequence[int] = PART_CLASSES,
    belt: Optional[bool] = None,
    radius_range=RADIUS_RANGE,
    jpeg_noise=True,
):
    """Draws a scene of the given size in pixels; what is None is left to chance.

    `radius_range` is relative to the scene's size (the square root of its area). With `jpeg_noise` the
    image has been through a JPEG encoder of random quality, as if it came from a camera.
    """

    def choose_classes():
        count = int(rng.integers(1, 10)) if part_count is None else part_count
        parts = [part_classes[int(rng.integers(0, len(part_classes)))] for _ in range(count)]
        scratches = int(rng.choice([0, 0, 1, 1, 2])) if scratch_count is None else scratch_count
        return [SCRATCH] * scratches + parts  # scratches first: they are in the surface, below the parts

    return _draw(rng, width, height, choose_classes, belt, _Placer(radius_range), jpeg_noise)


def draw_single(rng, width, height, class_id):
    """Draws one large object, wholly inside; `objects` is empty in the rare case that none fitted."""
    return _draw(
        rng, width, height, lambda: [class_id], None, _Placer(SINGLE_RADIUS_RANGE, single=True), True
    )


def _draw(rng, width, height, choose_classes, belt_wanted, placer, jpeg_noise):
    light_angle = uniform(rng, 0, 6.28)
    light = (math.cos(light_angle), math.sin(light_angle))
    image = draw_surface(rng, height, width)
    has_belt = rng.random() < 0.6
    if belt_wanted is not None:
        has_belt = belt_wanted
    belt = draw_belt(rng, image) if has_belt else np.zeros((height, width), np.uint8)
    for _ in range(int(rng.integers(0, 4))):
        draw_clutter(rng, image, light)
    layout = _Layout(image)
    for class_id in choose_classes():
        placer.place(rng, layout, class_id, light)
    image = _photograph(rng, image)
    if jpeg_noise:
        image = _recompress(image, int(rng.integers(38, 97)))
    return Scene(np.ascontiguousarray(image), layout.instances, belt, layout.objects)


class _Layout:
    """The picture so far, which object each pixel shows, and how much of each object the later ones cover."""

    def __init__(self, image):
        self.image = image
        self.height, self.width = image.shape[:2]
        self.scale = math.sqrt(self.width * self.height)
        self.instances = np.zeros((self.height, self.width), np.uint8)
        self.objects = []
        self.areas = []
        self.covered = []

    def fits(self, class_id, solid, x, y):
        """Whether an object with this mask may lie at (x, y): visible enough, hiding little of others."""
        region, inside = self._clip(solid.shape, x, y)
        if region is None:
            return False
        area, visible = int(solid.sum()), int(solid[inside].sum())
        if area < 12 or visible < 0.7 * area:
            return False
        below = self.instances[region][solid[inside]]
        allowed_overlap = 0.02 if class_id == SCRATCH else 0.2
        if not (below > 0).sum() < allowed_overlap * area:
            return False
        hidden = self._hidden(below)
        return all(c + h <= 0.25 * a for c, h, a in zip(self.covered, hidden, self.areas))

    def add(self, class_id, key_points, solid, x, y):
        """Records an object that has been painted."""
        region, inside = self._clip(solid.shape, x, y)
        visible = solid[inside]
        hidden = self._hidden(self.instances[region][visible])
        self.covered = [c + int(h) for c, h in zip(self.covered, hidden)] + [0]
        self.areas.append(int(solid.sum()))
        self.objects.append(SceneObject(class_id, None if key_points is None else key_points + [x, y]))
        self.instances[region][visible] = len(self.objects)

    def mean_brightness(self, shape, x, y):
        region, _ = self._clip(shape, x, y)
        return float(self.image[region].mean())

    def _hidden(self, below):
        """Pixels of each earlier object that lie below the new one."""
        return np.bincount(below, minlength=len(self.objects) + 1)[1:]

    def _clip(self, shape, x, y):
        """The overlapping slices of image and patch, or (None, None) if they share less than 4 pixels."""
        height, width = shape
        left, top = max(0, x), max(0, y)
        right, bottom = min(self.width, x + width), min(self.height, y + height)
        if right - left < 4 or bottom - top < 4:
            return None, None
        region = (slice(top, bottom), slice(left, right))
        return region, (slice(top - y, bottom - y), slice(left - x, right - x))


class _Placer:
    """Draws an object, and again elsewhere if it does not fit, ten times at most."""

    ATTEMPTS = 10

    def __init__(self, radius_range, single=False):
        self.radius_range = radius_range
        self.single = single

    def place(self, rng, layout, class_id, light):
        for _ in range(self.ATTEMPTS):
            key_points = None
            if class_id == SCRATCH:
                alpha = draw_scratch(rng, layout.scale * (1.6 if self.single else 1))
            else:
                radius = uniform(rng, *self.radius_range) * layout.scale * RADIUS_FACTOR[class_id]
                colour, alpha, key_points = draw_part(rng, class_id, radius, light)
            x, y = self._position(rng, layout, alpha.shape)
            solid = alpha > 0.5
            if not layout.fits(class_id, solid, x, y):
                continue
            if class_id == SCRATCH:
                _paint_scratch(rng, layout, alpha, x, y)
            else:
                _paint_part(rng, layout.image, colour, alpha, x, y, radius, light)
            layout.add(class_id, key_points, solid, x, y)
            return

    def _position(self, rng, layout, shape):
        height, width = shape
        if self.single:
            x, y = max(1, layout.width - width), max(1, layout.height - height)
            return int(uniform(rng, 0, x)), int(uniform(rng, 0, y))
        # Up to 12 % of an object may hang over the picture's edge.
        x = int(uniform(rng, -0.12 * width, layout.width - 0.88 * width))
        y = int(uniform(rng, -0.12 * height, layout.height - 0.88 * height))
        return x, y


def _paint_part(rng, image, colour, alpha, x, y, radius, light):
    shadow_offset = uniform(rng, 0.02, 0.10) * radius
    margin = int(0.3 * radius) + 3
    padded = cv2.copyMakeBorder(alpha, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=0)
    shadow = cv2.GaussianBlur(padded, (0, 0), max(0.6, uniform(rng, 0.03, 0.09) * radius))
    shadow_x = int(x - margin + light[0] * shadow_offset)
    shadow_y = int(y - margin + light[1] * shadow_offset)
    paste(image, shadow_x, shadow_y, np.full(3, 8, np.float32), shadow * uniform(rng, 0.25, 0.7))
    paste(image, x, y, colour, alpha)


def _paint_scratch(rng, layout, alpha, x, y):
    """Dark or bright, whatever shows on this ground, with a thin rim of the opposite."""
    height, width = alpha.shape
    ground = layout.mean_brightness(alpha.shape, x, y)
    dark = rng.random() < (0.35 if ground < 110 else 0.75)
    colour = pick_colour(rng, DARK_SCRATCH if dark else BRIGHT_SCRATCH, 8)
    if dark and ground < 75:
        colour = pick_colour(rng, [(215, 215, 215)], 10)
    texture = np.clip(1 + fractal_noise(rng, height, width, (12, 50), (0.10, 0.14)), 0.5, 1.5)[..., None]
    rim = np.full(3, 235.0 if dark else 12.0, np.float32)
    offset = max(1, int(0.003 * layout.scale))
    paste(layout.image, x + offset, y + offset, rim, cv2.GaussianBlur(alpha, (0, 0), 0.7) * 0.35)
    paste(layout.image, x, y, colour[None, None] * texture, alpha * uniform(rng, 0.8, 0.97))


def _photograph(rng, image):
    """Uneven light, colour cast, blur, sensor noise and tone curve of a camera; float32 in, uint8 out."""
    height, width = image.shape[:2]
    image = image * _illumination(rng, height, width)[..., None] * _white_balance(rng)
    image = _blur(rng, image)
    luminance_noise = rng.standard_normal((height, width), dtype=np.float32)[..., None] * uniform(rng, 0.5, 7)
    coarse = rng.standard_normal((height // 2, width // 2, 3), dtype=np.float32)
    colour_noise = cv2.resize(coarse, (width, height)) * uniform(rng, 0, 4)
    image = np.clip(image + (luminance_noise + colour_noise), 0, 255)
    image = 255 * (image / 255) ** uniform(rng, 0.8, 1.25)
    return np.clip(image, 0, 255).astype(np.uint8)


def _illumination(rng, height, width):
    """Brightness factor per pixel: a slope across the picture and one brighter or darker spot."""
    y, x = pixel_grid(height, width)
    angle = uniform(rng, 0, 6.28)
    slope = (x / width - 0.5) * math.cos(angle) + (y / height - 0.5) * math.sin(angle)
    factor = 1 + slope * uniform(rng, 0, 0.8)
    spot_x, spot_y = uniform(rng, 0, 1), uniform(rng, 0, 1)
    strength = uniform(rng, -0.25, 0.25)
    factor *= 1 + strength * np.exp(-((x / width - spot_x) ** 2 + (y / height - spot_y) ** 2) / 0.12)
    return factor


def _white_balance(rng):
    cast = [uniform(rng, 0.9, 1.1), uniform(rng, 0.95, 1.05), uniform(rng, 0.9, 1.1)]
    return np.array(cast, np.float32) * uniform(rng, 0.75, 1.2)


def _blur(rng, image):
    """Out of focus (40 %), moved (12 %) or sharp."""
    scale = math.sqrt(image.shape[0] * image.shape[1])
    if rng.random() < 0.4:
        return cv2.GaussianBlur(image, (0, 0), uniform(rng, 0.0006, 0.0025) * scale + 0.3)
    if rng.random() < 0.2:
        length = int(uniform(rng, 0.004, 0.010) * scale) | 1
        if length >= 3:
            return cv2.filter2D(image, -1, _motion_kernel(rng, length))
    return image


def _motion_kernel(rng, length):
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2] = 1 / length
    centre = (length / 2 - 0.5, length / 2 - 0.5)
    turn = cv2.getRotationMatrix2D(centre, uniform(rng, 0, 180), 1)
    kernel = cv2.warpAffine(kernel, turn, (length, length))
    return kernel / max(kernel.sum(), 1e-3)


def _recompress(image, quality):
    encoded = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.imdecode(encoded, cv2.IMREAD_COLOR)[..., ::-1]


BOX_COLOURS = [(255, 0, 0), (0, 255, 0), (0, 120, 255), (255, 255, 0), (255, 0, 255)]


def draw_contact_sheet(seed=1, columns=4, rows=3, tile=384):
    """Scenes side by side, every other one with its boxes; uint8 RGB."""
    rng = np.random.default_rng(seed)
    tiles = []
    for index in range(columns * rows):
        width, height = random_size(rng)
        scale = 640 / max(width, height)
        scene = draw_scene(rng, int(width * scale), int(height * scale))
        if index % 2:
            for scene_object, box in zip(scene.objects, scene.boxes()):
                if box:
                    cv2.rectangle(scene.image, box[:2], box[2:], BOX_COLOURS[scene_object.class_id], 2)
        framed = np.zeros((640, 640, 3), np.uint8)
        framed[: scene.image.shape[0], : scene.image.shape[1]] = scene.image
        tiles.append(cv2.resize(framed, (tile, tile), interpolation=cv2.INTER_AREA))
    return np.vstack([np.hstack(tiles[row * columns : (row + 1) * columns]) for row in range(rows)])


def fingerprint(seeds=range(10)):
    """SHA-256 over the pixels of one scene per seed: tells whether a change left the scenes as they were."""
    digest = hashlib.sha256()
    for seed in seeds:
        scene = draw_scene(np.random.default_rng(seed), 480, 360, jpeg_noise=False)
        digest.update(scene.image.tobytes())
        digest.update(scene.instances.tobytes())
    return digest.hexdigest()


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    if sys.argv[1] == "--fingerprint":
        print(fingerprint())
    else:
        cv2.imwrite(sys.argv[1], draw_contact_sheet()[..., ::-1])


if __name__ == "__main__":
    main()
