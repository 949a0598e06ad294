"""Makes nets of a few kB with the types and shapes that people export beside 32-bit floats for one square image: 16-bit floats as
input, as output and inside, 8-bit integers, several images at a time, sides left open, sides that differ; images for them, and the
results that are right for these: computed here, with ONNX Runtime, numpy and Pillow, and none of the program's code.

    python3 exported_types.py ../test/resources/exported

Needs what exported_boxes.py needs. All nets have the layout of Ultralytics' YOLO11. The right result for a size that is no multiple
of 32 is that of the size as it is written: roboflow/inference changes only a size that a request names (make_the_value_divisible in
inference_models/models/common/roboflow/pre_processing.py).
"""
import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from exported_boxes import CONFIDENCE, NAMES, case, centred, detection, mixer, picture, suppress, tamed, ultralytics, write

FLOAT, HALF = TensorProto.FLOAT, TensorProto.FLOAT16


def level(nodes, constants, stride, weights, inner, above):
    """The boxes and scores of one stride: [batch, cells, 4 + classes]; centres are in their cells, which CumSum counts.

    @param above the stride whose mixed cells, enlarged, are added; None for the largest
    """
    key, dtype = str(stride), np.float16 if inner == HALF else np.float32
    constants["weights" + key], constants["biases" + key] = (value.astype(dtype) for value in weights)
    constants |= {"stride" + key: np.array(stride, dtype), "half": np.array(0.5, dtype), "zero": np.array(0, dtype),
                  "one": np.array(1, dtype), "across": np.array(3), "down": np.array(2), "flat": np.array([0, 4 + len(NAMES), -1]),
                  "twice": np.array([1, 1, 2, 2], np.float32), "parts": np.array([2, 2, len(NAMES)])}
    nodes += [helper.make_node("AveragePool", ["inner"], ["cells" + key], kernel_shape=[stride, stride], strides=[stride, stride],
                               ceil_mode=1),
              helper.make_node("Conv", ["cells" + key, "weights" + key, "biases" + key], [f"own{key}" if above else f"mixed{key}"])]
    if above:
        nodes += [helper.make_node("Resize", [f"mixed{above}", "", "twice"], ["large" + key], mode="nearest"),
                  helper.make_node("Add", ["own" + key, "large" + key], ["mixed" + key])]
    nodes += [helper.make_node("Split", ["mixed" + key, "parts"], ["p" + key, "q" + key, "r" + key], axis=1),
              helper.make_node("Sigmoid", ["p" + key], ["xy" + key]), helper.make_node("Tanh", ["q" + key], ["tame" + key]),
              helper.make_node("Exp", ["tame" + key], ["wh" + key]), helper.make_node("Sigmoid", ["r" + key], ["scores" + key]),
              helper.make_node("Slice", ["xy" + key, "s0", "s1", "channel"], ["x" + key]),
              helper.make_node("Mul", ["x" + key, "zero"], ["zeros" + key]),
              helper.make_node("Add", ["zeros" + key, "one"], ["ones" + key]),
              helper.make_node("Cast", ["ones" + key], ["count" + key], to=FLOAT),
              helper.make_node("CumSum", ["count" + key, "across"], ["cx32" + key], exclusive=1),
              helper.make_node("CumSum", ["count" + key, "down"], ["cy32" + key], exclusive=1),
              helper.make_node("Concat", ["cx32" + key, "cy32" + key], ["grid32" + key], axis=1),
              helper.make_node("Cast", ["grid32" + key], ["grid" + key], to=inner),
              helper.make_node("Add", ["xy" + key, "grid" + key], ["moved" + key]),
              helper.make_node("Concat", ["moved" + key, "wh" + key], ["units" + key], axis=1),
              helper.make_node("Mul", ["units" + key, "stride" + key], ["boxes" + key]),
              helper.make_node("Concat", ["boxes" + key, "scores" + key], ["map" + key], axis=1),
              helper.make_node("Reshape", ["map" + key, "flat"], ["columns" + key])]
    constants |= {"s0": np.array([0]), "s1": np.array([1]), "channel": np.array([1])}
    return "columns" + key


def quantized(nodes, constants):
    """The same net with convolutions of 8-bit integers in the form QDQ: cells, weights and results pass through integers.
    Weights have only 7 bits, since the sums of two products overflow on processors without VNNI."""
    for conv in [node for node in nodes if node.op_type == "Conv"]:
        at, weights, result = list(nodes).index(conv), conv.input[1], conv.output[0]
        scale = np.float32(np.abs(constants[weights]).max() / 63)
        biases = constants[conv.input[2]]
        constants |= {"level": np.array(1 / 255, np.float32), "black": np.array(0, np.uint8), weights + "_scale": np.array(scale),
                      weights + "_zero": np.array(0, np.int8), weights + "_8": np.rint(constants[weights] / scale).astype(np.int8),
                      conv.input[2] + "_scale": np.array(scale / np.float32(255), np.float32), "no_bias": np.array(0, np.int32),
                      conv.input[2] + "_32": np.rint(biases / (scale / 255)).astype(np.int32),
                      "step": np.array(0.1, np.float32), "middle": np.array(128, np.uint8)}
        nodes[at:at + 1] = [
            helper.make_node("QuantizeLinear", [conv.input[0], "level", "black"], [result + "_q"]),
            helper.make_node("DequantizeLinear", [result + "_q", "level", "black"], [result + "_dq"]),
            helper.make_node("DequantizeLinear", [weights + "_8", weights + "_scale", weights + "_zero"], [weights + "_dq"]),
            helper.make_node("DequantizeLinear", [conv.input[2] + "_32", conv.input[2] + "_scale", "no_bias"],
                             [conv.input[2] + "_dq"]),
            helper.make_node("Conv", [result + "_dq", weights + "_dq", conv.input[2] + "_dq"], [result + "_float"]),
            helper.make_node("QuantizeLinear", [result + "_float", "step", "middle"], [result + "_8"]),
            helper.make_node("DequantizeLinear", [result + "_8", "step", "middle"], [result])]


def detector(path, rng, shape, types, metadata, enlarged=False, integers=False):
    """@param types type of the input, of what is between, and of the output"""
    taken, inner, given = types
    nodes = [helper.make_node("Cast", ["images"], ["inner"], to=inner)]
    constants, levels = {}, []
    weights = {stride: mixer(rng, 4 + len(NAMES)) for stride in (8, 16, 32)}
    for _, biases in weights.values():
        biases[4:] -= 2
    for stride in (32, 16, 8):
        levels.append(level(nodes, constants, stride, weights[stride], inner, 2 * stride if enlarged and stride < 32 else None))
    nodes += [helper.make_node("Concat", levels, ["columns"], axis=2), helper.make_node("Cast", ["columns"], ["output0"], to=given)]
    if integers:
        quantized(nodes, constants)
    used = {name for node in nodes for name in node.input}
    graph = helper.make_graph(
        nodes, "exported", [helper.make_tensor_value_info("images", taken, shape)],
        [helper.make_tensor_value_info("output0", given, [shape[0], 4 + len(NAMES), "anchors"])],
        [numpy_helper.from_array(value, name) for name, value in constants.items() if name in used])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
    for key, value in metadata.items():
        model.metadata_props.add(key=key, value=value)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def run(path, plane, batch=1):
    """@param plane height, width, channels: 0 to 255. Further images of the batch are noise: they must not count."""
    session = onnxruntime.InferenceSession(path)
    taken = np.float16 if session.get_inputs()[0].type == "tensor(float16)" else np.float32
    images = np.random.default_rng(99).random((batch, 3, *plane.shape[:2])).astype(np.float32)
    images[0] = (plane / 255).transpose(2, 0, 1)
    return session.run(None, {session.get_inputs()[0].name: images.astype(taken)})[0][0].astype(np.float32).T


def found(rows, left, top, factors, size):
    """The detections in the image.

    @param factors pixels of the image for each pixel of the input, across and down
    """
    boxes = [(centred(row), row[4:].max(), int(row[4:].argmax())) for row in rows if row[4:].max() > CONFIDENCE]
    return [detection((box[0] - left) * factors[0], (box[1] - top) * factors[1], (box[2] - left) * factors[0],
                      (box[3] - top) * factors[1], size, score, class_id) for box, score, class_id in suppress(boxes)]


def letterboxed(folder, name, size, shape=None, types=(FLOAT, FLOAT, FLOAT), batch=1, config=None, enlarged=False,
                integers=False, **metadata):
    """An image as wide as the input and lower by 24 pixels, with grey above and below."""
    path = case(folder, name)
    rng = np.random.default_rng(17)
    imgsz = {} if config else {"imgsz": str([size[1], size[0]])}
    detector(path / "best.onnx", rng, shape or [batch, 3, size[1], size[0]], types,
             ultralytics("Ultralytics YOLO11n model trained on pets.yaml", (64, 64), batch=str(batch), **imgsz, **metadata),
             enlarged, integers)
    if config:
        (path / "inference_config.json").write_text(json.dumps(config, indent=1) + "\n")
        (path / "class_names.txt").write_text("\n".join(NAMES) + "\n")
    image = picture(rng, size[0], size[1] - 24)
    plane = np.full((size[1], size[0], 3), 114.0)
    plane[12:size[1] - 12] = np.asarray(image)
    write(folder, name, image, found(run(path / "best.onnx", plane, batch), 0, 12, (1, 1), image.size))


def network_input(size, mode):
    return {"network_input": {"training_input_size": {"width": size[0], "height": size[1]}, "dynamic_spatial_size_supported": True,
                              "dynamic_spatial_size_mode": {"type": "pad-to-be-divisible", "value": 32}, "color_mode": "rgb",
                              "resize_mode": mode, "padding_value": 114, "input_channels": 3, "scaling_factor": 255,
                              "normalization": None}}


def stretched(folder):
    """A tall input, and an image that is three times as wide: each pixel is there three times, so that no filter counts."""
    size, name = (64, 96), "tall-stretched"
    path = case(folder, name)
    rng = np.random.default_rng(18)
    detector(path / "best.onnx", rng, [1, 3, size[1], size[0]], (FLOAT, FLOAT, FLOAT), {})
    (path / "inference_config.json").write_text(json.dumps(network_input(size, "stretch"), indent=1) + "\n")
    (path / "class_names.txt").write_text("\n".join(NAMES) + "\n")
    small = picture(rng, *size)
    image = small.resize((3 * size[0], size[1]), Image.Resampling.NEAREST)
    write(folder, name, image, found(run(path / "best.onnx", np.asarray(small).astype(np.float64)), 0, 0, (3, 1), image.size))


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    for kind, io in (("half", (HALF, HALF, HALF)), ("half-input", (HALF, FLOAT, FLOAT)), ("half-output", (FLOAT, FLOAT, HALF))):
        letterboxed(target, kind, (96, 64), types=io, args="{'batch': 1, 'half': True}")
    letterboxed(target, "batch-4", (96, 64), batch=4)
    letterboxed(target, "half-batch-4", (96, 64), types=(HALF, FLOAT, HALF), batch=4)
    letterboxed(target, "open-size", (128, 96), ["batch", 3, "height", "width"], config=network_input((128, 96), "letterbox"),
                enlarged=True)
    letterboxed(target, "open-size-104", (104, 72), ["batch", 3, "height", "width"], config=network_input((104, 72), "letterbox"))
    letterboxed(target, "int8", (96, 64), integers=True)
    stretched(target)
