"""Writes the trained networks as model packages: weights.onnx and the files that describe it.

    python3 export.py --parts out/parts.pt --classifier out/classifier.pt --out out/packages

Makes parts-detect, parts-seg, bolts-pose and belt-semseg from the one network, and parts-classify if
there is a classifier. Needs python3-onnx besides PyTorch (1.13 or later).
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import List, Optional, Sequence

import onnx
import torch
from torch import nn
from torch.nn import functional

from dataset import INPUT_SIZE, KEY_POINT_NAMES, SINGLE_CLASSES, SINGLE_SIZE
from network import KEY_POINT_COUNT, Backbone, Classifier, PartsNetwork, anchor_points, decode_boxes
from parts import CLASSES
from scenes import SEMANTIC_CLASSES

OPSET = 16
COLOURS = ["#C7FC00", "#8622FF", "#FE0056", "#00FFCE", "#FF8000", "#00B7EB"]
IMAGENET_MEAN = [0.485, 0.456, 0.406]
IMAGENET_STD = [0.229, 0.224, 0.225]


class DetectionGraph(nn.Module):
    """[batch, 4 + classes, points]: centre x, y, width, height in input pixels, class scores 0..1."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, images):
        _, pyramid = self.network.features(images)
        heads = self.network.detect(pyramid, ("classes", "boxes"))
        return torch.cat([_centred(heads["boxes"], pyramid), heads["classes"].sigmoid()], 1)


class SegmentationGraph(nn.Module):
    """Detections with 32 mask coefficients each, and prototypes [batch, 32, height / 4, width / 4]."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, images):
        features4, pyramid = self.network.features(images)
        heads = self.network.detect(pyramid, ("classes", "boxes", "mask_coefficients"))
        boxes = _centred(heads["boxes"], pyramid)
        prototypes = self.network.prototypes(self.network.pixel_features(features4, pyramid))
        return torch.cat([boxes, heads["classes"].sigmoid(), heads["mask_coefficients"]], 1), prototypes


class PoseGraph(nn.Module):
    """Detections of bolts only, with x, y in input pixels and visibility 0..1 for each keypoint appended."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, images):
        _, pyramid = self.network.features(images)
        heads = self.network.detect(pyramid, ("classes", "boxes", "key_points"))
        points, strides = anchor_points(pyramid)
        key_points = []
        for raw in heads["key_points"].split(3, 1):
            position = raw[:, :2] * 2 * strides[None, None] + points.t()[None]
            key_points += [position, raw[:, 2:].sigmoid()]
        bolt_score = heads["classes"][:, :1].sigmoid()
        return torch.cat([_centred(heads["boxes"], pyramid), bolt_score] + key_points, 1)


class SemanticGraph(nn.Module):
    """Logits [batch, classes, height, width]."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, images):
        features4, pyramid = self.network.features(images)
        logits = self.network.semantic_logits(self.network.pixel_features(features4, pyramid), pyramid)
        return functional.interpolate(logits, scale_factor=2.0, mode="bilinear", align_corners=False)


class FromImageNetScale(nn.Module):
    """Takes images normalised with ImageNet's mean and deviation, as Roboflow feeds classifiers."""

    def __init__(self, network):
        super().__init__()
        self.network = network
        self.register_buffer("mean", torch.tensor(IMAGENET_MEAN).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(IMAGENET_STD).view(1, 3, 1, 1))

    def forward(self, images):
        return self.network(images * self.std + self.mean)


def _centred(raw_boxes, pyramid):
    """Raw boxes to centre x, centre y, width, height, [batch, 4, points]."""
    corners = decode_boxes(raw_boxes, *anchor_points(pyramid))
    centre = (corners[..., :2] + corners[..., 2:]) / 2
    return torch.cat([centre, corners[..., 2:] - corners[..., :2]], -1).transpose(1, 2)


@dataclass
class Resize:
    """How an image is brought to the network's size, in the words of both package forms."""

    format: str
    mode: str
    padding: Optional[int] = None


STRETCH = Resize("Stretch to", "stretch")
GREY_EDGES = Resize("Fit (grey edges) in", "letterbox", 114)
BLACK_EDGES = Resize("Fit (black edges) in", "letterbox", 0)
NMS = {"type": "nms", "fused": False}
SOFTMAX = {"type": "softmax", "fused": False}


@dataclass
class Package:
    """All that is told about a model besides its weights."""

    name: str
    task: str
    classes: List[str]
    outputs: List[str]
    resize: Resize
    size: int = INPUT_SIZE
    post_processing: Optional[dict] = None
    normalization: Optional[list] = None
    key_points: Sequence[str] = ()
    multi_label: Optional[bool] = None


PARTS_GRAPHS = [
    (
        DetectionGraph,
        Package("parts-detect", "detect", CLASSES, ["output0"], GREY_EDGES, post_processing=NMS),
    ),
    (
        SegmentationGraph,
        Package("parts-seg", "segment", CLASSES, ["output0", "output1"], STRETCH, post_processing=NMS),
    ),
    (
        PoseGraph,
        Package(
            "bolts-pose",
            "pose",
            CLASSES[:1],
            ["output0"],
            BLACK_EDGES,
            post_processing=NMS,
            key_points=KEY_POINT_NAMES,
        ),
    ),
    (SemanticGraph, Package("belt-semseg", "semantic-segmentation", SEMANTIC_CLASSES, ["output"], STRETCH)),
]
CLASSIFIER = Package(
    "parts-classify",
    "classify",
    SINGLE_CLASSES,
    ["output"],
    STRETCH,
    size=SINGLE_SIZE,
    post_processing=SOFTMAX,
    normalization=[IMAGENET_MEAN, IMAGENET_STD],
    multi_label=False,
)


def write_package(folder, graph, package):
    """Writes weights.onnx and its companions into `folder`/<name>."""
    target = Path(folder) / package.name
    target.mkdir(parents=True, exist_ok=True)
    export_graph(graph.eval(), package, target / "weights.onnx")
    (target / "class_names.txt").write_text("\n".join(package.classes) + "\n", encoding="utf-8")
    _write_json(target / "environment.json", environment(package))
    _write_json(target / "inference_config.json", inference_config(package))
    if package.key_points:
        _write_json(target / "keypoints_metadata.json", key_points_metadata(package))
    print(f"{package.name}: {(target / 'weights.onnx').stat().st_size} bytes", flush=True)


def export_graph(graph, package, path):
    """Exports to ONNX with a free batch size and every other dimension fixed."""
    example = torch.rand(2, 3, package.size, package.size)
    names = ["images"] + package.outputs
    with torch.no_grad():
        torch.onnx.export(
            graph,
            example,
            str(path),
            input_names=names[:1],
            output_names=package.outputs,
            opset_version=OPSET,
            dynamic_axes={name: {0: "batch"} for name in names},
            **_legacy_exporter(),
        )
        results = graph(example)
    model = onnx.load(str(path))
    results = results if isinstance(results, tuple) else (results,)
    for output, result in zip(model.graph.output, results):
        _fix_dimensions(output, result.shape)
    for key, value in metadata(package).items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def _legacy_exporter():
    """Later releases of PyTorch prefer a second exporter; these packages were made with the first."""
    return {"dynamo": False} if "dynamo" in torch.onnx.export.__code__.co_varnames else {}


def _fix_dimensions(output, shape):
    """The exporter leaves made-up names where it could not infer a size."""
    for dimension, size in list(zip(output.type.tensor_type.shape.dim, shape))[1:]:
        dimension.Clear()
        dimension.dim_value = size


def metadata(package):
    """The properties inside the ONNX file that readers of detection models look for."""
    properties = {
        "task": package.task,
        "names": str(dict(enumerate(package.classes))),
        "imgsz": str([package.size, package.size]),
        "stride": "32",
        "batch": "1",
        "description": "synthetic parts-inspection demo",
        "author": "demo",
    }
    if package.key_points:
        properties["kpt_shape"] = f"[{KEY_POINT_COUNT}, 3]"
    return properties


def environment(package):
    """environment.json, the older form of a package's description; PREPROCESSING is JSON in a string."""
    resize = {"enabled": True, "width": package.size, "height": package.size, "format": package.resize.format}
    content = {
        "PREPROCESSING": json.dumps({"auto-orient": {"enabled": True}, "resize": resize}),
        "CLASS_MAP": {str(index): name for index, name in enumerate(package.classes)},
        "COLORS": dict(zip(package.classes, COLOURS)),
        "BATCH_SIZE": "batch",
        "RESOLUTION": package.size,
        "PROJECT": package.name,
        "VERSION": 1,
    }
    if package.multi_label is not None:
        content["MULTICLASS"] = package.multi_label
    return content


def inference_config(package):
    """inference_config.json, the newer form."""
    network_input = {
        "training_input_size": {"height": package.size, "width": package.size},
        "dynamic_spatial_size_supported": False,
        "color_mode": "rgb",
        "resize_mode": package.resize.mode,
        "input_channels": 3,
        "scaling_factor": 255,
        "normalization": package.normalization,
    }
    if package.resize.padding is not None:
        network_input["padding_value"] = package.resize.padding
    config = {
        "image_pre_processing": {"auto-orient": {"enabled": True}},
        "network_input": network_input,
        "forward_pass": {"max_dynamic_batch_size": 16},
    }
    if package.post_processing:
        config["post_processing"] = package.post_processing
    return config


def key_points_metadata(package):
    names = {str(index): name for index, name in enumerate(package.key_points)}
    return [{"object_class_id": 0, "keypoints": names, "edges": [{"from": 0, "to": 1}]}]


def _write_json(path, content):
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--parts", required=True, help="checkpoint of train.py")
    parser.add_argument("--classifier", help="checkpoint of classify.py")
    parser.add_argument("--out", required=True, help="folder for the packages")
    arguments = parser.parse_args()
    network = PartsNetwork()
    network.load_state_dict(torch.load(arguments.parts))
    for graph, package in PARTS_GRAPHS:
        write_package(arguments.out, graph(network), package)
    if arguments.classifier:
        classifier = Classifier(Backbone(), len(SINGLE_CLASSES))
        classifier.load_state_dict(torch.load(arguments.classifier))
        write_package(arguments.out, FromImageNetScale(classifier), CLASSIFIER)


if __name__ == "__main__":
    main()
