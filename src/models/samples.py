"""Draws the sample images that the project ships, in the file forms a program must cope with.

    python3 samples.py ../../config/samples                     writes them all
    python3 samples.py ../../config/samples --sheet sheet.png   and a contact sheet

The seeds are used for nothing else, so no model has seen these pictures. The same OpenCV gives the same
bytes.
"""

import argparse
import struct
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from parts import BOLT, CLASSES, GEAR, NUT, WASHER
from scenes import draw_scene

FIRST_SEED = 80_000_000

UPRIGHT, TURNED_180, TURNED_90 = 1, 3, 6
"""EXIF orientations: the viewer must turn the stored picture by 0, 180 or (clockwise) 90 degrees."""

STORED_AS = {TURNED_180: cv2.ROTATE_180, TURNED_90: cv2.ROTATE_90_COUNTERCLOCKWISE}
SMALL, LARGE = (0.025, 0.05), (0.12, 0.15)
"""Radii relative to the scene: mostly below the smallest that the models were trained on, and the largest."""


@dataclass
class Sample:
    """One image: what is in it (the arguments of `draw_scene`) and how it is stored."""

    name: str
    seed: int
    width: int
    height: int
    content: dict = field(default_factory=dict)
    quality: int = 85
    progressive: bool = False
    orientation: int = UPRIGHT

    def draw(self):
        rng = np.random.default_rng(FIRST_SEED + self.seed)
        return draw_scene(rng, self.width, self.height, jpeg_noise=False, **self.content)

    def encode(self, image):
        """The file's bytes for an upright RGB image."""
        if self.orientation != UPRIGHT:
            image = cv2.rotate(image, STORED_AS[self.orientation])
        suffix = Path(self.name).suffix
        options = {
            ".jpg": [
                cv2.IMWRITE_JPEG_QUALITY,
                self.quality,
                cv2.IMWRITE_JPEG_PROGRESSIVE,
                int(self.progressive),
            ],
            ".webp": [cv2.IMWRITE_WEBP_QUALITY, self.quality],
            ".png": [cv2.IMWRITE_PNG_COMPRESSION, 9],
        }
        data = cv2.imencode(suffix, np.ascontiguousarray(image[..., ::-1]), options[suffix])[1].tobytes()
        return data if self.orientation == UPRIGHT else with_orientation(data, self.orientation)


def with_orientation(jpeg, orientation):
    """The JPEG with an EXIF segment that holds nothing but the orientation, right after the start marker."""
    tiff_header = struct.pack(">2sHI", b"MM", 42, 8)
    orientation_tag, short_type = 0x0112, 3
    entry = struct.pack(">HHIHH", orientation_tag, short_type, 1, orientation, 0)
    directory = struct.pack(">H", 1) + entry + struct.pack(">I", 0)
    payload = b"Exif\0\0" + tiff_header + directory
    segment = b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload
    return jpeg[:2] + segment + jpeg[2:]


def parts(count, *classes, **more):
    """Scene content: so many parts of these classes (of all, if none are named) and no scratches."""
    content = {"part_count": count, "scratch_count": 0, **more}
    if classes:
        content["part_classes"] = classes
    return content


SAMPLES = [
    Sample("mixed-parts-on-belt.jpg", 1601, 1280, 960, parts(8, belt=True)),
    Sample("bolts-and-nuts.jpg", 102, 1200, 900, parts(7, BOLT, NUT)),
    Sample("bolts-nuts-washers.jpg", 103, 1440, 1080, parts(9, BOLT, NUT, WASHER, belt=False)),
    Sample("bolts.jpg", 104, 1024, 768, parts(5, BOLT)),
    Sample("washers.jpg", 1205, 1024, 768, parts(6, WASHER)),
    Sample("gears.jpg", 106, 1280, 853, parts(5, GEAR, belt=True)),
    Sample("zahnräder.jpg", 1507, 900, 1200, parts(5, GEAR, belt=False)),
    Sample("scratched-plate.png", 1508, 720, 540, {"part_count": 1, "scratch_count": 3, "belt": False}),
    Sample("scratched-belt.jpg", 109, 1200, 800, {"part_count": 0, "scratch_count": 3, "belt": True}),
    Sample("parts-and-scratches.jpg", 110, 1280, 960, {"part_count": 6, "scratch_count": 2}),
    Sample("empty belt.jpg", 111, 1280, 960, parts(0, belt=True)),
    Sample("nothing-to-find.jpg", 312, 960, 720, parts(0, belt=False)),
    Sample("single-bolt.jpg", 413, 800, 800, parts(1, BOLT, radius_range=LARGE)),
    Sample("close-up.jpg", 314, 1024, 768, parts(3, radius_range=LARGE)),
    Sample("small-parts.jpg", 115, 1600, 1067, parts(14, radius_range=SMALL, belt=True)),
    Sample("crowded.jpg", 116, 1440, 1080, parts(20)),
    Sample("tall-belt.jpg", 1517, 800, 1422, parts(7, belt=True)),
    Sample("wide-belt.jpg", 1318, 1600, 640, parts(8, belt=True)),
    Sample("gears-and-bolts-progressive.jpg", 119, 1200, 900, parts(7, GEAR, BOLT), progressive=True),
    Sample("nuts.webp", 120, 1024, 768, parts(6, NUT)),
    Sample("turned-left.jpg", 121, 900, 1200, parts(7), orientation=TURNED_90),
    Sample("upside-down.jpg", 122, 1200, 900, parts(7), orientation=TURNED_180),
    Sample("12-megapixels.jpg", 1123, 4000, 3000, parts(12)),
]


def draw_contact_sheet(images, columns=6, tile=(320, 260)):
    """Named images (RGB, upright) side by side."""
    tiles = []
    for name, image in images:
        scale = min(tile[0] / image.shape[1], (tile[1] - 20) / image.shape[0])
        size = (int(image.shape[1] * scale), int(image.shape[0] * scale))
        framed = np.full((tile[1], tile[0], 3), 255, np.uint8)
        framed[20 : 20 + size[1], : size[0]] = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        cv2.putText(
            framed,
            name.encode("ascii", "replace").decode(),
            (4, 14),
            cv2.FONT_HERSHEY_SIMPLEX,
            0.45,
            (0, 0, 0),
            1,
            cv2.LINE_AA,
        )
        tiles.append(framed)
    while len(tiles) % columns:
        tiles.append(np.full_like(tiles[0], 255))
    return np.vstack([np.hstack(tiles[first : first + columns]) for first in range(0, len(tiles), columns)])


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder")
    parser.add_argument("--sheet", help="where to write a contact sheet (PNG)")
    arguments = parser.parse_args()
    folder = Path(arguments.folder)
    folder.mkdir(parents=True, exist_ok=True)
    decoded = []
    for sample in SAMPLES:
        scene = sample.draw()
        data = sample.encode(scene.image)
        (folder / sample.name).write_bytes(data)
        counts = [sum(o.class_id == class_id for o in scene.objects) for class_id in range(len(CLASSES))]
        text = ", ".join(f"{count} {name}" for count, name in zip(counts, CLASSES) if count)
        print(f"{sample.name:34} {len(data):8} bytes  {text or 'nothing'}", flush=True)
        # OpenCV honours the orientation: the sheet shows what a good reader sees.
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
        decoded.append((sample.name, image))
    if arguments.sheet:
        cv2.imwrite(arguments.sheet, draw_contact_sheet(decoded)[..., ::-1])


if __name__ == "__main__":
    main()
