"""The parts themselves: bolt, nut, washer and gear on a small canvas each, and scratches as an alpha mask.

A part is drawn in its own coordinates: its centre is (0, 0), its largest extent 1. `PartCanvas` turns,
foreshortens and scales that to pixels, and shades the result as lit metal.
"""

import math

import cv2
import numpy as np

from drawing import TWO_PI, circle, fractal_noise, pick_colour, pixel_grid, rectangle, uniform

CLASSES = ["bolt", "nut", "washer", "gear", "scratch"]
BOLT, NUT, WASHER, GEAR, SCRATCH = range(5)

METALS = [
    (150, 154, 160),
    (120, 124, 130),
    (176, 178, 182),
    (176, 148, 84),
    (190, 160, 92),
    (70, 72, 78),
    (160, 110, 80),
    (140, 136, 120),
]
RUST = (118, 62, 30)

SUPERSAMPLING = 2
"""Parts are drawn this many times larger in each direction and averaged down: soft edges without aliasing."""

SUBPIXEL_BITS = 4
"""OpenCV's fixed-point coordinates: 1/16 pixel."""


class PartCanvas:
    """Draws one part: a mask, a relief and a darkening map, then its shaded picture.

    `radius` is half the part's extent in output pixels, `angle` its rotation in radians, `squash` (0..1)
    how much it is foreshortened in a random direction, as a flat part seen at a slant would be.
    """

    def __init__(self, rng, radius, angle, squash):
        self.rng = rng
        self.radius = radius
        self.half_size = radius * 1.12 + 3
        self.size = int(2 * self.half_size * SUPERSAMPLING) + 2
        self.origin = self.size / 2
        tilt = _rotation(uniform(rng, 0, math.pi))
        self.transform = (tilt @ np.diag([1, squash]) @ tilt.T) @ _rotation(angle)
        self.mask = np.zeros((self.size, self.size), np.uint8)
        self.relief = np.zeros((self.size, self.size), np.float32)
        self.darkening = np.ones((self.size, self.size), np.float32)

    def to_output(self, points):
        """Part coordinates to pixels of the rendered picture, float64 [n, 2]."""
        return self._to_canvas(points) / SUPERSAMPLING

    def fill(self, points):
        """Makes a polygon solid."""
        self._polygon(self.mask, points, 255)

    def cut(self, points):
        """Makes a polygon a hole."""
        self._polygon(self.mask, points, 0)

    def raise_area(self, points, height):
        """Lifts a polygon to `height` (1 = the bevel's height)."""
        self._polygon(self.relief, points, height)

    def darken_area(self, points, factor):
        """Multiplies a polygon's brightness by `factor`."""
        self._polygon(self.darkening, points, factor)

    def raise_line(self, points, height, thickness=1, closed=False):
        """A ridge; `thickness` in output pixels."""
        self._line(self.relief, points, height, thickness, closed)

    def darken_line(self, points, factor, thickness=1, closed=False):
        """A dark line; `thickness` in output pixels."""
        self._line(self.darkening, points, factor, thickness, closed)

    def render(self, bevel, light, roughness):
        """Shades the part: (RGB float32 [n, n, 3], alpha float32 [n, n] 0..1).

        `bevel` is the width of the rounded edge in output pixels, `light` the unit vector of the light's
        direction, `roughness` the spread of the surface's brightness.
        """
        rng = self.rng
        shade = self._shade(bevel, light)
        brightness = self._sheen() + shade
        brightness += fractal_noise(rng, self.size, self.size, (6, 30), (1, 1)) * roughness
        colour = pick_colour(rng, METALS, 10)[None, None] * (brightness * self.darkening)[..., None]
        colour = (
            colour + np.clip(shade - 0.3, 0, 1)[..., None] * 160
        )  # highlights on edges that face the light
        if rng.random() < 0.18:
            colour = self._rusted(colour, brightness)
        size = self.size // SUPERSAMPLING
        colour = cv2.resize(colour.astype(np.float32), (size, size), interpolation=cv2.INTER_AREA)
        alpha = cv2.resize(self.mask.astype(np.float32) / 255, (size, size), interpolation=cv2.INTER_AREA)
        return colour, alpha

    def _shade(self, bevel, light):
        """Brightness change by the slope of the surface towards the light."""
        distance_to_edge = cv2.distanceTransform(self.mask, cv2.DIST_L2, 3)
        surface = (
            np.minimum(distance_to_edge / max(1.0, bevel * SUPERSAMPLING), 1.0).astype(np.float32)
            + self.relief
        )
        surface = cv2.GaussianBlur(surface, (0, 0), max(0.6, 0.5 * SUPERSAMPLING))
        slope_x = cv2.Sobel(surface, cv2.CV_32F, 1, 0, ksize=3)
        slope_y = cv2.Sobel(surface, cv2.CV_32F, 0, 1, ksize=3)
        return np.clip(-(slope_x * light[0] + slope_y * light[1]) * uniform(self.rng, 0.20, 0.42), -0.6, 0.75)

    def _sheen(self):
        """Broad bright and dark bands, as the surroundings reflect in metal."""
        rng = self.rng
        y, x = pixel_grid(self.size, self.size)
        angle = uniform(rng, 0, TWO_PI)
        along = (x - self.origin) * math.cos(angle) + (y - self.origin) * math.sin(angle)
        along = along / (self.radius * SUPERSAMPLING)
        frequency, phase = uniform(rng, 1, 5), uniform(rng, 0, 6)
        return 1 + 0.16 * np.sin(along * frequency + phase) * uniform(rng, 0.3, 1.3)

    def _rusted(self, colour, brightness):
        spots = fractal_noise(self.rng, self.size, self.size, (3, 9, 25), (1, 0.8, 0.5))
        rust = np.clip(spots - 0.5, 0, 1)[..., None]
        return colour * (1 - 0.7 * rust) + np.array(RUST, np.float32) * 0.7 * rust * brightness[..., None]

    def _to_canvas(self, points):
        points = np.asarray(points, np.float64)
        return points @ self.transform.T * self.radius * SUPERSAMPLING + self.origin

    def _fixed_point(self, points):
        return np.round(self._to_canvas(points) * (1 << SUBPIXEL_BITS)).astype(np.int32)

    def _polygon(self, canvas, points, value):
        cv2.fillPoly(canvas, [self._fixed_point(points)], value, cv2.LINE_8, SUBPIXEL_BITS)

    def _line(self, canvas, points, value, thickness, closed):
        thickness = max(1, int(round(thickness * SUPERSAMPLING)))
        cv2.polylines(
            canvas, [self._fixed_point(points)], closed, value, thickness, cv2.LINE_8, SUBPIXEL_BITS
        )


def _rotation(angle):
    cosine, sine = math.cos(angle), math.sin(angle)
    return np.array([[cosine, -sine], [sine, cosine]])


def draw_part(rng, class_id, radius, light):
    """One part of random shape and metal, `radius` being half its extent in pixels.

    Returns its RGB picture [n, n, 3], its alpha [n, n], and for a bolt its keypoints head and tip in
    pixels of that picture [2, 2], else None.
    """
    angle = uniform(rng, 0, TWO_PI)
    squash = uniform(rng, 0.92, 1) if class_id == BOLT else uniform(rng, 0.72, 1)
    part = PartCanvas(rng, radius, angle, squash)
    roughness = uniform(rng, 0.01, 0.06)
    key_points = None
    if class_id == BOLT:
        bevel, key_points = _bolt(rng, part)
    else:
        bevel = {NUT: _nut, WASHER: _washer, GEAR: _gear}[class_id](rng, part)
    colour, alpha = part.render(bevel, light, roughness)
    return colour, alpha, None if key_points is None else part.to_output(key_points)


def _bolt(rng, part):
    """A bolt along the x axis, its head at x = -1; returns the bevel in pixels and the keypoints."""
    radius = part.radius
    head_half, head_length = uniform(rng, 0.26, 0.42), uniform(rng, 0.2, 0.36)
    shank_half = head_half * uniform(rng, 0.42, 0.6)
    head_x, tip_x = -1.0, uniform(rng, 0.86, 1.0)
    neck_x = head_x + head_length
    hexagonal, round_head, countersunk = range(3)
    head_kind = rng.integers(3)
    if head_kind == hexagonal:
        head = rectangle(head_x, -head_half, neck_x, head_half)
    elif head_kind == round_head:
        t = np.linspace(math.pi / 2, 3 * math.pi / 2, 20)
        head = np.stack([neck_x + head_length * np.cos(t), head_half * np.sin(t)], 1)
    else:
        assert head_kind == countersunk
        rim_x = head_x + 0.05
        head = [
            (head_x, -head_half),
            (rim_x, -head_half),
            (neck_x, -shank_half),
            (neck_x, shank_half),
            (rim_x, head_half),
            (head_x, head_half),
        ]

    pitch = uniform(rng, 0.055, 0.10)
    thread_depth = shank_half * uniform(rng, 0.10, 0.22)
    plain_share = uniform(rng, 0, 0.5) if rng.random() < 0.5 else 0.02
    # Two entries per turn: crests at even indices, roots at odd ones.
    turns_x = np.arange(neck_x + plain_share * (tip_x - neck_x), tip_x - 0.08, pitch / 2)
    part.fill(head)
    part.fill(_shank_outline(neck_x, tip_x, shank_half, turns_x, thread_depth))
    _draw_thread(part, turns_x, pitch, shank_half)
    if head_kind == hexagonal:
        facet = head_half * uniform(rng, 0.4, 0.6)
        for y in (-facet, facet):
            part.darken_line([(head_x, y), (neck_x, y)], 0.7, radius * 0.03)
        part.raise_area(rectangle(head_x, -facet, neck_x, facet), 0.5)
    part.darken_line([(neck_x, -shank_half), (neck_x, shank_half)], 0.55, max(1, radius * 0.03))
    return shank_half * radius * uniform(rng, 0.5, 1.0), [(head_x, 0.0), (tip_x, 0.0)]


def _shank_outline(neck_x, tip_x, shank_half, turns_x, thread_depth):
    """The threaded shank's outline; the thread's roots lie on opposite phases above and below."""
    turns = list(enumerate(turns_x))
    top = [(neck_x - 0.02, -shank_half)]
    top += [(x, -shank_half + (thread_depth if i % 2 else 0)) for i, x in turns]
    top += [(tip_x - 0.05, -shank_half), (tip_x, -shank_half * 0.6)]
    bottom = [(tip_x, shank_half * 0.6), (tip_x - 0.05, shank_half)]
    bottom += [(x, shank_half - (0 if i % 2 else thread_depth)) for i, x in reversed(turns)]
    bottom += [(neck_x - 0.02, shank_half)]
    return top + bottom


def _draw_thread(part, turns_x, pitch, shank_half):
    slant = pitch * 0.5
    for crest_x in turns_x[::2]:
        root_x = crest_x + pitch / 2
        crest = [(crest_x, -shank_half), (crest_x + slant, shank_half)]
        root = [(root_x, -shank_half), (root_x + slant, shank_half)]
        part.raise_line(crest, 0.7, max(1, pitch * part.radius * 0.35))
        part.darken_line(root, 0.72, max(1, pitch * part.radius * 0.3))


def _nut(rng, part):
    """A hexagonal nut; returns the bevel in pixels."""
    radius = part.radius
    # An unused draw: leaving it out would change every scene that contains a nut.
    uniform(rng, 0, 1)
    corners = uniform(rng, 0, 1) + np.arange(6) * math.pi / 3
    bore = uniform(rng, 0.44, 0.6)
    part.fill(np.stack([np.cos(corners), np.sin(corners)], 1))
    part.raise_area(circle(0.866 * uniform(rng, 0.93, 1)), 0.6)
    part.darken_line(circle(bore * 1.12), 0.75, radius * 0.035, closed=True)
    part.raise_line(circle(bore * 1.22), 0.5, radius * 0.04, closed=True)
    part.cut(circle(bore))
    return radius * uniform(rng, 0.06, 0.14)


def _washer(rng, part):
    """A washer, sometimes slotted like a spring washer; returns the bevel in pixels."""
    bore = uniform(rng, 0.42, 0.68)
    part.fill(circle(1.0, 64))
    part.cut(circle(bore, 64))
    bevel = part.radius * uniform(rng, 0.03, 0.10)
    if rng.random() < 0.25:
        angle, half_slot = uniform(rng, 0, 6.28), uniform(rng, 0.05, 0.1)
        first, last = angle - half_slot, angle + half_slot
        inner, outer = 0.3, 1.3
        part.cut([_polar(inner, first), _polar(outer, first), _polar(outer, last), _polar(inner, last)])
    return bevel


def _gear(rng, part):
    """A spur gear, plain, with holes or with a sunk web, often with a keyway; returns the bevel in pixels."""
    radius = part.radius
    tooth_count = int(rng.integers(9, 23))
    root_radius = uniform(rng, 0.76, 0.86)
    part.fill(_gear_outline(tooth_count, root_radius))
    bore = uniform(rng, 0.12, 0.26)
    hub = bore * 1.8
    _, with_holes, sunk_web = range(3)
    web_kind = rng.integers(3)
    part.darken_line(circle(root_radius * 0.88), 0.78, radius * 0.04, closed=True)
    part.raise_area(circle(hub), 0.7)
    if web_kind == with_holes:
        _cut_web_holes(rng, part, root_radius * 0.84, hub)
    elif web_kind == sunk_web:
        part.darken_area(circle(root_radius * 0.84), uniform(rng, 0.6, 0.85))
        part.darken_area(circle(hub), 1.0)
    part.cut(circle(bore))
    if rng.random() < 0.5:
        part.cut(rectangle(-0.07, 0, 0.07, bore * 1.35))
    return radius * uniform(rng, 0.02, 0.07)


def _gear_outline(tooth_count, root_radius):
    step = TWO_PI / tooth_count
    tooth = ((-0.26, root_radius), (-0.16, 1.0), (0.16, 1.0), (0.26, root_radius))
    return [_polar(reach, i * step + offset * step) for i in range(tooth_count) for offset, reach in tooth]


def _cut_web_holes(rng, part, web_radius, hub):
    hole_count = int(rng.integers(3, 7))
    ring = (web_radius + hub) / 2
    hole = min((web_radius - hub) / 2 * 0.8, ring * math.sin(math.pi / hole_count) * 0.8)
    for i in range(hole_count):
        # 6.2832, not 2 pi, as the first version had it: the same scenes for the same seed.
        angle = i * 6.2832 / hole_count
        part.cut(circle(hole, 24, ring * math.cos(angle), ring * math.sin(angle)))


def _polar(radius, angle):
    return radius * math.cos(angle), radius * math.sin(angle)


def draw_scratch(rng, scale):
    """A scratch as an alpha mask, float32 [height, width] 0..1; `scale` is the scene's size in pixels."""
    path, segment_count = _scratch_path(rng, scale)
    width = uniform(rng, 0.009, 0.018) * scale
    margin = width * 2 + 4
    path = path - path.min(0) + margin
    extent = path.max(0) + margin
    mask_width, mask_height = int(extent[0]) + 1, int(extent[1]) + 1
    mask = np.zeros((mask_height * 2, mask_width * 2), np.uint8)

    point_count = 10 * segment_count
    position = np.linspace(0, segment_count, point_count)
    dense = np.stack([np.interp(position, np.arange(segment_count + 1), path[:, axis]) for axis in (0, 1)], 1)
    dense = dense + rng.normal(0, width * 0.12, (point_count, 2))
    points = [tuple(point) for point in np.round(dense * 32).astype(int).tolist()]
    for i in range(point_count - 1):
        progress = i / (point_count - 1)
        taper = math.sin(math.pi * min(max(progress, 0.06), 0.94)) ** 0.5
        thickness = max(2, int(round(width * taper * uniform(rng, 0.7, 1.1) * 2)))
        cv2.line(mask, points[i], points[i + 1], 255, thickness, cv2.LINE_8, SUBPIXEL_BITS)
    return cv2.resize(mask.astype(np.float32) / 255, (mask_width, mask_height), interpolation=cv2.INTER_AREA)


def _scratch_path(rng, scale):
    """A wandering line in pixels, float64 [segments + 1, 2], and its number of segments."""
    for _ in range(40):
        length = uniform(rng, 0.12, 0.42) * scale
        angle = uniform(rng, 0, 6.28)
        segment_count = int(rng.integers(4, 9))
        points = [np.zeros(2)]
        bend = rng.normal(0, 0.25)
        for _ in range(segment_count):
            angle += bend + rng.normal(0, 0.28)
            points.append(points[-1] + length / segment_count * np.array([math.cos(angle), math.sin(angle)]))
        path = np.array(points)
        extent = path.max(0) - path.min(0)
        # A scratch along an axis would have a box thinner than a detector can learn.
        if extent.min() > 0.045 * scale and extent.max() < 0.5 * scale:
            break
    return path, segment_count
