"""Makes nets of a few kB that find boxes, with the outputs, names and metadata of other projects' exporters, images for them, and the
results that are right for these: computed here, with ONNX Runtime, numpy and Pillow, and none of the program's code.

    python3 exported_boxes.py ../test/resources/exported

Needs onnx, onnxruntime, numpy and pillow. All numbers are drawn from seeds. Each net averages cells of the image and mixes their
colours, so that preprocessing counts. No image needs OpenCV's filter: its pixels are kept or, where images are stretched, repeated.
Sources of the layouts and of the arithmetic:

- RT-DETR of Ultralytics (ultralytics/ultralytics): RTDETRDecoder.forward in nn/modules/head.py; pre_transform and postprocess in
  models/rtdetr/predict.py; metadata in engine/exporter.py
- RT-DETR of Transformers (huggingface/transformers): RTDetrObjectDetectionOutput in models/rt_detr/modeling_rt_detr.py, and
  post_process_object_detection in models/rt_detr/image_processing_rt_detr.py; names of inputs and outputs in huggingface/optimum,
  exporters/onnx
- YOLOX (Megvii-BaseDetection/YOLOX): tools/export_onnx.py; preproc in yolox/data/data_augment.py; demo_postprocess and
  multiclass_nms in yolox/utils/demo_utils.py
- YOLO11 of Ultralytics: metadata in engine/exporter.py; decoding of anchors in nn/modules/head.py; transposed by users
"""
import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

CONFIDENCE = 0.4
OVERLAP = 0.3
NAMES = ["cat", "dog", "hen"]


def save(path, inputs, nodes, outputs, constants, metadata):
    graph = helper.make_graph(
        nodes, "exported",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs.items()],
        [numpy_helper.from_array(value, name) for name, value in constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    for key, value in metadata.items():
        model.metadata_props.add(key=key, value=value)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def ultralytics(description, size, **others):
    return {"description": description, "author": "Ultralytics", "date": "2026-01-01T00:00:00", "version": "8.3.200",
            "license": "AGPL-3.0 License (https://ultralytics.com/license)", "docs": "https://docs.ultralytics.com", "stride": "32",
            "task": "detect", "batch": "1", "imgsz": str([size[1], size[0]]), "names": str(dict(enumerate(NAMES)))} | others


def picture(rng, width, height):
    small = rng.integers(0, 256, (4, 5, 3), dtype=np.uint8)
    return Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)


def run(path, pixels):
    """@param pixels height, width, channels: floats as the net takes them"""
    session = onnxruntime.InferenceSession(path)
    outputs = session.run(None, {session.get_inputs()[0].name: np.ascontiguousarray(pixels.transpose(2, 0, 1)[None], np.float32)})
    return dict(zip([output.name for output in session.get_outputs()], outputs))


def mixer(rng, count, divisor=1):
    """Weights and biases that turn the three channels of a cell into numbers around 0."""
    weights = rng.normal(0, 6, (count, 3, 1, 1))
    return (weights / divisor).astype(np.float32), (-weights.sum(axis=(1, 2, 3)) / 2 + rng.normal(0, 0.3, count)).astype(np.float32)


def whole(value, limit):
    return float(np.rint(np.clip(value, 0, limit)))


def detection(x1, y1, x2, y2, size, score, class_id):
    x1, x2, y1, y2 = whole(x1, size[0]), whole(x2, size[0]), whole(y1, size[1]), whole(y2, size[1])
    return {"x": (x1 + x2) / 2, "y": (y1 + y2) / 2, "width": x2 - x1, "height": y2 - y1, "confidence": float(score),
            "class": NAMES[class_id]}


def centred(row):
    return [row[0] - row[2] / 2, row[1] - row[3] / 2, row[0] + row[2] / 2, row[1] + row[3] / 2]


def iou(one, other):
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    common = max(0, width) * max(0, height)
    return common / ((one[2] - one[0]) * (one[3] - one[1]) + (other[2] - other[0]) * (other[3] - other[1]) - common)


def suppress(found):
    """@param found edges, score, class id"""
    kept = []
    for box, score, class_id in sorted(found, key=lambda one: -one[1]):
        if not any(other[2] == class_id and iou(box, other[0]) > OVERLAP for other in kept):
            kept.append((box, score, class_id))
    return kept


def write(folder, name, image, found):
    assert found, name
    image.save(folder / name / "1" / "image.png", optimize=True)
    (folder / name / "1" / "expected.json").write_text(
        json.dumps({"predictions": sorted(found, key=lambda one: -one["confidence"])}, indent=1) + "\n")


def case(folder, name):
    path = folder / name / "1"
    path.mkdir(parents=True, exist_ok=True)
    return path


def queries(rng, path, inputs, split, metadata):
    """300 queries: cells of 4 by 4 pixels, every 3 pixels"""
    weights, biases = mixer(rng, 4 + len(NAMES))
    weights[:4] /= 3
    biases[:4] /= 3
    biases[4:] -= 2
    name = next(iter(inputs))
    nodes = [helper.make_node("AveragePool", [name], ["cells"], kernel_shape=[4, 4], strides=[3, 4]),
             helper.make_node("Conv", ["cells", "weights", "biases"], ["mixed"]),
             helper.make_node("Reshape", ["mixed", "flat"], ["columns"]),
             helper.make_node("Transpose", ["columns"], ["rows"], perm=[0, 2, 1]),
             helper.make_node("Slice", ["rows", "zero", "count", "one"], ["queries"])]
    constants = {"weights": weights, "biases": biases, "flat": np.array([1, 4 + len(NAMES), -1]), "zero": np.array([0]),
                 "count": np.array([300]), "one": np.array([1])}
    if split:
        nodes += [helper.make_node("Split", ["queries", "parts"], ["boxes", "logits"], axis=2),
                  helper.make_node("Sigmoid", ["boxes"], ["pred_boxes"])]
        constants["parts"] = np.array([4, len(NAMES)])
        outputs = {"logits": ["batch_size", "num_queries", len(NAMES)], "pred_boxes": ["batch_size", "num_queries", 4]}
    else:
        nodes.append(helper.make_node("Sigmoid", ["queries"], ["output0"]))
        outputs = {"output0": [1, 300, 4 + len(NAMES)]}
    save(path, inputs, nodes, outputs, constants, metadata)


def rtdetr(folder):
    rng = np.random.default_rng(1)
    path = case(folder, "ultralytics-rtdetr")
    queries(rng, path / "best.onnx", {"images": [1, 3, 64, 64]}, False,
            ultralytics("Ultralytics rtdetr-l model trained on pets.yaml", (64, 64)))
    image = picture(rng, 64, 64)
    rows = run(path / "best.onnx", np.asarray(image) / 255.0)["output0"][0]
    wide = image.resize((128, 64), Image.Resampling.NEAREST)
    write(folder, "ultralytics-rtdetr", wide, [
        detection(*(np.array(centred(row)) * [128, 64, 128, 64]), (128, 64), row[4:].max(), int(row[4:].argmax()))
        for row in rows if row[4:].max() > CONFIDENCE])


def transformers(folder):
    rng = np.random.default_rng(2)
    path = case(folder, "transformers-rtdetr")
    queries(rng, path / "model.onnx", {"pixel_values": ["batch_size", "num_channels", "height", "width"]}, True, {})
    (path / "config.json").write_text(json.dumps({
        "architectures": ["RTDetrForObjectDetection"], "model_type": "rt_detr", "num_queries": 300,
        "id2label": {str(i): name for i, name in enumerate(NAMES)}, "label2id": {name: i for i, name in enumerate(NAMES)}}, indent=1))
    (path / "preprocessor_config.json").write_text(json.dumps({
        "image_processor_type": "RTDetrImageProcessor", "do_resize": True, "size": {"height": 64, "width": 64}, "resample": 2,
        "do_rescale": True, "rescale_factor": 1 / 255, "do_normalize": False, "do_pad": False,
        "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}, indent=1))
    image = picture(rng, 150, 90)
    resized = image.resize((64, 64), Image.Resampling.BILINEAR)
    outputs = run(path / "model.onnx", np.asarray(resized) / 255.0)
    scores = 1 / (1 + np.exp(-outputs["logits"][0].astype(np.float64)))
    best = np.argsort(-scores.ravel(), kind="stable")[:300]
    write(folder, "transformers-rtdetr", image, [
        detection(*(np.array(centred(outputs["pred_boxes"][0][i // len(NAMES)])) * [150, 90, 150, 90]), (150, 90), scores.ravel()[i],
                  int(i % len(NAMES))) for i in best if scores.ravel()[i] > CONFIDENCE])


def anchors(size, strides=(8, 16, 32)):
    """@return x and y of each anchor's cell, and its stride"""
    cells = [(x, y, stride) for stride in strides for y in range(size[1] // stride) for x in range(size[0] // stride)]
    return np.array(cells, np.float32)


def heads(rng, count, divisor):
    """The nodes of three heads whose outputs, one after the other, are called rows: [1, anchors, count]"""
    nodes, constants, levels = [], {"flat": np.array([1, count, -1])}, []
    for stride in (8, 16, 32):
        key = str(stride)
        constants["weights" + key], constants["biases" + key] = mixer(rng, count, divisor)
        nodes += [helper.make_node("AveragePool", ["images"], ["cells" + key], kernel_shape=[stride, stride], strides=[stride, stride]),
                  helper.make_node("Conv", ["cells" + key, "weights" + key, "biases" + key], ["mixed" + key]),
                  helper.make_node("Reshape", ["mixed" + key, "flat"], ["columns" + key])]
        levels.append("columns" + key)
    nodes += [helper.make_node("Concat", levels, ["columns"], axis=2),
              helper.make_node("Transpose", ["columns"], ["rows"], perm=[0, 2, 1])]
    return nodes, constants


def tamed(nodes, constants, others):
    """Splits rows: centres in their cells, small logarithms of sides, and scores from 0 to 1."""
    constants["parts"] = np.array([2, 2, others])
    nodes += [helper.make_node("Split", ["rows", "parts"], ["centre_values", "side_values", "score_values"], axis=2),
              helper.make_node("Sigmoid", ["centre_values"], ["centres"]),
              helper.make_node("Tanh", ["side_values"], ["sides"]),
              helper.make_node("Sigmoid", ["score_values"], ["scores"])]


def yolox(folder):
    size = (96, 64)
    grid = anchors(size)
    for name, decoded in (("yolox", False), ("yolox-decoded", True)):
        rng = np.random.default_rng(3)
        path = case(folder, name)
        nodes, constants = heads(rng, 5 + len(NAMES), 255)
        tamed(nodes, constants, 1 + len(NAMES))
        if decoded:
            constants |= {"cells": grid[None, :, :2], "strides": grid[None, :, 2:]}
            nodes += [helper.make_node("Add", ["centres", "cells"], ["moved"]), helper.make_node("Mul", ["moved", "strides"], ["xy"]),
                      helper.make_node("Exp", ["sides"], ["cell_sides"]), helper.make_node("Mul", ["cell_sides", "strides"], ["wh"]),
                      helper.make_node("Concat", ["xy", "wh", "scores"], ["output"], axis=2)]
        else:
            nodes.append(helper.make_node("Concat", ["centres", "sides", "scores"], ["output"], axis=2))
        save(path / "yolox_s.onnx", {"images": [1, 3, size[1], size[0]]}, nodes, {"output": [1, len(grid), 5 + len(NAMES)]}, constants, {})
        (path / "class_names.txt").write_text("\n".join(NAMES) + "\n")
        image = picture(rng, 96, 40)
        plane = np.full((size[1], size[0], 3), 114.0)
        plane[:40] = np.asarray(image)[:, :, ::-1]
        rows = run(path / "yolox_s.onnx", plane)["output"][0]
        if not decoded:
            rows[:, :2] = (rows[:, :2] + grid[:, :2]) * grid[:, 2:]
            rows[:, 2:4] = np.exp(rows[:, 2:4]) * grid[:, 2:]
        scores = rows[:, 4:5] * rows[:, 5:]
        found = [(centred(row), score.max(), int(score.argmax())) for row, score in zip(rows, scores) if score.max() > CONFIDENCE]
        write(folder, name, image, [detection(*box, (96, 40), score, class_id) for box, score, class_id in suppress(found)])


def transposed(folder):
    size = (96, 64)
    grid = anchors(size)
    rng = np.random.default_rng(4)
    path = case(folder, "ultralytics-transposed")
    nodes, constants = heads(rng, 4 + len(NAMES), 1)
    tamed(nodes, constants, len(NAMES))
    constants |= {"cells": grid[None, :, :2], "strides": grid[None, :, 2:]}
    nodes += [helper.make_node("Add", ["centres", "cells"], ["moved"]), helper.make_node("Mul", ["moved", "strides"], ["xy"]),
              helper.make_node("Exp", ["sides"], ["cell_sides"]), helper.make_node("Mul", ["cell_sides", "strides"], ["wh"]),
              helper.make_node("Concat", ["xy", "wh", "scores"], ["output0"], axis=2)]
    save(path / "best.onnx", {"images": [1, 3, size[1], size[0]]}, nodes, {"output0": [1, len(grid), 4 + len(NAMES)]}, constants,
         ultralytics("Ultralytics YOLO11n model trained on pets.yaml", size))
    image = picture(rng, 96, 40)
    plane = np.full((size[1], size[0], 3), 114.0)
    plane[12:52] = np.asarray(image)
    rows = run(path / "best.onnx", plane / 255)["output0"][0]
    found = [(centred(row), row[4:].max(), int(row[4:].argmax())) for row in rows if row[4:].max() > CONFIDENCE]
    write(folder, "ultralytics-transposed", image,
          [detection(box[0], box[1] - 12, box[2], box[3] - 12, (96, 40), score, class_id) for box, score, class_id in suppress(found)])


def variable_rows(folder):
    """As many rows as NonMaxSuppression leaves, for one class."""
    size = (96, 64)
    grid = anchors(size)
    rng = np.random.default_rng(5)
    path = case(folder, "nms-inside")
    nodes, constants = heads(rng, 5, 1)
    tamed(nodes, constants, 1)
    constants |= {"cells": grid[None, :, :2], "strides": grid[None, :, 2:], "two": np.array([2.0], np.float32),
                  "most": np.array([100]), "iou": np.array([0.5], np.float32), "least": np.array([0.25], np.float32),
                  "last": np.array([2]), "end": np.array([3]), "axis": np.array([1]), "vector": np.array([-1])}
    nodes += [helper.make_node("Add", ["centres", "cells"], ["moved"]), helper.make_node("Mul", ["moved", "strides"], ["xy"]),
              helper.make_node("Exp", ["sides"], ["cell_sides"]), helper.make_node("Mul", ["cell_sides", "strides"], ["wh"]),
              helper.make_node("Div", ["wh", "two"], ["reach"]), helper.make_node("Sub", ["xy", "reach"], ["x1y1"]),
              helper.make_node("Add", ["xy", "reach"], ["x2y2"]), helper.make_node("Concat", ["x1y1", "x2y2"], ["boxes"], axis=2),
              helper.make_node("Transpose", ["scores"], ["class_scores"], perm=[0, 2, 1]),
              helper.make_node("NonMaxSuppression", ["boxes", "class_scores", "most", "iou", "least"], ["selected"]),
              helper.make_node("Slice", ["selected", "last", "end", "axis"], ["column"]),
              helper.make_node("Reshape", ["column", "vector"], ["indices"]),
              helper.make_node("Gather", ["boxes", "indices"], ["kept_boxes"], axis=1),
              helper.make_node("Gather", ["scores", "indices"], ["kept_scores"], axis=1),
              helper.make_node("Sub", ["kept_scores", "kept_scores"], ["class_ids"]),
              helper.make_node("Concat", ["kept_boxes", "kept_scores", "class_ids"], ["output0"], axis=2)]
    save(path / "best.onnx", {"images": [1, 3, size[1], size[0]]}, nodes, {"output0": [1, "n", 6]}, constants,
         ultralytics("Ultralytics YOLO11n model trained on pets.yaml", size, names="['cat']"))
    image = picture(rng, 96, 64)
    rows = run(path / "best.onnx", np.asarray(image) / 255.0)["output0"][0]
    write(folder, "nms-inside", image, [detection(*row[:4], (96, 64), row[4], int(row[5])) for row in rows if row[4] > CONFIDENCE])


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    for make in (rtdetr, transformers, yolox, transposed, variable_rows):
        make(target)
