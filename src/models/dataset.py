"""Makes the training chunks, the classifier's images and the held-out images with their ground truth.

    python3 dataset.py chunks out/chunks 0 1 2       500 training scenes each; run several side by side
    python3 dataset.py singles out/singles           3000 single-object images for the classifier python3
    dataset.py heldout out/heldout           200 full-size images and gt.json, never used in training
    dataset.py calibration out/calibration   100 more of them, for lighter.py

The seeds of the sets are disjoint, see SEEDS.
"""

import argparse
import json
import os
import time
from pathlib import Path

import cv2
import numpy as np

from drawing import uniform
from parts import CLASSES
from scenes import SEMANTIC_CLASSES, draw_scene, draw_single, random_size

SEEDS = {"chunks": 10_000_000, "singles": 40_000_000, "singles_heldout": 60_000_000, "heldout": 70_000_000,
         "calibration": 50_000_000}
"""First seed of each set. The shipped sample images (samples.py) use 80,000,000 and up."""

INPUT_SIZE = 320
CHUNK_SIZE = 500
CHUNK_SEED_STEP = 1000
MAX_OBJECTS = 14
KEY_POINT_NAMES = ("head", "tip")
SINGLE_CLASSES = CLASSES + ["empty"]
SINGLE_SIZE = 160
IGNORE = 255
"""Semantic label of the padding around a letterboxed image."""


def make_chunk(folder, number, size=CHUNK_SIZE):
    """Draws training scenes into `folder`/<number>, one .npy file per array, see `_empty_chunk`."""
    chunk = _empty_chunk(size)
    for index in range(size):
        _draw_training_scene(SEEDS["chunks"] + number * CHUNK_SEED_STEP + index, chunk, index)
    target = Path(folder) / f"{number:03d}"
    partial = target.with_suffix(".partial")
    partial.mkdir(parents=True)
    for name, array in chunk.items():
        np.save(partial / f"{name}.npy", array)
    os.rename(partial, target)  # a trainer that is already running sees whole chunks only


def load_chunk(folder):
    """The arrays of a chunk by name; read from disk as they are needed."""
    return {name: np.load(Path(folder) / f"{name}.npy", mmap_mode="r") for name in _empty_chunk(0)}


def _empty_chunk(size):
    """Coordinates are pixels of the 320 x 320 input; visibility is 0 outside, 1 hidden, 2 visible."""
    pixels = (size, INPUT_SIZE, INPUT_SIZE)
    return {
        "images": np.zeros(pixels + (3,), np.uint8),
        "instances": np.zeros(pixels, np.uint8),
        "semantics": np.zeros(pixels, np.uint8),
        "class_ids": np.full((size, MAX_OBJECTS), -1, np.int64),  # -1: no object
        "instance_ids": np.zeros((size, MAX_OBJECTS), np.int64),
        "boxes": np.zeros((size, MAX_OBJECTS, 4), np.float32),  # left, top, right, bottom
        "key_points": np.zeros((size, MAX_OBJECTS, 2, 3), np.float32),  # x, y, visibility
    }


def _draw_training_scene(seed, chunk, index):
    rng = np.random.default_rng(seed)
    width, height = random_size(rng)
    scale = uniform(rng, 380, 1000) / max(width, height)
    width, height = int(width * scale), int(height * scale)
    scene = draw_scene(rng, width, height)
    fit = _Fit(rng, width, height, stretch=rng.random() < 0.5)
    chunk["images"][index] = fit.image(scene.image)
    chunk["instances"][index] = fit.labels(scene.instances, 0)
    chunk["semantics"][index] = fit.labels(scene.semantic_map(), IGNORE)
    visible = [(i, box) for i, box in enumerate(scene.boxes()) if box is not None]
    for slot, (i, box) in enumerate(visible[:MAX_OBJECTS]):
        key_points = scene.objects[i].key_points
        chunk["class_ids"][index, slot] = scene.objects[i].class_id
        chunk["instance_ids"][index, slot] = i + 1
        chunk["boxes"][index, slot] = fit.points(np.reshape(box, (2, 2))).reshape(4)
        if key_points is not None:
            chunk["key_points"][index, slot, :, :2] = fit.points(key_points)
            chunk["key_points"][index, slot, :, 2] = [
                visibility(scene, i + 1, x, y, 1) for x, y in key_points
            ]


class _Fit:
    """Brings a scene to the input's size, as each of the packages' preprocessings would, by chance."""

    def __init__(self, rng, width, height, stretch):
        self.interpolation = [cv2.INTER_LINEAR, cv2.INTER_LINEAR, cv2.INTER_AREA][rng.integers(3)]
        self.padding = [0, 0, 114, 255][rng.integers(4)]
        scale = min(INPUT_SIZE / width, INPUT_SIZE / height)
        self.size = (INPUT_SIZE, INPUT_SIZE) if stretch else (int(width * scale), int(height * scale))
        self.offset = ((INPUT_SIZE - self.size[0]) // 2, (INPUT_SIZE - self.size[1]) // 2)
        self.factor = (self.size[0] / width, self.size[1] / height)

    def image(self, image):
        return self._pad(cv2.resize(image, self.size, interpolation=self.interpolation), self.padding)

    def labels(self, labels, padding):
        return self._pad(cv2.resize(labels, self.size, interpolation=cv2.INTER_NEAREST), padding)

    def points(self, points):
        """Scene pixels to input pixels, [n, 2]."""
        return np.asarray(points) * self.factor + self.offset

    def _pad(self, content, value):
        padded = np.full((INPUT_SIZE, INPUT_SIZE) + content.shape[2:], value, np.uint8)
        x, y = self.offset
        padded[y : y + self.size[1], x : x + self.size[0]] = content
        return padded


def visibility(scene, number, x, y, reach):
    """How well a keypoint of object `number` is seen.

    0: outside the image, 1: hidden, 2: the object shows within `reach` pixels.
    """
    height, width = scene.instances.shape
    if not (0 <= x < width and 0 <= y < height):
        return 0
    column, row = int(x), int(y)
    rows = slice(max(0, row - reach), row + reach + 1)
    columns = slice(max(0, column - reach), column + reach + 1)
    return 2 if (scene.instances[rows, columns] == number).any() else 1


def make_singles(folder, count=3000):
    """The classifier's training set: images.npy uint8 [count, 160, 160, 3], labels.npy int64 [count]."""
    images = np.zeros((count, SINGLE_SIZE, SINGLE_SIZE, 3), np.uint8)
    labels = np.arange(count) % len(SINGLE_CLASSES)
    for index in range(count):
        size = int(np.random.default_rng(index).integers(220, 480))
        image = draw_single_image(SEEDS["singles"] + index, labels[index], size)
        interpolation = [cv2.INTER_LINEAR, cv2.INTER_AREA][index % 2]
        images[index] = cv2.resize(image, (SINGLE_SIZE, SINGLE_SIZE), interpolation=interpolation)
    Path(folder).mkdir(parents=True, exist_ok=True)
    np.save(Path(folder) / "images.npy", images)
    np.save(Path(folder) / "labels.npy", labels)


def draw_single_image(seed, label, longer_side):
    """One image (uint8 RGB) with one object of SINGLE_CLASSES[label], or with none."""
    rng = np.random.default_rng(seed)
    shorter_side = int(longer_side / uniform(rng, 1, 1.6))
    sides = (longer_side, shorter_side)
    width, height = sides if rng.random() < 0.5 else sides[::-1]
    if SINGLE_CLASSES[label] == "empty":
        return draw_scene(rng, width, height, part_count=0, scratch_count=0).image
    while True:
        scene = draw_single(rng, width, height, label)
        if scene.objects:
            return scene.image


def make_heldout(folder, count=200, seed=SEEDS["heldout"]):
    """Draws images nothing was trained on, `folder`/images/h*.jpg, and their truth, `folder`/gt.json."""
    images = Path(folder) / "images"
    images.mkdir(parents=True, exist_ok=True)
    truth = {}
    for index in range(count):
        rng = np.random.default_rng(seed + index)
        scene = draw_scene(rng, *random_size(rng), jpeg_noise=False)
        name = f"h{index:03d}.jpg"
        quality = int(rng.integers(50, 96))
        cv2.imwrite(str(images / name), scene.image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
        truth[name] = describe(scene)
    document = {"classes": CLASSES, "semseg_classes": SEMANTIC_CLASSES, "images": truth}
    (Path(folder) / "gt.json").write_text(json.dumps(document), encoding="utf-8")


def describe(scene):
    """The ground truth of a scene as JSON values; coordinates in image pixels."""
    height, width = scene.instances.shape
    objects = []
    for number, (scene_object, box) in enumerate(zip(scene.objects, scene.boxes()), 1):
        if box is None:
            continue
        mask = (scene.instances == number).astype(np.uint8)
        left, top, right, bottom = box
        entry = {
            "id": number,
            "class": CLASSES[scene_object.class_id],
            "class_id": scene_object.class_id,
            "box_xyxy": [left, top, right, bottom],
            "area_px": int(mask.sum()),
            "polygons": _polygons(mask),
        }
        if scene_object.key_points is not None:
            entry["keypoints"] = [
                {
                    "name": name,
                    "x": round(float(x), 2),
                    "y": round(float(y), 2),
                    "v": visibility(scene, number, x, y, 2),
                }
                for name, (x, y) in zip(KEY_POINT_NAMES, scene_object.key_points)
            ]
        objects.append(entry)
    present = sorted({entry["class"] for entry in objects})
    return {"width": width, "height": height, "objects": objects, "classes_present": present}


def _polygons(mask):
    """A mask's outlines and holes, simplified to 0.7 pixels, without specks below 4 square pixels."""
    contours, hierarchy = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    polygons = []
    for contour, (_, _, child, parent) in zip(contours, hierarchy[0]):
        if parent != -1 or cv2.contourArea(contour) < 4:
            continue
        holes = []
        while child != -1:
            if cv2.contourArea(contours[child]) >= 4:
                holes.append(_simplified(contours[child]))
            child = hierarchy[0][child][0]
        polygons.append({"outer": _simplified(contour), "holes": holes})
    return polygons


def _simplified(contour):
    return cv2.approxPolyDP(contour, 0.7, True).reshape(-1, 2).tolist()


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["chunks", "singles", "heldout", "calibration"])
    parser.add_argument("folder")
    parser.add_argument("numbers", nargs="*", type=int, help="chunk numbers, for chunks only")
    parser.add_argument("--count", type=int, help="images (per chunk) instead of the usual number")
    arguments = parser.parse_args()
    count = {} if arguments.count is None else {"count": arguments.count}
    start = time.time()
    if arguments.what == "chunks":
        for number in arguments.numbers:
            make_chunk(arguments.folder, number, arguments.count or CHUNK_SIZE)
            print(f"chunk {number} after {time.time() - start:.0f} s", flush=True)
    elif arguments.what == "singles":
        make_singles(arguments.folder, **count)
    elif arguments.what == "calibration":
        make_heldout(arguments.folder, arguments.count or 100, SEEDS["calibration"])
    else:
        make_heldout(arguments.folder, **count)
    print(f"done in {time.time() - start:.0f} s")


if __name__ == "__main__":
    main()
