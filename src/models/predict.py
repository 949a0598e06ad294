"""Detects parts with a checkpoint and writes Roboflow's JSON, to score a training run before exporting it.

    python3 predict.py --parts out/parts.pt --images out/heldout/images --out out/predictions
    python3 evaluate.py out/heldout/gt.json out/predictions
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import torch

from dataset import INPUT_SIZE
from evaluate import iou_matrix
from export import DetectionGraph
from network import PartsNetwork
from parts import CLASSES

CONFIDENCE = 0.01
NMS_IOU = 0.6
MAX_DETECTIONS = 300
PADDING = 114


def letterbox(image):
    """The image in a grey square of 320 pixels: (uint8 RGB, scale, (x offset, y offset))."""
    height, width = image.shape[:2]
    scale = min(INPUT_SIZE / width, INPUT_SIZE / height)
    size = (int(width * scale), int(height * scale))
    offset = ((INPUT_SIZE - size[0]) // 2, (INPUT_SIZE - size[1]) // 2)
    square = np.full((INPUT_SIZE, INPUT_SIZE, 3), PADDING, np.uint8)
    square[offset[1] : offset[1] + size[1], offset[0] : offset[0] + size[0]] = cv2.resize(image, size)
    return square, scale, offset


@torch.no_grad()
def detect(graph, image):
    """Roboflow predictions for an RGB image."""
    height, width = image.shape[:2]
    square, scale, offset = letterbox(image)
    output = graph(torch.from_numpy(square).permute(2, 0, 1)[None].float() / 255)[0].numpy().T
    scores = output[:, 4:]
    output, scores = output[scores.max(1) >= CONFIDENCE], scores[scores.max(1) >= CONFIDENCE]
    half = output[:, 2:4] / 2
    corners = np.concatenate([output[:, :2] - half, output[:, :2] + half], 1)
    corners = np.clip((corners - np.tile(offset, 2)) / scale, 0, [width, height, width, height])
    kept = non_maximum_suppression(corners, scores.argmax(1), scores.max(1))[:MAX_DETECTIONS]
    return [_prediction(corners[i], int(scores[i].argmax()), float(scores[i].max())) for i in kept]


def non_maximum_suppression(boxes, class_ids, confidences):
    """Indices of the boxes to keep, most confident first; IoU above NMS_IOU counts as a repetition."""
    kept = []
    for index in np.argsort(-confidences, kind="stable"):
        rivals = [k for k in kept if class_ids[k] == class_ids[index]]
        if not rivals or iou_matrix(boxes[index][None], boxes[rivals]).max() <= NMS_IOU:
            kept.append(index)
    return kept


def _prediction(box, class_id, confidence):
    left, top, right, bottom = map(float, box)
    return {
        "x": (left + right) / 2,
        "y": (top + bottom) / 2,
        "width": right - left,
        "height": bottom - top,
        "confidence": confidence,
        "class": CLASSES[class_id],
        "class_id": class_id,
    }


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--parts", required=True, help="checkpoint of train.py or recover.py")
    parser.add_argument("--images", required=True, help="folder of images")
    parser.add_argument("--out", required=True, help="folder for <image file name>.json")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    network = PartsNetwork()
    network.load_state_dict(torch.load(arguments.parts))
    graph = DetectionGraph(network).eval()
    out = Path(arguments.out)
    out.mkdir(parents=True, exist_ok=True)
    for path in sorted(Path(arguments.images).iterdir()):
        image = cv2.imread(str(path))[..., ::-1]
        answer = {
            "image": {"width": image.shape[1], "height": image.shape[0]},
            "predictions": detect(graph, image),
        }
        (out / f"{path.name}.json").write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    main()
