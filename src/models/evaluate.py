"""Scores detections against the ground truth: mAP50, mAP50-95, AP per class, precision and recall.

    python3 evaluate.py out/heldout/gt.json data/results/heldout

The results are Roboflow detection JSON, one file per image named <image file name>.json, anywhere below
the folder. Let the model answer with a confidence threshold of 0.01 or less, or the precision-recall
curve ends early and AP drops. AP is the mean of the interpolated precision at 101 recall levels, as COCO
computes it.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

IOU_THRESHOLDS = np.round(np.arange(0.5, 0.951, 0.05), 2)
RECALL_LEVELS = np.linspace(0, 1, 101)
OPERATING_CONFIDENCE = 0.4


@dataclass
class ImageMatches:
    """Detections of one class in one image, most confident first, and their IoU with each true object."""

    confidences: np.ndarray  # [detections]
    ious: np.ndarray  # [detections, objects]

    def true_positives(self, threshold):
        """Per detection whether it hits an object that no more confident one has hit, bool [detections]."""
        free = np.ones(self.ious.shape[1], bool)
        hits = np.zeros(len(self.confidences), bool)
        for detection, row in enumerate(self.ious):
            candidates = np.where(free & (row >= threshold))[0]
            if len(candidates):
                free[candidates[row[candidates].argmax()]] = False
                hits[detection] = True
        return hits


def iou_matrix(first, second):
    """IoU of every box of `first` [n, 4] with every one of `second` [m, 4], as (left, top, right, bottom)."""
    top_left = np.maximum(first[:, None, :2], second[None, :, :2])
    bottom_right = np.minimum(first[:, None, 2:], second[None, :, 2:])
    intersection = np.clip(bottom_right - top_left, 0, None).prod(2)
    areas = [(boxes[:, 2:] - boxes[:, :2]).prod(1) for boxes in (first, second)]
    union = areas[0][:, None] + areas[1][None] - intersection
    return intersection / np.maximum(union, 1e-9)


def average_precision(images, threshold):
    """AP of one class over all images' `ImageMatches`; NaN if the class has no object at all."""
    object_count = sum(matches.ious.shape[1] for matches in images)
    if not object_count:
        return float("nan")
    confidences = np.concatenate([matches.confidences for matches in images])
    hits = np.concatenate([matches.true_positives(threshold) for matches in images])
    if not len(hits):
        return 0.0
    hits = hits[np.argsort(-confidences, kind="stable")].cumsum()
    recall = hits / object_count
    precision = hits / np.arange(1, len(hits) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    index = np.searchsorted(recall, RECALL_LEVELS)
    return float(np.append(envelope, 0.0)[index].mean())


def evaluate(truth, results):
    """The scores as a dict of JSON values.

    `truth` is the content of gt.json; `results` maps image file names to Roboflow answers. Only images
    that are in both are scored.
    """
    classes = truth["classes"]
    names = sorted(set(truth["images"]) & set(results))
    matches = {
        class_name: [match(truth["images"][name], results[name], class_name) for name in names]
        for class_name in classes
    }
    table = np.array([[average_precision(matches[c], t) for t in IOU_THRESHOLDS] for c in classes])
    precision, recall = precision_and_recall(matches.values())
    return {
        "images": len(names),
        "objects": sum(m.ious.shape[1] for images in matches.values() for m in images),
        "mAP50": float(np.nanmean(table[:, 0])),
        "mAP50-95": float(np.nanmean(table)),
        "AP50": dict(zip(classes, table[:, 0].tolist())),
        "AP50-95": dict(zip(classes, table.mean(1).tolist())),
        f"precision at {OPERATING_CONFIDENCE}": precision,
        f"recall at {OPERATING_CONFIDENCE}": recall,
    }


def match(image_truth, answer, class_name):
    """The `ImageMatches` of one class."""
    objects = [entry["box_xyxy"] for entry in image_truth["objects"] if entry["class"] == class_name]
    found = [entry for entry in answer["predictions"] if entry["class"] == class_name]
    found.sort(key=lambda entry: -entry["confidence"])
    boxes = np.array([_corners(entry) for entry in found], float).reshape(-1, 4)
    confidences = np.array([entry["confidence"] for entry in found], float)
    return ImageMatches(confidences, iou_matrix(boxes, np.array(objects, float).reshape(-1, 4)))


def _corners(entry):
    """Roboflow's x and y are the box's centre."""
    half_width, half_height = entry["width"] / 2, entry["height"] / 2
    x, y = entry["x"], entry["y"]
    return x - half_width, y - half_height, x + half_width, y + half_height


def precision_and_recall(matches_per_class):
    """Over all classes, at IoU 0.5, for detections of at least OPERATING_CONFIDENCE."""
    hits = detections = objects = 0
    for images in matches_per_class:
        for matches in images:
            confident = matches.confidences >= OPERATING_CONFIDENCE
            hits += int(matches.true_positives(0.5)[confident].sum())
            detections += int(confident.sum())
            objects += matches.ious.shape[1]
    return hits / max(1, detections), hits / max(1, objects)


def read_results(folder):
    """Roboflow answers by image file name."""
    return {
        path.name[: -len(".json")]: json.loads(path.read_text("utf-8"))
        for path in Path(folder).rglob("*.json")
    }


def self_check():
    """A case worked out by hand: three bolts and four detections in two images."""

    def answer(*rows):
        keys = ("x", "y", "width", "height", "confidence")
        return {"predictions": [dict(zip(keys, row), **{"class": "bolt"}) for row in rows]}

    def image(*boxes):
        return {"objects": [{"class": "bolt", "box_xyxy": list(box)} for box in boxes]}

    truth = {
        "classes": ["bolt", "nut"],
        "images": {"a.jpg": image((0, 0, 10, 10), (20, 20, 30, 40)), "b.jpg": image((0, 0, 10, 20))},
    }
    results = {
        # A hit with IoU 1, the same once more (a false alarm), a box that is off by half: IoU 1/3.
        "a.jpg": answer((5, 5, 10, 10, 0.9), (5, 5, 10, 10, 0.8), (25, 40, 10, 20, 0.3)),
        # IoU 0.7: counts up to the threshold 0.7.
        "b.jpg": answer((5, 7, 10, 14, 0.6)),
    }
    scores = evaluate(truth, results)
    # By confidence: hit, miss, hit, miss. Precision 1 up to recall 1/3 (34 levels), then 2/3 up to
    # recall 2/3 (33 levels), then nothing. From the threshold 0.75 on only the first hit is left.
    strict, loose = 34 / 101, (34 + 33 * 2 / 3) / 101
    expected = {
        "images": 2,
        "objects": 3,
        "mAP50": loose,
        "mAP50-95": (5 * loose + 5 * strict) / 10,
        "precision at 0.4": 2 / 3,
        "recall at 0.4": 2 / 3,
    }
    for key, value in expected.items():
        assert abs(scores[key] - value) < 1e-9, (key, scores[key], value)
    assert np.isnan(scores["AP50"]["nut"])  # no nuts to find: they do not count
    print("self-check passed")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("truth", nargs="?", help="gt.json from dataset.py heldout")
    parser.add_argument("results", nargs="?", help="folder with <image file name>.json")
    parser.add_argument(
        "--self-check", action="store_true", help="score a case whose answer is known, and stop"
    )
    arguments = parser.parse_args()
    if arguments.self_check:
        self_check()
        return
    if not arguments.results:
        parser.error("the ground truth and the results folder are needed")
    truth = json.loads(Path(arguments.truth).read_text("utf-8"))
    results = read_results(arguments.results)
    missing = sorted(set(truth["images"]) - set(results))
    if missing:
        print(f"{len(missing)} of {len(truth['images'])} images have no result, such as {missing[0]}")
    if len(missing) == len(truth["images"]):
        raise SystemExit(1)
    print_scores(evaluate(truth, results))


def print_scores(scores):
    for key, value in scores.items():
        if isinstance(value, dict):
            print(f"{key:18} " + "  ".join(f"{name} {score:.3f}" for name, score in value.items()))
        else:
            print(f"{key:18} {value:.3f}" if isinstance(value, float) else f"{key:18} {value}")


if __name__ == "__main__":
    main()
