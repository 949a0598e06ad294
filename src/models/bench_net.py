"""Writes a network of YOLOv8n's size with random weights, to measure how fast a machine runs such models.

    python3 bench_net.py out/packages/bench640/1

Input images [batch, 3, 640, 640], output [batch, 84, 8400]: 3.2 million parameters, 8.7 billion
operations per image. It detects nothing.
"""

import json
import sys
from pathlib import Path

import torch
from torch import nn

CLASS_COUNT = 80
DISTANCE_BINS = 16
IMAGE_SIZE = 640
STRIDES = (8.0, 16.0, 32.0)


class ConvSilu(nn.Module):
    def __init__(self, in_channels, out_channels, kernel=1, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel, stride, kernel // 2, bias=False)
        self.norm = nn.BatchNorm2d(out_channels)
        self.activation = nn.SiLU()

    def forward(self, x):
        return self.activation(self.norm(self.conv(x)))


class Bottleneck(nn.Module):
    def __init__(self, channels, shortcut):
        super().__init__()
        self.layers = nn.Sequential(ConvSilu(channels, channels, 3), ConvSilu(channels, channels, 3))
        self.shortcut = shortcut

    def forward(self, x):
        return x + self.layers(x) if self.shortcut else self.layers(x)


class SplitBlock(nn.Module):
    """Half of the channels go through bottlenecks, every intermediate result is kept."""

    def __init__(self, in_channels, out_channels, depth=1, shortcut=False):
        super().__init__()
        self.half = out_channels // 2
        self.enter = ConvSilu(in_channels, 2 * self.half)
        self.bottlenecks = nn.ModuleList(Bottleneck(self.half, shortcut) for _ in range(depth))
        self.leave = ConvSilu((2 + depth) * self.half, out_channels)

    def forward(self, x):
        parts = list(self.enter(x).split(self.half, 1))
        for bottleneck in self.bottlenecks:
            parts.append(bottleneck(parts[-1]))
        return self.leave(torch.cat(parts, 1))


class PyramidPooling(nn.Module):
    """Three max-poolings in a row and their input, side by side."""

    def __init__(self, channels):
        super().__init__()
        self.enter = ConvSilu(channels, channels // 2)
        self.pool = nn.MaxPool2d(5, 1, 2)
        self.leave = ConvSilu(channels * 2, channels)

    def forward(self, x):
        parts = [self.enter(x)]
        for _ in range(3):
            parts.append(self.pool(parts[-1]))
        return self.leave(torch.cat(parts, 1))


class BenchNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        self.stage4 = nn.Sequential(ConvSilu(3, 16, 3, 2), *_stage(16, 32, 1))
        self.stage8 = nn.Sequential(*_stage(32, 64, 2))
        self.stage16 = nn.Sequential(*_stage(64, 128, 2))
        self.stage32 = nn.Sequential(*_stage(128, 256, 1), PyramidPooling(256))
        self.enlarge = nn.Upsample(scale_factor=2.0)
        self.down_path16, self.down_path8 = SplitBlock(384, 128), SplitBlock(192, 64)
        self.shrink8, self.up_path16 = ConvSilu(64, 64, 3, 2), SplitBlock(192, 128)
        self.shrink16, self.up_path32 = ConvSilu(128, 128, 3, 2), SplitBlock(384, 256)
        widths = (64, 128, 256)
        self.box_branches = nn.ModuleList(_branch(width, 64, 4 * DISTANCE_BINS) for width in widths)
        self.class_branches = nn.ModuleList(_branch(width, 80, CLASS_COUNT) for width in widths)
        self.register_buffer("bins", torch.arange(float(DISTANCE_BINS)).view(1, 1, DISTANCE_BINS, 1))
        for branch in self.class_branches:
            nn.init.constant_(
                branch[2].bias, -6.0
            )  # hardly any detections: time the network, not what comes after it

    def forward(self, images):
        features8 = self.stage8(self.stage4(images))
        features16 = self.stage16(features8)
        top32 = self.stage32(features16)
        top16 = self.down_path16(torch.cat([self.enlarge(top32), features16], 1))
        out8 = self.down_path8(torch.cat([self.enlarge(top16), features8], 1))
        out16 = self.up_path16(torch.cat([self.shrink8(out8), top16], 1))
        out32 = self.up_path32(torch.cat([self.shrink16(out16), top32], 1))
        return self._decode((out8, out16, out32))

    def _decode(self, pyramid):
        raw_boxes, scores, centres, strides = [], [], [], []
        for features, stride, boxes, classes in zip(pyramid, STRIDES, self.box_branches, self.class_branches):
            height, width = features.shape[-2:]
            y, x = torch.meshgrid(torch.arange(height) + 0.5, torch.arange(width) + 0.5, indexing="ij")
            raw_boxes.append(boxes(features).flatten(2))
            scores.append(classes(features).flatten(2))
            centres.append(torch.stack([x.reshape(-1), y.reshape(-1)]))
            strides.append(torch.full((1, height * width), stride))
        raw = torch.cat(raw_boxes, 2)
        centres, strides = torch.cat(centres, 1), torch.cat(strides, 1)
        # The distance to each side is the mean of a distribution over the bins.
        distances = (raw.view(raw.shape[0], 4, DISTANCE_BINS, -1).softmax(2) * self.bins).sum(2)
        top_left, bottom_right = centres - distances[:, :2], centres + distances[:, 2:]
        boxes = [(top_left + bottom_right) / 2 * strides, (bottom_right - top_left) * strides]
        return torch.cat(boxes + [torch.cat(scores, 2).sigmoid()], 1)


def _stage(in_channels, out_channels, depth):
    return ConvSilu(in_channels, out_channels, 3, 2), SplitBlock(
        out_channels, out_channels, depth, shortcut=True
    )


def _branch(in_channels, width, out_channels):
    return nn.Sequential(
        ConvSilu(in_channels, width, 3), ConvSilu(width, width, 3), nn.Conv2d(width, out_channels, 1)
    )


def write_package(folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    network = BenchNetwork().eval()
    print(f"{sum(p.numel() for p in network.parameters())} parameters")
    torch.onnx.export(
        network,
        torch.rand(1, 3, IMAGE_SIZE, IMAGE_SIZE),
        str(folder / "weights.onnx"),
        input_names=["images"],
        output_names=["output0"],
        opset_version=16,
        dynamic_axes={"images": {0: "batch"}, "output0": {0: "batch"}},
        **({"dynamo": False} if "dynamo" in torch.onnx.export.__code__.co_varnames else {}),
    )
    classes = [f"class_{index:02d}" for index in range(CLASS_COUNT)]
    resize = {"enabled": True, "width": IMAGE_SIZE, "height": IMAGE_SIZE, "format": "Stretch to"}
    environment = {
        "PREPROCESSING": json.dumps({"auto-orient": {"enabled": True}, "resize": resize}),
        "CLASS_MAP": {str(index): name for index, name in enumerate(classes)},
        "RESOLUTION": IMAGE_SIZE,
    }
    (folder / "class_names.txt").write_text("\n".join(classes) + "\n", encoding="utf-8")
    (folder / "environment.json").write_text(json.dumps(environment, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_package(sys.argv[1])
