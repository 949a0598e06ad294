"""Makes packages of a model package whose net computes with other numbers, or on smaller images, to see what that gains and costs.

    python3 lighter.py ../../config/models/parts-detect/1 out/lighter --images out/calibration/images

Writes `out/lighter`/<name>-int8/1 (8-bit integers, QDQ), <name>-fp16/1 (16-bit floats, inputs and outputs as well) and <name>-160/1 (half
the width and height, for a net whose layers don't depend on its size). Quantization looks at the range of the numbers in each layer on
the images of that folder: 50 to 200 like those that the model will see, and none that measure its quality. For the sample model,
`python3 dataset.py calibration out/calibration` draws some. Needs onnx, onnxruntime, numpy and pillow.
"""

import argparse
import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from onnxruntime.transformers.float16 import convert_float_to_float16
from PIL import Image

BACKBONE = ["Conv", "Relu", "Concat", "Resize", "Split", "MaxPool"]
"""The kinds of nodes that compute with integers. Others decode boxes, which 256 levels can't hold."""


class Letterboxed(CalibrationDataReader):
    """The images of a folder as the net takes them: letterboxed, bytes divided by 255."""

    def __init__(self, folder, package, name):
        config = json.loads((package / "inference_config.json").read_text("utf-8"))["network_input"]
        self.size = config["training_input_size"]["width"], config["training_input_size"]["height"]
        self.padding = config.get("padding_value") or 0
        self.name = name
        self.files = iter(sorted(Path(folder).iterdir()))

    def get_next(self):
        file = next(self.files, None)
        if file is None:
            return None
        image = Image.open(file).convert("RGB")
        scale = min(self.size[0] / image.width, self.size[1] / image.height)
        small = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.BILINEAR)
        plane = Image.new("RGB", self.size, (self.padding,) * 3)
        plane.paste(small, ((self.size[0] - small.width) // 2, (self.size[1] - small.height) // 2))
        return {self.name: (np.asarray(plane, np.float32) / 255).transpose(2, 0, 1)[None]}


def package_like(package, folder, suffix):
    target = Path(folder) / f"{package.parent.name}-{suffix}" / package.name
    shutil.copytree(package, target, dirs_exist_ok=True)
    return target


def integers(package, target, images):
    weights = package / "weights.onnx"
    with tempfile.TemporaryDirectory() as temporary:
        prepared = Path(temporary) / "prepared.onnx"
        quant_pre_process(without_copies(weights, temporary), str(prepared), skip_symbolic_shape=True)
        name = onnx.load(str(prepared)).graph.input[0].name
        quantize_static(str(prepared), str(target / "weights.onnx"), Letterboxed(images, package, name), quant_format=QuantFormat.QDQ,
                        op_types_to_quantize=BACKBONE, nodes_to_exclude=decoding(str(prepared)), per_channel=True,
                        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, calibrate_method=CalibrationMethod.MinMax)
    keep_metadata(weights, target / "weights.onnx")


def without_copies(weights, folder):
    """Nets share equal biases by nodes that copy constants, which keeps their layers from being quantized. Returns a net without."""
    model = onnx.load(str(weights))
    constants = {constant.name for constant in model.graph.initializer}
    copies = {node.output[0]: node.input[0] for node in model.graph.node if node.op_type == "Identity" and node.input[0] in constants}
    for node in list(model.graph.node):
        if node.output[0] in copies:
            model.graph.node.remove(node)
        for i, name in enumerate(node.input):
            node.input[i] = copies.get(name, name)
    path = str(Path(folder) / "original.onnx")
    onnx.save(model, path)
    return path


def decoding(path):
    """The nodes between the last convolutions and the output."""
    graph = onnx.load(path).graph
    makers = {output: node for node in graph.node for output in node.output}
    found, waiting = [], [output.name for output in graph.output]
    while waiting:
        node = makers.get(waiting.pop())
        if node is not None and node.op_type != "Conv" and node.name not in found:
            found.append(node.name)
            waiting += node.input
    return found


def keep_metadata(original, path):
    model = onnx.load(str(path))
    del model.metadata_props[:]
    model.metadata_props.extend(onnx.load(str(original)).metadata_props)
    onnx.save(model, str(path))


def halves(package, target):
    model = convert_float_to_float16(onnx.load(str(package / "weights.onnx")), keep_io_types=False)
    onnx.save(model, str(target / "weights.onnx"))


def smaller(package, target):
    model = onnx.load(str(package / "weights.onnx"))
    sides = model.graph.input[0].type.tensor_type.shape.dim
    for side in (sides[2], sides[3]):
        side.dim_value //= 2
    for output in model.graph.output:
        output.type.tensor_type.shape.dim[2].dim_param = "anchors"
    for entry in model.metadata_props:
        if entry.key == "imgsz":
            entry.value = str([sides[2].dim_value, sides[3].dim_value])
    onnx.save(model, str(target / "weights.onnx"))
    file = target / "inference_config.json"
    config = json.loads(file.read_text("utf-8"))
    config["network_input"]["training_input_size"] = {"height": sides[2].dim_value, "width": sides[3].dim_value}
    file.write_text(json.dumps(config, indent=1) + "\n", "utf-8")
    (target / "environment.json").unlink(missing_ok=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path)
    parser.add_argument("folder")
    parser.add_argument("--images", required=True, help="folder of images for the quantization")
    arguments = parser.parse_args()
    integers(arguments.package, package_like(arguments.package, arguments.folder, "int8"), arguments.images)
    halves(arguments.package, package_like(arguments.package, arguments.folder, "fp16"))
    smaller(arguments.package, package_like(arguments.package, arguments.folder, "160"))


if __name__ == "__main__":
    main()
