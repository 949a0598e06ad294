"""Makes nets of a few kB with the outputs, names and metadata of other projects' exporters, images for them, and the results that are
right for these: computed here, with ONNX Runtime, numpy and Pillow, and none of the program's code.

    python3 exported_details.py ../test/resources/exported

Needs onnx, onnxruntime, numpy and pillow. All numbers are drawn from seeds. The weights mean nothing: the nets test how outputs are
read. All of them depend on the image, so that preprocessing counts. Sources of the layouts and of the arithmetic:

- Ultralytics (ultralytics/ultralytics): metadata in engine/exporter.py; classifiers in data/augment.py (classify_transforms) and
  nn/modules/head.py (Classify); oriented boxes in nn/modules/head.py (OBB), utils/ops.py (regularize_rboxes, xywhr2xyxyxyxy),
  utils/metrics.py (batch_probiou) and utils/nms.py (fast_nms); the number of channels in engine/exporter.py
- YOLOv5 (ultralytics/yolov5): metadata in export.py; classifiers in utils/augmentations.py (classify_transforms) and
  classify/predict.py
- RF-DETR (roboflow/rf-detr): names of outputs in export/prepare.py; keypoints in models/heads/keypoints.py and models/lwdetr.py
  (_format_keypoint_output); their scores in roboflow/inference, models/rfdetr/common.py
"""
import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

SIDE = 64
CELL = 8
MEAN = np.array([0.485, 0.456, 0.406])
DEVIATION = np.array([0.229, 0.224, 0.225])
CONFIDENCE = 0.4
OVERLAP = 0.3


def net(path, inputs, nodes, outputs, constants, metadata):
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


def moved_net(path, name, outputs, moves, metadata):
    """A net whose outputs are these numbers, moved by the image: each colour of each cell has its own weight.

    @param moves factors of the move for each output, in a shape that is repeated over it
    """
    weights = np.random.default_rng(len(outputs)).normal(0, 1, (1, 3, SIDE // CELL, SIDE // CELL)).astype(np.float32)
    nodes = [helper.make_node("AveragePool", [name], ["cells"], kernel_shape=[CELL, CELL], strides=[CELL, CELL]),
             helper.make_node("Mul", ["cells", "weights"], ["weighted"]),
             helper.make_node("ReduceMean", ["weighted"], ["mean"], axes=[1, 2, 3], keepdims=0)]
    constants = {"weights": weights}
    for key, value in outputs.items():
        constants |= {key + "_value": value, key + "_factor": np.array(moves[key], np.float32)}
        nodes += [helper.make_node("Mul", ["mean", key + "_factor"], [key + "_move"]),
                  helper.make_node("Add", [key + "_value", key + "_move"], [key])]
    net(path, {name: [1, 3, SIDE, SIDE]}, nodes, {key: value.shape for key, value in outputs.items()}, constants, metadata)


def classifier(path, rng, softmax, metadata):
    """Averages cells of the image and mixes them, so that each place of the image counts."""
    cells = 3 * (SIDE // CELL) ** 2
    nodes = [helper.make_node("AveragePool", ["images"], ["cells"], kernel_shape=[CELL, CELL], strides=[CELL, CELL]),
             helper.make_node("Flatten", ["cells"], ["flat"]),
             helper.make_node("Gemm", ["flat", "weights", "bias"], ["logits" if softmax else "output0"])]
    if softmax:
        nodes.append(helper.make_node("Softmax", ["logits"], ["output0"], axis=1))
    constants = {"weights": rng.normal(0, 0.3, (cells, 3)).astype(np.float32), "bias": np.array([0.2, 0.5, -0.1], np.float32)}
    net(path, {"images": [1, 3, SIDE, SIDE]}, nodes, {"output0": [1, 3]}, constants, metadata)


def ultralytics(description, task, names, **others):
    return {"description": description, "author": "Ultralytics", "date": "2026-01-01T00:00:00", "version": "8.3.200",
            "license": "AGPL-3.0 License (https://ultralytics.com/license)", "docs": "https://docs.ultralytics.com", "stride": "32",
            "task": task, "batch": "1", "imgsz": str([SIDE, SIDE]), "names": str(dict(enumerate(names))),
            "args": "{'batch': 1, 'half': False, 'dynamic': False, 'simplify': True, 'opset': 13, 'nms': False}"} | others


def picture(rng, width, height):
    """Smooth colours, so that filters count and noise doesn't."""
    small = rng.integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)


def run(path, pixels):
    """@param pixels height, width, channels: floats as the net takes them"""
    session = onnxruntime.InferenceSession(path)
    outputs = session.run(None, {session.get_inputs()[0].name: pixels.transpose(2, 0, 1)[None].astype(np.float32)})
    return dict(zip([output.name for output in session.get_outputs()], outputs))


def softmax(logits):
    exp = np.exp(logits - logits.max())
    return exp / exp.sum()


def classification(scores, names):
    order = np.argsort(-scores)
    return {"predictions": [{"class": names[i], "confidence": round(float(scores[i]), 4)} for i in order]}


def short_side(image):
    """torchvision's Resize(SIDE) and CenterCrop(SIDE) on a Pillow image, as in Ultralytics' classify_transforms"""
    shorter = min(image.size)
    width, height = (int(SIDE * side / shorter) for side in image.size)
    resized = image.resize((width, height), Image.Resampling.BILINEAR)
    left, top = int(round((width - SIDE) / 2)), int(round((height - SIDE) / 2))
    return np.asarray(resized.crop((left, top, left + SIDE, top + SIDE))) / 255.0


def middle(image):
    """YOLOv5's CenterCrop; its resize does nothing, since the middle of these images has the net's size"""
    side = min(image.size)
    assert side == SIDE
    left, top = (image.size[0] - side) // 2, (image.size[1] - side) // 2
    return (np.asarray(image.crop((left, top, left + side, top + side))) / 255.0 - MEAN) / DEVIATION


def probiou(one, other, eps=1e-7):
    def covariance(box):
        a, b, angle = box[2] ** 2 / 12, box[3] ** 2 / 12, box[4]
        c, s = np.cos(angle), np.sin(angle)
        return a * c ** 2 + b * s ** 2, a * s ** 2 + b * c ** 2, (a - b) * c * s

    (a1, b1, c1), (a2, b2, c2) = covariance(one), covariance(other)
    (x1, y1), (x2, y2) = one[:2], other[:2]
    det = (a1 + a2) * (b1 + b2) - (c1 + c2) ** 2
    t1 = ((a1 + a2) * (y1 - y2) ** 2 + (b1 + b2) * (x1 - x2) ** 2) / (det + eps) / 4
    t2 = (c1 + c2) * (x2 - x1) * (y1 - y2) / (det + eps) / 2
    t3 = np.log(det / (4 * np.sqrt(max(0, a1 * b1 - c1 ** 2) * max(0, a2 * b2 - c2 ** 2)) + eps) + eps) / 2
    return 1 - np.sqrt(1 - np.exp(-np.clip(t1 + t2 + t3, eps, 100)) + eps)


def suppress(rows):
    """Ultralytics' fast_nms: a box goes if a more confident one of its class, kept or not, overlaps it.

    @param rows x, y, width, height, score, class, angle
    """
    rows = sorted(rows, key=lambda row: -row[4])
    boxes = [np.array([*row[:4], row[6]], np.float64) for row in rows]
    return [row for i, row in enumerate(rows)
            if not any(rows[j][5] == row[5] and probiou(boxes[j], boxes[i]) >= OVERLAP for j in range(i))]


def letterbox(size):
    scale = min(SIDE / size[0], SIDE / size[1])
    return scale, (SIDE - int(size[0] * scale)) // 2, (SIDE - int(size[1] * scale)) // 2


def letterboxed(image):
    """@param image an image whose pixels are repeated, so that no filter counts"""
    scale, left, top = letterbox(image.size)
    small = image.resize((int(image.size[0] * scale), int(image.size[1] * scale)), Image.Resampling.NEAREST)
    plane = np.full((SIDE, SIDE, 3), 114.0)
    plane[top:top + small.size[1], left:left + small.size[0]] = np.asarray(small)
    return plane / 255


def whole(value, limit):
    return float(np.rint(np.clip(value, 0, limit)))


def box(x1, y1, x2, y2, size):
    x1, x2 = whole(x1, size[0]), whole(x2, size[0])
    y1, y2 = whole(y1, size[1]), whole(y2, size[1])
    return {"x": (x1 + x2) / 2, "y": (y1 + y2) / 2, "width": x2 - x1, "height": y2 - y1}


def oriented(row, size, names):
    scale, left, top = letterbox(size)
    x, y, w, h, score, class_id, angle = (float(value) for value in row)
    if angle % np.pi >= np.pi / 2:
        w, h = h, w
    angle %= np.pi / 2
    c, s = np.cos(angle), np.sin(angle)
    one, other = np.array([w / 2 * c, w / 2 * s]), np.array([-h / 2 * s, h / 2 * c])
    centre = np.array([x, y])
    corners = [((corner - (left, top)) / scale).tolist() for corner in
               (centre + one + other, centre + one - other, centre - one - other, centre - one + other)]
    xs, ys = [corner[0] for corner in corners], [corner[1] for corner in corners]
    return box(min(xs), min(ys), max(xs), max(ys), size) | {
        "confidence": score, "class": names[int(class_id)], "points": [{"x": corner[0], "y": corner[1]} for corner in corners]}


def random_oriented(rng, count, classes):
    """@return rows x, y, width, height, score, class, angle: some near others, some crossing them"""
    rows = np.zeros((count, 7), np.float32)
    rows[:, :2] = rng.uniform(10, 54, (count, 2))
    rows[:, 2] = rng.uniform(12, 40, count)
    rows[:, 3] = rng.uniform(3, 9, count)
    rows[:, 4] = rng.uniform(0.05, 0.99, count)
    rows[:, 5] = rng.integers(0, classes, count)
    rows[:, 6] = rng.uniform(-np.pi / 4, 3 * np.pi / 4, count)
    for i in range(0, count - 2, 3):
        rows[i + 1] = rows[i] + rng.uniform(-0.6, 0.6, 7) * [1, 1, 1, 1, 0, 0, 0.2]
        rows[i + 1, 4:6] = rows[i, 4] * 0.9, rows[i, 5]
        rows[i + 2, :4], rows[i + 2, 5:] = rows[i, :4], (rows[i, 5], rows[i, 6] + np.pi / 2)
    return rows


def sigmoid(values):
    return 1 / (1 + np.exp(-np.float64(values)))


def rfdetr_keypoints(outputs, class_of, block_of, per_class, counts, names, size):
    """@param class_of class name of each logit, or None"""
    found = []
    for query in range(outputs["dets"].shape[1]):
        for logit, class_id in enumerate(class_of):
            if class_id is None:
                continue
            slots = outputs["keypoints"][0, query, block_of(logit) * per_class:(block_of(logit) + 1) * per_class].astype(np.float64)
            findable = sigmoid(slots[:, 2])
            trace = (np.exp(-2 * slots[:, 4]) + np.exp(-2 * slots[:, 6])
                     + slots[:, 5] ** 2 * np.exp(-2 * (slots[:, 4] + slots[:, 6])))
            score = sigmoid(outputs["labels"][0, query, logit]) * ((findable * trace).sum() / findable.sum()) ** -0.2
            score /= 1 + score
            if score <= CONFIDENCE:
                continue
            x, y, w, h = outputs["dets"][0, query].astype(np.float64)
            found.append(box((x - w / 2) * size[0], (y - h / 2) * size[1], (x + w / 2) * size[0], (y + h / 2) * size[1], size) | {
                "confidence": float(score), "class": names[class_id],
                "keypoints": [{"x": whole(slots[k, 0] * size[0], size[0]), "y": whole(slots[k, 1] * size[1], size[1]),
                               "confidence": float(findable[k])} for k in range(counts[class_id])]})
    return {"predictions": sorted(found, key=lambda one: -one["confidence"])}


def case(folder, name):
    path = folder / name / "1"
    path.mkdir(parents=True, exist_ok=True)
    return path


def write(path, image, expected):
    image.save(path / "image.png", optimize=True)
    (path / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


def classifiers(folder):
    names = ["minibus", "van", "trolley"]
    for name, ends, size, prepare, metadata in (
            ("ultralytics-cls", True, (97, 61), short_side, ultralytics("Ultralytics my_sorter model trained on toys", "classify", names)),
            ("ultralytics-cls-tall", True, (50, 171), short_side,
             ultralytics("Ultralytics YOLO11n-cls model trained on toys", "classify", names)),
            ("ultralytics-cls-logits", False, (97, 61), short_side,
             ultralytics("Ultralytics YOLO11n-cls model trained on toys", "classify", names)),
            ("yolov5-cls", False, (97, 64), middle, {"stride": "32", "names": str(dict(enumerate(names)))})):
        rng = np.random.default_rng(len(name))
        path = case(folder, name)
        image = picture(rng, *size)
        classifier(path / "best.onnx", rng, ends, metadata)
        scores = run(path / "best.onnx", prepare(image))["output0"][0]
        write(path, image, classification(scores if ends else softmax(scores), names))


def oriented_boxes(folder):
    names = ["ship", "plane"]
    size = (128, 80)
    rng = np.random.default_rng(7)
    rows = random_oriented(rng, 36, len(names))
    anchors = np.zeros((1, 4 + len(names) + 1, (SIDE // 8) ** 2 + (SIDE // 16) ** 2 + (SIDE // 32) ** 2), np.float32)
    places = rng.permutation(anchors.shape[2])[:len(rows)]
    anchors[0, :4, places], anchors[0, -1, places] = rows[:, :4], rows[:, 6]
    anchors[0, 4 + rows[:, 5].astype(int), places] = rows[:, 4]
    path = case(folder, "ultralytics-obb")
    moved_net(path / "best.onnx", "images", {"output0": anchors}, {"output0": [[[80], [-60], [0], [0], [0], [0], [9]]]},
              ultralytics("Ultralytics YOLO11n-obb model trained on harbour.yaml", "obb", names))
    image = picture(rng, size[0] // 2, size[1] // 2).resize(size, Image.Resampling.NEAREST)
    found = [[*anchor[:4], anchor[4:6].max(), anchor[4:6].argmax(), anchor[6]]
             for anchor in run(path / "best.onnx", letterboxed(image))["output0"][0].T if anchor[4:6].max() > CONFIDENCE]
    write(path, image, {"predictions": [oriented(row, size, names) for row in suppress(found)]})

    kept = np.zeros((1, 40, 7), np.float32)
    kept[0, :len(rows)] = rows[np.argsort(-rows[:, 4])]
    path = case(folder, "ultralytics-obb-end2end")
    moved_net(path / "best.onnx", "images", {"output0": kept}, {"output0": [[[80, -60, 0, 0, 0, 0, 9]]]},
              ultralytics("Ultralytics YOLO26n-obb model trained on harbour.yaml", "obb", names, end2end="True"))
    found = run(path / "best.onnx", letterboxed(image))["output0"][0]
    write(path, image, {"predictions": [oriented(row, size, names) for row in found if row[4] > CONFIDENCE]})


def keypoints(folder):
    names, counts = ["bolt", "nut"], [4, 2]
    size = (SIDE, SIDE)
    for name, first, logits in (("rfdetr-keypoints", False, 3), ("rfdetr-keypoints-background-first", True, 3)):
        rng = np.random.default_rng(11 + first)
        blocks = logits if first else logits - 1
        queries = 12
        dets = rng.uniform(0.2, 0.8, (1, queries, 4)).astype(np.float32)
        labels = rng.normal(0.5, 2, (1, queries, logits)).astype(np.float32)
        slots = rng.normal(0, 1, (1, queries, blocks, 4, 8)).astype(np.float32)
        slots[..., :2] = rng.uniform(-0.1, 1.1, slots[..., :2].shape)
        slots[..., 4:7] += [1.5, 0, 1.5]
        labels[..., 0 if first else logits - 1] = -9
        for block in range(blocks):
            count = 0 if first and block == 0 else counts[block - first]
            slots[:, :, block, count:] = 0
        outputs = {"dets": dets, "labels": labels, "keypoints": slots.reshape(1, queries, -1, 8)}
        path = case(folder, name)
        moved_net(path / "inference_model.onnx", "input", outputs, {
            "dets": [[[1, -1, 0, 0]]], "labels": [[[5] * logits]], "keypoints": [[[1, -1, 5, 0, 0, 0, 0, 0]]]}, {})
        lines = ["background_class83422"] * first + names
        (path / "class_names.txt").write_text("\n".join(lines) + "\n")
        (path / "keypoints_metadata.json").write_text(json.dumps(
            [{"object_class_id": i + first, "keypoints": {str(k): f"{names[i]}{k}" for k in range(counts[i])}} for i in range(2)]))
        class_of = [None, 0, 1] if first else [0, 1, None]
        image = picture(rng, *size)
        outputs = run(path / "inference_model.onnx", (np.asarray(image) / 255.0 - MEAN) / DEVIATION)
        write(path, image, rfdetr_keypoints(outputs, class_of, lambda logit: logit, 4, counts, names, size))


def one_channel(folder):
    names = ["bright", "brighter"]
    rng = np.random.default_rng(5)
    cells = (SIDE // CELL) ** 2
    ys, xs = np.divmod(np.arange(cells), SIDE // CELL)
    boxes = np.zeros((1, 4, cells + 20), np.float32)
    boxes[0, :, :cells] = np.stack([xs * CELL + 4, ys * CELL + 4, np.full(cells, 6), np.full(cells, 6)])
    boxes[0, 2:, cells:] = 1
    nodes = [helper.make_node("AveragePool", ["images"], ["cells"], kernel_shape=[CELL, CELL], strides=[CELL, CELL]),
             helper.make_node("Reshape", ["cells", "shape"], ["first"]),
             helper.make_node("Mul", ["first", "part"], ["second"]),
             helper.make_node("Concat", ["first", "second"], ["scores"], axis=1),
             helper.make_node("Pad", ["scores", "pads"], ["padded"]),
             helper.make_node("Concat", ["boxes", "padded"], ["output0"], axis=1)]
    constants = {"shape": np.array([1, 1, cells], np.int64), "part": np.array([0.5], np.float32),
                 "pads": np.array([0, 0, 0, 0, 0, 20], np.int64), "boxes": boxes}
    path = case(folder, "ultralytics-gray")
    net(path / "best.onnx", {"images": [1, 1, SIDE, SIDE]}, nodes, {"output0": [1, 6, cells + 20]}, constants,
        ultralytics("Ultralytics YOLO11n model trained on gray.yaml", "detect", names, channels="1"))
    image = picture(rng, SIDE, SIDE)
    rgb = np.asarray(image).astype(np.int64)
    # OpenCV's BGR2GRAY, with 15 fractional bits
    gray = (rgb[..., 0] * 9798 + rgb[..., 1] * 19235 + rgb[..., 2] * 3735 + 16384 >> 15)[..., None] / 255.0
    output = run(path / "best.onnx", gray)["output0"][0]
    found = [box(x - w / 2, y - h / 2, x + w / 2, y + h / 2, (SIDE, SIDE)) | {"confidence": float(one), "class": "bright"}
             for x, y, w, h, one, _ in output.T if one > CONFIDENCE]
    write(path, image, {"predictions": sorted(found, key=lambda one: -one["confidence"])})


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    for make in (classifiers, oriented_boxes, keypoints, one_channel):
        make(target)
