"""Rebuilds a checkpoint from published packages, for when the original checkpoint is not at hand.

    python3 recover.py --packages out/packages --parts out/parts.pt --classifier out/classifier.pt

The layers of an exported graph come in the order in which the network runs, so the weights are matched by
order and checked by shape. Export has folded the batch normalisations into the convolutions: the
recovered network computes the same and can be exported again, but its normalisations no longer know the
activations' statistics, so it is a poor start for further training.
"""

import argparse
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import nn

from dataset import INPUT_SIZE, SINGLE_CLASSES, SINGLE_SIZE
from export import DetectionGraph, PoseGraph, SegmentationGraph, SemanticGraph
from network import Backbone, Classifier, ConvNorm, PartsNetwork

GRAPHS = {
    "parts-detect": DetectionGraph,
    "parts-seg": SegmentationGraph,
    "bolts-pose": PoseGraph,
    "belt-semseg": SemanticGraph,
}


class OnnxWeights:
    """The weights in an ONNX graph, found by the nodes that use them."""

    def __init__(self, path):
        self.graph = onnx.load(str(path)).graph
        self.values = {tensor.name: tensor for tensor in self.graph.initializer}
        self.aliases = {}
        for node in self.graph.node:
            if node.op_type == "Identity":  # weights that are used several times are stored once
                self.aliases[node.output[0]] = node.input[0]
            elif node.op_type == "Constant":
                self.values[node.output[0]] = node.attribute[0].t

    def layers(self):
        """(weight, bias) of every convolution and fully connected layer in order."""
        return [tuple(map(self.value, node.input[1:])) for node in self._nodes("Conv", "Gemm")]

    def box_scales(self):
        """The factors that the three strides' raw boxes, of four channels, are multiplied by."""
        boxes = {node.output[0] for node in self._nodes("Conv") if self.value(node.input[1]).shape[0] == 4}
        return [self.value(node.input[1]) for node in self._nodes("Mul") if node.input[0] in boxes]

    def value(self, name):
        while name in self.aliases:
            name = self.aliases[name]
        return torch.from_numpy(numpy_helper.to_array(self.values[name]).copy())

    def _nodes(self, *kinds):
        return [node for node in self.graph.node if node.op_type in kinds]


def recover(graph, path, image_size):
    """Copies a package's weights into the layers that `graph` runs; returns its `OnnxWeights`."""
    weights = OnnxWeights(path)
    used, stored = layers_in_order(graph, image_size), weights.layers()
    if len(used) != len(stored):
        raise ValueError(f"{path} has {len(stored)} layers, the network {len(used)}")
    norm_of = {module.conv: module.norm for module in graph.modules() if isinstance(module, ConvNorm)}
    for layer, (weight, bias) in zip(used, stored):
        if layer.weight.shape != weight.shape:
            raise ValueError(f"{path}: a layer of {list(weight.shape)}, expected {list(layer.weight.shape)}")
        layer.weight.copy_(weight)
        if layer in norm_of:
            _pass_through(norm_of[layer], bias)
        else:
            layer.bias.copy_(bias)
    return weights


def recover_parts(folder):
    """PartsNetwork with the weights of all packages that are there."""
    network = PartsNetwork().eval()
    for name, graph in GRAPHS.items():
        path = Path(folder) / name / "weights.onnx"
        if not path.exists():
            print(f"no {path}: its heads stay untrained")
            continue
        scales = recover(graph(network), path, INPUT_SIZE).box_scales()
        if scales:
            network.box_scale.copy_(torch.stack([scale.reshape(()) for scale in scales]))
        print(f"recovered {name}")
    return network


def recover_classifier(folder):
    classifier = Classifier(Backbone(), len(SINGLE_CLASSES)).eval()
    recover(classifier, Path(folder) / "parts-classify" / "weights.onnx", SINGLE_SIZE)
    print("recovered parts-classify")
    return classifier


def layers_in_order(graph, image_size):
    """The convolutions and fully connected layers in the order and as often as they run."""
    order = []
    hooks = [
        module.register_forward_hook(lambda module, _inputs, _output: order.append(module))
        for module in graph.modules()
        if isinstance(module, (nn.Conv2d, nn.Linear))
    ]
    graph(torch.zeros(1, 3, image_size, image_size))
    for hook in hooks:
        hook.remove()
    return order


def _pass_through(norm, bias):
    """Makes a batch normalisation add `bias` and do nothing else."""
    norm.running_mean.zero_()
    norm.running_var.fill_(1 - norm.eps)
    norm.weight.fill_(1)
    norm.bias.copy_(bias)


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--packages", required=True, help="folder with the packages, by name")
    parser.add_argument("--parts", required=True, help="the checkpoint to write")
    parser.add_argument("--classifier", help="the classifier's checkpoint to write")
    arguments = parser.parse_args()
    torch.save(recover_parts(arguments.packages).state_dict(), arguments.parts)
    if arguments.classifier:
        torch.save(recover_classifier(arguments.packages).state_dict(), arguments.classifier)


if __name__ == "__main__":
    main()
